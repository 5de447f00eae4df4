/* SPDX-License-Identifier: Apache-2.0 */
/* Probes and lifecycle hooks: both have handlers, of which one at most may be set. */
#include "rules.h"

#include "formats.h"

static const char *const schemes[] = {"HTTP", "HTTPS", NULL};

enum { SLEEP_HINT_SINCE = 32, SLEEP_ZERO_SINCE = 33 };

static void check_port(struct validation *v, const struct object *action, unsigned field) {
  const struct value *port = &action->values[field];

  if (port->node && port->as.integer == INT_OR_STRING_IS_STRING)
    (void)check_port_name(v, at_field(action, field), node_text(port->node));
  else
    (void)check_port_number(v, at_field(action, field), get_integer(action, field));
}

static void check_http(struct validation *v, const struct object *action) {
  struct text scheme = get_text(action, HTTP_GET_ACTION_SCHEME);
  const struct list *headers = get_list(action, HTTP_GET_ACTION_HTTP_HEADERS);

  check_port(v, action, HTTP_GET_ACTION_PORT);
  /* Empty means HTTP; an empty path means /. */
  if (scheme.length > 0 && !text_is_one_of(scheme, schemes))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(action, HTTP_GET_ACTION_SCHEME),
                         show_text(scheme), schemes);
  for (uint32_t i = 0; i < headers->count; i++) {
    const struct object *header = headers->items[i].as.object;

    (void)check_http_header_name(v,
                                 positioned(at_field(action, HTTP_GET_ACTION_HTTP_HEADERS),
                                            has(header, HTTP_HEADER_NAME)
                                                ? header->values[HTTP_HEADER_NAME].node
                                                : header->node),
                                 get_text(header, HTTP_HEADER_NAME));
  }
}

static void check_exec(struct validation *v, const struct object *action) {
  if (get_list(action, EXEC_ACTION_COMMAND)->count == 0)
    report_required(v, RULE_REQUIRED, at_field(action, EXEC_ACTION_COMMAND), NULL);
}

static void check_tcp(struct validation *v, const struct object *action) {
  check_port(v, action, TCP_SOCKET_ACTION_PORT);
}

static void check_grpc(struct validation *v, const struct object *action) {
  (void)check_port_number(v, at_field(action, GRPC_ACTION_PORT),
                          get_integer(action, GRPC_ACTION_PORT));
}

/* One kind of handler: a field of the probe or hook. */
struct handler {
  unsigned field;
  void (*check)(struct validation *v, const struct object *action);
};

/* Checks the first that is set and refuses the others. Returns how many are set. */
static unsigned check_handlers(struct validation *v, const struct object *object,
                               const struct handler *handlers, size_t count) {
  unsigned found = 0;

  for (size_t i = 0; i < count; i++) {
    const struct object *action = get_object(object, handlers[i].field);

    if (!action)
      continue;
    if (found++ == 0)
      handlers[i].check(v, action);
    else
      report_forbidden(v, RULE_HANDLER, at_field(object, handlers[i].field),
                       "may not specify more than 1 handler type");
  }
  return found;
}

static void check_seconds(struct validation *v, const struct object *probe, unsigned field) {
  if (has(probe, field))
    (void)check_not_negative(v, at_field(probe, field), get_integer(probe, field));
}

static void check_probe(struct validation *v, const struct object *probe) {
  static const struct handler handlers[] = {
      {PROBE_EXEC, check_exec},
      {PROBE_HTTP_GET, check_http},
      {PROBE_TCP_SOCKET, check_tcp},
      {PROBE_GRPC, check_grpc},
  };

  if (check_handlers(v, probe, handlers, sizeof handlers / sizeof *handlers) == 0)
    report_required(v, RULE_HANDLER, at_object(probe), "must specify a handler type");
  check_seconds(v, probe, PROBE_INITIAL_DELAY_SECONDS);
  check_seconds(v, probe, PROBE_TIMEOUT_SECONDS);
  check_seconds(v, probe, PROBE_PERIOD_SECONDS);
  check_seconds(v, probe, PROBE_SUCCESS_THRESHOLD);
  check_seconds(v, probe, PROBE_FAILURE_THRESHOLD);
  if (has(probe, PROBE_TERMINATION_GRACE_PERIOD_SECONDS) &&
      get_integer(probe, PROBE_TERMINATION_GRACE_PERIOD_SECONDS) <= 0)
    report_invalid(v, RULE_NUMBER_RANGE, at_field(probe, PROBE_TERMINATION_GRACE_PERIOD_SECONDS),
                   show_integer(get_integer(probe, PROBE_TERMINATION_GRACE_PERIOD_SECONDS)),
                   "must be greater than 0");
}

/* A container that is alive, or has started, is so after one success. 0 means the default, 1. */
static void require_one_success(struct validation *v, const struct object *probe) {
  int64_t threshold = get_integer(probe, PROBE_SUCCESS_THRESHOLD);

  if (threshold != 0 && threshold != 1)
    report_invalid(v, RULE_PROBE, at_field(probe, PROBE_SUCCESS_THRESHOLD), show_integer(threshold),
                   "must be 1");
}

void check_probes(struct validation *v, const struct object *container) {
  const struct object *liveness = get_object(container, CONTAINER_LIVENESS_PROBE);
  const struct object *readiness = get_object(container, CONTAINER_READINESS_PROBE);
  const struct object *startup = get_object(container, CONTAINER_STARTUP_PROBE);

  if (liveness) {
    check_probe(v, liveness);
    require_one_success(v, liveness);
  }
  if (readiness) {
    check_probe(v, readiness);
    if (has(readiness, PROBE_TERMINATION_GRACE_PERIOD_SECONDS))
      report_invalid(v, RULE_PROBE, at_field(readiness, PROBE_TERMINATION_GRACE_PERIOD_SECONDS),
                     show_integer(get_integer(readiness, PROBE_TERMINATION_GRACE_PERIOD_SECONDS)),
                     "must not be set for readinessProbes");
  }
  if (startup) {
    check_probe(v, startup);
    require_one_success(v, startup);
  }
}

static void check_sleep(struct validation *v, const struct object *action) {
  int64_t seconds = get_integer(action, SLEEP_ACTION_SECONDS);
  /* Pods get 30 seconds where they say nothing else. */
  const struct object *hook = action->parent;
  const struct object *container = hook->parent->parent;
  const struct object *pod_spec = container->parent;
  int64_t grace = has(pod_spec, POD_SPEC_TERMINATION_GRACE_PERIOD_SECONDS)
                      ? get_integer(pod_spec, POD_SPEC_TERMINATION_GRACE_PERIOD_SECONDS)
                      : 30;
  const struct hg_node *node = action->values[SLEEP_ACTION_SECONDS].node;
  int64_t least = v->minor >= SLEEP_ZERO_SINCE ? 0 : 1;
  const char *words =
      say(v, "%s and less than terminationGracePeriodSeconds (%lld)%s",
          least == 0 ? "must be non-negative" : "must be greater than 0", (long long)grace,
          least > 0 && v->minor >= SLEEP_HINT_SINCE
              ? ". Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep."
              : "");

  /* The server names the action, not its field. */
  if (seconds < least || seconds > grace)
    report_invalid(v, RULE_HANDLER, positioned(at_object(action), node), show_integer(seconds),
                   words);
}

static void check_hook(struct validation *v, const struct object *hook) {
  static const struct handler handlers[] = {
      {LIFECYCLE_HANDLER_EXEC, check_exec},
      {LIFECYCLE_HANDLER_HTTP_GET, check_http},
      {LIFECYCLE_HANDLER_TCP_SOCKET, check_tcp},
      {LIFECYCLE_HANDLER_SLEEP, check_sleep},
  };

  if (hook && check_handlers(v, hook, handlers, sizeof handlers / sizeof *handlers) == 0)
    report_required(v, RULE_HANDLER, at_object(hook), "must specify a handler type");
}

void check_lifecycle(struct validation *v, const struct object *container) {
  const struct object *lifecycle = get_object(container, CONTAINER_LIFECYCLE);

  check_hook(v, get_object(lifecycle, LIFECYCLE_POST_START));
  check_hook(v, get_object(lifecycle, LIFECYCLE_PRE_STOP));
}
