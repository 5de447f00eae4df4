/* SPDX-License-Identifier: Apache-2.0 */
/* Which gate a field is behind, and since when the gate is on by default.
 * Facts: pkg/features/kube_features.go of Kubernetes 1.26 to 1.36, and what the servers drop in
 * pkg/api/pod/util.go and pkg/registry/batch/job/strategy.go. */
#include "feature_gates.h"

enum { NEVER = 255 };

struct feature_gate {
  uint8_t field;
  uint8_t since; /* the first minor in which it is on by default, or NEVER */
  const char *name;
};

static const struct feature_gate job_spec[] = {
    {JOB_SPEC_BACKOFF_LIMIT_PER_INDEX, 29, "JobBackoffLimitPerIndex"},
    {JOB_SPEC_MAX_FAILED_INDEXES, 29, "JobBackoffLimitPerIndex"},
    {JOB_SPEC_POD_REPLACEMENT_POLICY, 29, "JobPodReplacementPolicy"},
    {JOB_SPEC_SUCCESS_POLICY, 31, "JobSuccessPolicy"},
    {JOB_SPEC_MANAGED_BY, 32, "JobManagedBy"},
};
static const struct feature_gate pod_spec[] = {
    {POD_SPEC_SCHEDULING_GATES, 27, "PodSchedulingReadiness"},
    {POD_SPEC_HOST_USERS, 33,
     "UserNamespacesSupport (UserNamespacesStatelessPodsSupport before 1.28)"},
    {POD_SPEC_RESOURCE_CLAIMS, 34, "DynamicResourceAllocation"},
    {POD_SPEC_RESOURCES, 34, "PodLevelResources"},
    {POD_SPEC_HOSTNAME_OVERRIDE, 35, "HostnameOverride"},
    {POD_SPEC_WORKLOAD_REF, NEVER, "GenericWorkload"},
    {POD_SPEC_SCHEDULING_GROUP, NEVER, "GenericWorkload"},
};
static const struct feature_gate pod_security_context[] = {
    {POD_SECURITY_CONTEXT_SUPPLEMENTAL_GROUPS_POLICY, 33, "SupplementalGroupsPolicy"},
    {POD_SECURITY_CONTEXT_SE_LINUX_CHANGE_POLICY, 33, "SELinuxChangePolicy"},
};
static const struct feature_gate topology_spread_constraint[] = {
    {TOPOLOGY_SPREAD_CONSTRAINT_MIN_DOMAINS, 27, "MinDomainsInPodTopologySpread"},
    {TOPOLOGY_SPREAD_CONSTRAINT_MATCH_LABEL_KEYS, 27, "MatchLabelKeysInPodTopologySpread"},
};
static const struct feature_gate pod_affinity_term[] = {
    {POD_AFFINITY_TERM_MATCH_LABEL_KEYS, 31, "MatchLabelKeysInPodAffinity"},
    {POD_AFFINITY_TERM_MISMATCH_LABEL_KEYS, 31, "MatchLabelKeysInPodAffinity"},
};
static const struct feature_gate container[] = {
    {CONTAINER_RESIZE_POLICY, 33, "InPlacePodVerticalScaling"},
    {CONTAINER_RESTART_POLICY_RULES, 35, "ContainerRestartRules"},
};
static const struct feature_gate resource_requirements[] = {
    {RESOURCE_REQUIREMENTS_CLAIMS, 34, "DynamicResourceAllocation"},
};
static const struct feature_gate volume_mount[] = {
    {VOLUME_MOUNT_RECURSIVE_READ_ONLY, 31, "RecursiveReadOnlyMounts"},
};
static const struct feature_gate lifecycle[] = {
    {LIFECYCLE_STOP_SIGNAL, NEVER, "ContainerStopSignals"},
};
static const struct feature_gate lifecycle_handler[] = {
    {LIFECYCLE_HANDLER_SLEEP, 30, "PodLifecycleSleepAction"},
};
static const struct feature_gate env_var_source[] = {
    {ENV_VAR_SOURCE_FILE_KEY_REF, 35, "EnvFiles"},
};
static const struct feature_gate volume_projection[] = {
    {VOLUME_PROJECTION_CLUSTER_TRUST_BUNDLE, NEVER, "ClusterTrustBundleProjection"},
    {VOLUME_PROJECTION_POD_CERTIFICATE, NEVER, "PodCertificateRequest"},
};

#define GATES(table) (table), sizeof(table) / sizeof *(table)

/* `whole`: an object that dropping leaves empty is dropped too. */
static const struct {
  const struct feature_gate *gates;
  size_t count;
  bool whole;
} gated[TYPE_COUNT] = {
    [TYPE_JOB_SPEC] = {GATES(job_spec), false},
    [TYPE_POD_SPEC] = {GATES(pod_spec), false},
    [TYPE_POD_SECURITY_CONTEXT] = {GATES(pod_security_context), false},
    [TYPE_TOPOLOGY_SPREAD_CONSTRAINT] = {GATES(topology_spread_constraint), false},
    [TYPE_POD_AFFINITY_TERM] = {GATES(pod_affinity_term), false},
    [TYPE_CONTAINER] = {GATES(container), false},
    [TYPE_RESOURCE_REQUIREMENTS] = {GATES(resource_requirements), false},
    [TYPE_VOLUME_MOUNT] = {GATES(volume_mount), false},
    [TYPE_LIFECYCLE] = {GATES(lifecycle), true},
    [TYPE_LIFECYCLE_HANDLER] = {GATES(lifecycle_handler), false}, /* kubernetes#122488 */
    [TYPE_ENV_VAR_SOURCE] = {GATES(env_var_source), false},
    [TYPE_VOLUME_PROJECTION] = {GATES(volume_projection), false},
};

void warn_of_gate(struct validation *v, struct place place, const char *gate) {
  report_warning(v, RULE_FEATURE_GATE, place,
                 say(v, "dropped: the feature gate %s is off by default in 1.%u", gate, v->minor));
}

static bool is_empty(const struct object *object) {
  for (uint32_t i = 0; i < object->type->field_count; i++)
    if (object->values[i].node)
      return false;
  return true;
}

void drop_gated_fields(struct validation *v, struct object *object) {
  size_t type = (size_t)(object->type - job_types);
  bool dropped = object->lost_part;

  for (size_t i = 0; i < gated[type].count; i++) {
    const struct feature_gate *gate = &gated[type].gates[i];

    if (v->minor >= gate->since || !has(object, gate->field))
      continue;
    warn_of_gate(v, at_field(object, gate->field), gate->name);
    object->values[gate->field].node = NULL;
    dropped = true;
  }
  object->gone = dropped && gated[type].whole && is_empty(object);
}
