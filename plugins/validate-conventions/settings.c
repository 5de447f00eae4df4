/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include "memory/no_memory.h"

#include <stdlib.h>
#include <string.h>

#define OPTION(type, name, default_value, help)                                                    \
  { sizeof(struct hg_option), type, name, default_value, NULL, help, 0, 0 }

const struct hg_option settings_options[SETTINGS_OPTION_COUNT] = {
    OPTION(HG_OPTION_BOOLEAN, "require-namespace", "true", "Warn of Jobs without a namespace"),
    OPTION(HG_OPTION_BOOLEAN, "require-backoff-limit", "true", "Warn of Jobs without backoffLimit"),
    OPTION(HG_OPTION_BOOLEAN, "image-tag", "true", "Warn of images without a tag or with latest"),
    OPTION(HG_OPTION_BOOLEAN, "require-command", "true", "Warn of containers without a command"),
    OPTION(HG_OPTION_BOOLEAN, "require-args", "true", "Warn of containers without arguments"),
    OPTION(HG_OPTION_BOOLEAN, "require-env", "true",
           "Warn of containers without environment variables"),
    OPTION(HG_OPTION_LIST, "require-resources",
           "requests.cpu,requests.memory,limits.cpu,limits.memory",
           "Resources that every container should set"),
    OPTION(HG_OPTION_STRING, "tuning-app", "arbitrage-tuning",
           "Value of the label app that makes a Job a tuning Job"),
    OPTION(HG_OPTION_LIST, "required-labels", "app,session_id,worker_id,component",
           "Labels that every tuning Job should have"),
    OPTION(HG_OPTION_BOOLEAN, "tuning-name", "true",
           "Warn of tuning Jobs not named arb-tuning-SESSION-WORKER-INDEX"),
};

static bool read_boolean(const struct hg_host *host, const char *name) {
  return hg_option_is_true(host->option(host, name)) == 1;
}

static int32_t word_list_init(struct word_list *list, const char *value, struct hg_error *err) {
  size_t count = 1;
  char *word;
  char *rest;

  for (const char *c = value; *c; c++)
    count += *c == ',';
  list->text = strdup(value);
  list->words = calloc(count + 1, sizeof *list->words);
  if (!list->text || !list->words)
    return no_memory(err);
  count = 0;
  for (word = strtok_r(list->text, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
    list->words[count++] = word;
  return 0;
}

static void word_list_finish(struct word_list *list) {
  free(list->text);
  free(list->words);
}

bool word_list_has_prefix(const struct word_list *list, const char *prefix) {
  const char **words;

  for (words = list->words; *words; words++)
    if (strncmp(*words, prefix, strlen(prefix)) == 0)
      return true;
  return false;
}

static const char *read_text(const struct hg_host *host, const char *name) {
  const char *value = host->option(host, name);

  return value ? value : "";
}

static int32_t check_resources(const struct word_list *resources, struct hg_error *err) {
  const char **words;

  for (words = resources->words; *words; words++)
    if (strncmp(*words, "requests.", 9) != 0 && strncmp(*words, "limits.", 7) != 0)
      return hg_error_set(err, HG_ERROR_INVALID,
                          "require-resources: \"%.256s\" is neither requests.NAME nor limits.NAME",
                          *words);
  return 0;
}

int32_t settings_init(struct settings *settings, const struct hg_host *host, struct hg_error *err) {
  memset(settings, 0, sizeof *settings);
  settings->require_namespace = read_boolean(host, "require-namespace");
  settings->require_backoff_limit = read_boolean(host, "require-backoff-limit");
  settings->image_tag = read_boolean(host, "image-tag");
  settings->require_command = read_boolean(host, "require-command");
  settings->require_args = read_boolean(host, "require-args");
  settings->require_env = read_boolean(host, "require-env");
  settings->tuning_name = read_boolean(host, "tuning-name");
  settings->tuning_app = read_text(host, "tuning-app");
  if (word_list_init(&settings->resources, read_text(host, "require-resources"), err) < 0 ||
      word_list_init(&settings->required_labels, read_text(host, "required-labels"), err) < 0 ||
      check_resources(&settings->resources, err) < 0) {
    settings_finish(settings);
    return -1;
  }
  return 0;
}

void settings_finish(struct settings *settings) {
  word_list_finish(&settings->resources);
  word_list_finish(&settings->required_labels);
}
