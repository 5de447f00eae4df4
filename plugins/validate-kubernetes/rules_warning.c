/* Warnings that the server sends along with a Job that it accepts, where they belong to no rule of
 * another file (pkg/api/pod/warnings.go, registry/batch/job). */
#include "rules.h"

#include "formats.h"

enum { JOB_NAME_WARNING_SINCE = 27 };

/* Volumes that are deprecated or do nothing any more. */
static const struct {
  unsigned field;
  const char *words;
} deprecated_volumes[] = {
    {VOLUME_PHOTON_PERSISTENT_DISK, "deprecated in v1.11, non-functional in v1.16+"},
    {VOLUME_GIT_REPO, "deprecated in v1.11"},
    {VOLUME_SCALE_IO, "deprecated in v1.16, non-functional in v1.22+"},
    {VOLUME_FLOCKER, "deprecated in v1.22, support removal is planned in v1.26"},
    {VOLUME_STORAGEOS, "deprecated in v1.22, support removal is planned in v1.26"},
    {VOLUME_QUOBYTE, "deprecated in v1.22, support removal is planned in v1.26"},
    {VOLUME_GLUSTERFS,
     "deprecated in v1.25, this feature will be removed soon after in a subsequent release"},
};

void warn_of_job_name(struct validation *v, const struct object *metadata) {
  struct text name = get_text(metadata, OBJECT_META_NAME);

  if (v->minor >= JOB_NAME_WARNING_SINCE && name.length > 0 && !is_dns_label(name))
    report_warning(v, RULE_JOB_NAME_DOTS, at_field(metadata, OBJECT_META_NAME),
                   "this is used in Pod names and hostnames, which can result in surprising "
                   "behavior; a DNS label is recommended");
}

static void warn_of_volumes(struct validation *v, const struct object *spec) {
  const struct list *volumes = get_list(spec, POD_SPEC_VOLUMES);
  size_t n;
  uint32_t i;

  for (i = 0; i < volumes->count; i++)
    for (n = 0; n < sizeof deprecated_volumes / sizeof *deprecated_volumes; n++)
      if (has(volumes->items[i].as.object, deprecated_volumes[n].field))
        report_warning(v, RULE_DEPRECATED,
                       at_field(volumes->items[i].as.object, deprecated_volumes[n].field),
                       deprecated_volumes[n].words);
}

/* Warns of items of a list that have the same key; `empty` where an empty one is ignored too. */
static void warn_of_duplicates(struct validation *v, const struct object *spec, unsigned field,
                               unsigned key, bool empty) {
  const struct list *list = get_list(spec, field);
  struct string_set seen;
  uint32_t i;

  string_set_init(&seen, &v->arena);
  for (i = 0; i < list->count && !v->failed; i++) {
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

void warn_of_pod_spec(struct validation *v, const struct object *spec) {
  uint32_t i;

  warn_of_volumes(v, spec);
  warn_of_duplicates(v, spec, POD_SPEC_IMAGE_PULL_SECRETS, LOCAL_OBJECT_REFERENCE_NAME, true);
  for (i = 0; i < get_list(spec, POD_SPEC_HOST_ALIASES)->count; i++)
    get_list(spec, POD_SPEC_HOST_ALIASES)->items[i].as.object->hidden = 0;
  warn_of_duplicates(v, spec, POD_SPEC_HOST_ALIASES, HOST_ALIAS_IP, false);
}
