/* SPDX-License-Identifier: Apache-2.0 */
/* Environment variables and what they may refer to. */
#include "rules.h"

#include "formats.h"

enum {
  HOST_IPS_NAMED_SINCE = 28,
  HOST_IPS_SINCE = 29,
  HIDING_SINCE = 28, /* warns of what hides another only, in other words */
  HIDING_ADVICE_SINCE = 30,
  FILE_KEYS_SINCE = 35,
};

static const char *const env_fields_before_host_ips[] = {
    "metadata.name", "metadata.namespace",      "metadata.uid",
    "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.podIP",  "status.podIPs",           NULL,
};
static const char *const env_fields[] = {
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
    NULL,
};
/* Besides those of the list that the caller has, fields that exist but may not be referred to. */
static const char *const known_fields[] = {
    "metadata.annotations", "metadata.labels",    "metadata.name",
    "metadata.namespace",   "metadata.uid",       "spec.nodeName",
    "spec.restartPolicy",   "spec.schedulerName", "spec.serviceAccountName",
    "status.hostIP",        "status.phase",       "status.podIP",
    "status.podIPs",        "spec.host",          NULL,
};
static const char *const resource_fields[] = {
    "limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
    "requests.cpu", "requests.ephemeral-storage", "requests.memory",
    NULL,
};
static const char *const byte_divisors[] = {
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei", NULL,
};

/* Splits metadata.labels['key'] into path and key; false where the text is not of that form. */
static bool split_subscript(struct text text, struct text *path, struct text *key) {
  const char *open;

  if (!text_ends(text, "']"))
    return false;
  open = memmem(text.data, text.length, "['", 2);
  if (!open || open == text.data || (size_t)(open - text.data) + 4 > text.length)
    return false;
  *path = (struct text){text.data, (size_t)(open - text.data)};
  *key = (struct text){open + 2, text.length - path->length - 4};
  return true;
}

void check_field_selector(struct validation *v, const struct object *selector,
                          const char *const *supported) {
  struct text version = get_text(selector, OBJECT_FIELD_SELECTOR_API_VERSION);
  struct text path = get_text(selector, OBJECT_FIELD_SELECTOR_FIELD_PATH);
  struct place place = at_field(selector, OBJECT_FIELD_SELECTOR_FIELD_PATH);
  struct place whole = positioned(at_object(selector), place.node);
  struct text base;
  struct text key;

  if (path.length == 0) {
    report_required(v, RULE_REQUIRED, place, NULL);
    return;
  }
  if (version.length > 0 && !text_is(version, "v1")) {
    report_invalid(v, RULE_FIELD_REFERENCE, place, show_text(path),
                   say(v, "error converting fieldPath: unsupported pod version: %s", version.data));
    return;
  }
  if (split_subscript(path, &base, &key)) {
    if (text_is(base, "metadata.annotations"))
      (void)check_qualified_name(v, whole, lower_text(v, key));
    else if (text_is(base, "metadata.labels"))
      (void)check_qualified_name(v, whole, key);
    else
      report_invalid(v, RULE_FIELD_REFERENCE, place, show_text(path),
                     say(v,
                         "error converting fieldPath: field label does not support subscript: %s",
                         path.data));
    return;
  }
  if (text_is(path, "spec.host"))
    path = TEXT("spec.nodeName");
  if (v->minor >= HOST_IPS_NAMED_SINCE && v->minor < HOST_IPS_SINCE &&
      text_is(path, "status.hostIPs"))
    report_forbidden(v, RULE_FIELD_REFERENCE, whole,
                     "may not be set when feature gate 'PodHostIPs' is not enabled");
  if (text_is_one_of(path, supported))
    return;
  if (text_is_one_of(path, known_fields) ||
      (v->minor >= HOST_IPS_NAMED_SINCE && text_is(path, "status.hostIPs")))
    report_not_supported(v, RULE_FIELD_REFERENCE, place, show_text(path), supported);
  else
    report_invalid(v, RULE_FIELD_REFERENCE, place, show_text(path),
                   say(v, "error converting fieldPath: field label not supported: %s", path.data));
}

static bool is_huge_page_field(struct text resource) {
  return text_starts(resource, "limits.hugepages-") || text_starts(resource, "requests.hugepages-");
}

static void check_divisor(struct validation *v, const struct object *selector,
                          struct text resource) {
  static const char *const cpu_divisors[] = {"1m", "1", NULL};
  const struct value *divisor = &selector->values[RESOURCE_FIELD_SELECTOR_DIVISOR];
  struct place place = at_field(selector, RESOURCE_FIELD_SELECTOR_DIVISOR);
  const char *what = NULL;
  struct text printed;

  if (!divisor->node || divisor->as.quantity->nano == 0)
    return;
  /* 1Ki fits and 1024 does not: the server compares what it would print. */
  printed = amount_text(v, divisor);
  if (text_is(resource, "limits.cpu") || text_is(resource, "requests.cpu")) {
    if (!text_is_one_of(printed, cpu_divisors))
      report_invalid(v, RULE_FIELD_REFERENCE, place, show_text(resource),
                     "only divisor's values 1m and 1 are supported with the cpu resource");
    return;
  }
  if (text_is(resource, "limits.memory") || text_is(resource, "requests.memory"))
    what = "memory";
  else if (text_is(resource, "limits.ephemeral-storage") ||
           text_is(resource, "requests.ephemeral-storage"))
    what = "local ephemeral storage";
  else if (is_huge_page_field(resource))
    what = "hugepages";
  if (what && !text_is_one_of(printed, byte_divisors))
    report_invalid(v, RULE_FIELD_REFERENCE, place, show_text(resource),
                   say(v,
                       "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, "
                       "1Ei are supported with the %s resource",
                       what));
}

void check_resource_selector(struct validation *v, const struct object *selector, bool in_volume) {
  struct text resource = get_text(selector, RESOURCE_FIELD_SELECTOR_RESOURCE);

  if (in_volume && get_text(selector, RESOURCE_FIELD_SELECTOR_CONTAINER_NAME).length == 0)
    report_required(v, RULE_REQUIRED, at_field(selector, RESOURCE_FIELD_SELECTOR_CONTAINER_NAME),
                    NULL);
  else if (resource.length == 0)
    report_required(v, RULE_REQUIRED, at_field(selector, RESOURCE_FIELD_SELECTOR_RESOURCE), NULL);
  else if (!text_is_one_of(resource, resource_fields) && !is_huge_page_field(resource))
    report_not_supported(v, RULE_FIELD_REFERENCE,
                         at_field(selector, RESOURCE_FIELD_SELECTOR_RESOURCE), show_text(resource),
                         resource_fields);
  check_divisor(v, selector, resource);
}

static void check_key_selector(struct validation *v, const struct object *selector, unsigned name,
                               unsigned key) {
  struct text key_text = get_text(selector, key);

  (void)check_dns_subdomain(v, at_field(selector, name), get_text(selector, name));
  if (key_text.length == 0)
    report_required(v, RULE_REQUIRED, at_field(selector, key), NULL);
  else
    (void)check_config_key(v, at_field(selector, key), key_text);
}

static void check_file_key(struct validation *v, const struct object *selector) {
  struct text key = get_text(selector, FILE_KEY_SELECTOR_KEY);
  struct text volume = get_text(selector, FILE_KEY_SELECTOR_VOLUME_NAME);
  struct text path = get_text(selector, FILE_KEY_SELECTOR_PATH);

  if (key.length == 0)
    report_required(v, RULE_REQUIRED, at_field(selector, FILE_KEY_SELECTOR_KEY), NULL);
  else
    (void)check_env_name(v, at_field(selector, FILE_KEY_SELECTOR_KEY), key);
  if (volume.length == 0)
    report_required(v, RULE_REQUIRED, at_field(selector, FILE_KEY_SELECTOR_VOLUME_NAME), NULL);
  else
    (void)check_dns_label(v, at_field(selector, FILE_KEY_SELECTOR_VOLUME_NAME), volume);
  if (path.length == 0)
    report_required(v, RULE_REQUIRED, at_field(selector, FILE_KEY_SELECTOR_PATH), NULL);
  else if (has_backstep(path))
    report_invalid(v, RULE_PATH, at_field(selector, FILE_KEY_SELECTOR_PATH), show_text(path),
                   "must not contain '..'");
}

static void check_value_from(struct validation *v, const struct object *variable,
                             const struct object *from) {
  const struct object *field = get_object(from, ENV_VAR_SOURCE_FIELD_REF);
  const struct object *resource = get_object(from, ENV_VAR_SOURCE_RESOURCE_FIELD_REF);
  const struct object *config = get_object(from, ENV_VAR_SOURCE_CONFIG_MAP_KEY_REF);
  const struct object *secret = get_object(from, ENV_VAR_SOURCE_SECRET_KEY_REF);
  const struct object *file = get_object(from, ENV_VAR_SOURCE_FILE_KEY_REF);
  int sources = !!field + !!resource + !!config + !!secret + !!file;

  if (field)
    check_field_selector(
        v, field, v->minor >= HOST_IPS_NAMED_SINCE ? env_fields : env_fields_before_host_ips);
  if (resource)
    check_resource_selector(v, resource, false);
  if (config)
    check_key_selector(v, config, CONFIG_MAP_KEY_SELECTOR_NAME, CONFIG_MAP_KEY_SELECTOR_KEY);
  if (secret)
    check_key_selector(v, secret, SECRET_KEY_SELECTOR_NAME, SECRET_KEY_SELECTOR_KEY);
  if (file)
    check_file_key(v, file);
  if (sources == 0)
    report_invalid(v, RULE_ENV_SOURCE, at_object(from), show_text(TEXT("")),
                   v->minor < FILE_KEYS_SINCE
                       ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` "
                         "or `secretKeyRef`"
                       : "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, "
                         "`secretKeyRef` or `fileKeyRef`");
  else if (get_text(variable, ENV_VAR_VALUE).length > 0)
    report_invalid(v, RULE_ENV_SOURCE, at_object(from), show_text(TEXT("")),
                   "may not be specified when `value` is not empty");
  else if (sources > 1)
    report_invalid(v, RULE_ENV_SOURCE, at_object(from), show_text(TEXT("")),
                   "may not have more than one field specified at a time");
}

/* A second variable of the name. Newer servers do not mind one that builds on the first. */
static void warn_of_repeat(struct validation *v, const struct object *variable) {
  struct text name = get_text(variable, ENV_VAR_NAME);
  struct text value = get_text(variable, ENV_VAR_VALUE);
  const char *reference = say(v, "$(%s)", name.data);

  if (v->minor < HIDING_SINCE)
    report_warning(v, RULE_DUPLICATE_ENV, at_field(variable, ENV_VAR_NAME),
                   say(v, "duplicate name %s", quoted(v, shown_variable(v, name))));
  else if (has(variable, ENV_VAR_VALUE_FROM) || text_is(value, reference) ||
           !memmem(value.data, value.length, reference, strlen(reference)))
    report_warning(
        v, RULE_DUPLICATE_ENV, positioned(at_object(variable), variable->values[ENV_VAR_NAME].node),
        say(v, "hides previous definition of %s%s", quoted(v, shown_variable(v, name)),
            v->minor < HIDING_ADVICE_SINCE ? "" : ", which may be dropped when using apply"));
}

void check_env(struct validation *v, const struct object *container) {
  const struct list *env = get_list(container, CONTAINER_ENV);
  struct string_set names;

  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < env->count && !v->failed; i++) {
    const struct object *variable = env->items[i].as.object;
    struct text name = get_text(variable, ENV_VAR_NAME);
    const struct object *from = get_object(variable, ENV_VAR_VALUE_FROM);
    int added;

    if (name.length == 0)
      report_required(v, RULE_REQUIRED, at_field(variable, ENV_VAR_NAME), NULL);
    else
      (void)check_env_name(v, at_field(variable, ENV_VAR_NAME), name);
    if (from)
      check_value_from(v, variable, from);
    added = string_set_add(&names, name);
    if (added < 0)
      v->failed = true;
    if (added == 0)
      warn_of_repeat(v, variable);
  }
}

static void check_source_name(struct validation *v, const struct object *source, unsigned field) {
  struct text name = get_text(source, field);

  /* The server takes it for a prefix, which may end with a dash. */
  if (name.length == 0)
    report_required(v, RULE_REQUIRED, at_field(source, field), NULL);
  else if (!is_dns_subdomain(as_name_prefix(v, name)))
    (void)check_dns_subdomain(v, at_field(source, field), name);
}

void check_env_from(struct validation *v, const struct object *container) {
  const struct list *list = get_list(container, CONTAINER_ENV_FROM);

  for (uint32_t i = 0; i < list->count; i++) {
    const struct object *from = list->items[i].as.object;
    const struct object *config = get_object(from, ENV_FROM_SOURCE_CONFIG_MAP_REF);
    const struct object *secret = get_object(from, ENV_FROM_SOURCE_SECRET_REF);
    struct text prefix = get_text(from, ENV_FROM_SOURCE_PREFIX);
    /* The server leaves the index out here. */
    struct place all = positioned(at_field(container, CONTAINER_ENV_FROM), from->node);

    if (prefix.length > 0)
      (void)check_env_name(v, at_field(from, ENV_FROM_SOURCE_PREFIX), prefix);
    if (config)
      check_source_name(v, config, CONFIG_MAP_ENV_SOURCE_NAME);
    if (secret)
      check_source_name(v, secret, SECRET_ENV_SOURCE_NAME);
    if (!config && !secret)
      report_invalid(v, RULE_ENV_SOURCE, all, show_text(TEXT("")),
                     "must specify one of: `configMapRef` or `secretRef`");
    if (config && secret)
      report_invalid(v, RULE_ENV_SOURCE, all, show_text(TEXT("")),
                     "may not have more than one field specified at a time");
  }
}

/* Names of the Pod's volumes, made when the first variable asks. */
struct files {
  struct string_set volumes;
  struct string_set empty_dirs;
  bool filled;
};

static void fill_files(struct validation *v, struct files *files, const struct object *spec) {
  const struct list *volumes = get_list(spec, POD_SPEC_VOLUMES);

  files->filled = true;
  string_set_init(&files->volumes, &v->arena);
  string_set_init(&files->empty_dirs, &v->arena);
  for (uint32_t i = 0; i < volumes->count && !v->failed; i++) {
    const struct object *volume = volumes->items[i].as.object;
    struct text name = get_text(volume, VOLUME_NAME);
    bool is_empty_dir = has(volume, VOLUME_EMPTY_DIR) || !volume_has_source(volume);

    if (string_set_add(&files->volumes, name) < 0 ||
        (is_empty_dir && string_set_add(&files->empty_dirs, name) < 0))
      v->failed = true;
  }
}

static void check_file_volume(struct validation *v, struct files *files, const struct object *spec,
                              const struct object *selector) {
  struct text name = get_text(selector, FILE_KEY_SELECTOR_VOLUME_NAME);
  struct place place = at_field(selector, FILE_KEY_SELECTOR_VOLUME_NAME);

  if (!files->filled)
    fill_files(v, files, spec);
  if (!string_set_has(&files->volumes, name))
    report_not_found(v, RULE_MOUNT, place, show_text(name));
  else if (!string_set_has(&files->empty_dirs, name))
    report_invalid(v, RULE_MOUNT, place, show_text(name),
                   "referenced volume must be of type emptyDir");
}

void check_env_files(struct validation *v, const struct object *spec) {
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};
  struct files files = {.filled = false};

  for (size_t n = 0; n < sizeof lists; n++)
    for (uint32_t i = 0; i < get_list(spec, lists[n])->count; i++) {
      const struct list *env =
          get_list(get_list(spec, lists[n])->items[i].as.object, CONTAINER_ENV);

      for (uint32_t k = 0; k < env->count && !v->failed; k++) {
        const struct object *selector = get_object(
            get_object(env->items[k].as.object, ENV_VAR_VALUE_FROM), ENV_VAR_SOURCE_FILE_KEY_REF);

        if (selector)
          check_file_volume(v, &files, spec, selector);
      }
    }
}
