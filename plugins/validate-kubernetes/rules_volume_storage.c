/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes on disks and file systems of the network and of clouds. */
#include "rules_volume.h"

#include "formats.h"
#include "text/utf8.h"

static void require_secret_name(struct validation *v, const struct object *source, unsigned field) {
  const struct object *secret = get_object(source, field);

  if (secret)
    require_text(v, secret, LOCAL_OBJECT_REFERENCE_NAME);
}

static bool partition_fits(int64_t partition) {
  return partition >= 0 && partition <= 255;
}

/* The server calls this field persistentDisk. */
void check_gce_disk(struct validation *v, const struct object *source) {
  const struct object *volume = source->parent;
  int64_t partition = get_integer(source, GCE_PERSISTENT_DISK_VOLUME_SOURCE_PARTITION);

  if (get_text(source, GCE_PERSISTENT_DISK_VOLUME_SOURCE_PD_NAME).length == 0)
    report_required(v, RULE_REQUIRED, at_tail(volume, "persistentDisk.pdName", source->node), NULL);
  if (!partition_fits(partition))
    report_invalid(v, RULE_NUMBER_RANGE,
                   at_tail(volume, "persistentDisk.partition",
                           source->values[GCE_PERSISTENT_DISK_VOLUME_SOURCE_PARTITION].node),
                   show_integer(partition), "must be between 1 and 255, inclusive");
}

void check_aws_disk(struct validation *v, const struct object *source) {
  int64_t partition = get_integer(source, AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE_PARTITION);

  require_text(v, source, AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE_VOLUME_ID);
  if (!partition_fits(partition))
    report_invalid(v, RULE_NUMBER_RANGE,
                   at_field(source, AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE_PARTITION),
                   show_integer(partition), "must be between 1 and 255, inclusive");
}

void check_nfs(struct validation *v, const struct object *source) {
  struct text path = get_text(source, NFS_VOLUME_SOURCE_PATH);

  require_text(v, source, NFS_VOLUME_SOURCE_SERVER);
  require_text(v, source, NFS_VOLUME_SOURCE_PATH);
  if (!text_starts(path, "/"))
    report_invalid(v, RULE_PATH, at_field(source, NFS_VOLUME_SOURCE_PATH), show_text(path),
                   "must be an absolute path");
}

/* Bytes of the first character; 0 where there is none. */
static size_t utf8_length(const char *text, size_t length) {
  uint32_t codepoint;

  return utf8_decode(text, length, &codepoint);
}

static bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool are_digits(const char *text, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (text[i] < '0' || text[i] > '9')
      return false;
  return true;
}

/* iqn.YYYY-MM.authority:unique */
static bool is_iqn(struct text name) {
  size_t at = 12;

  if (name.length < 15 || !text_starts(name, "iqn.") || !are_digits(name.data + 4, 4) ||
      name.data[8] != '-' || !are_digits(name.data + 9, 2) || name.data[11] != '.')
    return false;
  while (at < name.length &&
         (is_letter_or_digit(name.data[at]) || name.data[at] == '-' || name.data[at] == '.'))
    at++;
  if (at == 12 || at + 1 >= name.length || name.data[at] != ':')
    return false;
  for (at++; at < name.length; at++)
    if (strchr(",;*&$| \t\n\f\r", name.data[at]) != NULL)
      return false;
  return true;
}

/* The server takes a text that ends with such a name. */
static bool ends_with_iqn(struct text name) {
  for (size_t i = 0; i < name.length; i++)
    if (is_iqn((struct text){name.data + i, name.length - i}))
      return true;
  return false;
}

/* Three letters, any character, and as many letters or digits. */
static bool is_numbered(struct text name, size_t digits) {
  if (name.length < 4 + digits || name.data[3] == '\n' ||
      utf8_length(name.data + 3, name.length - 3) != name.length - 3 - digits)
    return false;
  for (size_t i = name.length - digits; i < name.length; i++)
    if (!is_letter_or_digit(name.data[i]))
      return false;
  return true;
}

/* RFC 3720, chapter 3.2.6. */
static void check_iscsi_node(struct validation *v, struct place place, struct text name) {
  bool fits;

  if (text_starts(name, "iqn"))
    fits = ends_with_iqn(name);
  else if (text_starts(name, "eui"))
    fits = is_numbered(name, 16);
  else if (text_starts(name, "naa"))
    fits = is_numbered(name, 32);
  else {
    report_invalid(v, RULE_VOLUME, place, show_text(name),
                   "must be valid format starting with iqn, eui, or naa");
    return;
  }
  if (!fits)
    report_invalid(v, RULE_VOLUME, place, show_text(name), "must be valid format");
}

void check_iscsi(struct validation *v, const struct object *source) {
  struct text name = get_text(source, ISCSI_VOLUME_SOURCE_IQN);

  require_text(v, source, ISCSI_VOLUME_SOURCE_TARGET_PORTAL);
  require_text(v, source, ISCSI_VOLUME_SOURCE_IQN);
  if (name.length > 0)
    check_iscsi_node(v, at_field(source, ISCSI_VOLUME_SOURCE_IQN), name);
  (void)check_range(v, at_field(source, ISCSI_VOLUME_SOURCE_LUN),
                    get_integer(source, ISCSI_VOLUME_SOURCE_LUN), 0, 255);
  if ((get_bool(source, ISCSI_VOLUME_SOURCE_CHAP_AUTH_DISCOVERY) ||
       get_bool(source, ISCSI_VOLUME_SOURCE_CHAP_AUTH_SESSION)) &&
      !has(source, ISCSI_VOLUME_SOURCE_SECRET_REF))
    report_required(v, RULE_REQUIRED, at_field(source, ISCSI_VOLUME_SOURCE_SECRET_REF), NULL);
  if (has(source, ISCSI_VOLUME_SOURCE_INITIATOR_NAME))
    check_iscsi_node(
        v,
        at_tail(source, "initiatorname", source->values[ISCSI_VOLUME_SOURCE_INITIATOR_NAME].node),
        get_text(source, ISCSI_VOLUME_SOURCE_INITIATOR_NAME));
}

void check_glusterfs(struct validation *v, const struct object *source) {
  require_text(v, source, GLUSTERFS_VOLUME_SOURCE_ENDPOINTS);
  require_text(v, source, GLUSTERFS_VOLUME_SOURCE_PATH);
}

void check_flocker(struct validation *v, const struct object *source) {
  struct text name = get_text(source, FLOCKER_VOLUME_SOURCE_DATASET_NAME);
  struct text uuid = get_text(source, FLOCKER_VOLUME_SOURCE_DATASET_UUID);

  if (name.length == 0 && uuid.length == 0)
    report_required(v, RULE_REQUIRED, at_object(source),
                    "one of datasetName and datasetUUID is required");
  if (name.length > 0 && uuid.length > 0)
    report_invalid(v, RULE_VOLUME, at_object(source), show_text(TEXT("resource")),
                   "datasetName and datasetUUID can not be specified simultaneously");
  if (memchr(name.data, '/', name.length))
    report_invalid(v, RULE_VOLUME, at_field(source, FLOCKER_VOLUME_SOURCE_DATASET_NAME),
                   show_text(name), "must not contain '/'");
}

void check_rbd(struct validation *v, const struct object *source) {
  if (get_list(source, RBD_VOLUME_SOURCE_MONITORS)->count == 0)
    report_required(v, RULE_REQUIRED, at_field(source, RBD_VOLUME_SOURCE_MONITORS), NULL);
  require_text(v, source, RBD_VOLUME_SOURCE_IMAGE);
}

void check_cinder(struct validation *v, const struct object *source) {
  require_text(v, source, CINDER_VOLUME_SOURCE_VOLUME_ID);
  require_secret_name(v, source, CINDER_VOLUME_SOURCE_SECRET_REF);
}

void check_cephfs(struct validation *v, const struct object *source) {
  if (get_list(source, CEPH_FS_VOLUME_SOURCE_MONITORS)->count == 0)
    report_required(v, RULE_REQUIRED, at_field(source, CEPH_FS_VOLUME_SOURCE_MONITORS), NULL);
}

/* host:port, or [address]:port. */
static bool is_host_port(struct text pair) {
  const char *colon = memrchr(pair.data, ':', pair.length);
  struct text host;

  if (!colon)
    return false;
  host = (struct text){pair.data, (size_t)(colon - pair.data)};
  if (host.length > 0 && host.data[0] == '[')
    return host.data[host.length - 1] == ']';
  return !memchr(host.data, ':', host.length);
}

void check_quobyte(struct validation *v, const struct object *source) {
  static const char words[] = "must be a host:port pair or multiple pairs separated by commas";
  struct text registry = get_text(source, QUOBYTE_VOLUME_SOURCE_REGISTRY);
  struct place place = at_field(source, QUOBYTE_VOLUME_SOURCE_REGISTRY);
  size_t start = 0;

  if (registry.length == 0)
    report_required(v, RULE_REQUIRED, place, words);
  else if (get_text(source, QUOBYTE_VOLUME_SOURCE_TENANT).length > 64)
    report_required(v, RULE_REQUIRED, at_field(source, QUOBYTE_VOLUME_SOURCE_TENANT),
                    "must be a UUID and may not exceed a length of 64 characters");
  else
    for (size_t i = 0; i <= registry.length; i++)
      if (i == registry.length || registry.data[i] == ',') {
        if (!is_host_port((struct text){registry.data + start, i - start}))
          report_invalid(v, RULE_VOLUME, place, show_text(registry), words);
        start = i + 1;
      }
  require_text(v, source, QUOBYTE_VOLUME_SOURCE_VOLUME);
}

void check_fibre_channel(struct validation *v, const struct object *source) {
  struct place place = at_field(source, FC_VOLUME_SOURCE_TARGET_WW_NS);
  bool targets = get_list(source, FC_VOLUME_SOURCE_TARGET_WW_NS)->count > 0;
  bool ids = get_list(source, FC_VOLUME_SOURCE_WWIDS)->count > 0;

  if (!targets && !ids)
    report_required(v, RULE_REQUIRED, place,
                    "must specify either targetWWNs or wwids, but not both");
  if (targets && ids)
    report_invalid(v, RULE_VOLUME, place, show_nothing(),
                   "targetWWNs and wwids can not be specified simultaneously");
  if (targets && !has(source, FC_VOLUME_SOURCE_LUN))
    report_required(v, RULE_REQUIRED, at_field(source, FC_VOLUME_SOURCE_LUN),
                    "lun is required if targetWWNs is specified");
  else if (targets)
    (void)check_range(v, at_field(source, FC_VOLUME_SOURCE_LUN),
                      get_integer(source, FC_VOLUME_SOURCE_LUN), 0, 255);
}

void check_azure_file(struct validation *v, const struct object *source) {
  require_text(v, source, AZURE_FILE_VOLUME_SOURCE_SECRET_NAME);
  require_text(v, source, AZURE_FILE_VOLUME_SOURCE_SHARE_NAME);
}

void check_azure_disk(struct validation *v, const struct object *source) {
  static const char *const caching[] = {"None", "ReadOnly", "ReadWrite", NULL};
  static const char *const kinds[] = {"Dedicated", "Managed", "Shared", NULL};
  static const char *const managed[] = {
      "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/"
      "{disk-id}",
      NULL};
  static const char *const blob[] = {
      "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd", NULL};
  struct text mode = get_text(source, AZURE_DISK_VOLUME_SOURCE_CACHING_MODE);
  struct text kind = get_text(source, AZURE_DISK_VOLUME_SOURCE_KIND);
  struct text uri = get_text(source, AZURE_DISK_VOLUME_SOURCE_DISK_URI);
  bool is_managed = text_is(kind, "Managed");

  require_text(v, source, AZURE_DISK_VOLUME_SOURCE_DISK_NAME);
  require_text(v, source, AZURE_DISK_VOLUME_SOURCE_DISK_URI);
  if (has(source, AZURE_DISK_VOLUME_SOURCE_CACHING_MODE) && !text_is_one_of(mode, caching))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                         at_field(source, AZURE_DISK_VOLUME_SOURCE_CACHING_MODE), show_text(mode),
                         caching);
  if (has(source, AZURE_DISK_VOLUME_SOURCE_KIND) && !text_is_one_of(kind, kinds))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(source, AZURE_DISK_VOLUME_SOURCE_KIND),
                         show_text(kind), kinds);
  /* No kind means Shared. */
  if (!text_starts(uri, is_managed ? "/subscriptions/" : "https://"))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                         at_field(source, AZURE_DISK_VOLUME_SOURCE_DISK_URI), show_text(uri),
                         is_managed ? managed : blob);
}

void check_vsphere(struct validation *v, const struct object *source) {
  require_text(v, source, VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE_VOLUME_PATH);
}

void check_photon(struct validation *v, const struct object *source) {
  require_text(v, source, PHOTON_PERSISTENT_DISK_VOLUME_SOURCE_PD_ID);
}

void check_portworx(struct validation *v, const struct object *source) {
  require_text(v, source, PORTWORX_VOLUME_SOURCE_VOLUME_ID);
}

void check_storageos(struct validation *v, const struct object *source) {
  struct text name = get_text(source, STORAGE_OS_VOLUME_SOURCE_VOLUME_NAME);
  struct text space = get_text(source, STORAGE_OS_VOLUME_SOURCE_VOLUME_NAMESPACE);

  require_text(v, source, STORAGE_OS_VOLUME_SOURCE_VOLUME_NAME);
  if (name.length > 0)
    (void)check_dns_label(v, at_field(source, STORAGE_OS_VOLUME_SOURCE_VOLUME_NAME), name);
  if (space.length > 0)
    (void)check_dns_label(v, at_field(source, STORAGE_OS_VOLUME_SOURCE_VOLUME_NAMESPACE), space);
  require_secret_name(v, source, STORAGE_OS_VOLUME_SOURCE_SECRET_REF);
}

void check_scale_io(struct validation *v, const struct object *source) {
  require_text(v, source, SCALE_IO_VOLUME_SOURCE_GATEWAY);
  require_text(v, source, SCALE_IO_VOLUME_SOURCE_SYSTEM);
  require_text(v, source, SCALE_IO_VOLUME_SOURCE_VOLUME_NAME);
}
