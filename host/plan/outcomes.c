/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/outcomes.h"

#include "memory/array.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <stdlib.h>
#include <string.h>

void outcome_init(struct hg_job_result *result, const struct hg_plan_item *item,
                  const char *timestamp) {
  memset(result, 0, sizeof *result);
  result->struct_size = sizeof *result;
  result->return_code = -1;
  result->document_number = item->document_number;
  result->command_count = item->kubectl_command_count;
  result->job_name = item->job_name;
  result->job_namespace = item->job_namespace;
  result->yaml_path = item->yaml_path;
  result->parameter_count = item->parameter_count;
  result->parameters = item->parameters;
  result->command = item->kubectl_command;
  result->stdout_text.data = "";
  result->stderr_text.data = "";
  result->reason = "";
  result->timestamp = timestamp;
  result->failure_class = "";
  result->advice = "";
}

/* A text that a plugin may have left out. */
static void fill_in(const char **text) {
  if (!*text)
    *text = "";
}

void outcome_take(struct hg_job_result *result, const struct hg_job_result *theirs) {
  size_t size = theirs->struct_size < sizeof *result ? theirs->struct_size : sizeof *result;

  memset(result, 0, sizeof *result);
  memcpy(result, theirs, size);
  result->struct_size = sizeof *result;
  if (!result->warnings)
    result->warning_count = 0;
  fill_in(&result->stdout_text.data);
  fill_in(&result->stderr_text.data);
  fill_in(&result->reason);
  fill_in(&result->timestamp);
  fill_in(&result->failure_class);
  fill_in(&result->advice);
  if (result->status == HG_STATUS_SUCCESS || result->status == HG_STATUS_FAILED)
    return;
  result->status = HG_STATUS_FAILED;
  result->reason = "the applier did not say how it ended";
  result->failure_class = "no-outcome";
  result->advice = "see whether the Job is there (kubectl get job), then resume the run";
}

/* Those of the appliers, and the host's own "no-outcome". */
bool outcome_is_doubtful(const char *failure_class) {
  static const char *const classes[] = {
      OUTCOME_UNKNOWN, "connection-reset", "timeout",    "deadline",      "signal",
      "cancelled",     "unconfirmed",      "no-outcome", "leader-change", "server-unavailable",
  };

  for (size_t i = 0; i < COUNT(classes); i++)
    if (strcmp(failure_class, classes[i]) == 0)
      return true;
  return false;
}

void outcomes_init(struct outcomes *outcomes) {
  memset(outcomes, 0, sizeof *outcomes);
  arena_init(&outcomes->arena);
}

void outcomes_finish(struct outcomes *outcomes) {
  arena_finish(&outcomes->arena);
  free(outcomes->results);
  memset(outcomes, 0, sizeof *outcomes);
}

/* A copy that is the same object where the text is the same as before: 10,000 skipped Jobs share
 * one reason and often one time. */
static const char *keep(struct outcomes *outcomes, const char *text, const char *before) {
  return before && strcmp(text, before) == 0 ? before
                                             : arena_copy(&outcomes->arena, text, strlen(text));
}

/* The same of a Job's warnings: of one policy, they are the same for all its Jobs. */
static int32_t keep_warnings(struct outcomes *outcomes, struct hg_job_result *copy,
                             const struct hg_job_result *before) {
  const char **kept;

  if (copy->warning_count == 0)
    return 0;
  kept = arena_alloc(&outcomes->arena, (copy->warning_count + 1) * sizeof *kept);
  if (!kept)
    return -1;
  for (uint32_t i = 0; i < copy->warning_count; i++) {
    kept[i] = keep(outcomes, copy->warnings[i],
                   before && i < before->warning_count ? before->warnings[i] : NULL);
    if (!kept[i])
      return -1;
  }
  kept[copy->warning_count] = NULL;
  copy->warnings = kept;
  return 0;
}

static int32_t keep_output(struct outcomes *outcomes, struct hg_bytes *output, uint32_t *flags,
                           uint32_t cut) {
  if (output->length > OUTCOME_KEPT_OUTPUT) {
    output->length = OUTCOME_KEPT_OUTPUT;
    *flags |= cut;
  }
  output->data =
      output->length == 0 ? "" : arena_copy(&outcomes->arena, output->data, (size_t)output->length);
  return output->data ? 0 : -1;
}

int32_t outcomes_add(struct outcomes *outcomes, const struct hg_job_result *result,
                     struct hg_error *err) {
  const struct hg_job_result *before =
      outcomes->count > 0 ? outcomes->results[outcomes->count - 1] : NULL;
  struct hg_job_result *copy = arena_alloc(&outcomes->arena, sizeof *copy);
  const struct hg_job_result **results =
      array_reserve(outcomes->results, outcomes->count + 1, &outcomes->capacity, sizeof *results);

  if (results)
    outcomes->results = results;
  if (!copy || !results)
    goto no_memory;
  *copy = *result;
  copy->reason = keep(outcomes, result->reason, before ? before->reason : NULL);
  copy->timestamp = keep(outcomes, result->timestamp, before ? before->timestamp : NULL);
  copy->failure_class =
      keep(outcomes, result->failure_class, before ? before->failure_class : NULL);
  copy->advice = keep(outcomes, result->advice, before ? before->advice : NULL);
  if (!copy->reason || !copy->timestamp || !copy->failure_class || !copy->advice ||
      keep_warnings(outcomes, copy, before) < 0 ||
      keep_output(outcomes, &copy->stdout_text, &copy->flags, HG_RESULT_STDOUT_CUT) < 0 ||
      keep_output(outcomes, &copy->stderr_text, &copy->flags, HG_RESULT_STDERR_CUT) < 0)
    goto no_memory;
  outcomes->results[outcomes->count++] = copy;
  outcomes->successful += copy->status == HG_STATUS_SUCCESS;
  outcomes->failed += copy->status == HG_STATUS_FAILED;
  outcomes->skipped += copy->status == HG_STATUS_SKIPPED;
  return 0;
no_memory:
  return no_memory(err);
}
