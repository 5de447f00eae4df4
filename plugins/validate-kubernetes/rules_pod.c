/* SPDX-License-Identifier: Apache-2.0 */
/* The Pod template: its metadata, and the fields of its spec that belong to no other subject. */
#include "rules.h"

#include "formats.h"
#include "rules_apparmor.h"
#include "rules_resources.h"

static const char *const preemption_policies[] = {"PreemptLowerPriority", "Never", NULL};

static void check_name_field(struct validation *v, const struct object *spec, unsigned field) {
  struct text name = get_text(spec, field);

  if (name.length > 0)
    (void)check_dns_subdomain(v, at_field(spec, field), name);
}

/* serviceAccount is an old name of serviceAccountName: the server reports it under the new one. */
static void check_service_account(struct validation *v, const struct object *spec) {
  struct text old = get_text(spec, POD_SPEC_SERVICE_ACCOUNT);

  if (get_text(spec, POD_SPEC_SERVICE_ACCOUNT_NAME).length > 0)
    check_name_field(v, spec, POD_SPEC_SERVICE_ACCOUNT_NAME);
  else if (old.length > 0)
    (void)check_dns_subdomain(v,
                              positioned(at_field(spec, POD_SPEC_SERVICE_ACCOUNT_NAME),
                                         spec->values[POD_SPEC_SERVICE_ACCOUNT].node),
                              old);
}

static void check_readiness_gates(struct validation *v, const struct object *spec) {
  const struct list *gates = get_list(spec, POD_SPEC_READINESS_GATES);

  for (uint32_t i = 0; i < gates->count; i++) {
    const struct object *gate = gates->items[i].as.object;

    (void)check_qualified_name(v, at_field(gate, POD_READINESS_GATE_CONDITION_TYPE),
                               get_text(gate, POD_READINESS_GATE_CONDITION_TYPE));
  }
}

static void check_preemption(struct validation *v, const struct object *spec) {
  struct text policy = get_text(spec, POD_SPEC_PREEMPTION_POLICY);

  if (!has(spec, POD_SPEC_PREEMPTION_POLICY))
    return;
  if (policy.length == 0)
    report_required(v, RULE_REQUIRED, at_field(spec, POD_SPEC_PREEMPTION_POLICY), NULL);
  else if (!text_is_one_of(policy, preemption_policies))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(spec, POD_SPEC_PREEMPTION_POLICY),
                         show_text(policy), preemption_policies);
}

static void check_deadline(struct validation *v, const struct object *spec) {
  if (has(spec, POD_SPEC_ACTIVE_DEADLINE_SECONDS))
    (void)check_range(v, at_field(spec, POD_SPEC_ACTIVE_DEADLINE_SECONDS),
                      get_integer(spec, POD_SPEC_ACTIVE_DEADLINE_SECONDS), 1, INT32_MAX);
}

/* A claim is named once, and is either there already or made from a template. */
static void check_claims(struct validation *v, const struct object *spec) {
  const struct list *claims = get_list(spec, POD_SPEC_RESOURCE_CLAIMS);
  struct string_set names;

  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < claims->count && !v->failed; i++) {
    const struct object *claim = claims->items[i].as.object;
    struct text name = get_text(claim, POD_RESOURCE_CLAIM_NAME);
    bool named = has(claim, POD_RESOURCE_CLAIM_RESOURCE_CLAIM_NAME);
    bool made = has(claim, POD_RESOURCE_CLAIM_RESOURCE_CLAIM_TEMPLATE_NAME);
    int added = string_set_add(&names, name);

    if (added < 0)
      v->failed = true;
    if (name.length == 0)
      report_required(v, RULE_REQUIRED, at_field(claim, POD_RESOURCE_CLAIM_NAME), NULL);
    else if (added == 0)
      report_duplicate(v, RULE_DUPLICATE_VALUE, at_field(claim, POD_RESOURCE_CLAIM_NAME),
                       show_text(name));
    else
      (void)check_dns_label(v, at_field(claim, POD_RESOURCE_CLAIM_NAME), name);
    if (named == made)
      report_invalid(v, RULE_RESOURCE_CLAIM, at_object(claim), show_nothing(),
                     named
                         ? "at most one of `resourceClaimName` or `resourceClaimTemplateName` may "
                           "be specified"
                         : "must specify one of: `resourceClaimName`, "
                           "`resourceClaimTemplateName`");
    if (named)
      (void)check_dns_subdomain(v, at_field(claim, POD_RESOURCE_CLAIM_RESOURCE_CLAIM_NAME),
                                get_text(claim, POD_RESOURCE_CLAIM_RESOURCE_CLAIM_NAME));
    if (made)
      (void)check_dns_subdomain(v, at_field(claim, POD_RESOURCE_CLAIM_RESOURCE_CLAIM_TEMPLATE_NAME),
                                get_text(claim, POD_RESOURCE_CLAIM_RESOURCE_CLAIM_TEMPLATE_NAME));
  }
}

enum { MOST_CLAIM_NAMES = 1000 };

/* The claims' names as the server lists them in errors: sorted. */
static const char *list_claims(struct validation *v, const struct list *claims) {
  const char *names = claims->count == 0 ? " which is empty" : ": ";
  struct text last = {NULL, 0};

  while (strlen(names) < MOST_CLAIM_NAMES) {
    struct text next = {NULL, 0};
    uint32_t i;

    for (i = 0; i < claims->count; i++) {
      struct text candidate = get_text(claims->items[i].as.object, POD_RESOURCE_CLAIM_NAME);

      if ((!last.data || strcmp(candidate.data, last.data) > 0) &&
          (!next.data || strcmp(candidate.data, next.data) < 0))
        next = candidate;
    }
    if (!next.data)
      break;
    names = say(v, "%s%s%s", names, last.data ? ", " : "", next.data);
    last = next;
  }
  return names;
}

/* Fills in the names of the Pod's claims. */
static void take_claims(struct validation *v, struct pod *pod) {
  const struct list *claims = get_list(pod->spec, POD_SPEC_RESOURCE_CLAIMS);

  pod->claim_names = list_claims(v, claims);
  for (uint32_t i = 0; i < claims->count && !v->failed; i++)
    if (string_set_add(&pod->claims,
                       get_text(claims->items[i].as.object, POD_RESOURCE_CLAIM_NAME)) < 0)
      v->failed = true;
}

static void check_pod_spec(struct validation *v, struct pod *pod) {
  const struct object *spec = pod->spec;

  check_volumes(v, pod);
  take_claims(v, pod);
  check_claims(v, spec);
  check_containers(v, pod);
  check_init_containers(v, pod);
  check_pod_resources(v, pod);
  if (has(spec, POD_SPEC_NODE_SELECTOR))
    check_labels(v, at_field(spec, POD_SPEC_NODE_SELECTOR), get_list(spec, POD_SPEC_NODE_SELECTOR));
  check_dns(v, spec);
  check_host_network(v, spec);
  check_pod_security(v, spec);
  check_affinity(v, spec);
  check_readiness_gates(v, spec);
  check_scheduling_gates(v, spec);
  check_topology_spread(v, spec);
  check_host_processes(v, spec);
  check_host_users(v, spec);
  check_service_account(v, spec);
  check_name_field(v, spec, POD_SPEC_NODE_NAME);
  check_deadline(v, spec);
  check_host_names(v, spec);
  check_tolerations(v, spec);
  check_host_aliases(v, spec);
  check_name_field(v, spec, POD_SPEC_PRIORITY_CLASS_NAME);
  if (has(spec, POD_SPEC_RUNTIME_CLASS_NAME))
    (void)check_dns_subdomain(v, at_field(spec, POD_SPEC_RUNTIME_CLASS_NAME),
                              get_text(spec, POD_SPEC_RUNTIME_CLASS_NAME));
  check_preemption(v, spec);
  check_overhead(v, spec);
  check_system(v, spec);
  check_env_files(v, spec);
  warn_of_pod(v, pod->metadata, spec);
}

void check_pod_template(struct validation *v, const struct object *template,
                        const struct object *metadata, const struct object *spec) {
  struct pod pod = {.metadata = metadata, .spec = spec};
  /* The server leaves out ".metadata" here. */
  const struct hg_node *labels = metadata->values[OBJECT_META_LABELS].node;
  const struct hg_node *annotations = metadata->values[OBJECT_META_ANNOTATIONS].node;

  string_set_init(&pod.claims, &v->arena);
  string_set_init(&pod.volumes, &v->arena);
  string_set_init(&pod.claim_volumes, &v->arena);
  string_set_init(&pod.dropped, &v->arena);
  check_labels(v, at_tail(template, "labels", labels), get_list(metadata, OBJECT_META_LABELS));
  check_annotations(v, at_tail(template, "annotations", annotations),
                    get_list(metadata, OBJECT_META_ANNOTATIONS));
  check_pod_annotations(v, template, metadata, spec);
  check_apparmor_annotations(v, metadata, spec);
  check_pod_spec(v, &pod);
  if (get_list(spec, POD_SPEC_EPHEMERAL_CONTAINERS)->count > 0)
    report_forbidden(v, RULE_EPHEMERAL_CONTAINERS, at_field(spec, POD_SPEC_EPHEMERAL_CONTAINERS),
                     "ephemeral containers not allowed in pod template");
}
