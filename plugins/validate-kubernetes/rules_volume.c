/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes: names, exactly one source each, and the sources that are more than required texts. */
#include "rules_volume.h"

#include "feature_gates.h"
#include "formats.h"

#include <strings.h>

enum { IMAGE_VOLUMES_SINCE = 35 };

static const char *const host_path_types[] = {
    "",     "BlockDevice",  "CharDevice", "Directory", "DirectoryOrCreate",
    "File", "FileOrCreate", "Socket",     NULL,
};

static void check_empty_dir(struct validation *v, const struct object *source) {
  const struct quantity *limit = get_quantity(source, EMPTY_DIR_VOLUME_SOURCE_SIZE_LIMIT);

  if (limit && quantity_is_negative(limit))
    report_forbidden(v, RULE_VOLUME, at_field(source, EMPTY_DIR_VOLUME_SOURCE_SIZE_LIMIT),
                     "SizeLimit field must be a valid resource quantity");
}

static void check_host_path(struct validation *v, const struct object *source) {
  struct text path = get_text(source, HOST_PATH_VOLUME_SOURCE_PATH);
  struct text type = get_text(source, HOST_PATH_VOLUME_SOURCE_TYPE);

  require_text(v, source, HOST_PATH_VOLUME_SOURCE_PATH);
  if (path.length == 0)
    return;
  if (has_backstep(path))
    report_invalid(v, RULE_PATH, at_field(source, HOST_PATH_VOLUME_SOURCE_PATH), show_text(path),
                   "must not contain '..'");
  if (!text_is_one_of(type, host_path_types))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(source, HOST_PATH_VOLUME_SOURCE_TYPE),
                         show_text(type), host_path_types);
}

static void check_git_repo(struct validation *v, const struct object *source) {
  require_text(v, source, GIT_REPO_VOLUME_SOURCE_REPOSITORY);
  check_descending_path(v, at_field(source, GIT_REPO_VOLUME_SOURCE_DIRECTORY),
                        get_text(source, GIT_REPO_VOLUME_SOURCE_DIRECTORY));
}

static void check_claim(struct validation *v, const struct object *source) {
  require_text(v, source, PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE_CLAIM_NAME);
}

static void check_flex(struct validation *v, const struct object *source) {
  const struct list *options = get_list(source, FLEX_VOLUME_SOURCE_OPTIONS);

  require_text(v, source, FLEX_VOLUME_SOURCE_DRIVER);
  for (uint32_t i = 0; i < options->count; i++) {
    struct text key = item_key(&options->items[i]);
    const char *slash = memchr(key.data, '/', key.length);
    const char *domain =
        say(v, ".%.*s", (int)(slash ? slash - key.data : (long)key.length), key.data);
    struct text lower = {domain, strlen(domain)};
    size_t longest = strlen(".kubernetes.io");
    const char *end = domain + (lower.length > longest ? lower.length - longest : 0);

    if (strcasecmp(end, ".kubernetes.io") == 0 ||
        (lower.length >= 7 && strcasecmp(domain + lower.length - 7, ".k8s.io") == 0))
      report_invalid(v, RULE_VOLUME,
                     at_entry(source, FLEX_VOLUME_SOURCE_OPTIONS, &options->items[i]),
                     show_text(key), "kubernetes.io and k8s.io namespaces are reserved");
  }
}

static void check_csi(struct validation *v, const struct object *source) {
  struct text driver = get_text(source, CSI_VOLUME_SOURCE_DRIVER);
  struct place place = at_field(source, CSI_VOLUME_SOURCE_DRIVER);
  const struct object *secret = get_object(source, CSI_VOLUME_SOURCE_NODE_PUBLISH_SECRET_REF);
  struct text name = get_text(secret, LOCAL_OBJECT_REFERENCE_NAME);

  require_text(v, source, CSI_VOLUME_SOURCE_DRIVER);
  if (driver.length > 63)
    report_too_long(v, RULE_VOLUME, place, 63);
  (void)check_dns_subdomain(v, place, lower_text(v, driver));
  if (!secret)
    return;
  if (name.length == 0)
    require_text(v, secret, LOCAL_OBJECT_REFERENCE_NAME);
  else
    (void)check_dns_subdomain(
        v, at_tail(source, "name", secret->values[LOCAL_OBJECT_REFERENCE_NAME].node), name);
}

static void check_ephemeral(struct validation *v, const struct object *source) {
  const struct object *claim = get_object(source, EPHEMERAL_VOLUME_SOURCE_VOLUME_CLAIM_TEMPLATE);

  if (claim)
    check_claim_template(v, claim);
  else
    report_required(v, RULE_REQUIRED,
                    at_field(source, EPHEMERAL_VOLUME_SOURCE_VOLUME_CLAIM_TEMPLATE), NULL);
}

static void check_image_volume(struct validation *v, const struct object *source) {
  static const char *const policies[] = {"Always", "IfNotPresent", "Never", NULL};
  struct text policy = get_text(source, IMAGE_VOLUME_SOURCE_PULL_POLICY);

  /* The reference may be left to whoever makes Pods of the template. */
  if (policy.length > 0 && !text_is_one_of(policy, policies))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                         at_field(source, IMAGE_VOLUME_SOURCE_PULL_POLICY), show_text(policy),
                         policies);
}

/* In the server's order, which decides which of several sources is the one too many. `name` is the
 * server's own word for the field where it is not the field's name. */
static const struct {
  unsigned field;
  void (*check)(struct validation *v, const struct object *source);
  const char *name;
} sources[] = {
    {VOLUME_EMPTY_DIR, check_empty_dir, NULL},
    {VOLUME_HOST_PATH, check_host_path, NULL},
    {VOLUME_GIT_REPO, check_git_repo, NULL},
    {VOLUME_GCE_PERSISTENT_DISK, check_gce_disk, NULL},
    {VOLUME_AWS_ELASTIC_BLOCK_STORE, check_aws_disk, NULL},
    {VOLUME_SECRET, check_secret_volume, NULL},
    {VOLUME_NFS, check_nfs, NULL},
    {VOLUME_ISCSI, check_iscsi, NULL},
    {VOLUME_GLUSTERFS, check_glusterfs, NULL},
    {VOLUME_FLOCKER, check_flocker, NULL},
    {VOLUME_PERSISTENT_VOLUME_CLAIM, check_claim, NULL},
    {VOLUME_RBD, check_rbd, NULL},
    {VOLUME_CINDER, check_cinder, NULL},
    {VOLUME_CEPHFS, check_cephfs, "cephFS"},
    {VOLUME_QUOBYTE, check_quobyte, NULL},
    {VOLUME_DOWNWARD_API, check_downward_volume, "downwarAPI"},
    {VOLUME_FC, check_fibre_channel, NULL},
    {VOLUME_FLEX_VOLUME, check_flex, NULL},
    {VOLUME_CONFIG_MAP, check_config_map_volume, NULL},
    {VOLUME_AZURE_FILE, check_azure_file, NULL},
    {VOLUME_VSPHERE_VOLUME, check_vsphere, NULL},
    {VOLUME_PHOTON_PERSISTENT_DISK, check_photon, NULL},
    {VOLUME_PORTWORX_VOLUME, check_portworx, NULL},
    {VOLUME_AZURE_DISK, check_azure_disk, NULL},
    {VOLUME_STORAGEOS, check_storageos, NULL},
    {VOLUME_PROJECTED, check_projected, NULL},
    {VOLUME_SCALE_IO, check_scale_io, NULL},
    {VOLUME_CSI, check_csi, NULL},
    {VOLUME_EPHEMERAL, check_ephemeral, NULL},
    {VOLUME_IMAGE, check_image_volume, NULL},
};

bool volume_has_source(const struct object *volume) {
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
    if (has(volume, sources[i].field))
      return true;
  return false;
}

/* A volume without a source is an emptyDir. */
static void check_source(struct validation *v, const struct object *volume) {
  unsigned found = 0;

  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    const struct object *source = get_object(volume, sources[i].field);

    if (!source)
      continue;
    if (found++ == 0)
      sources[i].check(v, source);
    else
      report_forbidden(v, RULE_VOLUME,
                       sources[i].name ? at_tail(volume, sources[i].name, source->node)
                                       : at_field(volume, sources[i].field),
                       "may not specify more than 1 volume type");
  }
}

/* An iSCSI initiator's name is made of the volume's and the portal's. */
static void check_iscsi_name(struct validation *v, const struct object *volume) {
  const struct object *iscsi = get_object(volume, VOLUME_ISCSI);
  struct text name = get_text(volume, VOLUME_NAME);

  if (has(iscsi, ISCSI_VOLUME_SOURCE_INITIATOR_NAME) &&
      name.length + 1 + get_text(iscsi, ISCSI_VOLUME_SOURCE_TARGET_PORTAL).length > 64)
    report_invalid(v, RULE_VOLUME, at_field(volume, VOLUME_NAME), show_text(name),
                   "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
                   "if iscsi.initiatorName is specified.");
}

void check_volumes(struct validation *v, struct pod *pod) {
  const struct list *volumes = get_list(pod->spec, POD_SPEC_VOLUMES);

  for (uint32_t i = 0; i < volumes->count && !v->failed; i++) {
    const struct object *volume = volumes->items[i].as.object;
    struct text name = get_text(volume, VOLUME_NAME);
    bool is_claim = has(volume, VOLUME_PERSISTENT_VOLUME_CLAIM) || has(volume, VOLUME_EPHEMERAL);
    uint32_t errors = v->error_count;

    if (v->minor < IMAGE_VOLUMES_SINCE && has(volume, VOLUME_IMAGE)) {
      warn_of_gate(v, at_object(volume), "ImageVolume");
      if (string_set_add(&pod->dropped, name) < 0)
        v->failed = true;
      continue;
    }
    check_source(v, volume);
    check_iscsi_name(v, volume);
    if (name.length == 0)
      report_required(v, RULE_REQUIRED, at_field(volume, VOLUME_NAME), NULL);
    else
      (void)check_dns_label(v, at_field(volume, VOLUME_NAME), name);
    if (string_set_has(&pod->volumes, name))
      report_duplicate(v, RULE_DUPLICATE_VALUE, at_field(volume, VOLUME_NAME), show_text(name));
    if (v->error_count > errors)
      continue; /* mounts will not find it either */
    if (string_set_add(&pod->volumes, name) < 0 ||
        (is_claim && string_set_add(&pod->claim_volumes, name) < 0))
      v->failed = true;
  }
}
