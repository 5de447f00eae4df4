/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <stdlib.h>
#include <string.h>

/* kubectl apply -f PATH [--kubeconfig F] [--context C] */
enum { WORD_APPLY = 1, WORD_FLAG = 2, WORD_PATH = 3, WORDS_LEAST = 4 };

void command_init(struct command *command) {
  memset(command, 0, sizeof *command);
}

void command_finish(struct command *command) {
  free(command->argv);
  command_init(command);
}

static bool has_file_of_its_own(const struct hg_plan_item *item) {
  return !item->reads_standard_input && item->kubectl_command_count >= WORDS_LEAST &&
         strcmp(item->kubectl_command[WORD_FLAG], "-f") == 0 &&
         strcmp(item->kubectl_command[WORD_PATH], "-") != 0;
}

bool command_takes(const struct hg_plan_item *const *items, size_t count,
                   const struct hg_plan_item *next) {
  const struct hg_plan_item *first = items[0];

  if (!has_file_of_its_own(first) || !has_file_of_its_own(next) ||
      first->kubectl_command_count != next->kubectl_command_count)
    return false;
  for (uint32_t i = 0; i < first->kubectl_command_count; i++)
    if (i != WORD_PATH && strcmp(first->kubectl_command[i], next->kubectl_command[i]) != 0)
      return false;
  for (size_t i = 0; i < count; i++)
    if (strcmp(items[i]->job_name, next->job_name) == 0)
      return false;
  return true;
}

static void add(struct command *command, const char *word) {
  command->argv[command->argc++] = word;
}

int32_t command_make(struct command *command, const struct hg_plan_item *const *items, size_t count,
                     bool is_dry_run) {
  const struct hg_plan_item *first = items[0];
  size_t capacity = first->kubectl_command_count + 2 * count + 2;

  if (is_dry_run && (first->kubectl_command_count <= WORD_APPLY ||
                     strcmp(first->kubectl_command[WORD_APPLY], "apply") != 0))
    return -1;
  if (capacity > command->capacity) {
    const char **argv = realloc(command->argv, capacity * sizeof *argv);

    if (!argv)
      return -1;
    command->argv = argv;
    command->capacity = capacity;
  }
  command->argc = 0;
  for (uint32_t i = 0; i < first->kubectl_command_count; i++) {
    add(command, first->kubectl_command[i]);
    if (i == WORD_APPLY && is_dry_run)
      add(command, "--dry-run=server");
    for (size_t j = 1; i == WORD_PATH && j < count; j++) {
      add(command, "-f");
      add(command, items[j]->kubectl_command[WORD_PATH]);
    }
  }
  command->argv[command->argc] = NULL;
  return 0;
}
