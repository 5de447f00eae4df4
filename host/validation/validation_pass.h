/* SPDX-License-Identifier: Apache-2.0 */
/* Scans and validates a directory on several threads and hands the results over in order. */
#ifndef HOST_VALIDATION_VALIDATION_PASS_H
#define HOST_VALIDATION_VALIDATION_PASS_H

#include "job/label_selector.h"
#include "plugins/plugin.h"
#include "validation/judged_document.h"

/* What is to be done; borrowed during the pass. */
struct validation_pass {
  const struct plugin *scanner;
  void *scan; /* the scanner's object, opened */
  const struct plugin *const *validators;
  void *const *validator_objects; /* one for each of `validators` */
  size_t validator_count;
  const char *default_namespace; /* of a Job that names none; "": not known. Outlives the run */
  uint32_t threads;              /* at least 1 */
  bool with_digests;             /* for the history and for a plan */
  bool with_details;             /* for reporters that show them */
  bool with_demands;             /* for what is summed up */
  bool with_bytes;               /* of what no file gives again, for an apply */
  const struct label_selector *selector; /* of the documents that are judged; NULL: all */
  bool with_facts;                       /* for the history; of valid documents */

  /* Makes what each thread keeps texts with, NULL where memory is out; may be NULL itself, and then
   * the two below it are not called. Any thread, several at once, as they are. */
  void *(*keeper_create)(void *context);
  void (*keeper_destroy)(void *keeper);

  /* The text of a valid document that the history keeps, the arena's; NULL: none. */
  const char *(*keep_text)(void *keeper, const struct hg_document *document, struct arena *arena);

  /* Called on the thread of validation_pass_run, in file order, then document order. `arena` holds
   * the document and may be used for what lives no longer than the call. -1 with err set ends the
   * pass. */
  int32_t (*judged)(void *context, struct arena *arena, struct judged_document *document,
                    struct hg_error *err);
  void *context;
};

/* Runs the pass. -1 with err set where it could not be done: no memory, a plugin that failed, the
 * user's wish to stop (HG_ERROR_CANCELLED). Bad documents are no failure. */
int32_t validation_pass_run(const struct validation_pass *pass, struct hg_error *err);

/* Judges one document that is in no file: of the pass it needs the validators, default_namespace
 * and what is wanted of each document. *judged is the arena's. Nothing is handed over. */
int32_t validation_judge(const struct validation_pass *pass, const struct hg_document *document,
                         struct arena *arena, struct judged_document **judged,
                         struct hg_error *err);

#endif
