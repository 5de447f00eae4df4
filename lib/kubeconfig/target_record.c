/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/target_record.h"

#include "memory/no_memory.h"

#include <string.h>

int32_t target_record_make(const struct kubeconfig_target *target, struct arena *arena,
                           struct target_record *record, struct hg_error *err) {
  struct text_buffer server;

  *record = (struct target_record){
      .context = target->context,
      .server = "",
      .user = target->user,
      .default_namespace = target->default_namespace,
      .cluster_uid = "",
  };
  text_buffer_init(&server);
  kubeconfig_append_server(&server, target->server);
  /* What may hold a password is replaced by a remark in brackets. */
  if (server.length > 0 && *text_buffer_string(&server) != '(')
    record->server = arena_copy(arena, text_buffer_string(&server), server.length);
  if (server.failed)
    record->server = NULL;
  text_buffer_finish(&server);
  return record->server ? 0 : no_memory(err);
}

bool target_record_is_known(const struct target_record *record) {
  return *record->server != '\0';
}

int32_t target_record_check(const struct target_record *bound, const struct target_record *now,
                            const char *what, const char *advice, struct hg_error *err) {
  if (strcmp(bound->server, now->server) != 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.30s is for the server %.320s, and kubectl would use %.320s: %s", what,
                        bound->server, now->server, advice);
  if (strcmp(bound->default_namespace, now->default_namespace) != 0)
    return hg_error_set(
        err, HG_ERROR_INVALID,
        "%.30s is for the namespace '%.252s', and kubectl would use '%.252s' of the "
        "same server: %s",
        what, bound->default_namespace, now->default_namespace, advice);
  if (*bound->cluster_uid && *now->cluster_uid && strcmp(bound->cluster_uid, now->cluster_uid) != 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.30s is for a cluster whose kube-system has the UID %.40s, and the one "
                        "at that address now has %.40s: %s",
                        what, bound->cluster_uid, now->cluster_uid, advice);
  return 0;
}
