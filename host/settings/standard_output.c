/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/standard_output.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Who was seen to write there so far; NULL: nobody. */
struct writers {
  char first[80]; /* "": nobody */
  bool has_document;
};

static bool is_standard_output(const char *file) {
  return file && (strcmp(file, "-") == 0 || strcmp(file, "/dev/stdout") == 0);
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

/* The document of a bundled reporter; NULL: it writes lines. */
static const char *document_of(const char *reporter, size_t length) {
  static const char *const documents[] = {"html", "json", "junit", "prometheus", "sarif", "tap"};

  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
    if (strlen(documents[i]) == length && memcmp(documents[i], reporter, length) == 0)
      return documents[i];
  return NULL;
}

static int32_t add_reporter(struct writers *writers, const char *reporter, bool has_report,
                            struct hg_error *err) {
  size_t length = strcspn(reporter, "=");
  const char *document = document_of(reporter, length);
  bool is_named = reporter[length] && is_standard_output(reporter + length + 1);

  if (!is_named && (reporter[length] || !document))
    return 0;
  if (document && has_report)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--reporter %s: the report stands on standard output: give it a file, "
                        "--reporter %s=FILE%s",
                        reporter, document,
                        strcmp(document, "json") == 0 ? ", or say -o json in its place" : "");
  return add(writers, "--reporter", reporter, document != NULL, err);
}

int32_t standard_output_check(const struct settings *settings, struct hg_error *err) {
  bool is_history = strcmp(settings->command, "history") == 0;
  bool is_saved = is_standard_output(settings->save_plan);
  bool is_json = settings->output == OUTPUT_JSON && !is_saved;
  struct writers writers = {"", false};

  if ((is_saved && add(&writers, "--save", "-", true, err) < 0) ||
      (is_standard_output(settings->output_plan) &&
       add(&writers, "--output-plan", "-", false, err) < 0) ||
      (is_standard_output(settings->output_report) &&
       add(&writers, "--output-report", "-", false, err) < 0))
    return -1;
  for (size_t i = 0; i < settings->reporters.count; i++)
    if (add_reporter(&writers, settings->reporters.items[i], !is_history && !is_saved && !is_json,
                     err) < 0)
      return -1;
  return is_json && !is_history ? add(&writers, "-o", "json", true, err) : 0;
}
