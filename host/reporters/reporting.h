/* SPDX-License-Identifier: Apache-2.0 */
/* The reporters of a run, and the events that they get. */
#ifndef HOST_REPORTERS_REPORTING_H
#define HOST_REPORTERS_REPORTING_H

#include "events/event_log.h"
#include "files/taken_places.h"
#include "plugins/plugin.h"
#include "text/text_buffer.h"

#include <headgate/alert.h>

/* How much depends on a reporter. */
enum reporter_role {
  REPORTER_EXTRA,     /* the user named it: its failure is a warning */
  REPORTER_ESSENTIAL, /* the command's own output: its failure is the command's */
  REPORTER_FALLBACK,  /* the same, but written only if reporting_finish is told so */
};

/* Bytes of one report. A reporter of strangers that writes without end must not fill the disk that
 * the history needs. */
#define REPORT_LIMIT (UINT64_C(4) << 30)

struct reporter_slot;

/* What became of a reporter. */
struct reporter_outcome {
  const char *name;    /* as it was asked for */
  const char *target;  /* where it wrote; NULL: standard output */
  const char *ending;  /* "ok", "failed", ...: reporter_ending_word() */
  const char *message; /* of its first failure; "" none */
};

/* Embedded in its owner. A reporter that fails is told nothing more: the run goes on. Headgate's
 * own plugins run in the host, all others in a process each, which follow the events at their pace.
 */
struct reporting {
  struct plugin_set *plugins;
  struct reporter_slot *first;
  struct reporter_slot *last;
  struct reporter_slot *closing; /* the one that reporting_end_closing is for; NULL: none */
  struct event_log events;       /* for those of other processes */
  struct text_buffer line;       /* the newest event */
  uint64_t report_limit;         /* of those of other processes: REPORT_LIMIT, or less in tests */
  uint32_t timeout_s;            /* of those of other processes, for each step */
  struct taken_places *taken;    /* may be set, and outlives it: by the run's other outputs */
  uint64_t alerts;               /* that were raised */
  bool is_strict;                /* the failure of any is the run's */
  bool has_outside;              /* somebody reads `events` */
  bool was_interrupted;          /* after reporting_end: the user ended what one waited for */
};

void reporting_init(struct reporting *reporting, struct plugin_set *plugins, uint32_t timeout_s,
                    bool is_strict);

/* Adds the plugin `name`, writing to `path`, or to standard output where it is NULL. -1 where the
 * plugin cannot be loaded or the file cannot be opened: that is known before the run starts, and
 * stops it. */
int32_t reporting_add(struct reporting *reporting, const char *name, const char *path,
                      enum reporter_role role, struct hg_error *err);

/* Adds what the user named: "NAME" or "NAME=FILE", the plugin report-NAME; "/abs/plugin.so" or
 * "/abs/plugin.so=FILE"; "exec:/abs/program" or "exec:/abs/program=ARGUMENT". */
int32_t reporting_add_named(struct reporting *reporting, const char *text, struct hg_error *err);

/* The newest one is told of the end by reporting_end_closing, when all else is over: what it says
 * of the end is so. */
void reporting_set_closing(struct reporting *reporting);

/* Whether one of them writes a whole report, with each Job's details. */
bool reporting_wants_details(const struct reporting *reporting);

void reporting_run_started(struct reporting *reporting, const struct hg_run *run);
void reporting_job_validated(struct reporting *reporting, const struct hg_validation *validation);
void reporting_job_finished(struct reporting *reporting, const struct hg_job_result *result,
                            const struct hg_plan_item *item);
void reporting_job_observed(struct reporting *reporting,
                            const struct hg_job_observation *observation);
void reporting_job_completed(struct reporting *reporting,
                             const struct hg_job_completion *completion);
void reporting_object_passed_over(struct reporting *reporting, const struct hg_passed_over *object);
void reporting_run_finished(struct reporting *reporting, const struct hg_result *result);

/* After reporting_end: tells the closing one, where there is one, and ends it. Returns what
 * reporting_end returns. */
bool reporting_end_closing(struct reporting *reporting, const struct hg_result *result,
                           bool with_fallback);

/* Adds what the user named, where it is told of alerts: Headgate's own only. *is_added: it is. */
int32_t reporting_add_alerted(struct reporting *reporting, const char *text, bool *is_added,
                              struct hg_error *err);

/* Whether one of them is told of alerts. */
bool reporting_wants_alerts(const struct reporting *reporting);

/* `alert` is told to each, under its number among all of the run's. */
void reporting_alert_raised(struct reporting *reporting, struct hg_alert *alert);

/* What became of one: false: there is none, or not yet; see hg_alert_ops.next_delivery. `name`
 * is the reporter's. */
bool reporting_next_delivery(struct reporting *reporting, bool waits, struct hg_delivery *delivery,
                             const char **name);

/* The run could not begin: nothing is to be written. */
void reporting_abandon(struct reporting *reporting);

/* Ends all reporters and puts their files into place. Waits for those of other processes as long as
 * they may take. Returns false where an essential one could not write, or, where all are essential,
 * any; a reader who closed the pipe has seen what he wanted. */
bool reporting_end(struct reporting *reporting, bool with_fallback);

/* What became of each that has ended: the first one, where *slot is NULL, then the next. false:
 * there is none left. The strings are the reporting's. */
bool reporting_next_outcome(const struct reporting *reporting, const struct reporter_slot **slot,
                            struct reporter_outcome *outcome);

/* After reporting_end. */
void reporting_finish(struct reporting *reporting);

#endif
