/* SPDX-License-Identifier: Apache-2.0 */
/* What became of each Job, and of all of them (D31's job result and result; plan.h says what
 * D31 is). */
#ifndef HEADGATE_RESULT_H
#define HEADGATE_RESULT_H

#include <headgate/bytes.h>
#include <headgate/completion.h>
#include <headgate/job.h>
#include <stdint.h>

/* Values of hg_job_result.status. */
#define HG_STATUS_SKIPPED 1u /* nothing was sent: a dry run, or the run stopped before */
#define HG_STATUS_SUCCESS 2u /* kubectl, or the API server itself, confirmed it */
#define HG_STATUS_FAILED 3u  /* anything else; `reason` says what */

/* "SKIPPED", "SUCCESS" or "FAILED", which a status that is not known counts as. The text is
 * constant. Thread: any. */
static inline const char *hg_status_name(uint32_t status) {
  return status == HG_STATUS_SKIPPED   ? "SKIPPED"
         : status == HG_STATUS_SUCCESS ? "SUCCESS"
                                       : "FAILED";
}

/* Bits of hg_job_result.flags. */
#define HG_RESULT_STDOUT_CUT 1u /* there was more of standard output than was kept */
#define HG_RESULT_STDERR_CUT 2u /* the same for standard error */

/* Values of hg_job_result.verb. */
#define HG_VERB_NONE 0u       /* the applier was not told, or the status is not HG_STATUS_SUCCESS */
#define HG_VERB_CREATED 1u    /* the Job was not there */
#define HG_VERB_CONFIGURED 2u /* it was there, and was changed */
#define HG_VERB_UNCHANGED 3u  /* it was there, just so: nothing runs that did not run before */

/* The most warnings of one Job; where the server had more, the last one says how many. */
#define HG_WARNINGS_MAX 16u

/* One Job's outcome. Borrowed, valid during the call unless said otherwise. */
struct hg_job_result {
  uint32_t struct_size;     /* sizeof(struct hg_job_result) as its maker compiled it */
  uint32_t status;          /* one of HG_STATUS_* */
  int32_t return_code;      /* kubectl's exit status; -1 where it has none. Where the API server was
                             * asked: 0 confirmed, 1 refused, -1 no answer */
  int32_t signal;           /* the signal that ended kubectl; 0 where none did */
  uint32_t attempt;         /* 1-based; 0 where the host did not let a launch through */
  uint32_t flags;           /* HG_RESULT_* */
  uint32_t document_number; /* 1-based number of the document in its file */
  uint32_t command_count;   /* strings in `command`, the final NULL not counted */
  const char *job_name;
  const char *job_namespace;
  const char *yaml_path;
  /* The argv that was or would be executed; the method and the URL where the API server is asked.
   * NULL-terminated. */
  const char *const *command;
  struct hg_bytes stdout_text; /* at most 1 MiB, as kubectl wrote it */
  struct hg_bytes stderr_text; /* the same; the message of the API server's Status */
  const char *reason;          /* one plain sentence for SKIPPED and FAILED; "" for SUCCESS */
  const char *timestamp;       /* when it started, or was skipped: RFC 3339, UTC, milliseconds; the
                                * host puts its own there, the one that it records */
  int64_t duration_ms;         /* measured wall time in milliseconds; 0 where skipped */
  /* Where FAILED: a stable name of the kind of failure, such as "connection-refused", and one
   * sentence on what to do about it. "" where there is nothing to say. */
  const char *failure_class;
  const char *advice;
  uint32_t verb;               /* one of HG_VERB_* */
  uint32_t warning_count;      /* strings in `warnings`, at most HG_WARNINGS_MAX */
  const char *const *warnings; /* what the server warned of, whatever the status: one line of UTF-8
                                * each; NULL where warning_count is 0 */
  uint32_t http_status; /* of the API server's last answer, where the applier asked it itself; 0:
                         * there was none */
  uint32_t parameter_count;         /* rows in `parameters` */
  const struct hg_pair *parameters; /* the Job's, as in hg_plan_item; the host fills them in */
};

/* The verb's word, "" for HG_VERB_NONE and whatever is not known. Thread: any. */
static inline const char *hg_verb_name(uint32_t verb) {
  switch (verb) {
  case HG_VERB_CREATED:
    return "created";
  case HG_VERB_CONFIGURED:
    return "configured";
  case HG_VERB_UNCHANGED:
    return "unchanged";
  default:
    return "";
  }
}

/* The whole run. */
struct hg_result {
  uint32_t struct_size; /* sizeof(struct hg_result) as the host compiled it */
  int32_t exit_code; /* of the run: 0, 1, 3 or 130. headgate exits with it unless a reporter or the
                      * history fails after this: neither is over yet, but for `-o json` */
  uint64_t total_jobs; /* documents that were taken for Jobs, valid or not, and Jobs that
                        * try others again */
  uint64_t successful_jobs;
  uint64_t failed_jobs;
  uint64_t skipped_jobs;
  uint64_t valid_jobs;
  uint64_t invalid_jobs;
  uint64_t job_result_count; /* pointers in job_results */
  /* In plan order. Their command is the planned one; their stdout_text and stderr_text hold at most
   * the first 1,024 bytes: the whole came with the event job_finished, and is in the history. */
  const struct hg_job_result *const *job_results;
  const char *finished_at; /* RFC 3339, UTC, milliseconds */
  int64_t duration_ms;     /* from the run's start, in milliseconds */
  const char *error;       /* why the run could not be done; NULL where it was */
  /* What became of the Jobs that were applied, where the run waited for them (is_watched 1); else
   * all 0. A Job that had ended before the run counts by how it had, one that was tried again as
   * that alone. */
  uint32_t is_watched;
  uint32_t reserved; /* 0 */
  uint64_t completed_jobs;
  uint64_t uncompleted_jobs;   /* FAILED or DELETED */
  uint64_t never_started_jobs; /* NEVER-STARTED */
  uint64_t undecided_jobs;     /* TIMED-OUT or UNKNOWN: the Jobs go on */
  uint64_t retried_jobs;       /* tried again by another Job, which counts in their place */
  uint64_t unselected_jobs;    /* left out by -l: in no other count */
};

#endif
