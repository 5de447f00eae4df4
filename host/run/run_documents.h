/* SPDX-License-Identifier: Apache-2.0 */
/* What a run makes of each judged document: its place in the plan and in the history. */
#ifndef HOST_RUN_RUN_DOCUMENTS_H
#define HOST_RUN_RUN_DOCUMENTS_H

#include "run/run.h"

/* Takes one document, in order; `run` is the struct run. A `judged` of validation_pass. */
int32_t run_take_document(void *run, struct arena *arena, struct judged_document *document,
                          struct hg_error *err);

/* After the last document. -1 where a Job that was expected is not there as it was; each such Job
 * is logged. */
int32_t run_end_documents(struct run *run, struct hg_error *err);

/* The text of a document for the history. Any thread. */
const char *run_keep_text(void *context, const struct hg_document *document, struct arena *arena);

/* Record what the document at that place of the history has. */
int32_t run_record_parameters(struct run *run, const struct judged_document *document,
                              uint64_t position, struct hg_error *err);
int32_t run_record_diagnostics(struct run *run, const struct judged_document *document,
                               uint64_t position, struct hg_error *err);

/* Records what a valid document says, unless the history knows it. */
int32_t run_record_facts(struct run *run, const struct judged_document *document,
                         struct hg_error *err);

#endif
