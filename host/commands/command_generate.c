/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "history/history.h"
#include "run/generation.h"
#include "run/recording.h"
#include "run/run_request.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/timestamp.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char rule[] =
    "======================================================================\n";

static void append_visible(struct text_buffer *text, const char *data) {
  visible_text_append(text, data, strlen(data));
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');

  return slash ? slash + 1 : path;
}

/* Facts of a file that are shown otherwise than as NAME: VALUE. */
struct known_fact {
  const char *name;
  const char *label; /* NULL: not in the summary for people */
  const char *ending;
  bool is_number; /* in JSON */
  bool is_in_json;
};

static const struct known_fact *known_fact(const char *name) {
  static const struct known_fact facts[] = {
      {"worker_id", "Worker", "", false, true},
      {"iterations", NULL, "", true, true},
      {"args", "Args", "...", false, false},
      {"parameters", "Parameters", "", false, true},
  };

  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    if (strcmp(facts[i].name, name) == 0)
      return &facts[i];
  return NULL;
}

static void append_facts(struct text_buffer *text, const struct generated_manifest *manifest) {
  for (uint32_t i = 0; i < manifest->fact_count; i++) {
    const struct hg_pair *fact = &manifest->facts[i];
    const struct known_fact *known = known_fact(fact->name);

    if (known && !known->label)
      continue;
    text_buffer_append_string(text, "      ");
    append_visible(text, known ? known->label : fact->name);
    text_buffer_append_string(text, ": ");
    append_visible(text, fact->value);
    text_buffer_printf(text, "%s\n", known ? known->ending : "");
  }
}

static void add_json_facts(json_t *json, const struct generated_manifest *manifest) {
  for (uint32_t i = 0; i < manifest->fact_count; i++) {
    const struct hg_pair *fact = &manifest->facts[i];
    const struct known_fact *known = known_fact(fact->name);

    if (!known || known->is_in_json)
      (void)json_object_set_new(json, fact->name,
                                known && known->is_number
                                    ? json_integer(strtoll(fact->value, NULL, 10))
                                    : json_of_text(fact->value));
  }
}

/* D29's summary, piece by piece: of many Jobs it is larger than memory should hold. */
struct summary {
  const struct generation *generation;
  const char *output_dir;
  const struct generated_manifest *next;
  uint64_t number;
  bool is_begun;
  bool is_short; /* a terminal is not flooded: many manifests are counted */
};

enum { PIECE = 65536, MOST_LISTED = 40 };

static void append_head(struct text_buffer *text, const struct generation *generation) {
  text_buffer_printf(text, "%s[D29_K8S] KUBERNETES JOB GENERATION SUMMARY\n%s", rule, rule);
  for (const struct generated_fact *fact = generation->facts; fact; fact = fact->next) {
    text_buffer_printf(text, "%s:%*s", fact->label,
                       strlen(fact->label) < 24 ? (int)(24 - strlen(fact->label)) : 1, "");
    append_visible(text, fact->value);
    text_buffer_append_char(text, '\n');
  }
  text_buffer_printf(text, "%s\n[D29_K8S] GENERATED JOB FILES:\n\n", rule);
}

static void append_manifest(struct text_buffer *text, const struct summary *summary) {
  const struct generated_manifest *manifest = summary->next;

  text_buffer_printf(text, "  [%llu/%llu] ", (unsigned long long)summary->number,
                     (unsigned long long)summary->generation->manifest_count);
  append_visible(text, base_name(manifest->path));
  text_buffer_append_string(text, "\n      Name: ");
  append_visible(text, manifest->job_name);
  text_buffer_append_char(text, '\n');
  append_facts(text, manifest);
  text_buffer_append_char(text, '\n');
}

static void append_foot(struct text_buffer *text, const struct summary *summary) {
  text_buffer_printf(text, "%s[D29_K8S] Successfully generated %llu K8s Job YAML files\n", rule,
                     (unsigned long long)summary->generation->manifest_count);
  text_buffer_append_string(text, "[D29_K8S] Output directory: ");
  append_visible(text, summary->output_dir);
  text_buffer_printf(text, "\n%s", rule);
}

static bool next_piece(void *context, struct text_buffer *text) {
  struct summary *summary = context;

  if (!summary->is_begun)
    append_head(text, summary->generation);
  summary->is_begun = true;
  for (; summary->next && text->length < PIECE; summary->next = summary->next->next) {
    if (++summary->number > MOST_LISTED && summary->is_short)
      continue;
    append_manifest(text, summary);
  }
  if (summary->next)
    return true;
  if (summary->is_short && summary->number > MOST_LISTED)
    text_buffer_printf(text, "  ... and %llu more\n\n",
                       (unsigned long long)(summary->number - MOST_LISTED));
  append_foot(text, summary);
  return false;
}

static int print_summary(const struct generation *generation, const char *output_dir) {
  struct summary summary = {
      .generation = generation,
      .output_dir = output_dir,
      .next = generation->manifests,
      .is_short = isatty(STDOUT_FILENO) == 1,
  };

  return command_print_pieces(next_piece, &summary, 0);
}

static void append_json(struct text_buffer *text, const struct generation *generation,
                        const char *output_dir) {
  json_t *facts = json_object();
  json_t *files = json_array();
  json_t *root = json_pack("{s:o, s:o, s:o}", "output_dir", json_of_text(output_dir), "summary",
                           facts, "files", files);

  for (const struct generated_fact *fact = generation->facts; fact; fact = fact->next)
    (void)json_object_set_new(facts, fact->label, json_of_text(fact->value));
  for (const struct generated_manifest *manifest = generation->manifests; manifest;
       manifest = manifest->next) {
    json_t *file = json_pack("{s:o, s:o}", "path", json_of_text(manifest->path), "job_name",
                             json_of_text(manifest->job_name));

    add_json_facts(file, manifest);
    (void)json_array_append_new(files, file);
  }
  json_append_line(text, root, JSON_SHOWN);
}

/* Begins the run in the history. A history that cannot be written is a warning: no cluster is
 * touched. */
static struct history *begin_record(const struct settings *settings) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = NULL;
  const struct history_run run = {
      .command = settings->command,
      .started_at_ms = timestamp_now_ms(),
      .argv = settings->argv,
      .argv_count = (uint32_t)settings->argv_count,
      .version = HEADGATE_VERSION,
      .jobs_dir = settings->output_dir,
  };
  int64_t run_id;

  if (settings->no_history || settings->show)
    return NULL;
  if (history_open(settings->history, &run_patience, &history, &error) == 0 &&
      history_begin_run(history, &run, &run_id, &error) == 0)
    return history;
  log_line(HG_LOG_WARNING, NULL, "this run is not recorded: %s", error.message);
  history_close(history);
  return NULL;
}

static void end_record(struct history *history, const struct generation *generation, int exit_code,
                       const char *reason) {
  struct hg_error error = HG_ERROR_INIT;
  const struct plugin *generator = generation->generator;
  const char *state = exit_code == 130 ? "cancelled" : exit_code == 0 ? "succeeded" : "failed";
  int32_t result = 0;

  if (!history)
    return;
  if (generator) {
    const struct history_plugin row = {generator->info.name, "generator", generator->info.version,
                                       generator->path, generator->info.abi_minor};

    result = history_add_plugin(history, &row, &error);
  }
  if (result < 0 ||
      history_finish_run(history, state, exit_code, timestamp_now_ms(), reason, &error) < 0)
    log_line(HG_LOG_WARNING, NULL, "the end of this run is not recorded: %s", error.message);
  history_close(history);
}

int command_generate(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = begin_record(settings);
  const struct generation_request request = generation_request_of(settings, settings->output_dir);
  struct generation generation;
  struct text_buffer text;
  int exit_code = 0;

  generation_init(&generation);
  text_buffer_init(&text);
  if (generation_run(&generation, plugins, &request, &error) < 0) {
    exit_code = interrupt_requested() ? 130 : 1;
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  } else if (request.shows) {
    exit_code = command_print(&generation.shown, exit_code);
  } else if (settings->output == OUTPUT_JSON) {
    append_json(&text, &generation, settings->output_dir);
    exit_code = command_print(&text, exit_code);
  } else {
    exit_code = print_summary(&generation, settings->output_dir);
  }
  text_buffer_finish(&text);
  end_record(history, &generation, exit_code, error.code != 0 ? error.message : NULL);
  generation_finish(&generation);
  return exit_code;
}
