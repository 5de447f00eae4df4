/* SPDX-License-Identifier: Apache-2.0 */
#include "page_head.h"

#include "html/html_text.h"
#include "html/measure.h"
#include "html/page_frame.h"
#include "html/page_text.h"
#include "text/duration.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum { EXIT_INTERRUPTED = 130 };

static const double WHOLE_WIDTH = 100000; /* thousandths of a percent */

/* What a number of Jobs became. */
struct share {
  const char *label;
  const char *kind; /* class of its colour */
  uint64_t count;
  bool always; /* shown even where it is 0 */
  bool part;   /* of the bar: all parts together are the Jobs of the run */
};

enum { SHARES = 8 };

void page_head_init(struct page_head *head) {
  memset(head, 0, sizeof *head);
  text_buffer_init(&head->facts);
  text_buffer_init(&head->versions);
}

void page_head_finish(struct page_head *head) {
  text_buffer_finish(&head->facts);
  text_buffer_finish(&head->versions);
}

static bool applies(const struct page_head *head) {
  return head->mode == HG_MODE_DRY_RUN || head->mode == HG_MODE_APPLY;
}

void page_head_begin(struct page_head *head, const struct hg_run *run) {
  struct text_buffer *facts = &head->facts;

  head->mode = run->mode;
  head->run_id = run->run_id;
  if (*run->command) {
    page_fact_open(facts, "Command");
    text_buffer_append_string(facts, "<code>headgate ");
    html_text_string(facts, run->command);
    text_buffer_append_string(facts, "</code>");
    page_fact_close(facts);
  }
  page_fact(facts, "Mode",
            head->mode == HG_MODE_APPLY     ? "Apply"
            : head->mode == HG_MODE_DRY_RUN ? "Dry run: kubectl was not executed"
                                            : "Validate");
  page_fact(facts, "Manifests", run->jobs_dir);
  page_fact(facts, "Kubeconfig", run->kubeconfig);
  page_fact(facts, "Context", run->context);
  if (*run->started_at) {
    page_fact_open(facts, "Started (UTC)");
    measure_time(facts, run->started_at, "");
    page_fact_close(facts);
  }
  page_fact(&head->versions, "Validated for Kubernetes", run->kubernetes_version);
  page_fact(&head->versions, "Headgate", run->host_version);
}

/* "4 of 6 Jobs", or "All 6 Jobs" */
static void append_part(struct text_buffer *text, uint64_t part, uint64_t whole) {
  if (part == whole) {
    text_buffer_append_string(text, whole == 1 ? "The " : whole == 2 ? "Both " : "All ");
    if (whole > 2)
      measure_counted(text, whole, "Jobs");
    else
      text_buffer_append_string(text, whole == 1 ? "Job" : "Jobs");
    return;
  }
  measure_count(text, part);
  text_buffer_append_string(text, " of ");
  measure_counted(text, whole, "Jobs");
}

/* Of a run that waited for its Jobs; NULL where they tell nothing of its outcome. */
static const char *append_completion(const struct hg_result *result, struct text_buffer *text) {
  uint64_t failed = result->failed_jobs + result->uncompleted_jobs + result->never_started_jobs;

  if (failed > 0) {
    append_part(text, failed, result->total_jobs);
    text_buffer_append_string(text, " failed");
    return "failed";
  }
  if (result->undecided_jobs > 0) {
    append_part(text, result->undecided_jobs, result->total_jobs);
    text_buffer_append_string(text, result->undecided_jobs == 1 ? " is not known to have ended"
                                                                : " are not known to have ended");
    return "warning";
  }
  if (result->error || result->exit_code != 0 || result->completed_jobs == 0)
    return NULL;
  append_part(text, result->completed_jobs, result->total_jobs);
  text_buffer_append_string(text, result->total_jobs == 1 ? " is complete" : " are complete");
  return "success";
}

/* The outcome in a sentence without a full stop; returns its kind. */
static const char *append_outcome(const struct page_head *head, const struct hg_result *result,
                                  struct text_buffer *text) {
  uint64_t total = result->total_jobs;
  const char *completion;

  if (result->exit_code == EXIT_INTERRUPTED) {
    text_buffer_append_string(text, "Interrupted");
    if (head->mode == HG_MODE_APPLY) {
      text_buffer_append_string(text, " after ");
      measure_count(text, result->successful_jobs + result->failed_jobs);
      text_buffer_append_string(text, " of ");
      measure_counted(text, total, "Jobs");
    }
    return "warning";
  }
  if (result->invalid_jobs > 0) {
    append_part(text, result->invalid_jobs, total);
    text_buffer_append_string(text, result->invalid_jobs == 1 ? " is invalid" : " are invalid");
    return "failed";
  }
  completion = result->is_watched ? append_completion(result, text) : NULL;
  if (completion)
    return completion;
  if (result->failed_jobs > 0) {
    append_part(text, result->failed_jobs, total);
    text_buffer_append_string(text, " failed");
    return "failed";
  }
  if (result->error || result->exit_code != 0) {
    text_buffer_append_string(text, head->mode == HG_MODE_APPLY && result->successful_jobs == 0
                                        ? "Nothing was applied"
                                        : "The run could not be done");
    return "failed";
  }
  if (total == 0) {
    text_buffer_append_string(text, "No Job was found");
    return "skipped";
  }
  if (head->mode == HG_MODE_DRY_RUN) {
    text_buffer_append_string(text, "Dry run: ");
    measure_counted(text, total, "Jobs");
    text_buffer_append_string(text, " would be applied");
    return "skipped";
  }
  append_part(text, head->mode == HG_MODE_APPLY ? result->successful_jobs : result->valid_jobs,
              total);
  text_buffer_append_string(text, total == 1 ? (applies(head) ? " was" : " is")
                                             : (applies(head) ? " were" : " are"));
  text_buffer_append_string(text, applies(head) ? " applied" : " valid");
  return "success";
}

/* Of a run that waited for its Jobs. */
static void fill_completions(const struct hg_result *result, uint64_t errors, uint64_t warnings,
                             struct share shares[SHARES]) {
  const struct share all[SHARES] = {
      {"Complete", "success", result->completed_jobs, true, true},
      {"Failed", "failed", result->uncompleted_jobs, true, true},
      {"Never started", "failed", result->never_started_jobs, true, true},
      {"Not known", "warning", result->undecided_jobs, true, true},
      {"Not applied", "failed", result->failed_jobs, false, true},
      {"Skipped", "skipped", result->skipped_jobs, false, true},
      {"Errors", "failed", errors, false, false},
      {"Warnings", "warning", warnings, false, false},
  };

  memcpy(shares, all, sizeof all);
}

static void fill_shares(const struct page_head *head, const struct hg_result *result,
                        uint64_t errors, uint64_t warnings, struct share shares[SHARES]) {
  bool outcomes = applies(head) && result->invalid_jobs == 0;
  uint64_t known = result->successful_jobs + result->failed_jobs + result->skipped_jobs;
  const struct share all[SHARES] = {
      {"Successful", "success", outcomes ? result->successful_jobs : 0, outcomes, outcomes},
      {"Failed", "failed", outcomes ? result->failed_jobs : 0, outcomes, outcomes},
      {"Skipped", "skipped", outcomes ? result->skipped_jobs : 0, outcomes, outcomes},
      {"Not reached", "rest",
       outcomes && result->total_jobs > known ? result->total_jobs - known : 0, false, outcomes},
      {"Valid", "success", outcomes ? 0 : result->valid_jobs, !outcomes, !outcomes},
      {"Invalid", "failed", outcomes ? 0 : result->invalid_jobs, !outcomes, !outcomes},
      {"Errors", "failed", errors, false, false},
      {"Warnings", "warning", warnings, false, false},
  };

  memcpy(shares, all, sizeof all);
}

static void append_bar(struct text_buffer *text, const struct share shares[SHARES]) {
  uint64_t whole = 0;
  uint64_t before = 0;

  for (uint32_t i = 0; i < SHARES; i++)
    whole += shares[i].part ? shares[i].count : 0;
  if (whole == 0)
    return;
  text_buffer_append_string(text, "<svg class=\"stack\" width=\"100%\" height=\"8\" "
                                  "aria-hidden=\"true\">\n");
  for (uint32_t i = 0; i < SHARES; i++) {
    if (!shares[i].part || shares[i].count == 0)
      continue;
    text_buffer_printf(text, "<rect class=\"%s\" x=\"", shares[i].kind);
    measure_decimal(text, (int64_t)((double)before / (double)whole * WHOLE_WIDTH));
    text_buffer_append_string(text, "%\" y=\"0\" width=\"");
    measure_decimal(text, (int64_t)((double)shares[i].count / (double)whole * WHOLE_WIDTH));
    text_buffer_append_string(text, "%\" height=\"8\" />\n");
    before += shares[i].count;
  }
  text_buffer_append_string(text, "</svg>\n");
}

static void append_tile(struct text_buffer *text, const char *label, const char *kind,
                        uint64_t count) {
  text_buffer_printf(text, "<div class=\"%s\"><dt>%s</dt><dd>", count > 0 ? kind : "none", label);
  measure_count(text, count);
  text_buffer_append_string(text, "</dd></div>\n");
}

static void append_totals(struct text_buffer *text, const struct hg_result *result,
                          const struct share shares[SHARES]) {
  append_bar(text, shares);
  text_buffer_append_string(text, "<dl class=\"tiles\">\n");
  append_tile(text, "Jobs", "all", result->total_jobs);
  for (uint32_t i = 0; i < SHARES; i++)
    if (shares[i].always || shares[i].count > 0)
      append_tile(text, shares[i].label, shares[i].kind, shares[i].count);
  text_buffer_append_string(text, "</dl>\n");
}

/* What the run left out. */
static void append_others(struct page_head *head, const struct hg_result *result) {
  struct text_buffer words;

  text_buffer_init(&words);
  if (result->unselected_jobs > 0) {
    text_buffer_printf(&words, "%" PRIu64, result->unselected_jobs);
    page_fact(&head->facts, "Not selected", text_buffer_string(&words));
    text_buffer_reset(&words);
  }
  if (head->passed_over.count > 0) {
    passed_over_tally_append(&words, &head->passed_over);
    page_fact(&head->facts, "Passed over", text_buffer_string(&words));
  }
  head->facts.failed |= words.failed;
  text_buffer_finish(&words);
}

static void append_facts(struct page_head *head, const struct hg_result *result,
                         struct text_buffer *text) {
  struct text_buffer *facts = &head->facts;

  if (*result->finished_at) {
    page_fact_open(facts, "Finished (UTC)");
    measure_time(facts, result->finished_at, "");
    page_fact_close(facts);
  }
  page_fact_open(facts, "Duration");
  duration_append(facts, result->duration_ms);
  page_fact_close(facts);
  page_fact_open(facts, "Exit code");
  text_buffer_printf(facts, "%" PRId32, result->exit_code);
  page_fact_close(facts);
  append_others(head, result);
  text_buffer_append_string(text, "<dl class=\"facts\">\n");
  text_buffer_append(text, text_buffer_string(facts), facts->length);
  text_buffer_append(text, text_buffer_string(&head->versions), head->versions.length);
  text_buffer_append_string(text, "</dl>\n");
  text->failed |= facts->failed || head->versions.failed;
}

void page_head_write(struct page_head *head, const struct hg_result *result, uint64_t errors,
                     uint64_t warnings, struct text_buffer *text) {
  struct share shares[SHARES];
  struct text_buffer outcome;
  const char *kind;

  text_buffer_init(&outcome);
  kind = append_outcome(head, result, &outcome);
  page_open(text, text_buffer_string(&outcome));
  if (head->run_id != 0)
    text_buffer_printf(text, " <span>run %" PRId64 "</span>", head->run_id);
  text_buffer_printf(text, "</p>\n<h1 class=\"%s\">%s</h1>\n", kind, text_buffer_string(&outcome));
  if (result->error && *result->error) {
    text_buffer_append_string(text, "<p class=\"error\">");
    html_text_string(text, result->error);
    text_buffer_append_string(text, "</p>\n");
  }
  if (result->is_watched)
    fill_completions(result, errors, warnings, shares);
  else
    fill_shares(head, result, errors, warnings, shares);
  append_totals(text, result, shares);
  append_facts(head, result, text);
  text_buffer_append_string(text, "</header>\n");
  text->failed |= outcome.failed;
  text_buffer_finish(&outcome);
}
