/* SPDX-License-Identifier: Apache-2.0 */
#include "passage.h"

#include "text/shell_quote.h"
#include "text/visible_text.h"

#include <string.h>

void passage_log(const struct passage *passage, uint32_t level, const char *label,
                 const char *text) {
  struct apply_loop *loop = passage->loop;

  text_buffer_reset(&loop->line);
  text_buffer_append_string(&loop->line, label);
  visible_text_append(&loop->line, text, strlen(text));
  if (!loop->line.failed)
    loop->host->log(loop->host, passage->errand->is_dry_run ? HG_LOG_DEBUG : level,
                    text_buffer_string(&loop->line));
}

/* What kubectl is given on standard input is named behind the command. */
void passage_log_command(const struct passage *passage, const struct command *command) {
  const struct hg_plan_item *first = passage->loop->items[0];
  struct text_buffer words;

  text_buffer_init(&words);
  shell_quote_append(&words, command->argv, command->argc);
  if (first->reads_standard_input && first->document_count > 1)
    text_buffer_printf(&words, "  # document %u of %s", first->document_number, first->yaml_path);
  else if (first->reads_standard_input)
    text_buffer_printf(&words, "  # %s", first->yaml_path);
  if (!words.failed)
    passage_log(passage, HG_LOG_INFO, "Executing kubectl: ", text_buffer_string(&words));
  text_buffer_finish(&words);
}
