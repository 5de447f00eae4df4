/* SPDX-License-Identifier: Apache-2.0 */
/* A collection is known as it is, whatever becomes of its connection: without it an end would be
 * missed, an object be thought there that is gone, or a server be asked a thousand times a second.
 */
#include "cluster/collection.h"
#include "fake_requests.h"
#include "memory/count.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LIST "jobs?limit"
#define WATCH "jobs?watch"

/* What the owner heard: "L name", "C name", "D name", "[round", "]round", "! why", "ok". */
static char heard[4096];
static char trouble[256]; /* the last one */
static struct collection jobs;

static void hear(const char *what, const char *value, size_t length) {
  size_t at = strlen(heard);

  assert_true(at + length + strlen(what) + 2 < sizeof heard);
  (void)snprintf(heard + at, sizeof heard - at, "%s%.*s ", what, (int)length, value);
}

static int32_t hear_object(void *context, enum collection_news news, struct json_slice json,
                           struct hg_error *err) {
  static const char *const letters[] = {"L", "C", "D"};
  static const char *const names[] = {"name"};
  struct json_slice name;

  (void)context;
  if (json_members(json, names, &name, 1) < 0 || !name.at)
    return hg_error_set(err, HG_ERROR_INVALID, "no name");
  hear(letters[news], name.at + 1, name.length - 2);
  return 0;
}

static void hear_round(const char *what, uint64_t round) {
  char number[24];

  (void)snprintf(number, sizeof number, "%d", (int)round);
  hear(what, number, strlen(number));
}

static void hear_listing(void *context, uint64_t round) {
  (void)context;
  hear_round("[", round);
}

static void hear_listed(void *context, uint64_t round) {
  (void)context;
  hear_round("]", round);
}

static void hear_trouble(void *context, const char *why) {
  (void)context;
  hear(why ? "!" : "ok", "", 0);
  if (why)
    (void)snprintf(trouble, sizeof trouble, "%s", why);
}

static void step(void) {
  struct hg_error error = HG_ERROR_INIT;

  assert_int_equal(collection_step(&jobs, &error), 0);
}

static int set_up(void **state) {
  static const struct collection_owner owner = {NULL, hear_object, hear_listing, hear_listed,
                                                hear_trouble};

  (void)state;
  fake_reset();
  *heard = '\0';
  collection_init(&jobs, fake_requests(), fake_clock, "/jobs", "", 30000, false, &owner);
  step();
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  collection_finish(&jobs);
  fake_reset();
  return 0;
}

static bool feed(const char *part, const char *text) {
  return fake_feed(part, text, strlen(text));
}

static void expect(const char *text) {
  assert_string_equal(heard, text);
  *heard = '\0';
}

/* Answers the list with one object, and sends the watch. */
static void be_listed(const char *name, const char *version) {
  char list[256];

  (void)snprintf(list, sizeof list,
                 "{\"metadata\":{\"resourceVersion\":\"%s\"},\"items\":[{\"name\":\"%s\"}]}",
                 version, name);
  assert_non_null(fake_path(LIST));
  assert_true(feed(LIST, list));
  fake_end(LIST, EXCHANGE_ANSWERED, 200, "");
  step();
  assert_non_null(fake_path(WATCH));
}

static const char *event(const char *type, const char *name, const char *version) {
  static char line[256];

  (void)snprintf(line, sizeof line,
                 "{\"type\":\"%s\",\"object\":{\"name\":\"%s\",\"metadata\":{\"resourceVersion\":"
                 "\"%s\"}}}\n",
                 type, name, version);
  return line;
}

/* Lets time pass, and looks each tenth of a second. Returns after how many milliseconds a request
 * was sent; -1: none was. */
static int64_t wait_for_request(int64_t most_ms) {
  uint32_t before = fake_sent;

  for (int64_t waited_ms = 0; waited_ms <= most_ms; waited_ms += 100) {
    step();
    if (fake_sent != before)
      return waited_ms;
    fake_now_ms += 100;
  }
  return -1;
}

static void test_a_list_in_pages_and_then_a_watch(void **state) {
  (void)state;
  assert_string_equal(fake_path(LIST), "/jobs?limit=500");
  assert_true(feed(LIST, "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"next\"},"));
  assert_true(feed(LIST, "\"items\":[{\"name\":\"a\"},{\"name\":\"b\"}]}"));
  fake_end(LIST, EXCHANGE_ANSWERED, 200, "");
  step();
  assert_string_equal(fake_path(LIST), "/jobs?limit=500&continue=next");
  be_listed("c", "7");
  expect("[1 La Lb Lc ]1 ");
  assert_non_null(strstr(fake_path(WATCH), "&allowWatchBookmarks=true"));
  assert_non_null(strstr(fake_path(WATCH), "&resourceVersion=7"));
  assert_int_equal(fake_request(WATCH)->silence_ms, 150000);
  assert_true(feed(WATCH, event("ADDED", "d", "8")));
  assert_true(feed(WATCH, event("DELETED", "a", "9")));
  expect("Cd Da ");
}

static void test_a_watch_goes_on_at_the_last_whole_line(void **state) {
  static const enum exchange_end ends[] = {EXCHANGE_RESET, EXCHANGE_TIMEOUT, EXCHANGE_ANSWERED};

  (void)state;
  be_listed("a", "10");
  for (size_t i = 0; i < 3; i++) {
    assert_true(feed(WATCH, event("MODIFIED", "a", "11")));
    assert_true(feed(WATCH, event("BOOKMARK", "", "12")));
    assert_true(feed(WATCH, "{\"type\":\"MODIFIED\",\"object\":{\"name\":\"half\",\"met"));
    fake_end(WATCH, ends[i], ends[i] == EXCHANGE_ANSWERED ? 200 : 0, "");
    assert_in_range(wait_for_request(2000), 0, 1300);
    assert_non_null(strstr(fake_path(WATCH), "&resourceVersion=12"));
  }
  assert_null(strstr(heard, "half"));
  assert_null(strstr(heard, "[2"));
}

/* What the server remembers no longer, and what cannot be read, is listed again. */
static void test_what_makes_a_new_list(void **state) {
  static char long_line[5 << 20];
  static char deep_line[4096];
  static const char *const lines[] = {
      "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\","
      "\"message\":\"too old\"}}\n",
      "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":504,\"message\":\"Too large "
      "resource version: 9\"}}\n",
      "{\"type\":\"ERROR\",\"object\":{}}\n",
      "{\"type\":\"ADDED\",\"object\":{\"name\":\"x\",\"metadata\":{\"resourceVersion\":\"13\"}}\n",
      "{\"type\":\"ADDED\",\"object\":{\"no\":1,\"metadata\":{\"resourceVersion\":\"13\"}}}\n",
      "{\"type\":\"ADDED\",\"object\":{\"name\":\"x\",\"metadata\":{}}}\n",
      "{\"type\":\"STRANGE\",\"object\":{\"name\":\"x\",\"metadata\":{\"resourceVersion\":\"1\"}}}"
      "\n",
      "<html>\n",
      "[]\n",
      long_line,
      deep_line,
  };

  (void)state;
  memset(long_line, 'x', sizeof long_line - 1);
  (void)snprintf(deep_line, sizeof deep_line, "{\"type\":\"ADDED\",\"object\":{\"name\":");
  memset(deep_line + strlen(deep_line), '[', 3000);
  strcat(deep_line, "\n");
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    be_listed("a", "12");
    assert_false(feed(WATCH, lines[i]));
    fake_now_ms += COLLECTION_CALM_MS;
    step();
    assert_non_null(fake_path(LIST));
    assert_null(fake_path(WATCH));
  }
  be_listed("a", "12");
  fake_end(WATCH, EXCHANGE_ANSWERED, 410, "{}");
  assert_true(wait_for_request(100000) >= 0);
  assert_non_null(fake_path(LIST));
}

static void test_a_token_that_is_too_old_starts_the_list_over(void **state) {
  (void)state;
  assert_true(feed(LIST, "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"next\"},"
                         "\"items\":[{\"name\":\"a\"}]}"));
  fake_end(LIST, EXCHANGE_ANSWERED, 200, "");
  step();
  fake_end(LIST, EXCHANGE_ANSWERED, 410, "{}");
  assert_int_equal(wait_for_request(10000), 0);
  assert_string_equal(fake_path(LIST), "/jobs?limit=500");
  be_listed("b", "8");
  expect("[1 La [2 Lb ]2 ");
}

/* Pages without an end would be asked for without a pause. */
static void test_a_list_that_gets_no_further_is_none(void **state) {
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    assert_true(feed(LIST, "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"next\"},"
                           "\"items\":[{\"name\":\"a\"}]}"));
    fake_end(LIST, EXCHANGE_ANSWERED, 200, "");
    if (i == 0)
      step();
  }
  assert_true(wait_for_request(10000) > 0);
  assert_string_equal(fake_path(LIST), "/jobs?limit=500");
  assert_true(feed(LIST, "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"other\"},"
                         "\"items\":[]}"));
  fake_end(LIST, EXCHANGE_ANSWERED, 200, "");
  assert_true(wait_for_request(10000) > 0);
  assert_string_equal(fake_path(LIST), "/jobs?limit=500");
}

static void test_the_server_says_when_to_come_back(void **state) {
  (void)state;
  be_listed("a", "12");
  for (size_t i = 0; i < 3; i++) {
    static const char *const codes[] = {"429", "500", "504"};
    char line[256];

    (void)snprintf(line, sizeof line,
                   "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":%s,\"details\":{"
                   "\"retryAfterSeconds\":20}}}\n",
                   codes[i]);
    assert_false(feed(WATCH, line));
    assert_in_range(wait_for_request(60000), 20000, 20100);
    assert_non_null(strstr(fake_path(WATCH), "&resourceVersion=12"));
    assert_true(feed(WATCH, event("BOOKMARK", "", "12")));
  }
}

static void test_a_server_that_is_not_there_is_asked_less_and_less(void **state) {
  int64_t waits[8];

  (void)state;
  be_listed("a", "12");
  *heard = '\0';
  for (size_t i = 0; i < 8; i++) {
    fake_end(WATCH, EXCHANGE_REFUSED, 0, "");
    waits[i] = wait_for_request(60000);
  }
  for (size_t i = 0; i < 5; i++)
    assert_in_range(waits[i], 1000 << i, (1250 << i) + 100);
  for (size_t i = 5; i < 8; i++)
    assert_in_range(waits[i], 30000, 37600);
  assert_true(feed(WATCH, event("BOOKMARK", "", "13")));
  expect("! ! ! ! ! ! ! ! ok ");
  fake_end(WATCH, EXCHANGE_RESET, 0, "");
  assert_in_range(wait_for_request(60000), 1000, 1350);
}

static void test_watches_that_end_at_once_are_no_storm(void **state) {
  (void)state;
  be_listed("a", "12");
  for (size_t i = 0; i < 20; i++) {
    fake_end(WATCH, EXCHANGE_ANSWERED, 200, "");
    assert_in_range(wait_for_request(5000), 1000, 1300);
  }
  assert_null(strstr(heard, "[2"));
}

static void test_lists_that_are_spoiled_at_once_are_no_storm(void **state) {
  int64_t waited_ms = 0;

  (void)state;
  for (size_t i = 0; i < 8; i++) {
    be_listed("a", "12");
    assert_true(feed(WATCH, event("MODIFIED", "a", "13")));
    assert_false(feed(WATCH, "rubbish\n"));
    waited_ms = wait_for_request(60000);
    assert_in_range(waited_ms, i == 0 ? 0 : 1000, 38000);
  }
  assert_true(waited_ms >= 8000);
}

/* A captive portal, or a proxy: the page is quoted, and asked for less and less. What may be an
 * object, and hold what is secret, is not. */
static void test_pages_in_the_place_of_watches(void **state) {
  static const char *const pages[] = {"<html>\033 log in</html>", "\n<html> log in\n",
                                      "{\"type\":\"ADDED\",\"object\":{\"secret", " {\n\"secret\""};

  for (size_t i = 0; i < COUNT(pages); i++) {
    int64_t waited_ms = 0;

    (void)tear_down(state);
    (void)set_up(state);
    be_listed("a", "12");
    *heard = '\0';
    for (size_t k = 0; k < 9; k++) {
      fake_request(WATCH)->begun(&jobs, 200);
      if (feed(WATCH, pages[i]))
        fake_end(WATCH, EXCHANGE_ANSWERED, 200, "");
      waited_ms = wait_for_request(60000);
      assert_true(waited_ms >= (k == 0 ? 0 : 1000));
      if (fake_path(LIST))
        be_listed("a", "12");
    }
    assert_in_range(waited_ms, 30000, 38000);
    assert_null(strstr(heard, "ok"));
    assert_non_null(strstr(heard, "!"));
    assert_non_null(strstr(trouble, "is no event"));
    assert_true((strstr(trouble, "log in") != NULL) == (i < 2));
    assert_null(strstr(trouble, "secret"));
    *heard = '\0';
    fake_request(WATCH)->begun(&jobs, 200);
    assert_int_equal(wait_for_request(COLLECTION_PROVED_MS - 200), -1);
    expect("");
    assert_int_equal(wait_for_request(1000), -1);
    expect("ok ");
  }
}

static void test_what_is_lost_for_good(void **state) {
  static const int32_t codes[] = {401, 403};

  (void)state;
  for (size_t i = 0; i < 2; i++) {
    (void)tear_down(NULL);
    (void)set_up(NULL);
    be_listed("a", "12");
    *heard = '\0';
    fake_end(WATCH, EXCHANGE_ANSWERED, codes[i], "{\"kind\":\"Status\",\"message\":\"no\"}");
    assert_int_equal(jobs.state, COLLECTION_LOST);
    assert_int_equal(wait_for_request(100000), -1);
    expect("! ");
  }
}

static void test_a_list_that_breaks_off_is_no_list(void **state) {
  (void)state;
  assert_true(feed(LIST, "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[{\"name\":\"a\"}"));
  fake_end(LIST, EXCHANGE_ANSWERED, 200, "");
  expect("[1 La ! ");
  assert_in_range(wait_for_request(5000), 1000, 1350);
  be_listed("a", "8");
  expect("[2 ok La ]2 ");
}

static void test_a_new_list_on_request(void **state) {
  (void)state;
  be_listed("a", "12");
  collection_relist(&jobs);
  assert_in_range(wait_for_request(10000), COLLECTION_LEAST_RELIST_MS,
                  COLLECTION_LEAST_RELIST_MS + 100);
  assert_null(fake_path(WATCH));
  be_listed("a", "15");
  expect("[1 La ]1 [2 La ]2 ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_list_in_pages_and_then_a_watch, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_watch_goes_on_at_the_last_whole_line, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_what_makes_a_new_list, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_token_that_is_too_old_starts_the_list_over, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_a_list_that_gets_no_further_is_none, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_the_server_says_when_to_come_back, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_server_that_is_not_there_is_asked_less_and_less,
                                      set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_watches_that_end_at_once_are_no_storm, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_lists_that_are_spoiled_at_once_are_no_storm, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_pages_in_the_place_of_watches, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_is_lost_for_good, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_list_that_breaks_off_is_no_list, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_new_list_on_request, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
