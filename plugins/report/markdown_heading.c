/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markdown_heading.h"

#include "report/markdown_text.h"

#include <inttypes.h>

static const char *job_or_jobs(uint64_t count) {
  return count == 1 ? "Job" : "Jobs";
}

static void append_part(struct text_buffer *text, const char *mark, uint64_t part, uint64_t total,
                        const char *what) {
  text_buffer_printf(text, "%s %" PRIu64 " of %" PRIu64 " %s %s", mark, part, total,
                     job_or_jobs(total), what);
}

static void append_all(struct text_buffer *text, const char *before, uint64_t count,
                       const char *after) {
  text_buffer_printf(text, "✅ %s%" PRIu64 " %s%s", before, count, job_or_jobs(count), after);
}

/* Of a run that waited, and was not interrupted. */
static void append_completion(struct text_buffer *text, const struct hg_result *result) {
  uint64_t failed = result->failed_jobs + result->uncompleted_jobs + result->never_started_jobs;

  if (failed > 0)
    append_part(text, "❌", failed, result->total_jobs, "failed");
  else if (result->error)
    text_buffer_append_string(text, "❌ The run could not be done");
  else if (result->undecided_jobs > 0)
    append_part(text, "⚠️", result->undecided_jobs, result->total_jobs,
                result->undecided_jobs == 1 ? "is not known to have ended"
                                            : "are not known to have ended");
  else if (result->exit_code != 0)
    text_buffer_append_string(text, "❌ The run could not be done");
  else
    append_all(text, "", result->completed_jobs, " complete");
}

static void append_outcome(struct text_buffer *text, uint32_t mode,
                           const struct hg_result *result) {
  enum { INTERRUPTED = 130 };

  if (result->exit_code == INTERRUPTED && result->is_watched)
    append_part(text, "⚠️ Interrupted:", result->completed_jobs, result->total_jobs,
                "complete");
  else if (result->exit_code == INTERRUPTED && mode == HG_MODE_APPLY)
    append_part(text, "⚠️ Interrupted:", result->successful_jobs, result->total_jobs,
                "applied");
  else if (result->exit_code == INTERRUPTED)
    text_buffer_append_string(text, "⚠️ Interrupted");
  else if (result->is_watched)
    append_completion(text, result);
  else if (result->failed_jobs > 0)
    append_part(text, "❌", result->failed_jobs, result->total_jobs, "failed");
  else if (result->invalid_jobs > 0)
    append_part(text, "❌", result->invalid_jobs, result->total_jobs,
                result->invalid_jobs == 1 ? "is invalid" : "are invalid");
  else if (result->error || result->exit_code != 0)
    text_buffer_append_string(text, "❌ The run could not be done");
  else if (mode == HG_MODE_APPLY)
    append_all(text, "", result->successful_jobs, " applied");
  else if (mode == HG_MODE_DRY_RUN)
    append_all(text, "Dry run: ", result->skipped_jobs, " would be applied");
  else
    append_all(text, "", result->valid_jobs, result->valid_jobs == 1 ? " is valid" : " are valid");
}

void markdown_facts_append(struct text_buffer *text, const struct hg_run *run) {
  text_buffer_append_string(text, "<code>headgate ");
  markdown_text_append(text, run->command);
  text_buffer_append_string(text, "</code>");
  if (*run->jobs_dir) {
    text_buffer_append_string(text, " of ");
    markdown_code_append(text, run->jobs_dir);
  }
  if (*run->context) {
    text_buffer_append_string(text, " in the context ");
    markdown_code_append(text, run->context);
  }
  if (*run->kubernetes_version) {
    text_buffer_append_string(text, " for Kubernetes ");
    markdown_code_append(text, run->kubernetes_version);
  }
  if (run->run_id != 0)
    text_buffer_printf(text, ", run %" PRId64, run->run_id);
  text_buffer_append_string(text, ", begun ");
  markdown_code_append(text, run->started_at);
}

struct total {
  const char *title;
  uint64_t count;
};

static void append_table(struct text_buffer *text, const struct total *totals, size_t count) {
  text_buffer_append_string(text, "|");
  for (size_t i = 0; i < count; i++)
    text_buffer_printf(text, " %s |", totals[i].title);
  text_buffer_append_string(text, "\n|");
  for (size_t i = 0; i < count; i++)
    text_buffer_append_string(text, "---:|");
  text_buffer_append_string(text, "\n|");
  for (size_t i = 0; i < count; i++)
    text_buffer_printf(text, " %" PRIu64 " |", totals[i].count);
  text_buffer_append_string(text, "\n");
}

static void append_totals(struct text_buffer *text, uint32_t mode, const struct hg_result *result) {
  const struct total totals[] = {
      {"Jobs", result->total_jobs},      {"Valid", result->valid_jobs},
      {"Invalid", result->invalid_jobs}, {"Successful", result->successful_jobs},
      {"Failed", result->failed_jobs},   {"Skipped", result->skipped_jobs},
  };
  const struct total completions[] = {
      {"Complete", result->completed_jobs},
      {"Failed in the cluster", result->uncompleted_jobs},
      {"Never started", result->never_started_jobs},
      {"Not known", result->undecided_jobs},
  };
  bool validates_only = mode != HG_MODE_DRY_RUN && mode != HG_MODE_APPLY;

  append_table(text, totals, validates_only ? 3 : sizeof totals / sizeof totals[0]);
  if (!result->is_watched)
    return;
  text_buffer_append_char(text, '\n');
  append_table(text, completions, sizeof completions / sizeof completions[0]);
}

void markdown_heading_append(struct text_buffer *text, uint32_t mode, const char *facts,
                             const struct hg_result *result) {
  text_buffer_append_string(text, "## Headgate: ");
  append_outcome(text, mode, result);
  text_buffer_append_string(text, "\n\n");
  if (*facts)
    text_buffer_printf(text, "%s, took %" PRId64 " ms\n\n", facts, result->duration_ms);
  if (result->error) {
    text_buffer_append_string(text, "**Error:** ");
    markdown_code_append(text, result->error);
    text_buffer_append_string(text, "\n\n");
  }
  append_totals(text, mode, result);
}
