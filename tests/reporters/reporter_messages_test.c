/* SPDX-License-Identifier: Apache-2.0 */
/* What reporters tell people: lines with levels, cut where they are long, ended where there is too
 * much of them. */
#include "reporters/reporter_messages.h"

#include "terminal/log.h"

#include <headgate/host.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct listener {
  FILE *file;
  int before; /* standard error, as it was */
  char text[256 * 1024];
};

static struct listener listener;

static int listen_to_log(void **state) {
  (void)state;
  log_init(false, true, LOG_COLOR_NEVER); /* with all detail */
  listener.file = tmpfile();
  listener.before = dup(STDERR_FILENO);
  return !listener.file || listener.before < 0 ||
         dup2(fileno(listener.file), STDERR_FILENO) != STDERR_FILENO;
}

static int stop_listening(void **state) {
  (void)state;
  (void)dup2(listener.before, STDERR_FILENO);
  (void)close(listener.before);
  return fclose(listener.file);
}

/* What was logged since the last time. */
static const char *logged(void) {
  size_t length;

  rewind(listener.file);
  length = fread(listener.text, 1, sizeof listener.text - 1, listener.file);
  listener.text[length] = '\0';
  rewind(listener.file);
  assert_int_equal(ftruncate(fileno(listener.file), 0), 0);
  return listener.text;
}

static bool feed(struct reporter_messages *messages, enum message_stream stream, const char *text) {
  return reporter_messages_feed(messages, stream, text, strlen(text));
}

static void lines_in_pieces(void **state) {
  struct reporter_messages messages;

  (void)state;
  reporter_messages_init(&messages, "tag");
  assert_true(feed(&messages, MESSAGE_OUTPUT, "one\ntw"));
  assert_string_equal(logged(), "[tag] one\n");
  assert_true(feed(&messages, MESSAGE_ERROR, "beside\n")); /* each stream has its own line */
  assert_true(feed(&messages, MESSAGE_OUTPUT, "o"));
  assert_string_equal(logged(), "[tag] beside\n");
  assert_true(feed(&messages, MESSAGE_OUTPUT, "\n\nthree"));
  assert_string_equal(logged(), "[tag] two\n[tag] \n");
  reporter_messages_end(&messages);
  assert_string_equal(logged(), "[tag] three\n");
  reporter_messages_end(&messages);
  assert_string_equal(logged(), "");
  assert_string_equal(messages.last, "beside");
}

static void levels(void **state) {
  static const struct {
    const char *said;
    const char *shown;
  } rows[] = {
      {"<0>a", "a"},
      {"<3>b", "b"},
      {"<7>c", "c"},
      {"<8>d", "<8>d"},
      {"<>e", "<>e"},
      {"<33>f", "<33>f"},
      {"<3", "<3"},
      {"<", "<"},
      {"<3>", ""},
      {"<3><4>g", "<4>g"},
      {" <3>h", " <3>h"},
      {"<-1>i", "<-1>i"},
      {"<\xff>j", "<\\xff>j"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct reporter_messages messages;
    char expected[64];

    reporter_messages_init(&messages, "tag");
    assert_true(feed(&messages, MESSAGE_ERROR, rows[i].said));
    reporter_messages_end(&messages);
    (void)snprintf(expected, sizeof expected, "[tag] %s\n", rows[i].shown);
    assert_string_equal(logged(), expected);
  }
}

static void levels_are_obeyed(void **state) {
  struct reporter_messages messages;

  (void)state;
  log_init(true, false, LOG_COLOR_NEVER);
  reporter_messages_init(&messages, "tag");
  assert_true(
      feed(&messages, MESSAGE_OUTPUT, "plain\n<6>information\n<7>detail\n<4>warning\n<3>error\n"));
  assert_true(reporter_messages_tell(&messages, HG_LOG_INFO, "told"));
  assert_true(reporter_messages_tell(&messages, HG_LOG_WARNING, "told <3>too"));
  assert_string_equal(logged(), "[tag] warning\n[tag] error\n[tag] told <3>too\n");
  log_init(false, true, LOG_COLOR_NEVER);
}

/* Around the length that is kept. */
static void long_lines(void **state) {
  char line[2 * MESSAGE_LENGTH];

  (void)state;
  for (size_t length = MESSAGE_LENGTH - 3; length <= MESSAGE_LENGTH + 2; length++) {
    struct reporter_messages messages;
    size_t kept = length < MESSAGE_LENGTH - 1 ? length : MESSAGE_LENGTH - 1;
    const char *shown;

    memset(line, 'x', length);
    line[length] = '\0';
    reporter_messages_init(&messages, "t");
    assert_true(feed(&messages, MESSAGE_ERROR, line));
    assert_true(feed(&messages, MESSAGE_ERROR, "\nshort\n"));
    shown = logged();
    assert_memory_equal(shown, "[t] ", 4);
    assert_int_equal(strspn(shown + 4, "x"), kept);
    assert_string_equal(shown + 4 + kept,
                        length > kept ? "\xe2\x80\xa6\n[t] short\n" : "\n[t] short\n");
  }
}

static void a_nul_and_escapes(void **state) {
  struct reporter_messages messages;

  (void)state;
  reporter_messages_init(&messages, "tag");
  assert_true(reporter_messages_feed(&messages, MESSAGE_OUTPUT, "a\0b\n\033[2J\r\n", 10));
  assert_string_equal(logged(), "[tag] a\n[tag] \\x1b[2J\\r\n");
}

static void the_last_line_of_standard_error(void **state) {
  struct reporter_messages messages;

  (void)state;
  reporter_messages_init(&messages, "tag");
  assert_true(feed(&messages, MESSAGE_ERROR, "<3>cannot reach it\n\n<4>\n"));
  assert_true(feed(&messages, MESSAGE_OUTPUT, "not this\n"));
  reporter_messages_end(&messages);
  assert_string_equal(messages.last, "cannot reach it");
  (void)logged();
}

static void too_much_to_show(void **state) {
  enum { LINE = 1000, LINES = 1000 };
  struct reporter_messages messages;
  char line[LINE + 1];
  const char *shown;
  size_t count = 0;

  (void)state;
  memset(line, 'm', LINE - 1);
  line[LINE - 1] = '\n';
  line[LINE] = '\0';
  reporter_messages_init(&messages, "tag");
  for (int i = 0; i < LINES; i++)
    assert_true(feed(&messages, i % 2 ? MESSAGE_OUTPUT : MESSAGE_ERROR, line));
  assert_true(feed(&messages, MESSAGE_ERROR, "<3>why it fails"));
  assert_true(reporter_messages_tell(&messages, HG_LOG_ERROR, "not shown either"));
  reporter_messages_end(&messages);
  shown = logged();
  for (const char *at = shown; (at = strstr(at, "[tag] mmm")); at++)
    count++;
  assert_int_equal(count, MESSAGES_SHOWN / LINE);
  assert_non_null(strstr(shown, "[tag] (says more than 65536 bytes: the rest is not shown)\n"));
  assert_null(strstr(shown, "not shown either"));
  assert_string_equal(messages.last, "why it fails"); /* known all the same */
}

static void far_too_much(void **state) {
  enum { PIECE = 1024 * 1024 };
  struct reporter_messages messages;
  char *piece = calloc(1, PIECE);
  size_t fed = 0;

  (void)state;
  assert_non_null(piece);
  reporter_messages_init(&messages, "tag");
  while (reporter_messages_feed(&messages, MESSAGE_OUTPUT, piece, PIECE))
    fed += PIECE;
  assert_int_equal(fed, MESSAGES_LIMIT);
  assert_false(reporter_messages_tell(&messages, HG_LOG_INFO, ""));
  free(piece);
  (void)logged();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_in_pieces),   cmocka_unit_test(levels),
      cmocka_unit_test(levels_are_obeyed), cmocka_unit_test(long_lines),
      cmocka_unit_test(a_nul_and_escapes), cmocka_unit_test(the_last_line_of_standard_error),
      cmocka_unit_test(too_much_to_show),  cmocka_unit_test(far_too_much),
  };

  return cmocka_run_group_tests(tests, listen_to_log, stop_listening);
}
