/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner_later_minor.h"

#include <headgate/job.h>
#include <string.h>

/* No pointer, no size and no text that a reader could do anything with. */
enum { POISON = 0xA5 };

#define UNKNOWN_BIT 0x80000000u

/* Every struct of the interface begins with its size. */
static void *enlarge(struct arena *arena, const void *original, size_t size) {
  uint32_t struct_size = (uint32_t)size + LATER_MINOR_BYTES;
  char *copy = arena_alloc(arena, struct_size);

  if (!copy)
    return NULL;
  memcpy(copy, original, size);
  memcpy(copy, &struct_size, sizeof struct_size);
  memset(copy + size, POISON, LATER_MINOR_BYTES);
  return copy;
}

struct hg_host *later_minor_host(struct arena *arena, const struct hg_host *host) {
  struct hg_host *copy = enlarge(arena, host, sizeof *host);

  if (copy)
    copy->abi_minor++;
  return copy;
}

struct hg_output *later_minor_output(struct arena *arena, const struct hg_output *output) {
  struct hg_output *copy = enlarge(arena, output, sizeof *output);

  if (copy)
    copy->flags |= UNKNOWN_BIT;
  return copy;
}

struct hg_error *later_minor_error(struct arena *arena, const struct hg_error *error) {
  return enlarge(arena, error, sizeof *error);
}

const struct hg_run *later_minor_run(struct arena *arena, const struct hg_run *run) {
  return enlarge(arena, run, sizeof *run);
}

/* Each on its own, so that whoever steps from one to the next by its size finds poison. */
static const struct hg_diagnostic *const *
diagnostics_of(struct arena *arena, const struct hg_diagnostic *const *list, uint32_t count) {
  const struct hg_diagnostic **copy = arena_alloc(arena, ((size_t)count + 1) * sizeof *copy);

  if (!copy)
    return NULL;
  for (uint32_t i = 0; i < count; i++) {
    copy[i] = enlarge(arena, list[i], sizeof *list[i]);
    if (!copy[i])
      return NULL;
  }
  copy[count] = NULL;
  return copy;
}

/* A list without elements may be NULL (headgate/job.h), which today's never is. */
static const struct hg_job_details *details_of(struct arena *arena,
                                               const struct hg_job_details *details) {
  struct hg_job_details *copy = enlarge(arena, details, sizeof *details);

  if (!copy)
    return NULL;
  copy->labels = copy->label_count > 0 ? copy->labels : NULL;
  copy->command = copy->command_count > 0 ? copy->command : NULL;
  copy->args = copy->arg_count > 0 ? copy->args : NULL;
  copy->env = copy->env_count > 0 ? copy->env : NULL;
  copy->requests = copy->request_count > 0 ? copy->requests : NULL;
  copy->limits = copy->limit_count > 0 ? copy->limits : NULL;
  return copy;
}

const struct hg_validation *later_minor_validation(struct arena *arena,
                                                   const struct hg_validation *validation) {
  struct hg_validation *copy = enlarge(arena, validation, sizeof *validation);

  if (!copy)
    return NULL;
  copy->reserved = UNKNOWN_BIT;
  copy->errors = diagnostics_of(arena, validation->errors, validation->error_count);
  copy->warnings = diagnostics_of(arena, validation->warnings, validation->warning_count);
  if (validation->details)
    copy->details = details_of(arena, validation->details);
  return copy->errors && copy->warnings && (copy->details || !validation->details) ? copy : NULL;
}

const struct hg_job_result *later_minor_job_result(struct arena *arena,
                                                   const struct hg_job_result *result) {
  struct hg_job_result *copy = enlarge(arena, result, sizeof *result);

  if (copy)
    copy->flags |= UNKNOWN_BIT;
  return copy;
}

const struct hg_result *later_minor_result(struct arena *arena, const struct hg_result *result) {
  struct hg_result *copy = enlarge(arena, result, sizeof *result);
  const struct hg_job_result **list =
      arena_alloc(arena, ((size_t)result->job_result_count + 1) * sizeof *list);

  if (!copy || !list)
    return NULL;
  for (uint64_t i = 0; i < result->job_result_count; i++) {
    list[i] = later_minor_job_result(arena, result->job_results[i]);
    if (!list[i])
      return NULL;
  }
  list[result->job_result_count] = NULL;
  copy->job_results = list;
  return copy;
}
