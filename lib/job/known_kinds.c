/* SPDX-License-Identifier: Apache-2.0 */
#include "job/known_kinds.h"

#include "memory/count.h"
#include "text/suggestion.h"

#include <stdio.h>
#include <string.h>

/* Kubernetes API reference, 1.26 to 1.36. */
static const struct {
  const char *version;
  const char *kind;
} kinds[] = {
    {"v1", "Binding"},
    {"v1", "ComponentStatus"},
    {"v1", "ConfigMap"},
    {"v1", "Endpoints"},
    {"v1", "Event"},
    {"v1", "LimitRange"},
    {"v1", "Namespace"},
    {"v1", "Node"},
    {"v1", "PersistentVolume"},
    {"v1", "PersistentVolumeClaim"},
    {"v1", "Pod"},
    {"v1", "PodTemplate"},
    {"v1", "ReplicationController"},
    {"v1", "ResourceQuota"},
    {"v1", "Secret"},
    {"v1", "Service"},
    {"v1", "ServiceAccount"},
    {"apps/v1", "ControllerRevision"},
    {"apps/v1", "DaemonSet"},
    {"apps/v1", "Deployment"},
    {"apps/v1", "ReplicaSet"},
    {"apps/v1", "StatefulSet"},
    {"autoscaling/v1", "HorizontalPodAutoscaler"},
    {"autoscaling/v2", "HorizontalPodAutoscaler"},
    {"batch/v1", "CronJob"},
    {"batch/v1", "Job"},
    {"policy/v1", "PodDisruptionBudget"},
};

/* Whether the version's group may be anybody's. */
static bool is_foreign(const char *api_version) {
  const char *slash = strchr(api_version, '/');
  const char *dot = strchr(api_version, '.');

  return slash && dot && dot < slash && dot > api_version && slash[1] && !strchr(slash + 1, '/');
}

static bool is_served_version(const char *api_version) {
  for (size_t i = 0; i < COUNT(kinds); i++)
    if (strcmp(kinds[i].version, api_version) == 0)
      return true;
  return false;
}

bool known_kind_is_served(const char *api_version, const char *kind) {
  if (is_foreign(api_version))
    return true;
  if (strcmp(kind, "List") == 0)
    return is_served_version(api_version);
  for (size_t i = 0; i < COUNT(kinds); i++)
    if (strcmp(kinds[i].version, api_version) == 0 && strcmp(kinds[i].kind, kind) == 0)
      return true;
  return false;
}

bool known_kind_item(const char *api_version, const char *kind, char item[64]) {
  size_t length = strlen(kind);

  if (length <= 4 || length >= 64 || strcmp(kind + length - 4, "List") != 0)
    return false;
  (void)snprintf(item, 64, "%.*s", (int)(length - 4), kind);
  return known_kind_is_served(api_version, item);
}

const char *known_kind_nearest(const char *kind) {
  struct suggestion suggestion;

  suggestion_init_as(&suggestion, kind, strlen(kind), true);
  suggestion_consider(&suggestion, "Job"); /* the likeliest first */
  for (size_t i = 0; i < COUNT(kinds); i++)
    suggestion_consider(&suggestion, kinds[i].kind);
  suggestion_consider(&suggestion, "List");
  suggestion_consider(&suggestion, "JobList");
  return suggestion.nearest;
}

const char *known_kind_version(const char *kind) {
  for (size_t i = COUNT(kinds); i > 0; i--)
    if (strcmp(kinds[i - 1].kind, kind) == 0)
      return kinds[i - 1].version;
  return NULL;
}
