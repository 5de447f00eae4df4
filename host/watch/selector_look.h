/* SPDX-License-Identifier: Apache-2.0 */
/* One look at the Jobs of a label selector, which Headgate need not have applied: how they are now,
 * and the last lines of their containers' logs. All of it in memory, and nothing is written down.
 */
#ifndef HOST_WATCH_SELECTOR_LOOK_H
#define HOST_WATCH_SELECTOR_LOOK_H

#include "memory/arena.h"
#include "memory/string_list.h"
#include "plugins/plugin.h"
#include "text/text_buffer.h"
#include "watch/verdict.h"

/* Of what is more, the number alone is known, and an error says it. */
enum {
  LOOK_MOST_JOBS = 20000,
  LOOK_MOST_CONTAINERS = 1000, /* whose logs are read */
  LOOK_MOST_LOG_ERRORS = 20,
};

/* What is looked at. Everything outlives the look. */
struct look_request {
  const struct plugin *watcher;
  const char *job_namespace;
  const char *selector; /* as kubectl takes it; not empty */
  struct verdict_policy policy;
  bool wants_logs;
};

/* Strings are the look's, UTF-8, never NULL, and of anybody's choice. */
struct looked_job {
  const char *name;
  const char *job_namespace;
  const char *uid;
  const char *labels;      /* "app=test,mode=live"; the beginning, where there are very many */
  const char *started_at;  /* the cluster's clock; "" */
  const char *finished_at; /* the same */
  int32_t completions;     /* asked for; -1: the Job names none */
  int32_t active;
  int32_t succeeded;
  int32_t failed;
  struct verdict verdict; /* its clock is the machine's: as if we had looked since it was made */
};

/* One run of one container. */
struct looked_container {
  const char *pod;
  const char *pod_uid;
  const char *job_namespace;
  const char *name;       /* "": none of the Pod's is known yet */
  uint32_t restart;       /* which run of it, from 0 */
  const char *waits_for;  /* "ImagePullBackOff"; "" where it runs or ran */
  bool is_open;           /* its log is read */
  struct text_buffer log; /* its last lines, at most 10 and 4,096 bytes, without timestamps */
};

/* Embedded in its owner; zeroed, it can be finished. */
struct selector_look {
  const struct look_request *request;
  struct arena arena;
  struct arena said; /* of one word of the watcher */
  struct looked_job **jobs;
  size_t job_count;
  size_t job_room;
  uint64_t jobs_left_out;
  struct looked_container **containers;
  size_t container_count;
  uint64_t containers_left_out;
  uint64_t log_errors;
  struct string_list errors; /* what could not be seen, a sentence each */
  int64_t at_ms;             /* since 1970, our clock */
  int64_t lost_since_ms;     /* steady; 0: the server can be asked */
  bool is_whole;             /* all was seen, but for what `errors` says */
  bool is_stopped;           /* `error` says why nothing more is wanted */
  struct hg_error error;
};

/* Looks. -1: the cluster could not be asked, or not for all, which is among look->errors too; what
 * was seen until then is there. HG_ERROR_CANCELLED: the user asked to stop. Main thread. */
int32_t selector_look_take(struct selector_look *look, const struct look_request *request,
                           struct hg_error *err);

/* Also after a look that failed. */
void selector_look_finish(struct selector_look *look);

#endif
