/* SPDX-License-Identifier: Apache-2.0 */
/* A plan of any size, saved to a file. */
#ifndef TESTS_SEALED_PLAN_SEALED_PLAN_SAMPLE_H
#define TESTS_SEALED_PLAN_SEALED_PLAN_SAMPLE_H

#include "plan/plan_builder.h"
#include "plan/sealed_plan.h"

/* What the samples say of themselves: context "staging", kubeconfig NULL, jobs_dir "jobs". */
extern const struct sealed_plan sample_about;

/* Waits for a reader without end. */
extern const struct output_manner sample_manner;

/* Adds Job `nth` (from 0) of the namespace "tuning": "job-NTH" of "jobs/job-NTH.yaml", with a
 * digest of 32 times NTH modulo 256. Every tenth is document 2 of 3. The names are the builder's.
 * -1: no memory. */
int32_t sample_add_job(struct plan_builder *builder, unsigned nth);

/* Saves a plan of `count` such Jobs. */
int32_t sample_save(const char *path, unsigned count, struct hg_error *err);

#endif
