/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of volumes. Each function checks one volume's source. */
#ifndef VALIDATE_KUBERNETES_RULES_VOLUME_H
#define VALIDATE_KUBERNETES_RULES_VOLUME_H

#include "rules.h"

/* rules_claim.c */
void check_claim_template(struct validation *v, const struct object *template);

/* rules_volume_files.c: files made of objects of the cluster. */
void check_secret_volume(struct validation *v, const struct object *source);
void check_config_map_volume(struct validation *v, const struct object *source);
void check_downward_volume(struct validation *v, const struct object *source);
void check_projected(struct validation *v, const struct object *source);

/* rules_volume_storage.c: disks and file systems of the network and of clouds. */
void check_gce_disk(struct validation *v, const struct object *source);
void check_aws_disk(struct validation *v, const struct object *source);
void check_nfs(struct validation *v, const struct object *source);
void check_iscsi(struct validation *v, const struct object *source);
void check_glusterfs(struct validation *v, const struct object *source);
void check_flocker(struct validation *v, const struct object *source);
void check_rbd(struct validation *v, const struct object *source);
void check_cinder(struct validation *v, const struct object *source);
void check_cephfs(struct validation *v, const struct object *source);
void check_quobyte(struct validation *v, const struct object *source);
void check_fibre_channel(struct validation *v, const struct object *source);
void check_azure_file(struct validation *v, const struct object *source);
void check_azure_disk(struct validation *v, const struct object *source);
void check_vsphere(struct validation *v, const struct object *source);
void check_photon(struct validation *v, const struct object *source);
void check_portworx(struct validation *v, const struct object *source);
void check_storageos(struct validation *v, const struct object *source);
void check_scale_io(struct validation *v, const struct object *source);

#endif
