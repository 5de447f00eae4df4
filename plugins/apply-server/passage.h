/* SPDX-License-Identifier: Apache-2.0 */
/* One passage through a plan: as many requests at a time as it may, and each Job's outcome to the
 * errand. */
#ifndef APPLY_SERVER_PASSAGE_H
#define APPLY_SERVER_PASSAGE_H

#include "apply/backoff.h"
#include "apply/kubectl_words.h"
#include "apply/retry_queue.h"
#include "cluster/requests.h"
#include "errand.h"
#include "live_job.h"
#include "memory/arena.h"
#include "standing.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"
#include "yaml/yaml_tree.h"

#include <headgate/host.h>
#include <stdbool.h>
#include <stdint.h>

enum { PASSAGE_MOST_PARALLEL = 64 };

struct passage_limits {
  int64_t timeout_ms; /* of a request */
  uint32_t parallel;  /* requests at one time, 1 to PASSAGE_MOST_PARALLEL */
  uint32_t retries;   /* of a Job after failures that pass */
  int64_t retry_delay_ms;
};

/* What is known of a Job before it is sent. */
enum before { BEFORE_UNKNOWN, BEFORE_ABSENT, BEFORE_THERE };

/* A Job on its way: a look at what is there, where that is not known, then the request that applies
 * it. */
struct flight {
  struct passage *passage;
  bool is_taken; /* false: the place is free */
  struct job_try try;
  struct text_buffer body; /* the JSON that is sent */
  bool is_sent;            /* it was, and not only looked for */
  enum before before;
  struct live_print print; /* of the Job as it was, where BEFORE_THERE */
  struct text_buffer live; /* the Job as it was, where it is to be shown; else empty */
  struct hg_bytes anew;    /* and as it would be if it were made again; length 0: not known */
  int64_t started_ms;      /* of what is under way */
  char timestamp[TIMESTAMP_SIZE]; /* when it was started */
};

struct passage {
  const struct hg_host *host;
  const struct errand *errand;
  struct passage_limits limits;
  struct requests *requests; /* NULL: there are none, for `absence` */
  const struct hg_error *absence;
  struct hg_error *err;
  struct backoff backoff;
  struct retry_queue queue;
  struct standing standing; /* what was there before */
  int64_t held_since_ms;    /* the host holds what is to be written since then; 0: nothing */
  uint64_t next;            /* the first Job that was not offered to the host */
  uint8_t *lost;            /* by Job: 1 where one was sent, and may have been obeyed */
  uint32_t taken;           /* flights that are */
  bool closed;    /* nothing more is sent: the host or the user said so, or it is broken */
  bool cancelled; /* it was the user */
  bool left_out;  /* Jobs of a launch were not let through */
  bool broken;    /* the applier cannot go on: `err` says why */
  struct flight flights[PASSAGE_MOST_PARALLEL];
  struct hg_launch launches[PASSAGE_MOST_PARALLEL];
  struct job_try tries[PASSAGE_MOST_PARALLEL]; /* of the launches */
  uint32_t admitted;                           /* launches that the host let through, */
  uint32_t launched;                           /* and how many of them were launched */
  struct yaml_tree *tree;
  struct arena scratch;
  struct text_buffer line;
  struct text_buffer path;
  struct text_buffer reason;
  struct text_buffer words;
  struct text_buffer content;     /* scratch of live_job.h */
  struct words_warnings warnings; /* of the answer that is being settled */
};

/* Runs the errand for each Job of its plan, over connections that nobody else uses meanwhile;
 * `requests` is NULL where there can be none, for `absence`. HG_ERROR_CANCELLED where the user
 * asked to stop and Jobs were left, or were left without another try. */
int32_t passage_run(const struct hg_host *host, struct requests *requests,
                    const struct hg_error *absence, const struct errand *errand,
                    const struct passage_limits *limits, struct hg_error *err);

/* The request's address below the server's, as the plan shows it. NULL: the planned command is
 * none. */
const char *flight_path(const struct flight *flight);

/* Makes the document the body, as JSON. -1: `err` says why there is none. */
int32_t flight_make_body(struct flight *flight, const struct hg_bytes *bytes, struct hg_error *err);

/* A line of the log: a label, then `text` as one line of UTF-8. What is only asked is of interest
 * to few: its lines are for -v. */
void passage_log(struct passage *passage, uint32_t level, const char *label, const char *text);

#endif
