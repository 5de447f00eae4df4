/* SPDX-License-Identifier: Apache-2.0 */
/* One reporter of a run, wherever it runs. */
#ifndef HOST_REPORTERS_REPORTER_SLOT_H
#define HOST_REPORTERS_REPORTER_SLOT_H

#include "files/output_file.h"
#include "files/section.h"
#include "reporters/reporter_process.h"
#include "reporters/reporting.h"
#include "text/text_buffer.h"

struct reporter_slot {
  struct reporter_slot *next;
  const char *name;   /* the plugin's, or "exec:/abs/program" */
  const char *target; /* the file as the user named it, or a program's argument; NULL: none */
  enum reporter_role role;
  bool counts; /* its failure is the run's */
  bool failed;
  bool has_ended;
  enum reporter_ending ending;
  struct hg_error error; /* of the first failure */
  struct hg_output output;

  /* In the host. */
  const struct plugin *plugin; /* NULL: elsewhere */
  void *object;

  /* In a process of its own. */
  struct reporter_process *process; /* NULL: in the host, or it has ended */
  struct plugin *described;         /* what the runner says that it loaded; made by its thread */
  bool is_known;                    /* `described` is the plugin set's by now */
  uint64_t report_left;             /* bytes that it may still write */
  struct text_buffer preamble;
  const char *argv[4];

  /* What it writes: straight to the file, or kept until it is wanted (a fallback) or the others are
   * done with standard output (in a process of its own). */
  struct output_file file;
  bool gave_up;    /* nobody read it until the user asked to stop */
  bool has_file;   /* it is open, or was */
  bool is_waiting; /* for somebody to read, and the user was told so */
  struct section kept;
};

/* Makes the slot for `name` (a plugin), with its file open. -1: it is known now that it cannot be
 * used, and the run does not start. A plugin in its own process that misbehaves already is a slot
 * that has failed. */
int32_t reporter_slot_open(struct reporting *reporting, const char *name, const char *path,
                           enum reporter_role role, struct reporter_slot **slot,
                           struct hg_error *err);

/* The same for a program and its only argument, which may be NULL. */
int32_t reporter_slot_open_program(struct reporting *reporting, const char *name,
                                   const char *program, const char *argument,
                                   struct reporter_slot **slot, struct hg_error *err);

/* Says what went wrong with it, and what that means; `is_over`: nothing more is to come. */
void reporter_slot_warn(const struct reporter_slot *slot, bool is_over);

/* Puts what a slot has kept into its file. */
int32_t reporter_slot_release(struct reporter_slot *slot, struct hg_error *err);

/* Frees it; the process must have been joined. */
void reporter_slot_destroy(struct reporter_slot *slot);

#endif
