/* SPDX-License-Identifier: Apache-2.0 */
/* The values that a flag or an operand may have, as far as this machine knows them. */
#ifndef HOST_COMMANDS_COMPLETION_VALUES_H
#define HOST_COMMANDS_COMPLETION_VALUES_H

#include "plugins/plugin.h"
#include "settings/flag_table.h"
#include "text/text_buffer.h"

/* What is asked, and the answer while it grows. */
struct completion {
  const struct settings *settings;
  struct plugin_set *plugins;
  const char *current; /* what is typed of it so far */
  const char *before;  /* what stands before that in the same word: "--flag=", or "" */
  const char *kind;    /* "words", "files", "directories" */
  struct text_buffer text;
};

/* Adds a candidate where it goes on with what is typed. */
void completion_offer(struct completion *completion, const char *word, const char *what);

/* Answers with the values of `flag`, or of an operand that help calls `name`: RUN, JOB, FILE,
 * NAME, ...; `run` is the run that was named before it, NULL: none. */
void completion_offer_flag(struct completion *completion, const struct flag_row *flag);
void completion_offer_operand(struct completion *completion, const char *name, const char *run);

#endif
