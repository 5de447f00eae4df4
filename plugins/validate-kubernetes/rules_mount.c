/* SPDX-License-Identifier: Apache-2.0 */
/* Where containers see volumes: volumeMounts and volumeDevices. */
#include "rules.h"

#include "formats.h"

static const char *const propagations[] = {"Bidirectional", "HostToContainer", "None", NULL};
static const char *const recursive_modes[] = {"Disabled", "Enabled", "IfPossible", NULL};

void check_descending_path(struct validation *v, struct place place, struct text path) {
  if (text_starts(path, "/"))
    report_invalid(v, RULE_PATH, place, show_text(path), "must be a relative path");
  if (has_backstep(path))
    report_invalid(v, RULE_PATH, place, show_text(path), "must not contain '..'");
}

/* Names and paths of the other kind: a volume is either mounted or a device. */
struct taken {
  struct string_set names;
  struct string_set paths;
};

static void take_all(struct validation *v, struct taken *taken, const struct list *list,
                     unsigned name, unsigned path) {
  string_set_init(&taken->names, &v->arena);
  string_set_init(&taken->paths, &v->arena);
  for (uint32_t i = 0; i < list->count && !v->failed; i++)
    if (string_set_add(&taken->names, get_text(list->items[i].as.object, name)) < 0 ||
        string_set_add(&taken->paths, get_text(list->items[i].as.object, path)) < 0)
      v->failed = true;
}

static void check_propagation(struct validation *v, const struct object *mount,
                              const struct object *container) {
  struct text text = get_text(mount, VOLUME_MOUNT_MOUNT_PROPAGATION);
  struct place place = at_field(mount, VOLUME_MOUNT_MOUNT_PROPAGATION);

  if (!has(mount, VOLUME_MOUNT_MOUNT_PROPAGATION))
    return;
  if (!text_is_one_of(text, propagations))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, place, show_text(text), propagations);
  if (text_is(text, "Bidirectional") &&
      !get_bool(get_object(container, CONTAINER_SECURITY_CONTEXT), SECURITY_CONTEXT_PRIVILEGED))
    report_forbidden(v, RULE_MOUNT, place,
                     "Bidirectional mount propagation is available only to privileged containers");
}

static void check_recursive_read_only(struct validation *v, const struct object *mount) {
  struct text mode = get_text(mount, VOLUME_MOUNT_RECURSIVE_READ_ONLY);
  struct text propagation = get_text(mount, VOLUME_MOUNT_MOUNT_PROPAGATION);
  struct place place = at_field(mount, VOLUME_MOUNT_RECURSIVE_READ_ONLY);

  if (!has(mount, VOLUME_MOUNT_RECURSIVE_READ_ONLY))
    return;
  if (!text_is_one_of(mode, recursive_modes)) {
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, place, show_text(mode), recursive_modes);
    return;
  }
  if (text_is(mode, "Disabled"))
    return;
  if (!get_bool(mount, VOLUME_MOUNT_READ_ONLY))
    report_forbidden(v, RULE_MOUNT, place, "may only be specified when readOnly is true");
  if (propagation.length > 0 && !text_is(propagation, "None"))
    report_forbidden(v, RULE_MOUNT, place,
                     "may only be specified when mountPropagation is None or not specified");
}

static void check_mount_paths(struct validation *v, struct object *mount,
                              const struct object *container) {
  struct text path = get_text(mount, VOLUME_MOUNT_SUB_PATH);
  struct text expression = get_text(mount, VOLUME_MOUNT_SUB_PATH_EXPR);

  if (expression.length > 0 && path.length > 0)
    report_invalid(v, RULE_MOUNT, at_field(mount, VOLUME_MOUNT_SUB_PATH_EXPR),
                   show_text(expression), "subPathExpr and subPath are mutually exclusive");
  /* The server leaves the index out of these paths. */
  mount->hidden = HIDE_ITEM;
  check_descending_path(v, at_field(mount, VOLUME_MOUNT_SUB_PATH), path);
  check_descending_path(v, at_field(mount, VOLUME_MOUNT_SUB_PATH_EXPR), expression);
  check_propagation(v, mount, container);
  check_recursive_read_only(v, mount);
  mount->hidden = 0;
}

void check_mounts(struct validation *v, const struct pod *pod, const struct object *container) {
  const struct list *mounts = get_list(container, CONTAINER_VOLUME_MOUNTS);
  struct string_set paths;
  struct taken devices;

  if (mounts->count == 0)
    return;
  string_set_init(&paths, &v->arena);
  take_all(v, &devices, get_list(container, CONTAINER_VOLUME_DEVICES), VOLUME_DEVICE_NAME,
           VOLUME_DEVICE_DEVICE_PATH);
  for (uint32_t i = 0; i < mounts->count && !v->failed; i++) {
    struct object *mount = mounts->items[i].as.object;
    struct text name = get_text(mount, VOLUME_MOUNT_NAME);
    struct text path = get_text(mount, VOLUME_MOUNT_MOUNT_PATH);
    int added;

    if (string_set_has(&pod->dropped, name))
      continue;
    if (name.length == 0)
      report_required(v, RULE_REQUIRED, at_field(mount, VOLUME_MOUNT_NAME), NULL);
    if (!string_set_has(&pod->volumes, name))
      report_not_found(v, RULE_MOUNT, at_field(mount, VOLUME_MOUNT_NAME), show_text(name));
    if (path.length == 0)
      report_required(v, RULE_REQUIRED, at_field(mount, VOLUME_MOUNT_MOUNT_PATH), NULL);
    added = string_set_add(&paths, path);
    if (added == 0)
      report_invalid(v, RULE_MOUNT, at_field(mount, VOLUME_MOUNT_MOUNT_PATH), show_text(path),
                     "must be unique");
    if (added < 0)
      v->failed = true;
    if (string_set_has(&devices.names, name))
      report_invalid(v, RULE_MOUNT, at_field(mount, VOLUME_MOUNT_NAME), show_text(name),
                     "must not already exist in volumeDevices");
    if (string_set_has(&devices.paths, path))
      report_invalid(v, RULE_MOUNT, at_field(mount, VOLUME_MOUNT_MOUNT_PATH), show_text(path),
                     "must not already exist as a path in volumeDevices");
    check_mount_paths(v, mount, container);
  }
}

static void check_device(struct validation *v, const struct pod *pod, const struct object *device,
                         struct taken *before, const struct taken *mounts) {
  struct text name = get_text(device, VOLUME_DEVICE_NAME);
  struct text path = get_text(device, VOLUME_DEVICE_DEVICE_PATH);
  struct place at_name = at_field(device, VOLUME_DEVICE_NAME);
  struct place at_path = at_field(device, VOLUME_DEVICE_DEVICE_PATH);

  if (name.length == 0)
    report_required(v, RULE_REQUIRED, at_name, NULL);
  if (string_set_has(&before->names, name))
    report_invalid(v, RULE_MOUNT, at_name, show_text(name), "must be unique");
  if (!string_set_has(&pod->volumes, name))
    report_not_found(v, RULE_MOUNT, at_name, show_text(name));
  else if (!string_set_has(&pod->claim_volumes, name))
    report_invalid(v, RULE_MOUNT, at_name, show_text(name),
                   "can only use volume source type of PersistentVolumeClaim or Ephemeral for "
                   "block mode");
  if (path.length == 0)
    report_required(v, RULE_REQUIRED, at_path, NULL);
  if (string_set_has(&before->paths, path))
    report_invalid(v, RULE_MOUNT, at_path, show_text(path), "must be unique");
  if (has_backstep(path))
    report_invalid(v, RULE_PATH, at_path, show_text(path), "can not contain backsteps ('..')");
  else if (string_set_add(&before->paths, path) < 0)
    v->failed = true;
  if (string_set_has(&mounts->names, name))
    report_invalid(v, RULE_MOUNT, at_name, show_text(name),
                   "must not already exist in volumeMounts");
  if (string_set_has(&mounts->paths, path))
    report_invalid(v, RULE_MOUNT, at_path, show_text(path),
                   "must not already exist as a path in volumeMounts");
  if (name.length > 0 && string_set_add(&before->names, name) < 0)
    v->failed = true;
}

void check_devices(struct validation *v, const struct pod *pod, const struct object *container) {
  const struct list *devices = get_list(container, CONTAINER_VOLUME_DEVICES);
  struct taken before;
  struct taken mounts;

  if (devices->count == 0)
    return;
  take_all(v, &before, &empty_list, VOLUME_DEVICE_NAME, VOLUME_DEVICE_DEVICE_PATH);
  take_all(v, &mounts, get_list(container, CONTAINER_VOLUME_MOUNTS), VOLUME_MOUNT_NAME,
           VOLUME_MOUNT_MOUNT_PATH);
  for (uint32_t i = 0; i < devices->count && !v->failed; i++)
    check_device(v, pod, devices->items[i].as.object, &before, &mounts);
}
