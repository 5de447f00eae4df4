/* SPDX-License-Identifier: Apache-2.0 */
/* What an alert is told as, and what of its address must not be told. */
#include "alert_message.h"
#include "webhook_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const troubled[] = {"bad: exit code 3", "evil\x1b[2J\n<!here>: \xff"};

static struct hg_alert sample(uint32_t kind) {
  return (struct hg_alert){
      .struct_size = sizeof(struct hg_alert),
      .kind = kind,
      .severity = HG_ALERT_CRITICAL,
      .troubled_count = 2,
      .troubled = troubled,
      .run_id = 7,
      .incident_id = "0123456789ab",
      .job_namespace = "batch",
      .selector = "",
      .health = "ERROR",
      .told_before = "OK",
      .began_at = "2026-11-23T09:05:09.000Z",
      .judged_at = "2026-11-23T09:05:09.000Z",
      .jobs_error = 3,
      .completed_jobs = 84,
      .uncompleted_jobs = 3,
  };
}

static void assert_message(const struct hg_alert *alert, bool is_slack, const char *expected) {
  struct text_buffer text;

  text_buffer_init(&text);
  alert_append_message(&text, alert, is_slack);
  assert_string_equal(expected, text_buffer_string(&text));
  text_buffer_finish(&text);
}

static void test_slack(void **state) {
  const struct hg_alert alert = sample(HG_ALERT_BEGAN);

  (void)state;
  assert_message(
      &alert, true,
      "{\"text\":\"CRITICAL: Headgate run 7 in batch: "
      "ERROR\",\"attachments\":[{\"color\":\"danger\","
      "\"title\":\"CRITICAL: Headgate run 7 in batch: ERROR\",\"text\":\"Health went from OK to "
      "ERROR. "
      "3 job(s) in ERROR state.\\n- bad: exit code 3\\n- evil\\\\x1b[2J\\\\n&lt;!here&gt;: "
      "\\\\xff\\n- and 1 "
      "more\",\"fields\":[{\"title\":\"Namespace\",\"value\":\"batch\",\"short\":true},{\"title\":"
      "\"Selector\",\"value\":\"-\",\"short\":true},{\"title\":\"Severity\",\"value\":\"CRITICAL\","
      "\"short\":true},{\"title\":\"Health\",\"value\":\"ERROR\",\"short\":true}],\"footer\":"
      "\"Headgate\",\"ts\":1795424709}]}");
}

static void test_json(void **state) {
  struct hg_alert alert = sample(HG_ALERT_TOTALS);

  (void)state;
  alert.incident_id = alert.began_at = "";
  alert.troubled_count = 1;
  alert.jobs_error = 1;
  assert_message(
      &alert, false,
      "{\"alert_type\":\"k8s_health\",\"kind\":\"totals\",\"title\":\"CRITICAL: Headgate run 7 in "
      "batch is "
      "over: 84 complete, 3 failed\",\"severity\":\"CRITICAL\",\"run\":7,\"namespace\":\"batch\","
      "\"selector\":\"\",\"current_health\":\"ERROR\",\"previous_health\":\"OK\",\"text\":\"Its "
      "Jobs: 84 "
      "complete, 3 failed. 1 job(s) in ERROR state.\\n- bad: exit code 3\",\"incident\":\"\","
      "\"started_at\":\"\",\"detected_at\":\"2026-11-23T09:05:09.000Z\",\"job_counts\":{\"OK\":0,"
      "\"WARN\":0,\"ERROR\":1},\"jobs\":[\"bad: exit code 3\"],\"totals\":{\"completed_jobs\":84,"
      "\"uncompleted_jobs\":3,\"never_started_jobs\":0,\"undecided_jobs\":0,\"unapplied_jobs\":0}"
      "}");
}

static int32_t read_url(struct webhook_address *address, const char *url) {
  struct hg_error error = HG_ERROR_INIT;
  int32_t result;

  assert_int_equal(0, setenv(WEBHOOK_VARIABLE, url, 1));
  result = webhook_address_read(address, NULL, &error);
  if (result < 0)
    assert_null(strstr(error.message, "secret"));
  return result;
}

static void test_addresses(void **state) {
  static const char *const taken[] = {"https://chat.example/secret",
                                      "https://u:secret@[::1]:8443/x", "http://127.0.0.1:80/secret",
                                      "http://[::1]/secret"};
  static const char *const refused[] = {
      "http://chat.example/secret",      "http://localhost/secret",
      "http://127.0.0.1.example/secret", "http://127.0.0.1@chat.example/secret",
      "ftp://127.0.0.1/secret",          "secret",
      "https://chat.example/secret x",   "https://",
      "https://chat.example/\x1bsecret"};
  struct webhook_address address;

  (void)state;
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    assert_int_equal(0, read_url(&address, taken[i]));
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    if (read_url(&address, refused[i]) == 0)
      fail_msg("%s was taken", refused[i]);
}

static void test_an_answer_that_repeats_the_address(void **state) {
  static const char *const telling[] = {"no such path /a/S3cr3t", "from chat.example", "key=hush"};
  struct webhook_address address;

  (void)state;
  assert_int_equal(0, read_url(&address, "https://chat.example/ab/S3cr3t?k=hush"));
  for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
    assert_true(webhook_address_is_in(&address, telling[i], strlen(telling[i])));
  assert_false(webhook_address_is_in(&address, "no_service", 10));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_slack),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_addresses),
      cmocka_unit_test(test_an_answer_that_repeats_the_address),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
