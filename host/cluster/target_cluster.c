/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/target_cluster.h"

#include "memory/no_memory.h"
#include "terminal/log.h"
#include "text/shell_quote.h"
#include "text/visible_text.h"

#include <fnmatch.h>
#include <headgate/host.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMESPACES_SHOWN = 10 };

/* The files may change between the stamp and the reading: then they are read again. */
static int32_t find_target(struct target_cluster *cluster, struct kubeconfig_target *target,
                           uint64_t *stamp, struct hg_error *err) {
  *stamp = kubeconfig_stamp(&cluster->sources);
  return kubeconfig_find_target(&cluster->sources, &cluster->arena, target, err);
}

void target_cluster_init(struct target_cluster *cluster, const char *kubeconfig,
                         const char *context, const char *namespace_name) {
  memset(cluster, 0, sizeof *cluster);
  arena_init(&cluster->arena);
  kubeconfig_sources_init(&cluster->sources, kubeconfig, context);
  cluster->sources.namespace_name = namespace_name;
  cluster->reason = (struct hg_error)HG_ERROR_INIT;
  cluster->is_known =
      find_target(cluster, &cluster->target, &cluster->stamp, &cluster->reason) == 0;
  if (target_record_make(&cluster->target, &cluster->arena, &cluster->record, &cluster->reason) <
      0) {
    cluster->is_known = false;
    cluster->record.server = "";
  }
}

void target_cluster_finish(struct target_cluster *cluster) {
  arena_finish(&cluster->arena);
  memset(cluster, 0, sizeof *cluster);
}

const char *target_cluster_default_namespace(const struct target_cluster *cluster) {
  return cluster->target.default_namespace;
}

/* The glob that protects `context`; NULL where none does. A glob that cannot be matched counts as
 * one that does. */
static const char *protecting_glob(const struct string_list *globs, const char *context) {
  for (size_t i = 0; i < globs->count; i++)
    if (fnmatch(globs->items[i], context, 0) != FNM_NOMATCH)
      return globs->items[i];
  return NULL;
}

/* `context "NAME" is protected: add --confirm-context NAME`, the name quoted for a shell. */
static int32_t refuse_protected(const char *context, struct hg_error *err) {
  struct text_buffer text;
  struct text_buffer word;
  int32_t result;

  text_buffer_init(&text);
  text_buffer_init(&word);
  shell_quote_append(&word, &context, 1);
  text_buffer_append_string(&text, "context \"");
  visible_text_append(&text, context, strlen(context));
  text_buffer_append_string(&text, "\" is protected: add --confirm-context ");
  visible_text_append(&text, text_buffer_string(&word), word.length);
  if (text.length >= sizeof err->message) {
    text_buffer_reset(&text);
    text_buffer_append_string(
        &text, "the context is protected: add --confirm-context and its name, to the letter");
  }
  result = hg_error_set(err, HG_ERROR_INVALID, "%s", text_buffer_string(&text));
  text_buffer_finish(&word);
  text_buffer_finish(&text);
  return result;
}

static int32_t refuse_unknown(const struct target_cluster *cluster, bool is_confirmed,
                              struct hg_error *err) {
  return hg_error_set(err, cluster->reason.code, "not known which cluster it is, and %s: %s",
                      is_confirmed ? "--confirm-context is given" : "protected_contexts are set",
                      cluster->reason.message);
}

int32_t target_cluster_check(const struct target_cluster *cluster,
                             const struct string_list *protected_contexts, const char *confirmed,
                             struct hg_error *err) {
  const char *context = cluster->target.context;

  if (protected_contexts->count == 0 && !confirmed)
    return 0;
  if (!cluster->is_known)
    return refuse_unknown(cluster, confirmed != NULL, err);
  if (confirmed && strcmp(confirmed, context) == 0)
    return 0;
  if (protecting_glob(protected_contexts, context))
    return refuse_protected(context, err);
  if (confirmed)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--confirm-context is '%.320s', but kubectl would use context '%.320s'",
                        confirmed, context);
  return 0;
}

static void log_record(const char *what, const struct target_record *record) {
  log_line(HG_LOG_ERROR, LOG_APPLY, "%s: context %s, server %s, user %s, namespace %s%s%s", what,
           *record->context ? record->context : "(none)", record->server,
           *record->user ? record->user : "(none)", record->default_namespace,
           *record->cluster_uid ? ", UID of kube-system " : "", record->cluster_uid);
}

int32_t target_cluster_check_bound(const struct target_cluster *cluster,
                                   const struct target_record *bound, const char *bound_by,
                                   const char *advice, struct hg_error *err) {
  if (!target_record_is_known(bound)) {
    log_line(HG_LOG_WARNING, LOG_APPLY,
             "%s was made where no cluster was known, so it is bound to none: see that this is the "
             "one that is meant",
             bound_by);
    return 0;
  }
  if (!cluster->is_known ||
      target_record_check(bound, &cluster->record, bound_by, advice, err) == 0)
    return 0;
  log_record(bound_by, bound);
  log_record("now", &cluster->record);
  return -1;
}

static bool is_same(const struct kubeconfig_target *left, const struct kubeconfig_target *right) {
  return strcmp(left->context, right->context) == 0 && strcmp(left->server, right->server) == 0 &&
         strcmp(left->default_namespace, right->default_namespace) == 0;
}

int32_t target_cluster_check_unchanged(struct target_cluster *cluster, struct hg_error *err) {
  struct hg_error unreadable = HG_ERROR_INIT;
  struct kubeconfig_target now;
  uint64_t stamp = kubeconfig_stamp(&cluster->sources);

  if (stamp == cluster->stamp || !cluster->is_known)
    return 0;
  if (find_target(cluster, &now, &stamp, &unreadable) < 0)
    return hg_error_set(err, unreadable.code, "kubeconfig changed: %s", unreadable.message);
  if (!is_same(&now, &cluster->target))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "kubeconfig changed: kubectl would go on with context '%.240s', namespace "
                        "'%.40s', instead of '%.240s', '%.40s'",
                        now.context, now.default_namespace, cluster->target.context,
                        cluster->target.default_namespace);
  cluster->stamp = stamp;
  return 0;
}

static const char *keep(struct target_cluster *cluster, struct text_buffer *text) {
  const char *copy =
      text->failed ? NULL : arena_copy(&cluster->arena, text_buffer_string(text), text->length);

  text_buffer_reset(text);
  return copy;
}

static void append_context(struct text_buffer *text, const struct target_cluster *cluster) {
  const char *context = cluster->target.context;

  text_buffer_append_string(text, "Context: ");
  if (!cluster->is_known)
    text_buffer_append_string(text, "(not known)");
  else if (*context)
    visible_text_append(text, context, strlen(context));
  else
    text_buffer_append_string(text, "(none)");
}

static void append_server(struct text_buffer *text, const struct target_cluster *cluster) {
  text_buffer_append_string(text, "Server: ");
  if (!cluster->is_known) {
    text_buffer_append_string(text, "(not known)");
    return;
  }
  kubeconfig_append_server(text, cluster->target.server);
  if (cluster->target.is_pod)
    text_buffer_append_string(text, " (the cluster of this Pod)");
  else if (cluster->target.is_default_server)
    text_buffer_append_string(text, " (kubectl's default: no kubeconfig names a server)");
}

static int by_text(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The plan's namespaces in byte order, each once, the first few by name. */
static int32_t append_namespaces(struct text_buffer *text, const struct hg_plan *plan) {
  const char **names = malloc((plan->total_jobs + 1) * sizeof *names);
  size_t count = 0;
  size_t distinct = 0;

  if (!names)
    return -1;
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const char *name = plan->jobs[i]->job_namespace;

    if (count == 0 || strcmp(names[count - 1], name) != 0) /* neighbours mostly share it */
      names[count++] = name;
  }
  qsort(names, count, sizeof *names, by_text);
  for (size_t i = 0; i < count; i++)
    if (distinct == 0 || strcmp(names[distinct - 1], names[i]) != 0)
      names[distinct++] = names[i];
  text_buffer_append_string(text, "Namespaces: ");
  for (size_t i = 0; i < distinct && i < MOST_NAMESPACES_SHOWN; i++) {
    text_buffer_append_string(text, i > 0 ? ", " : "");
    visible_text_append(text, *names[i] ? names[i] : "(not known)",
                        strlen(*names[i] ? names[i] : "(not known)"));
  }
  if (distinct > MOST_NAMESPACES_SHOWN)
    text_buffer_printf(text, " and %zu more", distinct - MOST_NAMESPACES_SHOWN);
  if (distinct == 0)
    text_buffer_append_char(text, '-');
  free(names);
  return 0;
}

int32_t target_cluster_describe(struct target_cluster *cluster, const struct hg_plan *plan,
                                struct target_cluster_lines *lines, struct hg_error *err) {
  struct text_buffer text;
  int32_t result = 0;

  text_buffer_init(&text);
  append_context(&text, cluster);
  lines->context = keep(cluster, &text);
  append_server(&text, cluster);
  lines->server = keep(cluster, &text);
  lines->namespaces = append_namespaces(&text, plan) < 0 ? NULL : keep(cluster, &text);
  if (!lines->context || !lines->server || !lines->namespaces)
    result = no_memory(err);
  text_buffer_finish(&text);
  return result;
}
