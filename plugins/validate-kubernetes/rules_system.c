/* SPDX-License-Identifier: Apache-2.0 */
/* What fits Pods of one operating system only. */
#include "rules.h"

enum { BARE_SINCE = 34 }; /* "Required value" without a word more */

static const char *const systems[] = {"linux", "windows", NULL};

/* Settings of Linux, refused where os.name is windows. */
static const uint8_t linux_pod_fields[] = {POD_SPEC_HOST_USERS, POD_SPEC_SHARE_PROCESS_NAMESPACE};
static const uint8_t linux_pod_switches[] = {POD_SPEC_HOST_PID, POD_SPEC_HOST_IPC};
static const uint8_t linux_pod_security[] = {
    POD_SECURITY_CONTEXT_SE_LINUX_OPTIONS,
    POD_SECURITY_CONTEXT_SECCOMP_PROFILE,
    POD_SECURITY_CONTEXT_FS_GROUP,
    POD_SECURITY_CONTEXT_FS_GROUP_CHANGE_POLICY,
    POD_SECURITY_CONTEXT_SYSCTLS,
    POD_SECURITY_CONTEXT_RUN_AS_USER,
    POD_SECURITY_CONTEXT_RUN_AS_GROUP,
    POD_SECURITY_CONTEXT_SUPPLEMENTAL_GROUPS,
    POD_SECURITY_CONTEXT_APP_ARMOR_PROFILE,
    POD_SECURITY_CONTEXT_SUPPLEMENTAL_GROUPS_POLICY,
    POD_SECURITY_CONTEXT_SE_LINUX_CHANGE_POLICY,
};
static const uint8_t linux_security[] = {
    SECURITY_CONTEXT_SE_LINUX_OPTIONS, SECURITY_CONTEXT_SECCOMP_PROFILE,
    SECURITY_CONTEXT_CAPABILITIES,     SECURITY_CONTEXT_READ_ONLY_ROOT_FILESYSTEM,
    SECURITY_CONTEXT_PRIVILEGED,       SECURITY_CONTEXT_ALLOW_PRIVILEGE_ESCALATION,
    SECURITY_CONTEXT_PROC_MOUNT,       SECURITY_CONTEXT_RUN_AS_USER,
    SECURITY_CONTEXT_RUN_AS_GROUP,     SECURITY_CONTEXT_APP_ARMOR_PROFILE,
};

static void forbid(struct validation *v, const struct object *object, const uint8_t *fields,
                   size_t count) {
  for (size_t i = 0; object && i < count; i++)
    if (has(object, fields[i]))
      report_forbidden(v, RULE_SYSTEM, at_field(object, fields[i]),
                       "cannot be set for a windows pod");
}

/* Calls `check` for the security context of every container and init container that has one. */
static void visit_security(struct validation *v, const struct object *spec,
                           void (*check)(struct validation *v, const struct object *context)) {
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};

  for (size_t n = 0; n < sizeof lists; n++) {
    const struct list *containers = get_list(spec, lists[n]);

    for (uint32_t i = 0; i < containers->count; i++) {
      const struct object *context =
          get_object(containers->items[i].as.object, CONTAINER_SECURITY_CONTEXT);

      if (context)
        check(v, context);
    }
  }
}

static void forbid_linux(struct validation *v, const struct object *context) {
  forbid(v, context, linux_security, sizeof linux_security);
}

static void forbid_windows(struct validation *v, const struct object *context) {
  if (has(context, SECURITY_CONTEXT_WINDOWS_OPTIONS))
    report_forbidden(v, RULE_SYSTEM, at_field(context, SECURITY_CONTEXT_WINDOWS_OPTIONS),
                     "windows options cannot be set for a linux pod");
}

static void check_windows_pod(struct validation *v, const struct object *spec) {
  forbid(v, get_object(spec, POD_SPEC_SECURITY_CONTEXT), linux_pod_security,
         sizeof linux_pod_security);
  forbid(v, spec, linux_pod_fields, sizeof linux_pod_fields);
  for (size_t i = 0; i < sizeof linux_pod_switches; i++)
    if (get_bool(spec, linux_pod_switches[i]))
      report_forbidden(v, RULE_SYSTEM, at_field(spec, linux_pod_switches[i]),
                       "cannot be set for a windows pod");
  visit_security(v, spec, forbid_linux);
}

static void check_linux_pod(struct validation *v, const struct object *spec) {
  const struct object *context = get_object(spec, POD_SPEC_SECURITY_CONTEXT);

  if (has(context, POD_SECURITY_CONTEXT_WINDOWS_OPTIONS))
    report_forbidden(v, RULE_SYSTEM, at_field(context, POD_SECURITY_CONTEXT_WINDOWS_OPTIONS),
                     "windows options cannot be set for a linux pod");
  visit_security(v, spec, forbid_windows);
}

void check_system(struct validation *v, const struct object *spec) {
  const struct object *system = get_object(spec, POD_SPEC_OS);
  struct text name = get_text(system, POD_OS_NAME);

  if (!system)
    return;
  if (name.length == 0)
    report_required(v, RULE_REQUIRED, at_field(system, POD_OS_NAME),
                    v->minor < BARE_SINCE ? "cannot be empty" : NULL);
  else if (text_is(name, "linux"))
    check_linux_pod(v, spec);
  else if (text_is(name, "windows"))
    check_windows_pod(v, spec);
  else
    report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                         positioned(at_object(system), system->values[POD_OS_NAME].node),
                         show_text(name), systems);
}

/* What a security context says of HostProcess: -1 nothing, else 0 or 1. */
static int host_process_of(const struct object *options) {
  if (!has(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_HOST_PROCESS))
    return -1;
  return get_bool(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_HOST_PROCESS);
}

/* Counts containers that are processes of the host; reports those that contradict the Pod. */
static uint32_t count_host_processes(struct validation *v, const struct list *containers,
                                     int of_pod) {
  uint32_t count = 0;

  for (uint32_t i = 0; i < containers->count; i++) {
    const struct object *context =
        get_object(containers->items[i].as.object, CONTAINER_SECURITY_CONTEXT);
    const struct object *options = get_object(context, SECURITY_CONTEXT_WINDOWS_OPTIONS);
    int own = host_process_of(options);

    if (own >= 0 && of_pod >= 0 && own != of_pod)
      report_invalid(v, RULE_SYSTEM,
                     at_field(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_HOST_PROCESS),
                     show_bool(own == 1),
                     say(v, "pod hostProcess value must be identical if both are specified, was %s",
                         of_pod ? "true" : "false"));
    if (own == 1 || (own < 0 && of_pod == 1))
      count++;
  }
  return count;
}

void check_host_processes(struct validation *v, const struct object *spec) {
  const struct list *containers = get_list(spec, POD_SPEC_CONTAINERS);
  const struct list *init_containers = get_list(spec, POD_SPEC_INIT_CONTAINERS);
  int of_pod = host_process_of(get_object(get_object(spec, POD_SPEC_SECURITY_CONTEXT),
                                          POD_SECURITY_CONTEXT_WINDOWS_OPTIONS));
  uint32_t count = count_host_processes(v, init_containers, of_pod) +
                   count_host_processes(v, containers, of_pod);

  if (count == 0)
    return;
  if (count != containers->count + init_containers->count)
    report_invalid(v, RULE_SYSTEM, at_object(spec), show_text(TEXT("")),
                   "If pod contains any hostProcess containers then all containers must be "
                   "HostProcess containers");
  if (!get_bool(spec, POD_SPEC_HOST_NETWORK))
    report_invalid(v, RULE_SYSTEM, at_field(spec, POD_SPEC_HOST_NETWORK), show_bool(false),
                   "hostNetwork must be true if pod contains any hostProcess containers");
}
