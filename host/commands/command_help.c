/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "plugins/plugin_options.h"
#include "settings/flag_table.h"
#include "terminal/screen.h"
#include "text/wrapped_text.h"

#include <string.h>
#include <unistd.h>

enum {
  WIDEST = 100,     /* columns; longer lines are hard to read */
  NARROW = 72,      /* columns; less is too little for two of them */
  HELP_COLUMN = 34, /* where the right one begins */
  NARROW_INDENT = 6,
};

/* The help while it is written. */
struct page {
  struct text_buffer text;
  size_t width;
};

static void append_paragraph(struct page *page, const char *string) {
  wrapped_text_append(&page->text, string, strlen(string), 0, 0, page->width);
  text_buffer_append_char(&page->text, '\n');
}

/* "  left", then `right` in its column, or on the next line where the left is too long. */
static void append_row(struct page *page, const char *left, const char *right) {
  size_t indent = page->width < NARROW ? NARROW_INDENT : HELP_COLUMN;
  size_t width = strlen(left) + 2;

  text_buffer_append_string(&page->text, "  ");
  wrapped_text_append(&page->text, left, strlen(left), 2, 4, page->width);
  if (width + 2 > indent) {
    text_buffer_append_char(&page->text, '\n');
    width = 0;
  }
  text_buffer_printf(&page->text, "%*s", (int)(indent - width), "");
  wrapped_text_append(&page->text, right, strlen(right), indent, indent, page->width);
  text_buffer_append_char(&page->text, '\n');
}

static void append_flags(struct page *page, uint32_t commands) {
  const char *subject = "";
  struct text_buffer left;

  text_buffer_init(&left);
  for (size_t i = 0; i < flag_count; i++) {
    const struct flag_row *flag = &flag_table[i];

    if (!(flag->commands & commands))
      continue;
    if (strcmp(subject, flag_subject(flag)) != 0) {
      subject = flag_subject(flag);
      text_buffer_printf(&page->text, "\n%s:\n", subject);
    }
    text_buffer_reset(&left);
    if (flag->letter)
      text_buffer_printf(&left, "-%c, ", flag->letter);
    text_buffer_printf(&left, "--%s%s%s", flag->name, flag->value ? " " : "",
                       flag->value ? flag->value : "");
    append_row(page, text_buffer_string(&left), flag->help);
  }
  page->text.failed = page->text.failed || left.failed;
  text_buffer_finish(&left);
}

static void append_options(struct page *page, const struct plugin *plugin) {
  struct text_buffer left;
  struct text_buffer right;

  if (plugin->info.option_count == 0)
    return;
  text_buffer_init(&left);
  text_buffer_init(&right);
  text_buffer_printf(&left, "Options of %s (--set %s.OPTION=VALUE):", plugin->info.name,
                     plugin->info.name);
  text_buffer_append_char(&page->text, '\n');
  append_paragraph(page, text_buffer_string(&left));
  for (uint32_t i = 0; i < plugin->info.option_count; i++) {
    const struct hg_option *option = &plugin->options[i];
    char range[PLUGIN_OPTION_RANGE_SIZE];

    text_buffer_reset(&left);
    text_buffer_printf(&left, "%s=%s", option->name,
                       option->type == HG_OPTION_CHOICE ? option->choices
                                                        : plugin_option_type_name(option->type));
    text_buffer_reset(&right);
    text_buffer_append_string(&right, option->help);
    if (plugin_option_range(option, range, sizeof range))
      text_buffer_printf(&right, ", %s", range);
    if (option->default_value && *option->default_value)
      text_buffer_printf(&right, " (default: %s)", option->default_value);
    append_row(page, text_buffer_string(&left), text_buffer_string(&right));
  }
  page->text.failed = page->text.failed || left.failed || right.failed;
  text_buffer_finish(&left);
  text_buffer_finish(&right);
}

/* A line that is too long goes on as a shell lets it. */
static void append_examples(struct page *page, const char *examples) {
  struct text_buffer wrapped;

  text_buffer_init(&wrapped);
  text_buffer_append_string(&page->text, "\nExamples:\n");
  while (*examples) {
    size_t length = strcspn(examples, "\n");

    text_buffer_reset(&wrapped);
    wrapped_text_append(&wrapped, examples, length, 2, NARROW_INDENT, page->width - 2);
    text_buffer_append_string(&page->text, "  ");
    for (const char *c = text_buffer_string(&wrapped); *c; c++)
      text_buffer_printf(&page->text, *c == '\n' ? " \\%c" : "%c", *c);
    text_buffer_append_char(&page->text, '\n');
    examples += length + (examples[length] == '\n');
  }
  page->text.failed = page->text.failed || wrapped.failed;
  text_buffer_finish(&wrapped);
}

/* The options of the plugins that stand in a stage that the command has. */
static void append_plugins(struct page *page, const struct command_row *command,
                           const struct settings *settings, struct plugin_set *plugins) {
  const struct stage_plugins {
    uint32_t commands;
    uint32_t stage;
    const char *const *names;
    size_t count;
  } stages[] = {
      {IN_RUN | IN_GENERATE, HG_STAGE_GENERATOR, &settings->generator, 1},
      {IN_EVERY_RUN, HG_STAGE_SCANNER, &settings->kept.scanner, 1},
      {IN_EVERY_RUN, HG_STAGE_VALIDATOR, settings->kept.validators.items,
       settings->kept.validators.count},
      {IN_RUN | IN_APPLY, HG_STAGE_APPLIER, &settings->kept.applier, 1},
  };
  struct hg_error ignored = HG_ERROR_INIT;

  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    for (size_t j = 0; stages[i].commands & command->bit && j < stages[i].count; j++) {
      const struct plugin *plugin;

      if (plugin_load(plugins, stages[i].names[j], stages[i].stage, &plugin, &ignored) == 0)
        append_options(page, plugin);
    }
}

/* What its user types for it. */
static const char *called(const struct settings *settings) {
  const char *word = settings->argv_count > 0 ? settings->argv[0] : "";
  const char *slash = strrchr(word, '/');

  return strcmp(slash ? slash + 1 : word, "kubectl-headgate") == 0 ? "kubectl headgate"
                                                                   : "headgate";
}

static void append_overview(struct page *page, const char *name) {
  append_paragraph(page, "Headgate " HEADGATE_VERSION
                         ": runs a batch of Jobs on Kubernetes without fear.");
  text_buffer_printf(&page->text, "\nUsage: %s COMMAND [FLAGS]\n\nCommands:\n", name);
  for (size_t i = 0; i < command_count; i++)
    append_row(page, command_table[i].name, command_table[i].summary);
  append_examples(page, "headgate validate --jobs-dir jobs\n"
                        "headgate apply --jobs-dir jobs --apply --wait\n"
                        "headgate history show latest");
  text_buffer_append_char(&page->text, '\n');
  append_paragraph(
      page, "Nothing is applied unless --apply is given. `headgate help COMMAND` shows the flags. "
            "Flags may also stand in headgate.yaml here, or in ~/.config/headgate/config.yaml.");
  append_paragraph(page,
                   "Exit codes: 0 all went well, 1 a Job failed or is invalid, 2 wrong command "
                   "line, 3 the cluster could not be asked to the end, 130 interrupted. `headgate "
                   "-V`: the version.");
}

int command_help(const struct command_row *command, const struct settings *settings,
                 struct plugin_set *plugins) {
  size_t columns = screen_columns(STDOUT_FILENO);
  struct text_buffer usage;
  struct page page = {.width = columns == 0 || columns > WIDEST ? WIDEST : columns};

  text_buffer_init(&page.text);
  if (command) {
    text_buffer_init(&usage);
    text_buffer_printf(&usage, "Usage: %s %s%s%s [FLAGS]", called(settings), command->name,
                       *command->operands ? " " : "", command->operands);
    append_paragraph(&page, text_buffer_string(&usage));
    text_buffer_append_char(&page.text, '\n');
    append_paragraph(&page, command->description);
    append_flags(&page, command->bit);
    append_plugins(&page, command, settings, plugins);
    append_examples(&page, command->examples);
    page.text.failed = page.text.failed || usage.failed;
    text_buffer_finish(&usage);
  } else {
    append_overview(&page, called(settings));
  }
  return command_print(&page.text, 0);
}
