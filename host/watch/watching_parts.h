/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a watching share: its state, and the steps of a Job from the first sight to its
 * end. */
#ifndef HOST_WATCH_WATCHING_PARTS_H
#define HOST_WATCH_WATCHING_PARTS_H

#include "memory/arena.h"
#include "watch/followed_job.h"
#include "watch/log_store.h"
#include "watch/watching.h"

#include <pthread.h>

/* Where a watching is. */
enum watching_stage { STAGE_OPENING, STAGE_OPEN, STAGE_WATCHING, STAGE_OVER };

struct watching {
  struct watching_request request;
  void *watcher; /* the plugin's object */
  struct hg_watch_sink sink;
  struct hg_watch_request asked;
  const char **uids; /* for the watcher, of each Job */
  struct history *history;
  struct arena arena;         /* of what lives as long as this */
  struct arena said;          /* of one word of the watcher */
  struct arena told;          /* of one piece of news: the main thread's */
  struct log_store logs;      /* the watch thread's */
  struct log_store told_logs; /* the same, for the main thread to read */
  struct open_log *open_logs; /* the watch thread's */
  struct followed_job *jobs;
  uint64_t capacity;
  _Atomic uint64_t count; /* grows under the mutex */
  pthread_t thread;
  pthread_mutex_t mutex; /* of all below, and of what was seen of the Jobs */
  pthread_cond_t has_news;
  enum watching_stage stage;
  bool takes_more;   /* Jobs may be added yet */
  uint64_t taken;    /* Jobs that the watcher knows of */
  bool is_known;     /* somebody looked at the run before */
  bool has_thread;   /* to be joined */
  bool is_stopping;  /* the main thread wants it to end */
  bool is_stopped;   /* watching_stop was called */
  bool is_timed_out; /* the time to wait is over */
  bool has_failed;   /* `error` says why */
  bool is_lost;      /* the server cannot be asked */
  struct hg_error error;
  uint32_t end_outcome; /* of what is undecided, since nobody looks any longer; 0: somebody does */
  char end_why[200];
  int64_t started_ms; /* steady */
  int64_t lost_since_ms;
  int64_t lost_ms; /* in all, before that */
  int64_t written_ms;
  int64_t waits_said_ms; /* the watch's clock: of the last words about Pods that wait */
  bool is_unrecorded;    /* the history could not be written */
  bool has_ends;         /* rows of Jobs' ends wait to be written */
  uint64_t reconnects;
  uint64_t relists;
  uint64_t settled;
  uint64_t followed;
  uint64_t ended;      /* their completions were taken */
  uint64_t told_count; /* news of Jobs below it may be taken */
  struct followed_job *first_news;
  struct followed_job **last_news;
};

/* The steady clock. */
int64_t watching_steady_ms(const struct watching *watching);

/* The watch's clock: it stands still while the server cannot be asked, as nothing that is not seen
 * says anything of a Job. */
int64_t watching_clock_ms(const struct watching *watching);

/* Brings a followed Job on: what time decides, its row in the history once it has its verdict, and
 * its completion as news once that may be told. By the watch thread, or by the main one where there
 * is none; without the mutex. -1: out of memory, or the history cannot be written. */
int32_t watching_advance(struct watching *watching, struct followed_job *job, struct hg_error *err);

/* The same for all; an error with one keeps none of the others back. */
int32_t watching_advance_all(struct watching *watching, struct hg_error *err);

/* Nobody looks any longer, from here on. With the mutex. */
void watching_give_up(struct watching *watching, uint32_t outcome, const char *why);

/* A line for each Pod that waits, when it begins to, and all of them again each 30 seconds. */
void watching_say_what_waits(struct watching *watching);

/* Whether nothing more is wanted of the Job. */
bool watching_is_closed(struct watching *watching, const struct followed_job *job);

/* 0 while the watch goes on, else -1; and the same after an error, which is kept: the first is why
 * the watch ends. */
int32_t watching_goes_on(struct watching *watching);
int32_t watching_fail(struct watching *watching, const struct hg_error *error);

/* The sink's functions, for watching->sink. */
void watch_sink_init(struct watching *watching);

/* Puts the Job among the news where it has some that may be told. With the mutex. */
void watch_news_add(struct watching *watching, struct followed_job *job);

/* The same, behind a word about it: not every word changes what is told of a Job. */
void watch_news_look(struct watching *watching, struct followed_job *job);

#endif
