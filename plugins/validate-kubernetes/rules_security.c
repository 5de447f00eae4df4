/* SPDX-License-Identifier: Apache-2.0 */
/* Security contexts of Pods and containers. */
#include "rules.h"

#include "feature_gates.h"
#include "formats.h"
#include "rules_apparmor.h"

enum {
  MOST_ID = INT32_MAX,
  MOST_SYSCTL = 253,
  HOST_SYSCTLS_SINCE = 29,
  PROC_MOUNT_SINCE = 33, /* before, a gate is off and the server puts the default in its place */
  HOST_USERS_FIELD_SINCE = 34,
  DEVICES_REFUSED_SINCE = 34,
};

static const char *const group_policies[] = {"Always", "OnRootMismatch", NULL};
static const char *const seccomp_types[] = {"Localhost", "RuntimeDefault", "Unconfined", NULL};
static const char *const proc_mounts[] = {"Default", "Unmasked", NULL};
static const char *const supplemental_policies[] = {"Merge", "Strict", NULL};
static const char *const label_policies[] = {"Recursive", NULL}; /* others are behind a gate */

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

  if (name.length == 0 || name.length > MOST_SYSCTL)
    return false;
  for (size_t i = 0; i < name.length; i++) {
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

/* Kernel settings that belong to the host where the Pod uses the host's namespace. Names are
 * written with points or with slashes first; the other then stands for itself. */
static const char *const ipc_sysctls[] = {
    "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
    "kernel.shm", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg",
    NULL,
};

static void check_host_sysctl(struct validation *v, const struct object *spec,
                              const struct object *sysctl) {
  struct text name = get_text(sysctl, SYSCTL_NAME);
  const char *separator = name.data + strcspn(name.data, "./");
  struct text plain = name;
  const char *words = NULL;

  if (*separator == '/') {
    char *turned = scratch(v, name.length + 1);
    size_t i;

    if (!turned)
      return;
    for (i = 0; i <= name.length; i++)
      turned[i] = name.data[i] == '/' ? '.' : name.data[i] == '.' ? '/' : name.data[i];
    plain.data = turned;
  }
  if (get_bool(spec, POD_SPEC_HOST_NETWORK) && text_starts(plain, "net."))
    words = "may not be specified when 'hostNetwork' is true";
  else if (get_bool(spec, POD_SPEC_HOST_IPC) &&
           (text_starts(plain, "fs.mqueue.") || text_is_one_of(plain, ipc_sysctls)))
    words = "may not be specified when 'hostIPC' is true";
  if (words)
    report_invalid(v, RULE_SYSCTL, at_field(sysctl, SYSCTL_NAME), show_text(name), words);
}

static void check_sysctls(struct validation *v, const struct object *spec,
                          const struct object *context) {
  const struct list *sysctls = get_list(context, POD_SECURITY_CONTEXT_SYSCTLS);
  struct string_set names;

  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < sysctls->count && !v->failed; i++) {
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
    if (v->minor >= HOST_SYSCTLS_SINCE)
      check_host_sysctl(v, spec, sysctl);
  }
}

static void check_choice(struct validation *v, const struct object *object, unsigned field,
                         const char *const *supported) {
  if (has(object, field) && !text_is_one_of(get_text(object, field), supported))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(object, field),
                         show_text(get_text(object, field)), supported);
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

  check_namespaces(v, spec);
  if (!context)
    return;
  check_id(v, context, POD_SECURITY_CONTEXT_FS_GROUP);
  check_id(v, context, POD_SECURITY_CONTEXT_RUN_AS_USER);
  check_id(v, context, POD_SECURITY_CONTEXT_RUN_AS_GROUP);
  for (uint32_t i = 0; i < groups->count; i++)
    (void)check_range(v, at_item(context, POD_SECURITY_CONTEXT_SUPPLEMENTAL_GROUPS, i),
                      groups->items[i].as.integer, 0, MOST_ID);
  check_sysctls(v, spec, context);
  check_choice(v, context, POD_SECURITY_CONTEXT_FS_GROUP_CHANGE_POLICY, group_policies);
  if (has(context, POD_SECURITY_CONTEXT_SECCOMP_PROFILE))
    check_seccomp(v, get_object(context, POD_SECURITY_CONTEXT_SECCOMP_PROFILE));
  check_windows_options(v, get_object(context, POD_SECURITY_CONTEXT_WINDOWS_OPTIONS));
  check_apparmor_profile(v, get_object(context, POD_SECURITY_CONTEXT_APP_ARMOR_PROFILE));
  check_choice(v, context, POD_SECURITY_CONTEXT_SUPPLEMENTAL_GROUPS_POLICY, supplemental_policies);
  check_choice(v, context, POD_SECURITY_CONTEXT_SE_LINUX_CHANGE_POLICY, label_policies);
}

/* Whether the Pod has users of its own, apart from the host's. */
static bool has_own_users(const struct object *spec) {
  return has(spec, POD_SPEC_HOST_USERS) && !get_bool(spec, POD_SPEC_HOST_USERS);
}

void check_host_users(struct validation *v, const struct object *spec) {
  static const struct {
    uint8_t field;
    const char *name; /* as the server spells it */
  } switches[] = {
      {POD_SPEC_HOST_NETWORK, "hostNetwork"},
      {POD_SPEC_HOST_PID, "HostPID"},
      {POD_SPEC_HOST_IPC, "HostIPC"},
  };
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};
  const char *words = v->minor < HOST_USERS_FIELD_SINCE ? "when `pod.Spec.HostUsers` is false"
                                                        : "when `hostUsers` is false";

  if (!has_own_users(spec))
    return;
  for (size_t n = 0; n < sizeof switches / sizeof *switches; n++)
    if (get_bool(spec, switches[n].field))
      report_forbidden(v, RULE_HOST_NAMESPACE,
                       at_tail(spec, switches[n].name, spec->values[switches[n].field].node),
                       words);
  for (size_t n = 0; v->minor >= DEVICES_REFUSED_SINCE && n < sizeof lists; n++)
    for (uint32_t i = 0; i < get_list(spec, lists[n])->count; i++) {
      const struct object *container = get_list(spec, lists[n])->items[i].as.object;

      if (get_list(container, CONTAINER_VOLUME_DEVICES)->count > 0)
        report_forbidden(v, RULE_HOST_NAMESPACE, at_field(container, CONTAINER_VOLUME_DEVICES),
                         words);
    }
}

static void check_proc_mount(struct validation *v, const struct object *spec,
                             const struct object *context) {
  struct text text = get_text(context, SECURITY_CONTEXT_PROC_MOUNT);
  struct place place = at_field(context, SECURITY_CONTEXT_PROC_MOUNT);

  if (!has(context, SECURITY_CONTEXT_PROC_MOUNT))
    return;
  if (v->minor < PROC_MOUNT_SINCE) {
    if (!text_is(text, "Default"))
      warn_of_gate(v, place, "ProcMountType");
    return;
  }
  check_choice(v, context, SECURITY_CONTEXT_PROC_MOUNT, proc_mounts);
  if (text_is(text, "Unmasked") && !has_own_users(spec))
    report_invalid(v, RULE_HOST_NAMESPACE, place, show_text(text),
                   "`hostUsers` must be false to use `Unmasked`");
}

static void check_escalation(struct validation *v, const struct object *context) {
  const struct list *added =
      get_list(get_object(context, SECURITY_CONTEXT_CAPABILITIES), CAPABILITIES_ADD);

  if (!has(context, SECURITY_CONTEXT_ALLOW_PRIVILEGE_ESCALATION) ||
      get_bool(context, SECURITY_CONTEXT_ALLOW_PRIVILEGE_ESCALATION))
    return;
  if (get_bool(context, SECURITY_CONTEXT_PRIVILEGED))
    report_invalid(v, RULE_PRIVILEGES, at_object(context), show_nothing(),
                   "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  for (uint32_t i = 0; i < added->count; i++)
    if (text_is(item_text(&added->items[i]), "CAP_SYS_ADMIN"))
      report_invalid(v, RULE_PRIVILEGES, at_object(context), show_nothing(),
                     "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` "
                     "CAP_SYS_ADMIN");
}

void check_container_security(struct validation *v, const struct object *container) {
  const struct object *context = get_object(container, CONTAINER_SECURITY_CONTEXT);

  if (!context)
    return;
  check_id(v, context, SECURITY_CONTEXT_RUN_AS_USER);
  check_id(v, context, SECURITY_CONTEXT_RUN_AS_GROUP);
  check_proc_mount(v, container->parent, context);
  if (has(context, SECURITY_CONTEXT_SECCOMP_PROFILE))
    check_seccomp(v, get_object(context, SECURITY_CONTEXT_SECCOMP_PROFILE));
  check_escalation(v, context);
  check_windows_options(v, get_object(context, SECURITY_CONTEXT_WINDOWS_OPTIONS));
  check_apparmor_profile(v, get_object(context, SECURITY_CONTEXT_APP_ARMOR_PROFILE));
}
