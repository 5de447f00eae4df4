/* SPDX-License-Identifier: Apache-2.0 */
/* What a run makes of each judged document: its place in the plan and in the history. */
#ifndef HOST_RUN_RUN_DOCUMENTS_H
#define HOST_RUN_RUN_DOCUMENTS_H

#include "run/run.h"
#include "validation/validation_pass.h"

/* Takes one document, in order; `run` is the struct run. A `judged` of validation_pass. */
int32_t run_take_document(void *run, struct arena *arena, struct judged_document *document,
                          struct hg_error *err);

/* After the last document. -1 where a Job that was expected is not there as it was; each such Job
 * is logged. */
int32_t run_end_documents(struct run *run, struct hg_error *err);

/* Has the texts of documents kept for the history; the pass's context is the run. */
void run_keep_texts(struct validation_pass *pass);

/* Record what the document at that place of the history has. */
int32_t run_record_parameters(struct run *run, const struct judged_document *document,
                              uint64_t position, struct hg_error *err);
int32_t run_record_diagnostics(struct run *run, const struct judged_document *document,
                               uint64_t position, struct hg_error *err);

/* Records what a valid document says, unless the history knows it. */
int32_t run_record_facts(struct run *run, const struct judged_document *document,
                         struct hg_error *err);

#endif
