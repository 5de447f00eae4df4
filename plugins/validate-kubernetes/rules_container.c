/* SPDX-License-Identifier: Apache-2.0 */
/* Containers and init containers: what each must have, and dispatch to the subjects. */
#include "rules.h"

#include "formats.h"

static const char *const message_policies[] = {"File", "FallbackToLogsOnError", NULL};
enum { SIDECARS_NAMED_SINCE = 28, SIDECARS_SINCE = 29 };

static const char *const pull_policies[] = {"Always", "IfNotPresent", "Never", NULL};

static void check_choice(struct validation *v, const struct object *object, unsigned field,
                         const char *const *supported) {
  struct text text = get_text(object, field);

  /* Empty means the default. */
  if (text.length > 0 && !text_is_one_of(text, supported))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(object, field), show_text(text),
                         supported);
}

/* What every kind of container has in common. */
static void check_container(struct validation *v, const struct pod *pod,
                            const struct object *container) {
  struct text name = get_text(container, CONTAINER_NAME);

  if (name.length == 0)
    report_required(v, RULE_REQUIRED, at_field(container, CONTAINER_NAME), NULL);
  else
    (void)check_dns_label(v, at_field(container, CONTAINER_NAME), name);
  require_text(v, container, CONTAINER_IMAGE);
  check_choice(v, container, CONTAINER_TERMINATION_MESSAGE_POLICY, message_policies);
  check_ports(v, container);
  check_env(v, container);
  check_env_from(v, container);
  check_mounts(v, pod, container);
  check_devices(v, pod, container);
  check_choice(v, container, CONTAINER_IMAGE_PULL_POLICY, pull_policies);
  check_resources(v, pod, container);
  check_resize_policy(v, pod->spec, container);
  check_container_security(v, container);
}

/* What only regular containers and sidecars may have. */
static void forbid_in_init(struct validation *v, const struct object *container) {
  static const unsigned fields[] = {CONTAINER_LIFECYCLE, CONTAINER_LIVENESS_PROBE,
                                    CONTAINER_READINESS_PROBE, CONTAINER_STARTUP_PROBE};

  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (has(container, fields[i]))
      report_forbidden(v, RULE_INIT_CONTAINER, at_field(container, fields[i]),
                       v->minor >= SIDECARS_NAMED_SINCE
                           ? "may not be set for init containers without restartPolicy=Always"
                           : "may not be set for init containers");
}

/* An init container that keeps running beside the others. */
static bool is_sidecar(const struct validation *v, const struct object *container) {
  return v->minor >= SIDECARS_SINCE &&
         text_is(get_text(container, CONTAINER_RESTART_POLICY), "Always");
}

void check_containers(struct validation *v, const struct pod *pod) {
  const struct list *containers = get_list(pod->spec, POD_SPEC_CONTAINERS);
  struct string_set names;

  if (containers->count == 0) {
    report_required(v, RULE_REQUIRED, at_field(pod->spec, POD_SPEC_CONTAINERS), NULL);
    return;
  }
  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < containers->count && !v->failed; i++) {
    const struct object *container = containers->items[i].as.object;
    struct text name = get_text(container, CONTAINER_NAME);
    int added;

    check_container(v, pod, container);
    added = string_set_add(&names, name);
    if (added == 0)
      report_duplicate(v, RULE_DUPLICATE_VALUE, at_field(container, CONTAINER_NAME),
                       show_text(name));
    if (added < 0)
      v->failed = true;
    check_lifecycle(v, container);
    check_probes(v, container);
    check_container_restart(v, container, false);
  }
  check_host_ports(v, pod, containers, 0, containers->count);
}

void check_init_containers(struct validation *v, const struct pod *pod) {
  const struct list *regular = get_list(pod->spec, POD_SPEC_CONTAINERS);
  const struct list *containers = get_list(pod->spec, POD_SPEC_INIT_CONTAINERS);
  struct string_set names;

  if (containers->count == 0)
    return;
  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < regular->count; i++)
    if (string_set_add(&names, get_text(regular->items[i].as.object, CONTAINER_NAME)) < 0)
      v->failed = true;
  for (uint32_t i = 0; i < containers->count && !v->failed; i++) {
    const struct object *container = containers->items[i].as.object;
    struct text name = get_text(container, CONTAINER_NAME);

    check_container(v, pod, container);
    if (string_set_has(&names, name))
      report_duplicate(v, RULE_DUPLICATE_VALUE, at_field(container, CONTAINER_NAME),
                       show_text(name));
    else if (name.length > 0 && string_set_add(&names, name) < 0)
      v->failed = true;
    check_container_restart(v, container, true);
    check_host_ports(v, pod, containers, i, 1);
    if (is_sidecar(v, container)) {
      check_lifecycle(v, container);
      check_probes(v, container);
    } else {
      forbid_in_init(v, container);
    }
  }
}
