/* SPDX-License-Identifier: Apache-2.0 */
#include "page_runs.h"

#include "sample_runs.h"
#include "text/timestamp.h"

#include <headgate/run.h>
#include <stdio.h>
#include <string.h>

enum { MOST_LANES = 256 };

#define START_MS INT64_C(1795424707000) /* 2026-11-23T09:05:07Z */

static struct hg_run run_of(uint32_t mode) {
  struct hg_run run = sample_started(mode);

  run.kubeconfig = "/home/me/.kube/config";
  run.context = "staging";
  return run;
}

/* How the Jobs of a parallel run fail, in turn. */
static const struct failure {
  const char *class;
  const char *advice;
  const char *error;
} failures[] = {
    {"forbidden", "give the account the right to create jobs in this namespace",
     "Error from server (Forbidden): jobs.batch is forbidden: User \"me\" cannot create resource "
     "\"jobs\" in API group \"batch\" in the namespace \"trading-bots\"\n"},
    {"connection-refused", "see whether the API server runs and the address is right",
     "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or "
     "port?\n"},
    {"quota-exceeded", "free some of the namespace's quota, or ask for more",
     "Error from server (Forbidden): error when creating \"job.yaml\": jobs.batch is forbidden: "
     "exceeded quota: jobs, requested: count/jobs.batch=1, used: count/jobs.batch=5000, limited: "
     "count/jobs.batch=5000\n"},
};

/* The same on every machine: xorshift (Marsaglia, 2003). */
static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static int32_t feed_outcome(struct reporter_harness *harness, uint64_t number, int64_t start_ms,
                            int64_t duration_ms, const struct failure *failure) {
  char name[80];
  char path[64];
  char output[128];
  char timestamp[TIMESTAMP_SIZE];
  const char *const command[] = {"kubectl", "apply", "-f", path, "--context", "staging", NULL};
  struct hg_job_result result = {
      .struct_size = sizeof result,
      .status = failure ? HG_STATUS_FAILED : HG_STATUS_SUCCESS,
      .return_code = failure ? 1 : 0,
      .attempt = failure && number % 2 ? 3 : 1,
      .document_number = 1,
      .command_count = 6,
      .job_name = name,
      .job_namespace = "trading-bots",
      .yaml_path = path,
      .command = command,
      .reason = failure ? "kubectl exited with status 1" : "",
      .timestamp = timestamp,
      .duration_ms = duration_ms,
      .failure_class = failure ? failure->class : "",
      .advice = failure ? failure->advice : "",
  };

  (void)snprintf(name, sizeof name, "arb-tuning-d29-k8s--worker-%llu-%llu",
                 (unsigned long long)number + 1, (unsigned long long)number);
  (void)snprintf(path, sizeof path, "out/job-%02llu.yaml", (unsigned long long)number);
  (void)snprintf(output, sizeof output, "job.batch/%s created\n", name);
  timestamp_format(start_ms, timestamp);
  result.stdout_text = (struct hg_bytes){failure ? "" : output, failure ? 0 : strlen(output)};
  result.stderr_text =
      (struct hg_bytes){failure ? failure->error : "", failure ? strlen(failure->error) : 0};
  return reporter_harness_finished(harness, &result);
}

int32_t page_run_parallel(struct reporter_harness *harness, uint64_t count, uint32_t lanes,
                          uint64_t failing) {
  const struct hg_run run = run_of(HG_MODE_APPLY);
  struct hg_result result = {
      .struct_size = sizeof result, .total_jobs = count, .valid_jobs = count};
  char finished_at[TIMESTAMP_SIZE];
  int64_t free_at[MOST_LANES] = {0};
  int64_t end_ms = START_MS;
  uint32_t random = 20261123;

  if (reporter_harness_start(harness, &run) != 0)
    return -1;
  for (uint64_t i = 0; i < count; i++) {
    int64_t duration_ms = 120 + next_random(&random) % 480 + (i % 37 == 0 ? 2400 : 0);
    const struct failure *failure = i % failing == failing / 2 ? &failures[i / failing % 3] : NULL;
    uint32_t lane = 0;

    for (uint32_t other = 1; other < lanes; other++)
      lane = free_at[other] < free_at[lane] ? other : lane;
    if (feed_outcome(harness, i, START_MS + 80 + free_at[lane], duration_ms, failure) != 0)
      return -1;
    free_at[lane] += duration_ms + 3;
    end_ms = START_MS + free_at[lane] > end_ms ? START_MS + free_at[lane] : end_ms;
    result.failed_jobs += failure ? 1 : 0;
  }
  result.successful_jobs = count - result.failed_jobs;
  result.exit_code = result.failed_jobs > 0;
  result.duration_ms = end_ms + 240 - START_MS;
  timestamp_format(end_ms + 240, finished_at);
  result.finished_at = finished_at;
  return reporter_harness_end(harness, &result);
}

#define OWN "window.owned=(window.owned||0)+1"

const struct page_hostile_text page_hostile_texts[] = {
    {"</script><script>" OWN "</script>", "</script><script>" OWN "</script>"},
    {"</style><script>" OWN "</script>", "</style><script>" OWN "</script>"},
    {"</title></head><script>" OWN "</script>", "</title></head><script>" OWN "</script>"},
    {"<img src=x onerror=\"" OWN "\">", "<img src=x onerror=\"" OWN "\">"},
    {"\"><svg onload=" OWN ">", "\"><svg onload=" OWN ">"},
    {"' onmouseover='" OWN "' x='", "' onmouseover='" OWN "' x='"},
    {"\" autofocus onfocus=\"" OWN "\" x=\"", "\" autofocus onfocus=\"" OWN "\" x=\""},
    {"--><script>" OWN "</script><!--", "--><script>" OWN "</script><!--"},
    {"]]><script>" OWN "</script><![CDATA[", "]]><script>" OWN "</script><![CDATA["},
    {"</pre></details></td></tr></table><b>", "</pre></details></td></tr></table><b>"},
    {"</textarea></svg></math><iframe srcdoc=x>", "</textarea></svg></math><iframe srcdoc=x>"},
    {"<base href=//evil.example/><meta http-equiv=refresh content=0>",
     "<base href=//evil.example/><meta http-equiv=refresh content=0>"},
    {"&lt;script&gt; &amp;amp; &#60;b&#62; &NotAnEntity",
     "&lt;script&gt; &amp;amp; &#60;b&#62; &NotAnEntity"},
    {"javascript:" OWN "//", "javascript:" OWN "//"},
    {"+ADw-script+AD4-" OWN "+ADw-/script+AD4-", "+ADw-script+AD4-" OWN "+ADw-/script+AD4-"},
    {"right\xe2\x80\xaetpircs\xe2\x81\xa6left\xe2\x80\x8b\xef\xbb\xbf",
     "right\\u{202e}tpircs\\u{2066}left\\u{200b}\\u{feff}"},
    {"esc\x1b[31m\x07\x7f\xc2\x9b"
     "1m",
     "esc\\x1b[31m\\x07\\x7f\\u{009b}1m"},
    {"bad\xff\xc0\xbc\xed\xa0\x80\xf4\x90\x80\x80 utf8\xe2\x82",
     "bad\\xff\\xc0\\xbc\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80 utf8\\xe2\\x82"},
    {"non\xef\xbf\xbf\xef\xb7\x90\xf0\x9f\xbf\xbe"
     "character \xef\xbf\xbd",
     "non\\u{ffff}\\u{fdd0}\\u{1fffe}character \xef\xbf\xbd"},
    {"percent %s%n%p {{7*7}} ${7*7} \\x41 \\u{41}", "percent %s%n%p {{7*7}} ${7*7} \\x41 \\u{41}"},
    {"\xed\x95\x9c\xea\xb8\x80 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xf0\x9f\x98\x80 caf\xc3\xa9",
     "\xed\x95\x9c\xea\xb8\x80 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xf0\x9f\x98\x80 caf\xc3\xa9"},
};
const uint32_t page_hostile_text_count = sizeof page_hostile_texts / sizeof page_hostile_texts[0];

int32_t page_run_hostile(struct reporter_harness *harness) {
  struct hg_run run = run_of(HG_MODE_APPLY);
  struct hg_result result = {.struct_size = sizeof result,
                             .exit_code = 1,
                             .total_jobs = page_hostile_text_count,
                             .valid_jobs = page_hostile_text_count,
                             .finished_at = page_hostile_texts[1].text,
                             .error = page_hostile_texts[0].text};

  run.jobs_dir = run.context = page_hostile_texts[3].text;
  run.kubeconfig = page_hostile_texts[4].text;
  run.host_version = run.kubernetes_version = run.command = page_hostile_texts[2].text;
  if (reporter_harness_start(harness, &run) != 0)
    return -1;
  for (uint32_t i = 0; i < page_hostile_text_count; i++) {
    const char *text = page_hostile_texts[i].text;
    const char *const command[] = {"kubectl", text, NULL};
    char output[400];
    int length = snprintf(output, sizeof output, "\n%s%c\n\ttab %s\r\n", text, '\0', text);
    const struct hg_job_result job = {
        .struct_size = sizeof job,
        .status = i % 3 == 0   ? HG_STATUS_SUCCESS
                  : i % 3 == 1 ? HG_STATUS_FAILED
                               : HG_STATUS_SKIPPED,
        .return_code = i % 3 == 2 ? -1 : (int32_t)(i % 3),
        .attempt = 1,
        .document_number = 2,
        .command_count = 2,
        .job_name = text,
        .job_namespace = text,
        .yaml_path = text,
        .command = command,
        .stdout_text = {output, (uint64_t)length},
        .stderr_text = {output, (uint64_t)length},
        .reason = text,
        .timestamp = i % 2 ? "2026-11-23T09:05:08.500Z" : text,
        .duration_ms = 10,
        .failure_class = text,
        .advice = text,
    };

    result.successful_jobs += i % 3 == 0;
    result.failed_jobs += i % 3 == 1;
    result.skipped_jobs += i % 3 == 2;
    if (reporter_harness_finished(harness, &job) != 0)
      return -1;
  }
  return reporter_harness_end(harness, &result);
}

int32_t page_run_hostile_findings(struct reporter_harness *harness) {
  const struct hg_run run = run_of(HG_MODE_VALIDATE);
  const struct hg_result result = {.struct_size = sizeof result,
                                   .exit_code = 1,
                                   .total_jobs = page_hostile_text_count,
                                   .invalid_jobs = page_hostile_text_count,
                                   .finished_at = ""};

  if (reporter_harness_start(harness, &run) != 0)
    return -1;
  for (uint32_t i = 0; i < page_hostile_text_count; i++) {
    const char *text = page_hostile_texts[i].text;
    const struct hg_diagnostic finding = {
        sizeof finding, HG_SEVERITY_ERROR, 3, 5, text, text, text, text};
    const struct hg_diagnostic *const list[] = {&finding};
    const struct hg_validation validation = {.struct_size = sizeof validation,
                                             .document_number = i + 1,
                                             .error_count = 1,
                                             .warning_count = 1,
                                             .job_name = text,
                                             .job_namespace = text,
                                             .yaml_path = text,
                                             .errors = list,
                                             .warnings = list};

    if (reporter_harness_validated(harness, &validation) != 0)
      return -1;
  }
  return reporter_harness_end(harness, &result);
}
