/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a Job that tries another one again. */
#include "plan/derived_manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_name_has_its_number(void **state) {
  char name[DERIVED_NAME_SIZE];

  (void)state;
  derived_name_make("worker-1", 2, 63, name);
  assert_string_equal(name, "worker-1-r2");
  derived_name_make("worker.", 12, 63, name);
  assert_string_equal(name, "worker-r12");
}

static void a_long_name_is_cut_and_stays_its_own(void **state) {
  char one[DERIVED_NAME_SIZE];
  char other[DERIVED_NAME_SIZE];
  char long_name[64];

  (void)state;
  memset(long_name, 'a', 63);
  long_name[63] = '\0';
  derived_name_make(long_name, 2, 63, one);
  long_name[62] = 'b';
  derived_name_make(long_name, 2, 63, other);
  assert_int_equal(strlen(one), 63);
  assert_string_equal(one + 60, "-r2");
  assert_string_not_equal(one, other);
}

static void what_the_server_wrote_is_not_copied(void **state) {
  static const char manifest[] =
      "apiVersion: batch/v1\nkind: Job\n"
      "metadata: {name: a, uid: x, resourceVersion: '1', labels: {app: t, job-name: a}}\n"
      "spec:\n  completionMode: Indexed\n  completions: 100\n"
      "  selector: {matchLabels: {batch.kubernetes.io/controller-uid: x}}\n"
      "  template: {metadata: {labels: {controller-uid: x}}, spec: {containers: [{name: c, "
      "resources: {limits: {cpu: 0.1}}}]}}\n"
      "status: {active: 1}\n";
  const struct hg_bytes document = {manifest, sizeof manifest - 1};
  struct hg_error error = HG_ERROR_INIT;
  struct derived_source source;
  struct text_buffer json;

  (void)state;
  text_buffer_init(&json);
  assert_int_equal(derived_source_read(&source, &document, &error), 0);
  assert_string_equal(source.name, "a");
  assert_int_equal(source.longest, 60); /* "NAME-99" is a Pod's host name */
  assert_int_equal(derived_manifest_append(&json, &document, "a-r2", &error), 0);
  assert_string_equal(
      json.data, "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"a-r2\","
                 "\"labels\":{\"app\":\"t\"}},\"spec\":{\"completionMode\":\"Indexed\","
                 "\"completions\":100,\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\","
                 "\"resources\":{\"limits\":{\"cpu\":0.1}}}]}}}}");
  text_buffer_finish(&json);
}

static void a_selector_of_its_own_is_refused(void **state) {
  static const char manifest[] = "kind: Job\nmetadata: {name: a}\nspec: {manualSelector: true}\n";
  const struct hg_bytes document = {manifest, sizeof manifest - 1};
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer json;

  (void)state;
  text_buffer_init(&json);
  assert_int_equal(derived_manifest_append(&json, &document, "a-r2", &error), -1);
  assert_int_equal(error.code, HG_ERROR_INVALID);
  text_buffer_finish(&json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_name_has_its_number),
      cmocka_unit_test(a_long_name_is_cut_and_stays_its_own),
      cmocka_unit_test(what_the_server_wrote_is_not_copied),
      cmocka_unit_test(a_selector_of_its_own_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
