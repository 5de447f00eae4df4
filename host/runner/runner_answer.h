/* SPDX-License-Identifier: Apache-2.0 */
/* What `headgate plugin-runner` answers on its descriptor 3: JSON objects, one a line. After the
 * answer "report" the bytes of the report follow, as many as it says.
 *
 *   {"answer": "plugin", ...}                               what it loaded: plugin_description.h
 *   {"answer": "refused", "code": 2, "message": "..."}      it cannot be used; the last answer
 *   {"answer": "ready"}                                     events may come
 *   {"answer": "log", "level": 3, "message": "..."}         hg_host.log
 *   {"answer": "report", "length": 16384}                   hg_output.write
 *   {"answer": "failed", "code": 1, "message": "..."}       it could not go on; the last answer
 *   {"answer": "call", "message": "job_finished"}           it calls the plugin, where asked to
 * tell
 *   {"answer": "conduct", "code": 4, "message": "..."}      what the plugin did that it must not
 * do, where asked: runner_conduct.h
 *   {"answer": "done"}                                      the run is over and it was destroyed
 *
 * It comes from a process that runs somebody else's code: anything may be in it.
 */
#ifndef HOST_RUNNER_RUNNER_ANSWER_H
#define HOST_RUNNER_RUNNER_ANSWER_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdint.h>

struct json_t;

/* The descriptor of the runner that the answers go to. */
enum { RUNNER_ANSWERS = 3 };

enum runner_answer_kind {
  RUNNER_PLUGIN,
  RUNNER_REFUSED,
  RUNNER_READY,
  RUNNER_LOG,
  RUNNER_REPORT,
  RUNNER_FAILED,
  RUNNER_DONE,
  RUNNER_CALL,
  RUNNER_CONDUCT,
  RUNNER_GARBAGE, /* none of these */
};

struct runner_answer {
  enum runner_answer_kind kind;
  int32_t number;      /* code (RUNNER_CONDUCT: a subject) or level */
  const char *message; /* "" where there is none */
  const char *bytes;   /* RUNNER_REPORT: a part of the report */
  uint64_t length;     /* of `bytes` */
  struct json_t *json; /* RUNNER_PLUGIN: the whole */
};

/* Puts the answers together from what comes in pieces. Embedded in its owner. */
struct runner_answers {
  struct text_buffer line; /* the beginning of an answer */
  uint64_t report_left;    /* bytes that belong to the report */
  bool broken;             /* garbage came: nothing more is understood */
};

void runner_answers_init(struct runner_answers *answers);
void runner_answers_finish(struct runner_answers *answers);

/* Takes `length` bytes and calls `take` for each answer in them; the answer is valid during the
 * call. Garbage is told once, and ends it. */
void runner_answers_feed(struct runner_answers *answers, const char *data, size_t length,
                         void (*take)(void *context, const struct runner_answer *answer),
                         void *context);

/* The word of an answer, as it stands after "answer". */
const char *runner_answer_word(enum runner_answer_kind kind);

#endif
