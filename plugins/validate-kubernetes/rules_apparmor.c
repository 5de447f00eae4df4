/* SPDX-License-Identifier: Apache-2.0 */
/* AppArmor: the field, and the annotations that it takes the place of. */
#include "rules_apparmor.h"

#define PREFIX "container.apparmor.security.beta.kubernetes.io/"

/* MOST_PATH: PATH_MAX without the NUL. */
enum {
  FIELD_SINCE = 30,
  BYTES_NAMED_SINCE = 32,
  POD_PROFILE_COMPARED_SINCE = 34,
  MOST_PATH = 4095
};

static const char *const types[] = {"Localhost", "RuntimeDefault", "Unconfined", NULL};

static bool is_padded(struct text text) {
  static const char blanks[] = " \t\n\v\f\r";

  return text.length > 0 && (memchr(blanks, text.data[0], sizeof blanks - 1) ||
                             memchr(blanks, text.data[text.length - 1], sizeof blanks - 1));
}

static void check_localhost(struct validation *v, const struct object *profile) {
  struct text path = get_text(profile, APP_ARMOR_PROFILE_LOCALHOST_PROFILE);
  struct place place = at_field(profile, APP_ARMOR_PROFILE_LOCALHOST_PROFILE);

  if (is_padded(path))
    report_invalid(v, RULE_SECURITY_PROFILE, place, show_text(path),
                   "must not be padded with whitespace");
  else if (path.length == 0)
    report_required(v, RULE_SECURITY_PROFILE, place, "must be set when AppArmor type is Localhost");
  if (path.length <= MOST_PATH)
    return;
  if (v->minor >= BYTES_NAMED_SINCE)
    report_too_long(v, RULE_SECURITY_PROFILE, place, MOST_PATH);
  else
    report_error(v, RULE_SECURITY_PROFILE, place, "Too long: may not be longer than 4095", NULL);
}

void check_apparmor_profile(struct validation *v, const struct object *profile) {
  struct text type = get_text(profile, APP_ARMOR_PROFILE_TYPE);

  if (!profile)
    return;
  if (type.length == 0)
    report_required(v, RULE_REQUIRED, at_field(profile, APP_ARMOR_PROFILE_TYPE),
                    "type is required when appArmorProfile is set");
  else if (!text_is_one_of(type, types))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(profile, APP_ARMOR_PROFILE_TYPE),
                         show_text(type), types);
  else if (text_is(type, "Localhost"))
    check_localhost(v, profile);
  else if (has(profile, APP_ARMOR_PROFILE_LOCALHOST_PROFILE))
    report_invalid(v, RULE_SECURITY_PROFILE, at_field(profile, APP_ARMOR_PROFILE_LOCALHOST_PROFILE),
                   show_text(get_text(profile, APP_ARMOR_PROFILE_LOCALHOST_PROFILE)),
                   "can only be set when AppArmor type is Localhost");
}

/* What an annotation says, as the field would: its type, and the profile of localhost/. */
static bool read_annotation(struct text text, const char **type, struct text *path) {
  *path = TEXT("");
  if (text_is(text, "unconfined")) {
    *type = "Unconfined";
  } else if (text_is(text, "runtime/default")) {
    *type = "RuntimeDefault";
  } else if (text_starts(text, "localhost/")) {
    *type = "Localhost";
    *path = (struct text){text.data + 10, text.length - 10};
  } else {
    return false;
  }
  return true;
}

/* Both say the same. */
static bool is_same(const struct object *profile, struct text annotation) {
  const char *type;
  struct text path;

  return read_annotation(annotation, &type, &path) &&
         text_is(get_text(profile, APP_ARMOR_PROFILE_TYPE), type) &&
         text_equal(get_text(profile, APP_ARMOR_PROFILE_LOCALHOST_PROFILE), path);
}

/* The field that counts for a container against the annotation for it. The server names the
 * container's field even where the Pod's counts. */
static void check_match(struct validation *v, const struct object *container,
                        const struct object *profile, const struct value *annotation) {
  const char *type = "";
  struct text path;
  struct text of_field = get_text(profile, APP_ARMOR_PROFILE_TYPE);

  if (!text_is_one_of(of_field, types))
    return;
  if (!read_annotation(item_text(annotation), &type, &path) || !text_is(of_field, type))
    report_forbidden(v, RULE_SECURITY_PROFILE,
                     at_tail(container, "securityContext.appArmorProfile.type", annotation->node),
                     "apparmor type in annotation and field must match");
  else if (!text_equal(get_text(profile, APP_ARMOR_PROFILE_LOCALHOST_PROFILE), path))
    report_forbidden(
        v, RULE_SECURITY_PROFILE,
        at_tail(container, "securityContext.appArmorProfile.localhostProfile", annotation->node),
        "apparmor profile in annotation and field must match");
}

static void check_container(struct validation *v, const struct object *metadata,
                            const struct object *container, const struct object *of_pod,
                            bool windows) {
  const struct object *own = get_object(get_object(container, CONTAINER_SECURITY_CONTEXT),
                                        SECURITY_CONTEXT_APP_ARMOR_PROFILE);
  const char *key = say(v, PREFIX "%s", get_text(container, CONTAINER_NAME).data);
  const struct value *annotation =
      map_find(get_list(metadata, OBJECT_META_ANNOTATIONS), (struct text){key, strlen(key)});
  bool compared = v->minor >= POD_PROFILE_COMPARED_SINCE;

  if (!annotation)
    return;
  if ((own || of_pod) && !windows)
    check_match(v, container, own ? own : of_pod, annotation);
  if (!own && (!of_pod || (compared && !is_same(of_pod, item_text(annotation)))))
    report_warning(v, RULE_DEPRECATED, at_entry(metadata, OBJECT_META_ANNOTATIONS, annotation),
                   "deprecated since v1.30; use the \"appArmorProfile\" field instead");
}

void check_apparmor_annotations(struct validation *v, const struct object *metadata,
                                const struct object *spec) {
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};
  const struct object *of_pod = get_object(get_object(spec, POD_SPEC_SECURITY_CONTEXT),
                                           POD_SECURITY_CONTEXT_APP_ARMOR_PROFILE);
  bool windows = text_is(get_text(get_object(spec, POD_SPEC_OS), POD_OS_NAME), "windows");

  if (v->minor < FIELD_SINCE || get_list(metadata, OBJECT_META_ANNOTATIONS)->count == 0)
    return;
  for (size_t n = 0; n < sizeof lists; n++) {
    const struct list *containers = get_list(spec, lists[n]);

    for (uint32_t i = 0; i < containers->count; i++)
      check_container(v, metadata, containers->items[i].as.object, of_pod, windows);
  }
}
