/* SPDX-License-Identifier: Apache-2.0 */
/* What the user wants to be warned of (the plugin's options). */
#ifndef VALIDATE_CONVENTIONS_SETTINGS_H
#define VALIDATE_CONVENTIONS_SETTINGS_H

#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/option.h>
#include <stdbool.h>
#include <stdint.h>

/* Strings of a list, NULL-terminated. */
struct word_list {
  char *text; /* holds the words */
  const char **words;
};

struct settings {
  bool require_namespace;
  bool require_backoff_limit;
  bool image_tag;
  bool require_command;
  bool require_args;
  bool require_env;
  bool tuning_name;
  const char *tuning_app; /* "": no Job is a tuning Job */
  struct word_list resources;
  struct word_list required_labels;
};

enum { SETTINGS_OPTION_COUNT = 10 };

extern const struct hg_option settings_options[SETTINGS_OPTION_COUNT];

/* Reads all options. Texts are the host's or the settings' own. On failure nothing is left. */
int32_t settings_init(struct settings *settings, const struct hg_host *host, struct hg_error *err);
void settings_finish(struct settings *settings);

/* Whether one of the list's words starts with `prefix`. */
bool word_list_has_prefix(const struct word_list *list, const char *prefix);

#endif
