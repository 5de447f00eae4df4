/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/completion_words.h"

#include "commands/commands.h"
#include "commands/completion_values.h"
#include "digest/digest.h"
#include "settings/command_line.h"
#include "settings/settings_file.h"
#include "terminal/log.h"

#include <stdio.h>
#include <string.h>

/* Stands for the word at the cursor while the words are read: where it ends up is what is asked. */
static const char cursor[] = "\001";

static void offer_commands(struct completion *completion) {
  for (size_t i = 0; i < command_count; i++)
    completion_offer(completion, command_table[i].name, command_table[i].summary);
  completion_offer(completion, "help", "show the flags of a command");
}

static void offer_flags(struct completion *completion, const struct command_row *command) {
  char word[80];

  for (size_t i = 0; i < flag_count; i++)
    if (command ? flag_table[i].commands & command->bit : flag_table[i].kind == FLAG_HELP) {
      (void)snprintf(word, sizeof word, "--%s", flag_table[i].name);
      completion_offer(completion, word, flag_table[i].help);
    }
  if (!command)
    completion_offer(completion, "--version", "show the version");
}

/* The word of an alternative, "diff RUN RUN", that comes behind those that are typed; *run is the
 * newest RUN among them, NULL: none. NULL: they do not agree, or it is at its end. */
static const char *next_word(char *alternative, const struct string_list *typed, const char **run) {
  char *rest = NULL;
  const char *word = strtok_r(alternative, " ", &rest);

  *run = NULL;
  for (size_t at = 0; word && at < typed->count; at++) {
    bool is_repeated = strlen(word) > 3 && strcmp(word + strlen(word) - 3, "...") == 0;

    if (*word >= 'a' && *word <= 'z' && strcmp(word, typed->items[at]) != 0)
      return NULL;
    if (strcmp(word, "RUN") == 0)
      *run = typed->items[at];
    if (!is_repeated)
      word = strtok_r(NULL, " ", &rest);
  }
  return word;
}

/* Operands as command_table has them, "[list | show RUN | diff RUN RUN]": of each alternative whose
 * words agree with those that are typed, the next one. */
static void offer_operands(struct completion *completion, const struct command_row *command,
                           const struct string_list *typed) {
  char grammar[256];
  char *alternative = grammar;
  size_t length = 0;

  for (const char *c = command->operands; *c && length + 1 < sizeof grammar; c++)
    if (*c != '[' && *c != ']')
      grammar[length++] = *c;
  grammar[length] = '\0';
  while (alternative) {
    char *next = strstr(alternative, " | ");
    const char *run;
    const char *word;

    if (next)
      *next = '\0';
    word = next_word(alternative, typed, &run);
    if (word)
      completion_offer_operand(completion, word, run);
    alternative = next ? next + 3 : NULL;
  }
}

/* What the words before the cursor set decides what is offered: which history, which kubeconfig.
 * Whatever is wrong with them is said once the line is entered. */
static void take_settings(struct settings *settings, const struct command_line *line) {
  struct hg_error ignored = HG_ERROR_INIT;

  (void)configuration_load(settings, &ignored);
  (void)settings_take_environment(settings, &ignored);
  (void)command_line_assign(line, settings, &ignored);
  (void)settings_complete(settings, &ignored);
}

/* The flag of "--flag=VALUE", whose value then begins at *value. */
static const struct flag_row *flag_before(const char *word, const char **value) {
  const char *equals = strchr(word, '=');

  if (strncmp(word, "--", 2) != 0 || !equals)
    return NULL;
  *value = equals + 1;
  return flag_find(word + 2, (size_t)(equals - word - 2));
}

static void answer(struct completion *completion, struct command_line *line,
                   const struct flag_row *flag) {
  struct string_list *operands = &line->operands;

  if (flag)
    completion_offer_flag(completion, flag);
  else if (*completion->current == '-')
    offer_flags(completion, line->command);
  else if (!line->command)
    offer_commands(completion);
  else if (operands->count > 0 && operands->items[operands->count - 1] == cursor) {
    operands->count--;
    offer_operands(completion, line->command, operands);
  }
}

static int complete(struct completion *completion, struct settings *settings, size_t count,
                    const char *const *words) {
  const char **argv = arena_alloc(&settings->arena, (count + 1) * sizeof *argv);
  struct hg_error ignored = HG_ERROR_INIT;
  struct text_buffer before;
  struct command_line line;
  const struct flag_row *flag;
  struct plugin_set plugins;
  struct text_buffer whole;

  if (!argv)
    return 1;
  argv[0] = "headgate";
  memcpy(argv + 1, words, (count - 1) * sizeof *argv);
  argv[count] = cursor;
  (void)command_line_parse(count + 1, argv, &settings->arena, &line, &ignored);
  text_buffer_init(&before);
  flag = flag_before(completion->current, &completion->current);
  if (flag) {
    text_buffer_printf(&before, "--%s=", flag->name);
  } else if (line.count > 0 && line.flags[line.count - 1].value == cursor) {
    flag = line.flags[--line.count].flag;
  }
  completion->before = text_buffer_string(&before);
  take_settings(settings, &line);
  completion->settings = settings;
  completion->plugins = &plugins;
  if (plugin_set_init(&plugins, &settings->plugin_dirs, &settings->kept.options, &ignored) == 0)
    answer(completion, &line, flag);
  plugin_set_finish(&plugins);
  text_buffer_init(&whole);
  text_buffer_printf(&whole, "%s\n%s", completion->kind, text_buffer_string(&completion->text));
  whole.failed = whole.failed || before.failed || completion->text.failed;
  text_buffer_finish(&before);
  return command_print(&whole, 0);
}

int completion_words(size_t count, const char *const *words) {
  struct completion completion = {.current = words[count - 1], .kind = "words"};
  struct settings settings;
  struct hg_error ignored = HG_ERROR_INIT;
  int exit_code = 1;

  /* Whoever types hears nothing of what goes wrong meanwhile. */
  log_init(true, false, LOG_COLOR_NEVER);
  settings_init(&settings);
  text_buffer_init(&completion.text);
  if (digest_init(&ignored) == 0)
    exit_code = complete(&completion, &settings, count, words);
  text_buffer_finish(&completion.text);
  settings_finish(&settings);
  return exit_code;
}
