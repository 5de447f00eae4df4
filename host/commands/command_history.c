/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/history_lines.h"
#include "commands/history_page.h"
#include "commands/run_operand.h"
#include "history/history.h"
#include "history/history_read.h"
#include "memory/count.h"
#include "memory/no_memory.h"
#include "run/recording.h"
#include "terminal/log.h"
#include "text/suggestion.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <headgate/host.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_RUNS = 2, WRONG_OPERANDS = 2 };

/* One call of the command. */
struct listing {
  const struct settings *settings;
  FILE *out;
  struct history *history; /* NULL: not opened */
  struct run_operand operands[MOST_RUNS];
  struct history_filter filter;
  int64_t runs[MOST_RUNS]; /* their numbers, once they are known to exist */

  /* Of the table that is being written. */
  history_line_function *append;
  uint64_t rows;
  struct text_buffer text;
};

/* What is read, and how it is shown. */
struct section {
  enum history_table table;
  const char *member; /* of the JSON object; NULL: this is all */
  history_line_function *append;
  bool is_one; /* it has exactly one row */
  int32_t (*read)(struct listing *listing,
                  struct hg_error *err); /* instead of `table`, where set */
};

static bool is_json(const struct listing *listing) {
  return listing->settings->output == OUTPUT_JSON;
}

static json_t *json_of_cell(const struct history_cell *cell) {
  if (cell->kind == CELL_NULL)
    return json_null();
  if (cell->kind == CELL_INTEGER)
    return json_integer(cell->integer);
  return json_of_bytes(cell->bytes, cell->length);
}

/* An object on a line of its own. It is ASCII: what a terminal would obey stays harmless. */
static void append_object(struct text_buffer *text, const struct history_row_view *row,
                          uint64_t nth) {
  json_t *object = json_object();
  int result = object ? 0 : -1;

  for (size_t i = 0; i < row->count && result == 0; i++)
    result = json_object_set_new_nocheck(object, row->cells[i].name, json_of_cell(&row->cells[i]));
  if (nth > 0)
    text_buffer_append_char(text, ',');
  text_buffer_append_char(text, '\n');
  text->failed = text->failed || result != 0;
  json_append(text, object, JSON_COMPACT | JSON_ENSURE_ASCII);
}

static int32_t write_row(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct listing *listing = context;
  struct text_buffer *text = &listing->text;

  text_buffer_reset(text);
  listing->append(text, row, listing->rows++);
  if (text->failed)
    return no_memory(err);
  (void)fwrite(text_buffer_string(text), 1, text->length, listing->out);
  if (ferror(listing->out))
    return hg_error_set(err, HG_ERROR_IO, "the output cannot be written");
  return 0;
}

/* Reads the rows of a section. */
static int32_t read_section(struct listing *listing, const struct section *section,
                            struct hg_error *err) {
  if (section->read)
    return section->read(listing, err);
  return history_read(listing->history, section->table, listing->runs[0], listing->runs[1],
                      write_row, listing, err);
}

static int32_t write_as_text(struct listing *listing, const struct section *sections, size_t count,
                             struct hg_error *err) {
  for (size_t i = 0; i < count; i++) {
    listing->rows = 0;
    listing->append = sections[i].append;
    if (read_section(listing, &sections[i], err) < 0)
      return -1;
  }
  return 0;
}

/* One object where the sections have names, else the one of them. */
static int32_t write_as_json(struct listing *listing, const struct section *sections, size_t count,
                             struct hg_error *err) {
  bool has_members = sections[0].member != NULL;

  if (has_members)
    fputc('{', listing->out);
  for (size_t i = 0; i < count; i++) {
    listing->rows = 0;
    listing->append = append_object;
    if (has_members)
      fprintf(listing->out, "%s\"%s\":", i > 0 ? ",\n" : "", sections[i].member);
    if (!sections[i].is_one)
      fputc('[', listing->out);
    if (read_section(listing, &sections[i], err) < 0)
      return -1;
    if (!sections[i].is_one)
      fputs(listing->rows > 0 ? "\n]" : "]", listing->out);
  }
  fputs(has_members ? "}\n" : "\n", listing->out);
  return 0;
}

static int32_t write_sections(struct listing *listing, const struct section *sections, size_t count,
                              struct hg_error *err) {
  return is_json(listing) ? write_as_json(listing, sections, count, err)
                          : write_as_text(listing, sections, count, err);
}

static int32_t open_history(struct listing *listing, struct hg_error *err) {
  return history_open_read_only(listing->settings->history, &run_patience, &listing->history, err);
}

/* "2026-11-30", in UTC, or "7d": that many days back from now. */
static int32_t parse_since(const char *text, int64_t *since_ms, struct hg_error *err) {
  size_t digits = strspn(text, "0123456789");
  char day[TIMESTAMP_SIZE];

  if (digits > 0 && digits < 6 && strcmp(text + digits, "d") == 0) {
    *since_ms = timestamp_now_ms() - strtoll(text, NULL, 10) * DAY_MS;
    return 0;
  }
  (void)snprintf(day, sizeof day, "%.10sT00:00:00Z", text);
  if (strlen(text) == 10 && timestamp_parse(day, since_ms))
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "--since: '%.40s' is no day: give one like 2026-11-30, or 7d for the last "
                      "seven days",
                      text);
}

static int32_t read_runs(struct listing *listing, struct hg_error *err) {
  return history_read_runs(listing->history, &listing->filter, write_row, listing, err);
}

static bool is_filtered(const struct history_filter *filter) {
  return filter->since_ms > 0 || filter->failed || filter->context;
}

static const char *no_such_run(const struct history_filter *filter) {
  bool is_one = (filter->since_ms > 0) + filter->failed + (filter->context != NULL) == 1;

  return !is_one          ? "No run is all of that: `headgate history list` shows what is there.\n"
         : filter->failed ? "No run failed.\n"
         : filter->context
             ? "No run went to that context: `headgate history list` shows the others.\n"
             : "No run began since then: `headgate history list` shows the others.\n";
}

static int32_t list(struct listing *listing, struct hg_error *err) {
  static const struct section section = {.append = history_append_run_line, .read = read_runs};
  struct hg_error error = HG_ERROR_INIT;

  if (open_history(listing, &error) < 0) {
    if (error.code != HG_ERROR_NOT_FOUND)
      return hg_error_set(err, error.code, "%s", error.message);
    if (is_json(listing))
      fputs("[]\n", listing->out);
  } else if (write_sections(listing, &section, 1, err) < 0) {
    return -1;
  }
  if (!is_json(listing) && listing->rows == 0)
    fputs(is_filtered(&listing->filter) ? no_such_run(&listing->filter)
                                        : "No runs yet: this will list each headgate run, "
                                          "generate, validate, plan and apply.\n",
          listing->out);
  return 0;
}

/* Opens the history and finds the first `count` operands in it. */
static int32_t find_runs(struct listing *listing, size_t count, struct hg_error *err) {
  if (open_history(listing, err) < 0)
    return -1;
  for (size_t i = 0; i < count; i++)
    if (run_operand_find(&listing->operands[i], listing->history, &listing->runs[i], err) < 0)
      return -1;
  return 0;
}

static int32_t read_job_runs(struct listing *listing, struct hg_error *err) {
  const char *given = listing->settings->operands.items[1];
  const char *slash = strrchr(given, '/');
  struct text_buffer namespace;
  int32_t result;

  text_buffer_init(&namespace);
  if (slash)
    text_buffer_append(&namespace, given, (size_t)(slash - given));
  result = namespace.failed ? no_memory(err)
                            : history_read_job_runs(listing->history, slash ? slash + 1 : given,
                                                    slash ? text_buffer_string(&namespace) : NULL,
                                                    write_row, listing, err);
  text_buffer_finish(&namespace);
  return result;
}

/* The runs of a Job. */
static int32_t show_job(struct listing *listing, struct hg_error *err) {
  static const struct section section = {.append = history_append_job_run, .read = read_job_runs};

  if (open_history(listing, err) < 0 || write_sections(listing, &section, 1, err) < 0)
    return -1;
  return listing->rows > 0
             ? 0
             : hg_error_set(err, HG_ERROR_NOT_FOUND,
                            "there is no run and no Job '%.400s' in the history: 'headgate history "
                            "list' shows the runs",
                            listing->settings->operands.items[1]);
}

static int32_t show(struct listing *listing, struct hg_error *err) {
  static const struct section sections[] = {
      {HISTORY_RUN, "run", history_append_run_header, true, NULL},
      {HISTORY_RESUMPTIONS, "resumptions", history_append_resumption, false, NULL},
      {HISTORY_PLUGINS, "plugins", history_append_plugin, false, NULL},
      {HISTORY_JOBS, "jobs", history_append_job, false, NULL},
      {HISTORY_COMPLETIONS, "completions", history_append_completion, false, NULL},
      {HISTORY_DIAGNOSTICS, "diagnostics", history_append_diagnostic, false, NULL},
      {HISTORY_REPORTER_OUTCOMES, "reporter_outcomes", history_append_reporter, false, NULL},
  };

  if (!run_operand_is_run(listing->settings->operands.items[1]))
    return show_job(listing, err);
  if (find_runs(listing, 1, err) < 0)
    return -1;
  return write_sections(listing, sections, sizeof sections / sizeof *sections, err);
}

static int32_t diff(struct listing *listing, struct hg_error *err) {
  static const struct section section = {HISTORY_CHANGES, NULL, history_append_change, false, NULL};

  if (find_runs(listing, 2, err) < 0 || write_sections(listing, &section, 1, err) < 0)
    return -1;
  if (!is_json(listing) && listing->rows == 0)
    fprintf(listing->out,
            "Runs %" PRId64 " and %" PRId64 " have the same Jobs with the same "
            "manifests and outcomes.\n",
            listing->runs[0], listing->runs[1]);
  return 0;
}

static int32_t path(struct listing *listing, struct hg_error *err) {
  const char *history = listing->settings->history;
  struct history_cell cell = {"path", CELL_TEXT, 0, history, strlen(history)};

  if (!is_json(listing) && isatty(STDOUT_FILENO) == 1)
    visible_text_append(&listing->text, history, strlen(history));
  else if (!is_json(listing))
    text_buffer_append_string(&listing->text, history);
  if (!is_json(listing)) {
    fprintf(listing->out, "%s\n", text_buffer_string(&listing->text));
    return 0;
  }
  listing->append = append_object;
  if (write_row(listing, &(struct history_row_view){&cell, 1}, err) < 0)
    return -1;
  fputc('\n', listing->out);
  return 0;
}

static const struct subcommand {
  const char *name;
  size_t runs; /* operands after it */
  int32_t (*run)(struct listing *listing, struct hg_error *err);
} subcommands[] = {
    {"list", 0, list}, {"show", 1, show},   {"diff", 2, diff},
    {"path", 0, path}, {"report", 1, NULL}, {"forget", 0, NULL}, /* command_history does these */
};

/* The subcommand called `name`; NULL with *err set, where there is none. */
static const struct subcommand *find_subcommand(const char *name, struct hg_error *err) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, name);
  suggestion_consider(&suggestion, "page");
  for (size_t i = 0; i < COUNT(subcommands); i++) {
    suggestion_consider(&suggestion, subcommands[i].name);
    if (strcmp(subcommands[i].name, name) == 0)
      return &subcommands[i];
  }
  (void)hg_error_set(
      err, HG_ERROR_INVALID,
      "history: '%.240s' is not list, show, diff, report, forget, path or page%s%s%s", name,
      suggestion.nearest ? ": did you mean '" : "", suggestion.nearest ? suggestion.nearest : "",
      suggestion.nearest ? "'?" : "");
  return NULL;
}

/* Understands the operands; NULL with *err set where they are wrong. */
static const struct subcommand *parse_operands(struct listing *listing, struct hg_error *err) {
  const struct string_list *operands = &listing->settings->operands;
  const char *name = operands->count > 0 ? operands->items[0] : "list";
  const struct subcommand *found = find_subcommand(name, err);

  if (!found)
    return NULL;
  if (operands->count > 0 && operands->count - 1 != found->runs) {
    (void)hg_error_set(
        err, HG_ERROR_INVALID,
        "history %s takes %s, and was given %zu operand%s: see `headgate history list`, "
        "or `headgate help history`",
        name,
        found->runs == 0   ? "nothing more"
        : found->runs == 1 ? "one RUN, or `latest`"
                           : "two RUNs",
        operands->count - 1, operands->count == 2 ? "" : "s");
    return NULL;
  }
  for (size_t i = 0; i < found->runs; i++)
    if ((found->run != show || run_operand_is_run(operands->items[i + 1])) &&
        run_operand_parse(operands->items[i + 1], &listing->operands[i], err) < 0)
      return NULL;
  listing->filter = (struct history_filter){.failed = listing->settings->failed,
                                            .context = listing->settings->context,
                                            .most = listing->settings->limit};
  if (listing->settings->since &&
      parse_since(listing->settings->since, &listing->filter.since_ms, err) < 0)
    return NULL;
  return found;
}

int history_write(const struct settings *settings, FILE *out, struct hg_error *err) {
  struct listing listing = {.settings = settings, .out = out};
  const struct subcommand *subcommand = parse_operands(&listing, err);
  int32_t result;

  if (!subcommand)
    return WRONG_OPERANDS;
  if (!subcommand->run)
    return 0;
  text_buffer_init(&listing.text);
  result = subcommand->run(&listing, err);
  if (result == 0 && (fflush(out) == EOF || ferror(out)))
    result = hg_error_set(err, HG_ERROR_IO, "the output cannot be written");
  text_buffer_finish(&listing.text);
  history_close(listing.history);
  return result < 0 ? 1 : 0;
}

static bool is_called(const struct settings *settings, const char *subcommand) {
  return settings->operands.count > 0 && strcmp(settings->operands.items[0], subcommand) == 0;
}

int command_history(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer text;
  char *data = NULL;
  size_t size = 0;
  FILE *out;
  int exit_code;

  if (is_called(settings, "page"))
    return history_page(settings);
  out = open_memstream(&data, &size);
  text_buffer_init(&text);
  if (!out) {
    log_line(HG_LOG_ERROR, NULL, "out of memory");
    return 1;
  }
  exit_code = history_write(settings, out, &error);
  if (fclose(out) == 0 && data)
    text_buffer_append(&text, data, size);
  free(data);
  if (error.code != 0)
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  if (exit_code == 0 && is_called(settings, "report"))
    return command_history_report(settings, plugins);
  if (exit_code == 0 && is_called(settings, "forget"))
    return command_history_forget(settings);
  return settings->output == OUTPUT_JSON ? command_print(&text, exit_code)
                                         : command_print_lines(&text, exit_code);
}
