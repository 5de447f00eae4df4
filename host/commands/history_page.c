/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/history_page.h"

#include "commands/history_page_cells.h"
#include "commands/history_page_lists.h"
#include "files/output_file.h"
#include "history/history.h"
#include "html/measure.h"
#include "html/page_frame.h"
#include "html/page_text.h"
#include "run/recording.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/timestamp.h"

#include <string.h>

enum { WRONG_OPERANDS = 2 };

/* What the whole history comes to. */
struct page_totals {
  int64_t runs, succeeded, failed, undecided, others;
  int64_t applies, jobs;
  char first[TIMESTAMP_SIZE], last[TIMESTAMP_SIZE];
};

static void copy_time(char to[TIMESTAMP_SIZE], const struct history_row_view *row,
                      const char *name) {
  const struct history_cell *cell = history_cell(row, name);
  size_t length = cell->length < TIMESTAMP_SIZE - 1 ? cell->length : TIMESTAMP_SIZE - 1;

  memcpy(to, cell->bytes, length);
  to[length] = '\0';
}

static int32_t take_totals(void *context, const struct history_row_view *row,
                           struct hg_error *err) {
  struct page_totals *totals = context;

  (void)err;
  totals->runs = page_number(row, "runs");
  totals->succeeded = page_number(row, "succeeded");
  totals->failed = page_number(row, "failed");
  totals->undecided = page_number(row, "undecided");
  totals->others = totals->runs - totals->succeeded - totals->failed - totals->undecided;
  totals->applies = page_number(row, "applies");
  totals->jobs = page_number(row, "jobs");
  copy_time(totals->first, row, "first");
  copy_time(totals->last, row, "last");
  return 0;
}

static void append_tile(struct text_buffer *text, const char *label, const char *kind,
                        int64_t count) {
  text_buffer_printf(text, "<div class=\"%s\"><dt>%s</dt><dd>", count > 0 ? kind : "none", label);
  measure_count(text, (uint64_t)count);
  text_buffer_append_string(text, "</dd></div>\n");
}

static void append_head(struct text_buffer *text, const struct page_totals *totals) {
  char now[TIMESTAMP_SIZE];

  timestamp_format(timestamp_now_ms(), now);
  page_open(text, "History");
  text_buffer_append_string(text, " <span>history</span></p>\n<h1>");
  if (totals->runs == 0)
    text_buffer_append_string(text, "No runs yet");
  else
    measure_counted(text, (uint64_t)totals->runs, "runs");
  text_buffer_append_string(text, "</h1>\n<dl class=\"tiles\">\n");
  append_tile(text, "Succeeded", "success", totals->succeeded);
  append_tile(text, "Failed", "failed", totals->failed);
  append_tile(text, "Not known", "warning", totals->undecided);
  append_tile(text, "Stopped or running", "skipped", totals->others);
  append_tile(text, "Applies", "all", totals->applies);
  append_tile(text, "Jobs applied", "all", totals->jobs);
  text_buffer_append_string(text, "</dl>\n<dl class=\"facts\">\n");
  page_fact_time(text, "First run (UTC)", totals->first);
  page_fact_time(text, "Newest run (UTC)", totals->last);
  page_fact_time(text, "Written (UTC)", now);
  text_buffer_append_string(text, "</dl>\n</header>\n");
}

/* What `list` shows of `whole`. */
static void append_left_out(struct text_buffer *text, const struct page_list *list,
                            const char *what) {
  if (list->whole <= (int64_t)list->count)
    return;
  text_buffer_append_string(text, "<p class=\"cut\">");
  measure_count(text, list->count);
  text_buffer_append_string(text, " of ");
  measure_count(text, (uint64_t)list->whole);
  text_buffer_printf(text, " are shown: %s</p>\n", what);
}

static void open_table(struct text_buffer *text, const char *class, const char *head,
                       const char *id, uint64_t count) {
  page_nothing_found(text, id);
  text_buffer_printf(
      text, "<div class=\"scroll\"><table class=\"list %s\">\n<thead><tr>%s</tr></thead>\n", class,
      head);
  page_rows_open(text, id, count);
}

static const char runs_head[] = "<th scope=\"col\" data-sort=\"number\">Run</th>"
                                "<th scope=\"col\" data-sort=\"text\">Started (UTC)</th>"
                                "<th scope=\"col\" data-sort=\"text\">Command</th>"
                                "<th scope=\"col\" data-sort=\"text\">Outcome</th>"
                                "<th scope=\"col\" data-sort=\"number\">Jobs</th>"
                                "<th scope=\"col\" data-sort=\"number\">Failed</th>"
                                "<th scope=\"col\" data-sort=\"number\">Duration</th>"
                                "<th scope=\"col\" data-sort=\"text\">Where</th>";
static const char failures_head[] = "<th scope=\"col\" data-sort=\"text\">Kind</th>"
                                    "<th scope=\"col\" data-sort=\"number\">Jobs</th>"
                                    "<th scope=\"col\" data-sort=\"number\">Runs</th>"
                                    "<th scope=\"col\" data-sort=\"number\">Last in run</th>"
                                    "<th scope=\"col\">The last one</th>";
static const char jobs_head[] = "<th scope=\"col\" data-sort=\"text\">Job</th>"
                                "<th scope=\"col\" data-sort=\"text\">Namespace</th>"
                                "<th scope=\"col\" data-sort=\"text\">Last outcome</th>"
                                "<th scope=\"col\" data-sort=\"number\">Runs</th>"
                                "<th scope=\"col\" data-sort=\"number\">Failed</th>"
                                "<th scope=\"col\" data-sort=\"number\">Last</th>"
                                "<th scope=\"col\" data-sort=\"number\">Median</th>"
                                "<th scope=\"col\">Trend</th>";

/* The page, as it is written. */
struct page {
  struct history *history;
  struct output_file *file;
  struct hg_output output;
  struct page_totals totals;
  struct page_list runs, failures, jobs;
  struct text_buffer text;
};

static int32_t write_file(const struct hg_output *output, const char *data, uint64_t length,
                          struct hg_error *err) {
  const struct page *page = output->context;

  return output_file_write(page->file, data, length, err);
}

static int32_t read_all(struct page *page, struct hg_error *err) {
  struct history *history = page->history;

  return history_read(history, HISTORY_PAGE_TOTALS, 0, 0, take_totals, &page->totals, err) < 0 ||
                 page_read_runs(history, &page->runs, err) < 0 ||
                 page_read_failures(history, &page->failures, err) < 0 ||
                 page_read_jobs(history, &page->jobs, err) < 0
             ? -1
             : 0;
}

static int32_t write_list(struct page *page, struct page_list *list, struct hg_error *err) {
  if (page_write(&page->output, &page->text, err) < 0 ||
      section_write(&list->rows, &page->output, err) < 0)
    return -1;
  text_buffer_append_string(&page->text, "</tbody>\n</table></div>\n</section>\n");
  return page_write(&page->output, &page->text, err);
}

static int32_t write_failures(struct page *page, struct hg_error *err) {
  if (page->failures.count == 0)
    return 0;
  page_section_open(&page->text, "failures", "Kinds of failure", page->failures.count);
  append_left_out(&page->text, &page->failures,
                  "the most frequent; <code>headgate history show RUN</code> has those of a run.");
  open_table(&page->text, "kinds", failures_head, "failures", page->failures.count);
  return write_list(page, &page->failures, err);
}

static int32_t write_jobs(struct page *page, struct hg_error *err) {
  if (page->jobs.count == 0)
    return 0;
  page_section_open(&page->text, "jobs", "Jobs", page->jobs.count);
  append_left_out(
      &page->text, &page->jobs,
      "those that ran last; the view <code>job_completions</code> of the history has all.");
  open_table(&page->text, "trends", jobs_head, "jobs", page->jobs.count);
  return write_list(page, &page->jobs, err);
}

static int32_t write_runs(struct page *page, struct hg_error *err) {
  const struct page_totals *totals = &page->totals;
  const struct page_filter filters[] = {{"success", "Succeeded", (uint64_t)totals->succeeded},
                                        {"failed", "Failed", (uint64_t)totals->failed},
                                        {"warning", "Not known", (uint64_t)totals->undecided},
                                        {"skipped", "Others", (uint64_t)totals->others}};

  if (page->runs.count == 0)
    return 0;
  page_section_open(&page->text, "runs", "Runs", page->runs.count);
  page->runs.whole = totals->runs;
  append_left_out(&page->text, &page->runs,
                  "the newest; <code>headgate history list</code> has all.");
  if (totals->runs == (int64_t)page->runs.count)
    page_filters(&page->text, filters, sizeof filters / sizeof *filters);
  open_table(&page->text, "runs", runs_head, "runs", page->runs.count);
  return write_list(page, &page->runs, err);
}

static int32_t write_page(struct page *page, struct hg_error *err) {
  struct text_buffer *text = &page->text;

  append_head(text, &page->totals);
  text_buffer_append_string(text, "<nav aria-label=\"Sections\">\n");
  if (page->runs.count > 0)
    text_buffer_append_string(text, "<a href=\"#days\">Days</a>\n");
  page_link(text, "failures", "Kinds of failure", page->failures.count);
  page_link(text, "jobs", "Jobs", page->jobs.count);
  page_link(text, "runs", "Runs", page->runs.count);
  page_search(text, "Name, cause, context");
  text_buffer_append_string(text, "</nav>\n<main id=\"results\" tabindex=\"-1\">\n");
  if (page_append_days(page->history, text, err) < 0 || write_failures(page, err) < 0 ||
      write_jobs(page, err) < 0 || write_runs(page, err) < 0)
    return -1;
  page_close(text, "history page");
  return page_write(&page->output, text, err);
}

static void init_list(struct page_list *list) {
  section_init(&list->rows, SECTION_MEMORY);
  list->count = 0;
  list->whole = 0;
}

static int32_t make_page(struct history *history, struct output_file *file, struct hg_error *err) {
  struct page page = {
      .history = history,
      .file = file,
      .output = {.struct_size = sizeof page.output, .context = &page, .write = write_file},
  };
  int32_t result;

  init_list(&page.runs);
  init_list(&page.failures);
  init_list(&page.jobs);
  text_buffer_init(&page.text);
  result = read_all(&page, err) < 0 ? -1 : write_page(&page, err);
  section_finish(&page.runs.rows);
  section_finish(&page.failures.rows);
  section_finish(&page.jobs.rows);
  text_buffer_finish(&page.text);
  return result;
}

static int32_t write_to(const struct settings *settings, const char *path, struct hg_error *err) {
  struct output_file *file = NULL;
  struct history *history = NULL;
  struct taken_places taken;
  const struct output_manner manner = {
      .patience = interrupt_patience, .mode = 0640, .taken = &taken};
  struct output_file opened;
  int32_t result;

  taken_places_init(&taken);
  result = history_open_read_only(settings->history, &run_patience, &history, err);
  if (result == 0)
    result = history_guard(&taken, settings->history, err);
  if (result == 0) {
    file = &opened;
    result = output_file_open(file, path, &manner, err);
  }
  if (result == 0)
    result = make_page(history, file, err);
  if (file && result == 0)
    result = output_file_commit(file, err);
  else if (file)
    output_file_abandon(file);
  history_close(history);
  taken_places_finish(&taken);
  return result;
}

int history_page(const struct settings *settings) {
  const struct string_list *operands = &settings->operands;
  struct hg_error error = HG_ERROR_INIT;

  if (operands->count != 2) {
    log_line(HG_LOG_ERROR, NULL,
             "history page takes one FILE: headgate history page history.html (`-`: standard "
             "output)");
    return WRONG_OPERANDS;
  }
  if (write_to(settings, operands->items[1], &error) == 0)
    return 0;
  if (error.code == HG_ERROR_CANCELLED)
    return interrupt_requested() ? 130 : 0;
  log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  return 1;
}
