/* SPDX-License-Identifier: Apache-2.0 */
/* The run of check_odd_bytes: what a text may hold, by the headers, and how much of it. */
#include "inspection/trial_runs.h"

#include "memory/count.h"
#include "memory/no_memory.h"

#include <headgate/diagnostic.h>
#include <headgate/job.h>
#include <headgate/run.h>
#include <stdlib.h>
#include <string.h>

enum {
  LONG_NAME = 100000, /* bytes: no Job of that name is valid, but an invalid one is reported too */
  MANY_ERRORS = 1000, /* of one document */
  LONG_OUTPUT = 1 << 20, /* bytes: all that is kept of what kubectl writes */
};

/* What terminals obey, what readers cannot see, and what formats are written with. Bytes that are
 * no UTF-8 reach texts as U+FFFD. */
static const char hostile[] =
    "\x01\x02\x03\x04\x05\x06\a\b\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1c"
    "\x1d\x1e\x1f\x7f\x1b[31mred\x1b[2J\x1b]0;title\a\x1b]8;;http://evil.example\x1b\\link"
    "\xc2\x80\xc2\x9b"
    "1m\xc2\x9d\xe2\x80\xaetxet\xe2\x80\xa8\xe2\x81\xa6\xef\xbb\xbf\xff\xc0\xaf\xed\xa0\x80\xf5"
    " <script>alert(1)</script> ]]> --> &amp; %s%n%99999d `| a | b |` ::error::x \"quoted\" "
    "'it''s' "
    "\\ \\u0000 not ok 1 # SKIP {\"a\": {{b}}} ${HOME} $(id) \xed\x95\x9c\xea\xb8\x80 "
    "\xf0\x9f\x92\xa5";

/* Every byte, in both orders, with the NUL in between. */
static void fill_every_byte(char data[512]) {
  for (int i = 0; i < 256; i++) {
    data[i] = (char)(unsigned char)i;
    data[511 - i] = (char)(unsigned char)i;
  }
}

static int32_t tell_start(struct check_teller *teller, struct hg_error *err) {
  const struct hg_run run = {
      .struct_size = sizeof run,
      .mode = teller->mode,
      .run_id = INT64_MAX,
      .command = "apply",
      .jobs_dir = hostile,
      .kubeconfig = hostile,
      .context = hostile,
      .started_at = "2026-11-23T09:05:07.042Z",
      .host_version = HEADGATE_VERSION,
      .kubernetes_version = "",
  };

  return check_tell(teller, RUN_EVENT_RUN_STARTED, &run, err);
}

/* A document in which each text is `text`, with `errors` errors. */
static int32_t tell_document(struct check_teller *teller, const char *text, uint32_t errors,
                             const struct hg_job_details *details, struct hg_error *err) {
  const struct hg_diagnostic diagnostic = {
      sizeof diagnostic, HG_SEVERITY_ERROR, UINT32_MAX, UINT32_MAX, "required", text, text, text};
  const struct hg_diagnostic **list = malloc(((size_t)errors + 1) * sizeof *list);
  const struct hg_validation validation = {
      sizeof validation, errors == 0, UINT32_MAX, errors, errors, 0, text, text, text, list, list,
      details,           NULL};
  int32_t status;

  if (!list)
    return no_memory(err);
  for (uint32_t i = 0; i < errors; i++)
    list[i] = &diagnostic;
  status = check_tell(teller, RUN_EVENT_JOB_VALIDATED, &validation, err);
  free(list);
  return status;
}

static int32_t tell_documents(struct check_teller *teller, const char *long_name,
                              struct hg_error *err) {
  static const struct hg_pair pairs[] = {{hostile, hostile}, {"", ""}};
  static const char *const words[] = {"sh", hostile, "", NULL};
  const struct hg_job_details empty = {.struct_size = sizeof empty, .image = ""};
  const struct hg_job_details odd = {
      .struct_size = sizeof odd,
      .container_count = UINT32_MAX,
      .label_count = COUNT(pairs),
      .command_count = COUNT(words) - 1,
      .arg_count = COUNT(words) - 1,
      .env_count = COUNT(pairs),
      .request_count = COUNT(pairs),
      .limit_count = COUNT(pairs),
      .image = long_name,
      .labels = pairs,
      .command = words,
      .args = words,
      .env = pairs,
      .requests = pairs,
      .limits = pairs,
  };

  return tell_document(teller, "", 0, &empty, err) < 0 ||
                 tell_document(teller, hostile, 0, &odd, err) < 0 ||
                 tell_document(teller, hostile, 2, NULL, err) < 0 ||
                 tell_document(teller, "", 1, NULL, err) < 0 ||
                 tell_document(teller, long_name, 1, &odd, err) < 0 ||
                 tell_document(teller, "many", MANY_ERRORS, NULL, err) < 0
             ? -1
             : 0;
}

/* A Job in which each text is `text`, with that output. */
static int32_t tell_result(struct check_teller *teller, uint32_t status, const char *text,
                           const char *output, uint64_t length, struct hg_error *err) {
  const char *const command[] = {text, text, NULL};
  struct hg_job_result result = check_job_result(status, text);

  result.job_namespace = result.yaml_path = result.reason = text;
  result.failure_class = result.advice = text;
  result.command = *text ? command : command + 2;
  result.command_count = *text ? 2 : 0;
  result.document_number = result.attempt = UINT32_MAX;
  result.return_code = INT32_MIN;
  result.signal = INT32_MAX;
  result.duration_ms = INT64_MAX;
  result.flags = HG_RESULT_STDOUT_CUT | HG_RESULT_STDERR_CUT;
  result.stdout_text = result.stderr_text = (struct hg_bytes){output, length};
  return check_tell(teller, RUN_EVENT_JOB_FINISHED, &result, err);
}

static int32_t tell_results(struct check_teller *teller, const char *long_name,
                            struct hg_error *err) {
  static const uint32_t statuses[] = {HG_STATUS_SUCCESS, HG_STATUS_FAILED, HG_STATUS_SKIPPED};
  char every_byte[512];

  fill_every_byte(every_byte);
  for (size_t i = 0; i < COUNT(statuses); i++)
    if (tell_result(teller, statuses[i], "", "", 0, err) < 0 ||
        tell_result(teller, statuses[i], hostile, hostile, sizeof hostile - 1, err) < 0 ||
        tell_result(teller, statuses[i], hostile, every_byte, sizeof every_byte, err) < 0 ||
        tell_result(teller, statuses[i], long_name, "\n", 1, err) < 0)
      return -1;
  return 0;
}

/* Outputs of one byte, over and over: each is the worst for some format. In JSON a NUL is as long
 * as an ESC. */
static int32_t tell_outputs(struct check_teller *teller, struct hg_error *err) {
  static const struct {
    char byte;
    uint64_t length;
  } outputs[] = {{'x', LONG_OUTPUT},    {'\n', LONG_OUTPUT}, {'\0', LONG_OUTPUT / 16},
                 {'\x1b', LONG_OUTPUT}, {'<', LONG_OUTPUT},  {'\xff', LONG_OUTPUT}};
  char *output = malloc(LONG_OUTPUT);
  int32_t status = 0;

  if (!output)
    return no_memory(err);
  for (size_t i = 0; i < COUNT(outputs) && status == 0; i++) {
    memset(output, outputs[i].byte, LONG_OUTPUT);
    status = tell_result(teller, i % 2 ? HG_STATUS_FAILED : HG_STATUS_SUCCESS, "large", output,
                         outputs[i].length, err);
  }
  free(output);
  return status;
}

int32_t check_odd_bytes(struct check_teller *teller, struct hg_error *err) {
  char *long_name = malloc(LONG_NAME + 1);
  int32_t status = -1;

  if (!long_name)
    return no_memory(err);
  memset(long_name, 'n', LONG_NAME);
  long_name[LONG_NAME] = '\0';
  if (tell_start(teller, err) == 0 && tell_documents(teller, long_name, err) == 0 &&
      tell_results(teller, long_name, err) == 0 && tell_outputs(teller, err) == 0 &&
      check_tell_end_of_job(teller, HG_PHASE_PENDING, HG_OUTCOME_FAILED, hostile, hostile, err) ==
          0 &&
      check_tell_end_of_job(teller, HG_PHASE_PENDING, HG_OUTCOME_FAILED, "", "", err) == 0)
    status = check_tell_end(teller, hostile, err);
  free(long_name);
  return status;
}
