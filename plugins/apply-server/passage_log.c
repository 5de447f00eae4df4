/* SPDX-License-Identifier: Apache-2.0 */
#include "passage.h"
#include "text/visible_text.h"

#include <string.h>

void passage_log(struct passage *passage, uint32_t level, const char *label, const char *text) {
  text_buffer_reset(&passage->line);
  text_buffer_append_string(&passage->line, label);
  visible_text_append(&passage->line, text, strlen(text));
  if (!passage->line.failed)
    passage->host->log(passage->host, errand_is_dry_run(passage->errand) ? HG_LOG_DEBUG : level,
                       text_buffer_string(&passage->line));
}
