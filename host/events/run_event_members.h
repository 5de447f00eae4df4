/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a run event's JSON object, and where each stands in the structs of the plugin
 * interface: what is written and what is read come from the same rows. */
#ifndef HOST_EVENTS_RUN_EVENT_MEMBERS_H
#define HOST_EVENTS_RUN_EVENT_MEMBERS_H

#include <stddef.h>
#include <stdint.h>

enum member_kind {
  MEMBER_STRING,      /* const char *, never NULL */
  MEMBER_OPTIONAL,    /* const char *; JSON null where it is NULL */
  MEMBER_WORD,        /* uint32_t, one of `words` */
  MEMBER_BOOLEAN,     /* uint32_t, 0 or 1 */
  MEMBER_FLAG,        /* bit `other` of a uint32_t */
  MEMBER_INT32,       /* int32_t */
  MEMBER_UINT32,      /* uint32_t */
  MEMBER_INT64,       /* int64_t */
  MEMBER_UINT64,      /* uint64_t; what does not fit into an int64_t is cut to its largest */
  MEMBER_BYTES,       /* struct hg_bytes; NAME_base64 beside it where it is no UTF-8 */
  MEMBER_STRINGS,     /* const char *const *, a NULL behind them; uint32_t count at `other` */
  MEMBER_NAMES,       /* the same as MEMBER_PAIRS, of which only the names are told */
  MEMBER_PAIRS,       /* const struct hg_pair *, uint32_t count at `other` */
  MEMBER_DIAGNOSTICS, /* const struct hg_diagnostic *const *, uint32_t count at `other` */
  MEMBER_DETAILS,     /* const struct hg_job_details *; JSON null where it is NULL */
};

/* A value and its word in JSON; ended by one without word. */
struct member_word {
  uint32_t value;
  const char *word;
};

/* What a word that is not in the list becomes: no value of the interface. */
enum { MEMBER_UNKNOWN_WORD = 1000 };

/* A table of members is ended by one without name. */
struct member {
  const char *name;
  enum member_kind kind;
  size_t offset;
  size_t other;
  const struct member_word *words;
};

enum run_event_kind {
  RUN_EVENT_RUN_STARTED,
  RUN_EVENT_JOB_VALIDATED,
  RUN_EVENT_JOB_FINISHED,
  RUN_EVENT_JOB_OBSERVED,
  RUN_EVENT_JOB_COMPLETED,
  RUN_EVENT_OBJECT_PASSED_OVER,
  RUN_EVENT_RUN_FINISHED,
  RUN_EVENT_UNKNOWN, /* of a later interface: to be passed over */
};

/* By enum run_event_kind, without the unknown. */
struct run_event_row {
  const char *name;
  const struct member *members;
};
enum { RUN_EVENT_COUNT = RUN_EVENT_UNKNOWN };
extern const struct run_event_row run_event_rows[RUN_EVENT_COUNT];

extern const struct member diagnostic_members[]; /* of struct hg_diagnostic */
extern const struct member details_members[];    /* of struct hg_job_details */

#endif
