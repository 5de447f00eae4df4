/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/standard_output.h"

#include "memory/count.h"

#include <stdio.h>
#include <string.h>

/* Who was seen to write there so far. */
struct writers {
  char first[80]; /* "": nobody */
  bool has_document;
};

static bool is_among(const char *word, size_t length, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
      return true;
  return false;
}

bool standard_output_is(const char *file) {
  static const char *const names[] = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};

  return file && is_among(file, strlen(file), names, COUNT(names));
}

static int32_t add(struct writers *writers, const char *flag, const char *value, bool is_document,
                   struct hg_error *err) {
  if (*writers->first && (is_document || writers->has_document))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s and %s %.60s both write to standard output, where a document stands "
                        "alone: give the %s a file",
                        writers->first, flag, value, strcmp(flag, "-o") == 0 ? "former" : "latter");
  (void)snprintf(writers->first, sizeof writers->first, "%s %.60s", flag, value);
  writers->has_document = writers->has_document || is_document;
  return 0;
}

/* A line reporter without a file counts where it was typed: one that a file names is for all runs,
 * those with -o json too. */
static int32_t add_reporter(struct writers *writers, const char *reporter, bool has_report,
                            bool is_typed, struct hg_error *err) {
  static const char *const documents[] = {"html", "json", "junit", "prometheus", "sarif", "tap"};
  static const char *const lines[] = {"github", "markdown", "text"};
  size_t length = strcspn(reporter, "=");
  bool is_document = is_among(reporter, length, documents, COUNT(documents));
  bool is_there =
      reporter[length]
          ? standard_output_is(reporter + length + 1)
          : is_document || (is_typed && is_among(reporter, length, lines, COUNT(lines)));

  if (!is_there)
    return 0;
  if (is_document && has_report)
    return hg_error_set(
        err, HG_ERROR_INVALID,
        "--reporter %s: the report stands on standard output: give it a file, "
        "--reporter %.*s=FILE%s",
        reporter, (int)length, reporter,
        length == 4 && memcmp(reporter, "json", 4) == 0 ? ", or say -o json in its place" : "");
  return add(writers, "--reporter", reporter, is_document, err);
}

int32_t standard_output_check(const struct settings *settings, bool is_typed,
                              struct hg_error *err) {
  bool is_history = strcmp(settings->command, "history") == 0;
  bool is_saved = standard_output_is(settings->save_plan);
  bool is_json = settings->output == OUTPUT_JSON && !is_saved;
  struct writers writers = {"", false};

  if ((is_saved && add(&writers, "--save", "-", true, err) < 0) ||
      (standard_output_is(settings->output_plan) &&
       add(&writers, "--output-plan", "-", false, err) < 0) ||
      (standard_output_is(settings->output_report) &&
       add(&writers, "--output-report", "-", false, err) < 0))
    return -1;
  /* Reporters that a file names are for runs, not for the history. */
  for (size_t i = 0; i < settings->reporters.count && (is_typed || !is_history); i++)
    if (add_reporter(&writers, settings->reporters.items[i], !is_history && !is_saved && !is_json,
                     is_typed, err) < 0)
      return -1;
  return is_json ? add(&writers, "-o", "json", true, err) : 0;
}
