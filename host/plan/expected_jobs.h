/* SPDX-License-Identifier: Apache-2.0 */
/* The Jobs that a scan must find again, just as they were: those of a run that goes on, or of a
 * plan that was saved.
 *
 * A directory is scanned and validated as always; each document is then looked up here. What
 * differs is collected, and makes the whole batch stop before its first apply, each difference
 * named.
 */
#ifndef HOST_PLAN_EXPECTED_JOBS_H
#define HOST_PLAN_EXPECTED_JOBS_H

#include "digest/digest.h"
#include "job/job_ref.h"
#include "memory/arena.h"
#include "memory/name_table.h"
#include "text/text_buffer.h"
#include "validation/judged_document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One Job. The strings are the set's. */
struct expected_job {
  struct job_ref job;
  uint32_t document_count; /* of that file; 0: not known */
  uint32_t attempts;       /* that were started before: the next is one more */
  uint64_t position;       /* in the history's run; 0: it has none yet */
  uint8_t sha256[DIGEST_SIZE];
  int64_t from_run; /* the Job that it tries again under its own name; 0: none */
  uint64_t from_position;
  const char *from_name;
  const char *replaces_uid; /* the object that is deleted before; NULL: none */
  bool is_source;           /* only other Jobs are made of it: its name is nobody's */
  bool is_doubtful;         /* an attempt may have been more than it seemed */
  bool is_open;             /* its last attempt has no outcome */
  bool is_settled;          /* it is not to be applied again */
  bool is_found;            /* a document matched it */
  bool is_noted;            /* it differs, and that was said */
};

/* Embedded in its owner. */
struct expected_jobs {
  struct arena arena;
  struct expected_job *jobs; /* in the order of adding */
  size_t count;
  size_t capacity;
  struct name_table places; /* by path and document: its index in `jobs`, plus 1 */
  struct text_buffer key;   /* scratch */
  uint32_t largest_document;
  struct text_buffer differences; /* a line each */
  size_t difference_count;
};

void expected_jobs_init(struct expected_jobs *expected);
void expected_jobs_finish(struct expected_jobs *expected);

/* Adds a copy of `job`, not found yet. A document that is expected already is HG_ERROR_INVALID.
 * Pointers to Jobs of the set are valid until the next one is added. */
int32_t expected_jobs_add(struct expected_jobs *expected, const struct expected_job *job,
                          struct hg_error *err);

/* The Job of that path and document number; NULL: it is not expected. *err is set only where memory
 * is out. */
struct expected_job *expected_jobs_find(struct expected_jobs *expected, const struct job_ref *job,
                                        struct hg_error *err);

/* Looks a document up by path and number. *found is its expected Job where it is the same; NULL
 * where the document is not expected (it is left alone), or where it differs, which is noted:
 *
 *   changed: out/a.yaml (tuning/a)                  renamed: out/a.yaml (tuning/a is now tuning/b)
 *   not readable: out/many.yaml, document 2 (tuning/c)      found twice: out/a.yaml (tuning/a)
 *
 * A Job has one line at most, of visible characters only, and none where it is settled. -1: no
 * memory. */
int32_t expected_jobs_match(struct expected_jobs *expected, const struct judged_document *document,
                            struct expected_job **found, struct hg_error *err);

/* After the last document: notes what was not found ("vanished: out/a.yaml (tuning/a)"), and
 * returns how many Jobs differ, those that are settled left out. */
size_t expected_jobs_finish_matching(struct expected_jobs *expected);

#endif
