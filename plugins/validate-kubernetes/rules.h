/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for a new Job, by subject. All of them read a document that was decoded without a
 * complaint, and follow the order of the server's own validation (pkg/apis/batch/validation,
 * pkg/apis/core/validation). What the server fills in by itself first (defaults, generated labels)
 * is taken into account. */
#ifndef VALIDATE_KUBERNETES_RULES_H
#define VALIDATE_KUBERNETES_RULES_H

#include "string_set.h"
#include "validation.h"

/* rules_job.c: everything. */
void check_job(struct validation *v, const struct object *job);

/* rules_metadata.c */

void check_job_metadata(struct validation *v, const struct object *metadata);

/* Keys and values of a map of labels, reported at `place`. */
void check_labels(struct validation *v, struct place place, const struct list *labels);
void check_annotations(struct validation *v, struct place place, const struct list *annotations);

/* rules_applier.c: what the run's applier makes of it. After check_job. */
void check_for_applier(struct validation *v, const struct object *job);

/* By how many bytes the annotations grow that kubectl applies; 0 where they stay far from the limit
 * or the applier adds none. */
int64_t last_applied_growth(const struct validation *v, const struct object *metadata);

/* rules_selector.c: a LabelSelector; NULL where there is none. */
void check_label_selector(struct validation *v, const struct object *selector);

/* The Job's own selector, and the labels that the server generates for it. Both objects may be
 * absent ones. */
void check_job_selector(struct validation *v, const struct object *metadata,
                        const struct object *spec, const struct object *template_metadata);

/* The generated labels hold the Job's name: reports it at `place` where it is no label's value. */
void check_generated_labels(struct validation *v, struct place place, const struct object *metadata,
                            const struct object *spec, const struct list *template_labels);

/* rules_policy.c: podFailurePolicy, successPolicy. */
void check_pod_failure_policy(struct validation *v, const struct object *spec,
                              const struct object *pod_spec);
void check_success_policy(struct validation *v, const struct object *spec);

/* What the rules of a Pod share. */
struct pod {
  const struct object *metadata;   /* of the template; may be an absent one */
  const struct object *spec;       /* may be an absent one */
  struct string_set claims;        /* names in resourceClaims */
  const char *claim_names;         /* the same for messages */
  struct string_set volumes;       /* names of well-formed volumes */
  struct string_set claim_volumes; /* those of them that can be devices */
  struct string_set dropped;       /* those that the server takes away, with their mounts */
};

/* rules_pod.c: the Pod template; its metadata and spec may be absent ones. */
void check_pod_template(struct validation *v, const struct object *template,
                        const struct object *metadata, const struct object *spec);

/* rules_volume.c: fills in the pod's sets of volumes. */
void check_volumes(struct validation *v, struct pod *pod);

/* Whether it says what it is; else it is an emptyDir. */
bool volume_has_source(const struct object *volume);

/* rules_env.c */
void check_env(struct validation *v, const struct object *container);
void check_env_from(struct validation *v, const struct object *container);

/* The volumes that variables are read from. */
void check_env_files(struct validation *v, const struct object *spec);

/* References to fields of the Pod; `supported` are those that may be referred to here. */
void check_field_selector(struct validation *v, const struct object *selector,
                          const char *const *supported);
void check_resource_selector(struct validation *v, const struct object *selector, bool in_volume);

/* rules_port.c */
void check_ports(struct validation *v, const struct object *container);

/* On the host's network a port of a regular container is the host's. */
void check_host_network(struct validation *v, const struct object *spec);

/* Ports of the host that `count` containers from `first` on ask for. */
void check_host_ports(struct validation *v, const struct pod *pod, const struct list *containers,
                      uint32_t first, uint32_t count);

/* rules_mount.c */
void check_mounts(struct validation *v, const struct pod *pod, const struct object *container);
void check_devices(struct validation *v, const struct pod *pod, const struct object *container);

/* A path that must stay below where it starts. */
void check_descending_path(struct validation *v, struct place place, struct text path);

/* rules_probe.c: of regular containers. */
void check_probes(struct validation *v, const struct object *container);
void check_lifecycle(struct validation *v, const struct object *container);

/* rules_resources.c */

/* The amount in a map of resources as the server prints it; in the arena. */
struct text amount_text(struct validation *v, const struct value *entry);

/* Warns of a part of a byte. */
void warn_of_fraction(struct validation *v, struct place place, const struct value *entry);
void check_resources(struct validation *v, const struct pod *pod, const struct object *container);
void check_overhead(struct validation *v, const struct object *spec);

/* rules_security.c */
void check_pod_security(struct validation *v, const struct object *spec);
void check_host_users(struct validation *v, const struct object *spec);
void check_container_security(struct validation *v, const struct object *container);

/* rules_scheduling.c */
void check_tolerations(struct validation *v, const struct object *spec);
void check_affinity(struct validation *v, const struct object *spec);
void check_topology_spread(struct validation *v, const struct object *spec);
void check_scheduling_gates(struct validation *v, const struct object *spec);

/* rules_host_name.c */
void check_host_names(struct validation *v, const struct object *spec);

/* rules_network.c */
void check_dns(struct validation *v, const struct object *spec);
void check_host_aliases(struct validation *v, const struct object *spec);

/* rules_annotation.c: of the Pod template. */
void check_pod_annotations(struct validation *v, const struct object *template,
                           const struct object *metadata, const struct object *spec);

/* rules_windows.c: NULL where there are none. */
void check_windows_options(struct validation *v, const struct object *options);

/* rules_warning.c */
void warn_of_job_name(struct validation *v, const struct object *metadata);
void warn_of_job_spec(struct validation *v, const struct object *spec);

/* Of the template; both objects may be absent ones. */
void warn_of_pod(struct validation *v, const struct object *metadata, const struct object *spec);

/* rules_restart.c */
void check_container_restart(struct validation *v, const struct object *container, bool init);
void check_resize_policy(struct validation *v, const struct object *spec,
                         const struct object *container);

/* rules_system.c: os, and what belongs to one operating system only. */
void check_system(struct validation *v, const struct object *spec);
void check_host_processes(struct validation *v, const struct object *spec);

/* rules_container.c */
void check_containers(struct validation *v, const struct pod *pod);
void check_init_containers(struct validation *v, const struct pod *pod);

#endif
