/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings that the server sends along with a Job that it accepts, where they belong to no rule of
 * another file (pkg/api/pod/warnings.go, registry/batch/job). */
#include "rules_warning.h"

#include "formats.h"

enum {
  JOB_NAME_WARNING_SINCE = 27,
  SECCOMP_DEAD_SINCE = 27,
  GRACE_SINCE = 27,
  MANY_INDEXES_SINCE = 28,
  MANY_COMPLETIONS = 100000,
  MANY_AT_ONCE = 10000,
};

void warn_of_job_name(struct validation *v, const struct object *metadata) {
  struct text name = get_text(metadata, OBJECT_META_NAME);

  if (v->minor >= JOB_NAME_WARNING_SINCE && name.length > 0 && !is_dns_label(name))
    report_warning(v, RULE_JOB_NAME_DOTS, at_field(metadata, OBJECT_META_NAME),
                   "this is used in Pod names and hostnames, which can result in surprising "
                   "behavior; a DNS label is recommended");
}

void warn_of_job_spec(struct validation *v, const struct object *spec) {
  if (v->minor >= MANY_INDEXES_SINCE &&
      text_is(get_text(spec, JOB_SPEC_COMPLETION_MODE), "Indexed") &&
      get_integer(spec, JOB_SPEC_COMPLETIONS) > MANY_COMPLETIONS &&
      get_integer(spec, JOB_SPEC_PARALLELISM) > MANY_AT_ONCE)
    report_warning(v, RULE_INDEXED, at_object(spec),
                   "In Indexed Jobs with a number of completions higher than 10^5 and a "
                   "parallelism higher than 10^4, Kubernetes might not be able to track "
                   "completedIndexes when a big number of indexes fail");
}

/* Annotations that are settings no more. */
static const struct {
  const char *key;
  const char *words;
} dead_annotations[] = {
    {"scheduler.alpha.kubernetes.io/critical-pod",
     "non-functional in v1.16+; use the \"priorityClassName\" field instead"},
    {"security.alpha.kubernetes.io/sysctls",
     "non-functional in v1.11+; use the \"sysctls\" field instead"},
    {"security.alpha.kubernetes.io/unsafe-sysctls",
     "non-functional in v1.11+; use the \"sysctls\" field instead"},
};

static void warn_of_annotation(struct validation *v, const struct object *metadata, const char *key,
                               const char *words) {
  const struct value *annotation =
      map_find(get_list(metadata, OBJECT_META_ANNOTATIONS), (struct text){key, strlen(key)});

  if (annotation)
    report_warning(v, RULE_DEPRECATED, at_entry(metadata, OBJECT_META_ANNOTATIONS, annotation),
                   words);
}

/* A profile in an annotation where the field says nothing. */
static void warn_of_seccomp(struct validation *v, const struct object *metadata,
                            const struct object *spec) {
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};
  const char *words = v->minor < SECCOMP_DEAD_SINCE
                          ? "deprecated since v1.19, non-functional in a future release; use the "
                            "\"seccompProfile\" field instead"
                          : "non-functional in v1.27+; use the \"seccompProfile\" field instead";

  if (!has(get_object(spec, POD_SPEC_SECURITY_CONTEXT), POD_SECURITY_CONTEXT_SECCOMP_PROFILE))
    warn_of_annotation(v, metadata, "seccomp.security.alpha.kubernetes.io/pod", words);
  for (size_t n = 0; n < sizeof lists; n++)
    for (uint32_t i = 0; i < get_list(spec, lists[n])->count; i++) {
      const struct object *container = get_list(spec, lists[n])->items[i].as.object;

      if (!has(get_object(container, CONTAINER_SECURITY_CONTEXT), SECURITY_CONTEXT_SECCOMP_PROFILE))
        warn_of_annotation(v, metadata,
                           say(v, "container.seccomp.security.alpha.kubernetes.io/%s",
                               get_text(container, CONTAINER_NAME).data),
                           words);
    }
}

static void warn_of_annotations(struct validation *v, const struct object *metadata,
                                const struct object *spec) {
  if (get_list(metadata, OBJECT_META_ANNOTATIONS)->count == 0)
    return;
  for (size_t i = 0; i < sizeof dead_annotations / sizeof *dead_annotations; i++)
    warn_of_annotation(v, metadata, dead_annotations[i].key, dead_annotations[i].words);
  warn_of_seccomp(v, metadata, spec);
}

/* Warns of items of a list that have the same key; `empty` where an empty one is ignored too. */
static void warn_of_duplicates(struct validation *v, const struct object *spec, unsigned field,
                               unsigned key, bool empty) {
  const struct list *list = get_list(spec, field);
  struct string_set seen;

  string_set_init(&seen, &v->arena);
  for (uint32_t i = 0; i < list->count && !v->failed; i++) {
    const struct object *item = list->items[i].as.object;
    struct text text = get_text(item, key);
    const char *name = item->type->fields[key].name;
    int added = string_set_add(&seen, text);

    if (added < 0)
      v->failed = true;
    if (added == 0)
      report_warning(v, RULE_IGNORED_VALUE, at_field(item, key),
                     say(v, "duplicate %s %s", name, quoted(v, text)));
    if (empty && text.length == 0)
      report_warning(v, RULE_IGNORED_VALUE, at_field(item, key),
                     say(v, "invalid empty %s \"\"", name));
  }
}

void warn_of_pod(struct validation *v, const struct object *metadata, const struct object *spec) {
  warn_of_scheduling(v, spec);
  warn_of_annotations(v, metadata, spec);
  warn_of_volumes(v, spec);
  warn_of_ports(v, spec);
  if (v->minor >= GRACE_SINCE && get_integer(spec, POD_SPEC_TERMINATION_GRACE_PERIOD_SECONDS) < 0)
    report_warning(v, RULE_IGNORED_VALUE, at_field(spec, POD_SPEC_TERMINATION_GRACE_PERIOD_SECONDS),
                   "must be >= 0; negative values are invalid and will be treated as 1");
  warn_of_duplicates(v, spec, POD_SPEC_IMAGE_PULL_SECRETS, LOCAL_OBJECT_REFERENCE_NAME, true);
  for (uint32_t i = 0; i < get_list(spec, POD_SPEC_HOST_ALIASES)->count; i++)
    get_list(spec, POD_SPEC_HOST_ALIASES)->items[i].as.object->hidden = 0;
  warn_of_duplicates(v, spec, POD_SPEC_HOST_ALIASES, HOST_ALIAS_IP, false);
}
