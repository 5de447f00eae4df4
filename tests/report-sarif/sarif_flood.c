/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the report on many findings, for limits_test.py.
 *
 *   sarif_flood ERRORS WARNINGS LENGTH FORM [MAX_RESULTS]
 *
 * Each finding is in a document of its own, with a message of LENGTH characters: FORM is "plain"
 * (what a validator says), "random" (printable ASCII that no compressor makes shorter by much),
 * "wide" (the same from all of Hangul) or "hidden" (characters that are escaped).
 */
#include "reporter_harness.h"

#include <headgate/run.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t state_of_random = UINT64_C(88172645463325252);

/* xorshift64: the same sequence each time. */
static uint64_t random_number(void) {
  state_of_random ^= state_of_random << 13;
  state_of_random ^= state_of_random >> 7;
  state_of_random ^= state_of_random << 17;
  return state_of_random >> 11;
}

static void append_random(struct text_buffer *text, size_t length, const char *form) {
  for (size_t i = 0; i < length; i++) {
    uint64_t number = random_number();

    if (strcmp(form, "random") == 0) {
      text_buffer_append_char(text, (char)('!' + number % 94));
    } else if (strcmp(form, "wide") == 0) {
      unsigned c = (unsigned)(0xac00 + number % 11172);
      const char bytes[3] = {(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
                             (char)(0x80 | (c & 63))};

      text_buffer_append(text, bytes, 3);
    } else {
      text_buffer_append_char(text, (char)(1 + number % 31));
    }
  }
}

static int32_t write_to_stdout(const struct hg_output *output, const char *data, uint64_t length,
                               struct hg_error *err) {
  (void)output;
  if (fwrite(data, 1, length, stdout) == length)
    return 0;
  return hg_error_set(err, HG_ERROR_IO, "cannot write");
}

static int32_t tell(struct reporter_harness *harness, uint64_t number, uint32_t severity,
                    size_t length, const char *form) {
  struct hg_diagnostic diagnostic = {.struct_size = sizeof diagnostic,
                                     .severity = severity,
                                     .line = 21,
                                     .column = 18,
                                     .rule = "image-tag",
                                     .field = "spec.template.spec.containers[0].image"};
  const struct hg_diagnostic *const diagnostics[] = {&diagnostic};
  struct hg_validation validation = {.struct_size = sizeof validation, .document_number = 1};
  struct text_buffer message;
  char name[40];
  char path[60];
  int32_t status;

  text_buffer_init(&message);
  if (strcmp(form, "plain") == 0)
    text_buffer_append_string(&message, "The tag latest names another image tomorrow");
  else
    append_random(&message, length, form);
  (void)snprintf(name, sizeof name, "worker-%" PRIu64, number);
  (void)snprintf(path, sizeof path, "out/job-%06" PRIu64 ".yaml", number);
  diagnostic.message = text_buffer_string(&message);
  validation.job_name = name;
  validation.job_namespace = "trading";
  validation.yaml_path = path;
  validation.errors = validation.warnings = diagnostics;
  validation.error_count = severity == HG_SEVERITY_ERROR;
  validation.warning_count = severity == HG_SEVERITY_WARNING;
  status = reporter_harness_validated(harness, &validation);
  text_buffer_finish(&message);
  return status;
}

int main(int argc, char **argv) {
  const struct hg_run run = {sizeof run, HG_MODE_VALIDATE,           1,       "validate", "", "",
                             "",         "2026-11-23T09:05:07.042Z", "1.0.0", ""};
  const struct hg_result result = {.struct_size = sizeof result,
                                   .finished_at = "2026-11-23T09:05:09.311Z"};
  static struct reporter_harness harness;
  uint64_t errors;
  uint64_t warnings;

  if (argc < 5)
    return 2;
  errors = strtoull(argv[1], NULL, 10);
  warnings = strtoull(argv[2], NULL, 10);
  reporter_harness_open(&harness, PLUGIN);
  harness.output.write = write_to_stdout;
  if (argc > 5) {
    harness.option_name = "max-results";
    harness.option_value = argv[5];
  }
  if (reporter_harness_create(&harness, HG_OUTPUT_FULL) != 0 ||
      reporter_harness_start(&harness, &run) != 0)
    return 1;
  for (uint64_t i = 0; i < errors + warnings; i++)
    if (tell(&harness, i, i < warnings ? HG_SEVERITY_WARNING : HG_SEVERITY_ERROR,
             strtoull(argv[3], NULL, 10), argv[4]) != 0)
      return 1;
  if (reporter_harness_end(&harness, &result) != 0)
    return 1;
  reporter_harness_destroy(&harness);
  reporter_harness_close(&harness);
  return fflush(stdout) == 0 ? 0 : 1;
}
