/* Security contexts of Pods and containers. */
#include "rules.h"

#include "formats.h"

/* Before PROC_MOUNT_SINCE a gate is off and the server drops the field. */
enum { MOST_ID = INT32_MAX, MOST_SYSCTL = 253, PROC_MOUNT_SINCE = 33 };

static const char *const group_policies[] = {"Always", "OnRootMismatch", NULL};
static const char *const seccomp_types[] = {"Localhost", "RuntimeDefault", "Unconfined", NULL};
static const char *const proc_mounts[] = {"Default", "Unmasked", NULL};

static void check_id(struct validation *v, const struct object *context, unsigned field) {
  if (has(context, field))
    (void)check_range(v, at_field(context, field), get_integer(context, field), 0, MOST_ID);
}

static void check_seccomp(struct validation *v, const struct object *profile) {
  struct text type = get_text(profile, SECCOMP_PROFILE_TYPE);
  struct place at_type = at_field(profile, SECCOMP_PROFILE_TYPE);
  struct place at_path = at_field(profile, SECCOMP_PROFILE_LOCALHOST_PROFILE);
  bool has_path = has(profile, SECCOMP_PROFILE_LOCALHOST_PROFILE);

  if (type.length == 0)
    report_required(v, RULE_REQUIRED, at_type, "type is required when seccompProfile is set");
  else if (!text_is_one_of(type, seccomp_types))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_type, show_text(type), seccomp_types);
  if (!text_is(type, "Localhost")) {
    if (has_path)
      report_invalid(v, RULE_SECURITY_PROFILE, at_path, show_nothing(),
                     "can only be set when seccomp type is Localhost");
  } else if (!has_path) {
    report_required(v, RULE_SECURITY_PROFILE, at_path,
                    "must be set when seccomp type is Localhost");
  } else {
    check_descending_path(v, at_path, get_text(profile, SECCOMP_PROFILE_LOCALHOST_PROFILE));
  }
}

/* Words of a-z, 0-9, '-' and '_', with points or slashes between them. */
static bool is_sysctl(struct text name) {
  bool start = true;
  size_t i;

  if (name.length == 0 || name.length > MOST_SYSCTL)
    return false;
  for (i = 0; i < name.length; i++) {
    char c = name.data[i];
    bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    bool last = i + 1 == name.length || name.data[i + 1] == '.' || name.data[i + 1] == '/';

    if (c == '.' || c == '/') {
      if (start)
        return false;
      start = true;
      continue;
    }
    if (!word && ((c != '-' && c != '_') || start || last))
      return false;
    start = false;
  }
  return !start;
}

static void check_sysctls(struct validation *v, const struct object *context) {
  const struct list *sysctls = get_list(context, POD_SECURITY_CONTEXT_SYSCTLS);
  struct string_set names;
  uint32_t i;

  string_set_init(&names, &v->arena);
  for (i = 0; i < sysctls->count && !v->failed; i++) {
    const struct object *sysctl = sysctls->items[i].as.object;
    struct text name = get_text(sysctl, SYSCTL_NAME);
    int added = string_set_add(&names, name);

    if (added < 0)
      v->failed = true;
    if (name.length == 0)
      report_required(v, RULE_REQUIRED, at_field(sysctl, SYSCTL_NAME), NULL);
    else if (!is_sysctl(name))
      report_invalid(v, RULE_SYSCTL, at_field(sysctl, SYSCTL_NAME), show_text(name),
                     "must have at most 253 characters and match regex "
                     "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
    else if (added == 0)
      report_duplicate(v, RULE_DUPLICATE_VALUE, at_field(sysctl, SYSCTL_NAME), show_text(name));
  }
}

/* On the server the Pod's host settings belong to its security context. */
static void check_namespaces(struct validation *v, const struct object *spec) {
  if (get_bool(spec, POD_SPEC_SHARE_PROCESS_NAMESPACE) && get_bool(spec, POD_SPEC_HOST_PID))
    report_invalid(v, RULE_HOST_NAMESPACE,
                   at_tail(spec, "securityContext.shareProcessNamespace",
                           spec->values[POD_SPEC_SHARE_PROCESS_NAMESPACE].node),
                   show_bool(true), "ShareProcessNamespace and HostPID cannot both be enabled");
}

void check_pod_security(struct validation *v, const struct object *spec) {
  const struct object *context = get_object(spec, POD_SPEC_SECURITY_CONTEXT);
  const struct list *groups = get_list(context, POD_SECURITY_CONTEXT_SUPPLEMENTAL_GROUPS);
  struct text policy = get_text(context, POD_SECURITY_CONTEXT_FS_GROUP_CHANGE_POLICY);
  uint32_t i;

  check_namespaces(v, spec);
  if (!context)
    return;
  check_id(v, context, POD_SECURITY_CONTEXT_FS_GROUP);
  check_id(v, context, POD_SECURITY_CONTEXT_RUN_AS_USER);
  check_id(v, context, POD_SECURITY_CONTEXT_RUN_AS_GROUP);
  for (i = 0; i < groups->count; i++)
    (void)check_range(v, at_item(context, POD_SECURITY_CONTEXT_SUPPLEMENTAL_GROUPS, i),
                      groups->items[i].as.integer, 0, MOST_ID);
  check_sysctls(v, context);
  if (has(context, POD_SECURITY_CONTEXT_FS_GROUP_CHANGE_POLICY) &&
      !text_is_one_of(policy, group_policies))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                         at_field(context, POD_SECURITY_CONTEXT_FS_GROUP_CHANGE_POLICY),
                         show_text(policy), group_policies);
  if (has(context, POD_SECURITY_CONTEXT_SECCOMP_PROFILE))
    check_seccomp(v, get_object(context, POD_SECURITY_CONTEXT_SECCOMP_PROFILE));
  check_windows_options(v, get_object(context, POD_SECURITY_CONTEXT_WINDOWS_OPTIONS));
}

static void check_escalation(struct validation *v, const struct object *context) {
  const struct list *added =
      get_list(get_object(context, SECURITY_CONTEXT_CAPABILITIES), CAPABILITIES_ADD);
  uint32_t i;

  if (!has(context, SECURITY_CONTEXT_ALLOW_PRIVILEGE_ESCALATION) ||
      get_bool(context, SECURITY_CONTEXT_ALLOW_PRIVILEGE_ESCALATION))
    return;
  if (get_bool(context, SECURITY_CONTEXT_PRIVILEGED))
    report_invalid(v, RULE_PRIVILEGES, at_object(context), show_nothing(),
                   "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  for (i = 0; i < added->count; i++)
    if (text_is(item_text(&added->items[i]), "CAP_SYS_ADMIN"))
      report_invalid(v, RULE_PRIVILEGES, at_object(context), show_nothing(),
                     "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` "
                     "CAP_SYS_ADMIN");
}

void check_container_security(struct validation *v, const struct object *container) {
  const struct object *context = get_object(container, CONTAINER_SECURITY_CONTEXT);
  struct text proc_mount = get_text(context, SECURITY_CONTEXT_PROC_MOUNT);

  if (!context)
    return;
  check_id(v, context, SECURITY_CONTEXT_RUN_AS_USER);
  check_id(v, context, SECURITY_CONTEXT_RUN_AS_GROUP);
  if (has(context, SECURITY_CONTEXT_PROC_MOUNT) && v->minor >= PROC_MOUNT_SINCE &&
      !text_is_one_of(proc_mount, proc_mounts))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(context, SECURITY_CONTEXT_PROC_MOUNT),
                         show_text(proc_mount), proc_mounts);
  if (has(context, SECURITY_CONTEXT_SECCOMP_PROFILE))
    check_seccomp(v, get_object(context, SECURITY_CONTEXT_SECCOMP_PROFILE));
  check_escalation(v, context);
  check_windows_options(v, get_object(context, SECURITY_CONTEXT_WINDOWS_OPTIONS));
}
