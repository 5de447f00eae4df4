/* SPDX-License-Identifier: Apache-2.0 */
/* A log's lines, however the network cuts them and wherever it is gone on with. Without it a line
 * would be kept twice, in halves, or not at all.
 */
#include "cluster/log_stream.h"
#include "fake_requests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T5 "2026-11-30T10:00:05"

static struct text_buffer kept;
static char ended[256]; /* "END why" */
static uint32_t wanted_more;
static struct log_stream stream;

static int32_t keep(void *context, const char *data, size_t length) {
  (void)context;
  assert_int_equal(data[length - 1], '\n');
  text_buffer_append(&kept, data, length);
  return wanted_more ? 0 : -1;
}

static void end(void *context, enum log_stream_end how, const char *why) {
  static const char *const ends[] = {"ENDED", "BROKEN", "NOT-YET", "GONE", "CLOSED"};

  (void)context;
  (void)snprintf(ended, sizeof ended, "%s %s", ends[how], why);
}

static void begin(const char *since, uint64_t skip) {
  const struct log_stream_owner owner = {NULL, keep, end};
  const struct log_stream_request request = {.pod_namespace = "ns",
                                             .pod = "p",
                                             .container = "main",
                                             .since = since,
                                             .skip = skip,
                                             .follows = true};
  struct hg_error error = HG_ERROR_INIT;

  fake_reset();
  text_buffer_reset(&kept);
  *ended = '\0';
  wanted_more = 1;
  log_stream_init(&stream, fake_requests(), &owner);
  assert_int_equal(log_stream_start(&stream, &request, &error), 0);
}

/* Feeds the text in pieces, and lets the stream end. */
static void play(const char *text, size_t piece) {
  size_t length = strlen(text);

  for (size_t at = 0; at < length && fake_path("/log"); at += piece)
    (void)fake_feed("/log", text + at, piece < length - at ? piece : length - at);
  if (fake_path("/log"))
    fake_end("/log", EXCHANGE_ANSWERED, 200, "");
}

static void test_what_is_asked_for(void **state) {
  (void)state;
  begin("2026-11-30T10:00:05Z", 3);
  assert_string_equal(fake_path("/log"),
                      "/api/v1/namespaces/ns/pods/p/log?container=main&timestamps="
                      "true&follow=true&sinceTime=2026-11-30T10%3A00%3A05Z");
  log_stream_finish(&stream);
  assert_null(fake_path("/log"));
}

static void test_streams_in_pieces(void **state) {
  static const struct {
    const char *since;
    uint64_t skip;
    const char *text;
    const char *kept;
    const char *rest;
    const char *ended;
  } rows[] = {
      {"", 0, T5 ".000000001Z a\n" T5 ".000000002Z \n", T5 ".000000001Z a\n" T5 ".000000002Z \n",
       "", "ENDED "},
      {"", 0, T5 ".1Z a\n" T5 ".2Z b", T5 ".1Z a\n", T5 ".2Z b", "ENDED "},
      {"", 0, T5 ".000000001+09:00 a\n", T5 ".000000001+09:00 a\n", "", "ENDED "},
      {T5 "Z", 2, T5 ".1Z a\n" T5 ".2Z b\n" T5 ".3Z c\n", T5 ".3Z c\n", "", "ENDED "},
      {T5 "Z", 9, T5 ".1Z a\n" T5 ".2Z b", "", "", "ENDED "},
      /* the rest of a line that began before, as the kubelet gives it */
      {T5 "Z", 1, "rest of it\n" T5 ".1Z a\n" T5 ".2Z b\n", T5 ".2Z b\n", "", "ENDED "},
      {"", 0, T5 ".1Z a\nfailed to watch file \"x\"", T5 ".1Z a\n", "",
       "ENDED failed to watch file \"x\""},
      {"", 0, "unable to retrieve container logs for x", "", "",
       "ENDED unable to retrieve container logs for x"},
      {"", 0, "", "", "", "ENDED "},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (size_t piece = 1; piece <= strlen(rows[i].text) + 1; piece++) {
      begin(rows[i].since, rows[i].skip);
      play(rows[i].text, piece);
      if (strcmp(text_buffer_string(&kept), rows[i].kept) != 0)
        fail_msg("row %zu in pieces of %zu: %s", i, piece, text_buffer_string(&kept));
      assert_string_equal(text_buffer_string(&stream.begun), rows[i].rest);
      assert_string_equal(ended, rows[i].ended);
      log_stream_finish(&stream);
    }
}

static void test_how_it_ends(void **state) {
  static const struct {
    enum exchange_end end;
    int32_t status;
    const char *body;
    const char *ended;
  } rows[] = {
      {EXCHANGE_RESET, 0, "", "BROKEN it broke off"},
      {EXCHANGE_ANSWERED, 204, "", "NOT-YET "},
      {EXCHANGE_ANSWERED, 400,
       "{\"kind\":\"Status\",\"message\":\"container c is waiting to start: X\"}",
       "NOT-YET container c is waiting to start: X"},
      {EXCHANGE_ANSWERED, 400, "{\"kind\":\"Status\",\"message\":\"previous container not found\"}",
       "GONE previous container not found"},
      {EXCHANGE_ANSWERED, 404, "{\"kind\":\"Status\",\"message\":\"pods p not found\"}",
       "GONE pods p not found"},
      {EXCHANGE_ANSWERED, 500, "dial tcp", "BROKEN the API server answered 500"},
      {EXCHANGE_ANSWERED, 403, "no", "GONE the API server answered 403"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin("", 0);
    fake_end("/log", rows[i].end, rows[i].status, rows[i].body);
    assert_string_equal(ended, rows[i].ended);
    log_stream_finish(&stream);
  }
}

static void test_nobody_wants_more(void **state) {
  (void)state;
  begin("", 0);
  wanted_more = 0;
  play(T5 ".1Z a\n" T5 ".2Z b\n", 100);
  assert_string_equal(ended, "CLOSED ");
  log_stream_finish(&stream);
}

static void test_a_line_without_end(void **state) {
  static char piece[1 << 16];

  (void)state;
  memset(piece, 'x', sizeof piece);
  begin("", 0);
  for (size_t i = 0; i < 100 && fake_path("/log"); i++)
    (void)fake_feed("/log", piece, sizeof piece);
  assert_string_equal(ended, "GONE a line of the log has more than 4194304 bytes");
  log_stream_finish(&stream);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_asked_for),  cmocka_unit_test(test_streams_in_pieces),
      cmocka_unit_test(test_how_it_ends),        cmocka_unit_test(test_nobody_wants_more),
      cmocka_unit_test(test_a_line_without_end),
  };
  int result;

  text_buffer_init(&kept);
  result = cmocka_run_group_tests(tests, NULL, NULL);
  text_buffer_finish(&kept);
  return result;
}
