/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/credentials.h"

#include "memory/no_memory.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <headgate/host.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The credentials of one cluster and user, by their names; NULL: the target's. */
struct kept_source {
  char *cluster;
  char *user;
  struct credential_source *source;
  /* Why it gave none when it was first asked: a program that fails, or a person who said no, is not
   * asked again for each question. */
  struct hg_error refusal;
  struct kept_source *next;
};

/* From now on this process makes no core: a limit of 1 byte is too small for a file, and the kernel
 * (fs/coredump.c) takes it as: nothing to a pipe either, where a limit of 0 does not count. Unlike
 * PR_SET_DUMPABLE it leaves /proc/self/fd, and with it a memfd, readable. */
static void forbid_core(void) {
  struct rlimit limit;

  if (getrlimit(RLIMIT_CORE, &limit) < 0)
    return;
  limit.rlim_cur = limit.rlim_max < 1 ? limit.rlim_max : 1;
  (void)setrlimit(RLIMIT_CORE, &limit);
}

static void say(void *context, const char *line) {
  (void)context;
  log_line(HG_LOG_WARNING, LOG_APPLY, "%s", line);
}

static bool is_cancelled(void *context) {
  (void)context;
  return interrupt_requested() > 0;
}

static bool is_same(const char *left, const char *right) {
  return left == right || (left && right && strcmp(left, right) == 0);
}

static void destroy(struct kept_source *kept) {
  if (!kept)
    return;
  credential_source_destroy(kept->source);
  free(kept->cluster);
  free(kept->user);
  free(kept);
}

static int32_t find(struct credentials *credentials, const char *cluster, const char *user,
                    struct kept_source **found, struct hg_error *err) {
  struct kept_source *kept = credentials->kept;

  while (kept && !(is_same(kept->cluster, cluster) && is_same(kept->user, user)))
    kept = kept->next;
  if (!kept) {
    kept = calloc(1, sizeof *kept);
    if (kept)
      kept->refusal = (struct hg_error)HG_ERROR_INIT;
    if (!kept || (cluster && !(kept->cluster = strdup(cluster))) ||
        (user && !(kept->user = strdup(user)))) {
      destroy(kept);
      return no_memory(err);
    }
    if (credential_source_create(&credentials->sources, cluster, user, &credentials->surroundings,
                                 &kept->source, err) < 0) {
      destroy(kept);
      return -1;
    }
    kept->next = credentials->kept;
    credentials->kept = kept;
  }
  *found = kept;
  return 0;
}

static int32_t acquire(struct kept_source *kept, const struct hg_credentials *refused,
                       const struct hg_credentials **given, struct hg_error *err) {
  bool is_first = !credential_source_was_asked(kept->source);
  int32_t result = -1;

  if (!kept->refusal.code)
    result = credential_source_get(kept->source, refused, given, is_first ? &kept->refusal : err);
  if (is_first && result < 0)
    return hg_error_set(err, kept->refusal.code, "%s", kept->refusal.message);
  if (is_first && ((*given)->flags & HG_CREDENTIALS_INSECURE))
    log_line(HG_LOG_WARNING, LOG_APPLY,
             "insecure-skip-tls-verify: nobody checks that the server is the one it says it is");
  return result;
}

int32_t credentials_acquire(void *context, const char *cluster, const char *user,
                            const struct hg_credentials *refused,
                            const struct hg_credentials **given, struct hg_error *err) {
  struct credentials *credentials = context;
  struct kept_source *kept = NULL;
  int32_t result;

  (void)pthread_mutex_lock(&credentials->mutex);
  if (!credentials->kept)
    forbid_core();
  result = find(credentials, cluster, user, &kept, err);
  if (result == 0)
    result = acquire(kept, refused, given, err);
  (void)pthread_mutex_unlock(&credentials->mutex);
  return result;
}

void credentials_release(void *context, const struct hg_credentials *given) {
  struct credentials *credentials = context;

  (void)pthread_mutex_lock(&credentials->mutex);
  credential_release(given);
  (void)pthread_mutex_unlock(&credentials->mutex);
}

void credentials_init(struct credentials *credentials, const char *kubeconfig,
                      const char *context) {
  memset(credentials, 0, sizeof *credentials);
  kubeconfig_sources_init(&credentials->sources, kubeconfig, context);
  credentials->surroundings.say = say;
  credentials->surroundings.is_cancelled = is_cancelled;
  credentials->surroundings.has_terminal = isatty(STDIN_FILENO) == 1;
  (void)pthread_mutex_init(&credentials->mutex, NULL);
}

void credentials_finish(struct credentials *credentials) {
  while (credentials->kept) {
    struct kept_source *next = credentials->kept->next;

    destroy(credentials->kept);
    credentials->kept = next;
  }
  (void)pthread_mutex_destroy(&credentials->mutex);
}
