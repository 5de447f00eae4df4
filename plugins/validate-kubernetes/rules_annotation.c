/* SPDX-License-Identifier: Apache-2.0 */
/* Annotations of the Pod template that mean something to the server. */
#include "rules.h"

#define MIRROR "kubernetes.io/config.mirror"
#define DELETION_COST "controller.kubernetes.io/pod-deletion-cost"
#define APPARMOR_PREFIX "container.apparmor.security.beta.kubernetes.io/"
#define SECCOMP_POD "seccomp.security.alpha.kubernetes.io/pod"
#define SECCOMP_PREFIX "container.seccomp.security.alpha.kubernetes.io/"

/* From this version on seccomp annotations mean nothing. */
enum { SECCOMP_UNTIL = 26 };

/* A 32-bit integer without plus sign or leading zeros. */
static bool is_cost(struct text text) {
  bool negative = text_starts(text, "-");
  size_t at = negative;
  int64_t value = 0;

  if (text.length == 0)
    return false;
  if (at == text.length || (!negative && text.data[0] == '0' && text.length > 1))
    return false;
  for (; at < text.length; at++) {
    if (text.data[at] < '0' || text.data[at] > '9' || value > INT32_MAX)
      return false;
    value = value * 10 + (text.data[at] - '0');
  }
  return value <= (int64_t)INT32_MAX + negative;
}

static bool has_container(const struct object *spec, struct text name) {
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};

  for (size_t n = 0; n < sizeof lists; n++) {
    const struct list *containers = get_list(spec, lists[n]);

    for (uint32_t i = 0; i < containers->count; i++)
      if (text_equal(get_text(containers->items[i].as.object, CONTAINER_NAME), name))
        return true;
  }
  return false;
}

static void check_apparmor(struct validation *v, struct place place, const struct object *spec,
                           const struct value *annotation) {
  struct text key = item_key(annotation);
  struct text profile = item_text(annotation);
  struct text name = {key.data + strlen(APPARMOR_PREFIX), key.length - strlen(APPARMOR_PREFIX)};

  if (!has_container(spec, name))
    report_invalid(v, RULE_POD_ANNOTATION, place, show_text(name), "container not found");
  if (profile.length > 0 && !text_is(profile, "runtime/default") &&
      !text_is(profile, "unconfined") && !text_starts(profile, "localhost/"))
    report_invalid(v, RULE_POD_ANNOTATION, place, show_text(profile),
                   say(v, "invalid AppArmor profile name: %s", quoted(v, profile)));
}

/* The server writes the key after a point here, not in brackets. */
static void check_seccomp(struct validation *v, const struct object *template,
                          const struct value *annotation) {
  struct text profile = item_text(annotation);
  struct place place =
      at_tail(template, say(v, "annotations.%s", item_key(annotation).data), annotation->node);

  if (text_is(profile, "runtime/default") || text_is(profile, "docker/default") ||
      text_is(profile, "unconfined"))
    return;
  if (text_starts(profile, "localhost/"))
    check_descending_path(v, place, (struct text){profile.data + 10, profile.length - 10});
  else
    report_invalid(v, RULE_POD_ANNOTATION, place, show_text(profile),
                   "must be a valid seccomp profile");
}

/* An annotation beside a profile that may say something else. */
static void compare_seccomp(struct validation *v, struct text written,
                            const struct object *profile) {
  struct text type = get_text(profile, SECCOMP_PROFILE_TYPE);
  bool same = true;

  if (text_is(type, "Unconfined"))
    same = text_is(written, "unconfined");
  else if (text_is(type, "RuntimeDefault"))
    same = text_is(written, "runtime/default") || text_is(written, "docker/default");
  else if (text_is(type, "Localhost"))
    same = text_starts(written, "localhost/");
  if (!same) {
    report_forbidden(v, RULE_POD_ANNOTATION, at_field(profile, SECCOMP_PROFILE_TYPE),
                     "seccomp type in annotation and field must match");
    return;
  }
  if (!text_is(type, "Localhost"))
    return;
  written = (struct text){written.data + 10, written.length - 10};
  if (!has(profile, SECCOMP_PROFILE_LOCALHOST_PROFILE) ||
      !text_equal(written, get_text(profile, SECCOMP_PROFILE_LOCALHOST_PROFILE)))
    report_forbidden(v, RULE_POD_ANNOTATION, at_field(profile, SECCOMP_PROFILE_LOCALHOST_PROFILE),
                     "seccomp profile in annotation and field must match");
}

/* What may be said twice of seccomp, by annotation and by field. */
static void check_seccomp_of(struct validation *v, const struct object *metadata, const char *key,
                             const struct object *profile) {
  const struct value *annotation =
      map_find(get_list(metadata, OBJECT_META_ANNOTATIONS), (struct text){key, strlen(key)});

  if (annotation && profile)
    compare_seccomp(v, item_text(annotation), profile);
}

static void check_all_seccomp(struct validation *v, const struct object *metadata,
                              const struct object *spec) {
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};

  if (v->minor > SECCOMP_UNTIL || get_list(metadata, OBJECT_META_ANNOTATIONS)->count == 0)
    return;
  check_seccomp_of(v, metadata, SECCOMP_POD,
                   get_object(get_object(spec, POD_SPEC_SECURITY_CONTEXT),
                              POD_SECURITY_CONTEXT_SECCOMP_PROFILE));
  for (size_t n = 0; n < sizeof lists; n++)
    for (uint32_t i = 0; i < get_list(spec, lists[n])->count; i++) {
      const struct object *container = get_list(spec, lists[n])->items[i].as.object;

      check_seccomp_of(v, metadata,
                       say(v, SECCOMP_PREFIX "%s", get_text(container, CONTAINER_NAME).data),
                       get_object(get_object(container, CONTAINER_SECURITY_CONTEXT),
                                  SECURITY_CONTEXT_SECCOMP_PROFILE));
    }
}

void check_pod_annotations(struct validation *v, const struct object *template,
                           const struct object *metadata, const struct object *spec) {
  const struct list *annotations = get_list(metadata, OBJECT_META_ANNOTATIONS);

  for (uint32_t i = 0; i < annotations->count; i++) {
    const struct value *annotation = &annotations->items[i];
    struct text key = item_key(annotation);
    struct place place = at_tail(template, "annotations", annotation->node);

    place.tail_key = key;
    if (text_is(key, MIRROR) && get_text(spec, POD_SPEC_NODE_NAME).length == 0)
      report_invalid(v, RULE_POD_ANNOTATION, place, show_text(item_text(annotation)),
                     "must set spec.nodeName if mirror pod annotation is set");
    else if (text_is(key, DELETION_COST) && !is_cost(item_text(annotation)))
      report_invalid(v, RULE_POD_ANNOTATION, place, show_text(item_text(annotation)),
                     "must be a 32bit integer");
    else if (text_starts(key, APPARMOR_PREFIX))
      check_apparmor(v, place, spec, annotation);
    else if (v->minor <= SECCOMP_UNTIL &&
             (text_is(key, SECCOMP_POD) || text_starts(key, SECCOMP_PREFIX)))
      check_seccomp(v, template, annotation);
  }
  check_all_seccomp(v, metadata, spec);
}
