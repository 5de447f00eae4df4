/* SPDX-License-Identifier: Apache-2.0 */
/* The reporters of a run, and the events that they get. */
#ifndef HOST_REPORTERS_REPORTING_H
#define HOST_REPORTERS_REPORTING_H

#include "events/event_log.h"
#include "history/history.h"
#include "plugins/plugin.h"
#include "text/text_buffer.h"

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

/* Embedded in its owner. A reporter that fails is told nothing more: the run goes on. Headgate's
 * own plugins run in the host, all others in a process each, which follow the events at their pace.
 */
struct reporting {
  struct plugin_set *plugins;
  struct reporter_slot *first;
  struct reporter_slot *last;
  struct event_log events; /* for those of other processes */
  struct text_buffer line; /* the newest event */
  uint64_t report_limit;   /* of those of other processes: REPORT_LIMIT, or less in tests */
  bool has_outside;        /* somebody reads `events` */
  bool was_interrupted;    /* after reporting_finish: the user ended one, or what it waited for */
};

void reporting_init(struct reporting *reporting, struct plugin_set *plugins);

/* Adds the plugin `name`, writing to `path`, or to standard output where it is NULL. -1 where the
 * plugin cannot be loaded or the file cannot be opened: that is known before the run starts, and
 * stops it. */
int32_t reporting_add(struct reporting *reporting, const char *name, const char *path,
                      enum reporter_role role, struct hg_error *err);

/* Adds what the user named: "NAME" or "NAME=FILE", the plugin report-NAME; "/abs/plugin.so" or
 * "/abs/plugin.so=FILE"; "exec:/abs/program" or "exec:/abs/program=ARGUMENT". */
int32_t reporting_add_named(struct reporting *reporting, const char *text, struct hg_error *err);

/* Whether one of them writes a whole report, with each Job's details. */
bool reporting_wants_details(const struct reporting *reporting);

void reporting_run_started(struct reporting *reporting, const struct hg_run *run);
void reporting_job_validated(struct reporting *reporting, const struct hg_validation *validation);
void reporting_job_finished(struct reporting *reporting, const struct hg_job_result *result,
                            const struct hg_plan_item *item);
void reporting_run_finished(struct reporting *reporting, const struct hg_result *result);

/* The run could not begin: nothing is to be written. */
void reporting_abandon(struct reporting *reporting);

/* Ends all reporters, puts their files into place, and writes what became of each to `history` (may
 * be NULL). Waits for those of other processes as long as --reporter-timeout lets them. Returns
 * false where an essential one could not write, or, with --strict-reporters, any; a reader who
 * closed the pipe has seen what he wanted. */
bool reporting_finish(struct reporting *reporting, bool with_fallback, struct history *history);

#endif
