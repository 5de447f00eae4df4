/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/completion_values.h"

#include "commands/commands.h"
#include "commands/run_operand.h"
#include "history/history.h"
#include "history/history_read.h"
#include "kubeconfig/kubeconfig_files.h"
#include "plugins/plugin_names.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdio.h>
#include <string.h>

enum { MOST_RUNS = 20, MOST_JOBS = 200 };

static bool is_harmless(const char *word) {
  size_t length = strlen(word);
  uint32_t codepoint;

  for (size_t i = 0; i < length;) {
    size_t size = utf8_decode(word + i, length - i, &codepoint);

    if (size == 0 || visible_text_hides(codepoint))
      return false;
    i += size;
  }
  return length > 0;
}

void completion_offer(struct completion *completion, const char *word, const char *what) {
  struct text_buffer *text = &completion->text;

  if (strncmp(word, completion->current, strlen(completion->current)) != 0 || !is_harmless(word))
    return;
  text_buffer_printf(text, "%s%s\t", completion->before, word);
  first_line_append(text, what, strlen(what), 60);
  text_buffer_append_char(text, '\n');
}

static void offer_contexts(struct completion *completion) {
  struct kubeconfig_sources sources;
  struct kubeconfig_files files;
  struct hg_error ignored = HG_ERROR_INIT;

  kubeconfig_sources_init(&sources, completion->settings->kubeconfig, NULL);
  if (kubeconfig_files_read(&files, &sources, &ignored) == 0)
    for (const struct kubeconfig_entry *entry = files.contexts; entry; entry = entry->next)
      completion_offer(completion, entry->name, "context");
  kubeconfig_files_finish(&files);
}

/* The plugins whose names begin with `stage`, without that where `is_short`. */
static void offer_plugins(struct completion *completion, const char *stage, bool is_short) {
  const struct string_list *directories = &completion->plugins->dirs;
  size_t skipped = is_short ? strlen(stage) : 0;

  for (size_t i = 0; i < directories->count; i++) {
    struct hg_error ignored = HG_ERROR_INIT;
    struct plugin_names names;

    (void)plugin_names_read(&names, directories->items[i], &ignored);
    for (size_t j = 0; j < names.count; j++)
      if (strncmp(names.items[j], stage, strlen(stage)) == 0)
        completion_offer(completion, names.items[j] + skipped, "plugin");
    plugin_names_finish(&names);
  }
}

static void offer_reporters(struct completion *completion) {
  if (strchr(completion->current, '=') || *completion->current == '/')
    completion->kind = "files";
  else
    offer_plugins(completion, "report-", true);
}

static void offer_appliers(struct completion *completion) {
  completion_offer(completion, "kubectl", "the default");
  completion_offer(completion, "server", "requests to the API server itself");
  offer_plugins(completion, "apply-", false);
}

static void offer_generators(struct completion *completion) {
  offer_plugins(completion, "generate-", false);
}

static void offer_scanners(struct completion *completion) {
  offer_plugins(completion, "scan-", false);
}

static void offer_validators(struct completion *completion) {
  offer_plugins(completion, "validate-", false);
}

static void offer_rule(void *context, const struct hg_rule *rule) {
  completion_offer(context, rule->name, rule->what);
}

static void offer_rules(struct completion *completion) {
  struct hg_error ignored = HG_ERROR_INIT;

  completion_offer(completion, "list", "all of them");
  (void)explain_each_rule(completion->settings, completion->plugins, offer_rule, completion,
                          &ignored);
}

/* "PLUGIN.", and behind that its options: a plugin is loaded once it is named. */
static void offer_options(struct completion *completion) {
  const char *dot = strchr(completion->current, '.');
  struct hg_error ignored = HG_ERROR_INIT;
  const struct plugin *plugin;
  const char *path;
  char name[128];
  bool is_own = false;

  if (!dot) {
    for (size_t i = 0; i < completion->plugins->dirs.count; i++) {
      struct plugin_names names;

      (void)plugin_names_read(&names, completion->plugins->dirs.items[i], &ignored);
      for (size_t j = 0; j < names.count; j++) {
        (void)snprintf(name, sizeof name, "%s.", names.items[j]);
        completion_offer(completion, name, "plugin");
      }
      plugin_names_finish(&names);
    }
    return;
  }
  (void)snprintf(name, sizeof name, "%.*s", (int)(dot - completion->current), completion->current);
  /* Nobody has asked yet to run what others made. */
  if (plugin_find(completion->plugins, name, &path, &is_own, &ignored) < 0 || !is_own ||
      plugin_load(completion->plugins, name, 0, &plugin, &ignored) < 0)
    return;
  for (uint32_t i = 0; i < plugin->info.option_count; i++) {
    char option[256];

    (void)snprintf(option, sizeof option, "%s.%s=", name, plugin->options[i].name);
    completion_offer(completion, option, plugin->options[i].help);
  }
}

/* "text|json" */
static void offer_choices(struct completion *completion, const char *choices) {
  char choice[64];

  while (*choices) {
    size_t length = strcspn(choices, "|");

    (void)snprintf(choice, sizeof choice, "%.*s", (int)length, choices);
    completion_offer(completion, choice, "");
    choices += length + (choices[length] == '|');
  }
}

static void offer_path(struct completion *completion, const char *name) {
  completion->kind = strcmp(name, "DIR") == 0 ? "directories" : "files";
}

void completion_offer_flag(struct completion *completion, const struct flag_row *flag) {
  static const struct {
    const char *flag;
    void (*offer)(struct completion *completion);
  } values[] = {
      {"context", offer_contexts},     {"confirm-context", offer_contexts},
      {"reporter", offer_reporters},   {"explain", offer_rules},
      {"generator", offer_generators}, {"scanner", offer_scanners},
      {"validator", offer_validators}, {"applier", offer_appliers},
      {"set", offer_options},
  };

  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    if (strcmp(values[i].flag, flag->name) == 0) {
      values[i].offer(completion);
      return;
    }
  if (flag->kind == FLAG_CHOICE)
    offer_choices(completion, flag->value);
  else if (flag->kind == FLAG_PATH || flag->kind == FLAG_PATHS || flag->kind == FLAG_OPTION_PATH)
    offer_path(completion, flag->value);
}

/* --- Operands -------------------------------------------------------------------------------- */

/* Rows of the history while they are read. */
struct rows {
  struct completion *completion;
  size_t left; /* so many more */
};

static int32_t offer_run(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct rows *rows = context;
  const struct history_cell *command = history_cell(row, "command");
  const struct history_cell *state = history_cell(row, "state");
  char number[32];
  char what[64];

  (void)snprintf(number, sizeof number, "%lld", (long long)history_cell(row, "run_id")->integer);
  (void)snprintf(what, sizeof what, "%.20s, %.20s", command->bytes, state->bytes);
  completion_offer(rows->completion, number, what);
  return --rows->left > 0 ? 0 : hg_error_set(err, HG_ERROR_LIMIT, "enough");
}

static int32_t offer_job(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct rows *rows = context;

  completion_offer(rows->completion, history_cell(row, "job_name")->bytes,
                   history_cell(row, "status")->bytes);
  return --rows->left > 0 ? 0 : hg_error_set(err, HG_ERROR_LIMIT, "enough");
}

/* Whoever waits for a candidate waits for nothing else. */
static int has_no_patience(void) {
  return 2;
}

static void offer_rows(struct completion *completion, enum history_table table, size_t most,
                       const char *run, history_row_function *each) {
  static const struct history_patience none = {.asked = has_no_patience};
  struct hg_error ignored = HG_ERROR_INIT;
  struct rows rows = {completion, most};
  struct history *history;
  int64_t run_id = 0;

  if (history_open_read_only(completion->settings->history, &none, &history, &ignored) < 0)
    return;
  if (table == HISTORY_RUNS || run_operand_find_apply(run, history, &run_id, &ignored) == 0)
    (void)history_read(history, table, run_id, 0, each, &rows, &ignored);
  history_close(history);
}

void completion_offer_operand(struct completion *completion, const char *name, const char *run) {
  if (strncmp(name, "RUN", 3) == 0) {
    completion_offer(completion, "latest", "the newest run");
    if (completion->settings->history)
      offer_rows(completion, HISTORY_RUNS, MOST_RUNS, NULL, offer_run);
  } else if (strncmp(name, "JOB", 3) == 0) {
    if (completion->settings->history)
      offer_rows(completion, HISTORY_JOBS, MOST_JOBS, run, offer_job);
  } else if (strncmp(name, "NAME", 4) == 0) {
    offer_plugins(completion, "", false);
  } else if (strchr(name, '|')) {
    if (strstr(name, "FILE"))
      offer_path(completion, "FILE");
    else
      offer_choices(completion, name);
  } else if (strncmp(name, "FILE", 4) == 0 || strncmp(name, "DIR", 3) == 0) {
    offer_path(completion, name);
  } else if (*name >= 'a' && *name <= 'z') {
    completion_offer(completion, name, "");
  }
}
