/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/log_repeat.h"

#include "watch/log_line_time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So much before the expected lines is kept for the end of a line of several parts; and a piece
 * that is longer is no line any more. */
enum { BACK = 64 * 1024, LONGEST_PIECE = 4 << 20 };

void log_repeat_init(struct log_repeat *repeat) {
  memset(repeat, 0, sizeof *repeat);
  text_buffer_init(&repeat->piece);
  text_buffer_init(&repeat->held);
}

void log_repeat_finish(struct log_repeat *repeat) {
  free(repeat->kept);
  repeat->kept = NULL;
  text_buffer_finish(&repeat->piece);
  text_buffer_finish(&repeat->held);
}

/* What is held back stays. */
static void expect_no_more(struct log_repeat *repeat) {
  free(repeat->kept);
  repeat->kept = NULL;
}

void log_repeat_reset(struct log_repeat *repeat) {
  expect_no_more(repeat);
  text_buffer_reset(&repeat->piece);
  text_buffer_reset(&repeat->held);
}

static size_t line_end(const struct log_repeat *repeat, size_t at) {
  const char *feed = memchr(repeat->kept + at, '\n', repeat->length - at);

  return feed ? (size_t)(feed - repeat->kept) + 1 : repeat->length;
}

/* Goes on to a line that comes again, from `at`. */
static size_t skip_earlier(const struct log_repeat *repeat, size_t at) {
  while (at < repeat->length) {
    size_t end = line_end(repeat, at);
    int64_t second;
    size_t stamp;

    if (log_line_time(repeat->kept + at, end - at, &second, &stamp) && second >= repeat->second)
      break;
    at = end;
  }
  return at;
}

int32_t log_repeat_expect(struct log_repeat *repeat, int file, uint64_t from, uint64_t end,
                          int64_t second) {
  uint64_t base = from > BACK ? from - BACK : 0;
  size_t length = (size_t)(end - base);

  log_repeat_reset(repeat);
  if (end == from)
    return 0;
  repeat->kept = malloc(length);
  if (!repeat->kept)
    return -1;
  for (size_t got = 0; got < length;) {
    ssize_t count = pread(file, repeat->kept + got, length - got, (off_t)(base + got));

    if (count <= 0) {
      if (count == 0)
        errno = EIO;
      expect_no_more(repeat);
      return -1;
    }
    got += (size_t)count;
  }
  repeat->length = length;
  repeat->second = second;
  repeat->has_matched = false;
  repeat->next = (size_t)(from - base);
  repeat->past = repeat->next > 0 ? repeat->next - 1 : 0;
  while (repeat->past > 0 && repeat->kept[repeat->past - 1] != '\n')
    repeat->past--;
  repeat->next = skip_earlier(repeat, repeat->next);
  if (repeat->next == repeat->length)
    expect_no_more(repeat);
  return 0;
}

/* Where the line stands among those that are expected; repeat->length: nowhere. */
static size_t find(const struct log_repeat *repeat, const char *line, size_t length) {
  for (size_t at = repeat->next; at < repeat->length;
       at = skip_earlier(repeat, line_end(repeat, at)))
    if (line_end(repeat, at) - at == length && memcmp(repeat->kept + at, line, length) == 0)
      return at;
  return repeat->length;
}

/* Whether the line, without its time, is the end of one before those that are expected: a line of
 * several parts, whose first one is older than what was asked for. */
static bool is_end_of_kept(const struct log_repeat *repeat, const char *line, size_t length) {
  int64_t second;
  size_t stamp;
  size_t rest;

  if (!log_line_time(line, length, &second, &stamp))
    return false;
  rest = length - stamp - 1;
  for (size_t at = repeat->past; rest > 1 && at < repeat->next;) {
    size_t end = line_end(repeat, at);

    if (rest <= end - at && memcmp(repeat->kept + end - rest, line + stamp + 1, rest) == 0)
      return true;
    at = end;
  }
  return false;
}

/* Takes a whole line: false where it is new. */
static bool is_repeated(struct log_repeat *repeat, const char *line, size_t length) {
  size_t at = find(repeat, line, length);

  if (at == repeat->length)
    return false;
  repeat->has_matched = true;
  repeat->past = line_end(repeat, at);
  repeat->next = skip_earlier(repeat, repeat->past);
  text_buffer_reset(&repeat->held);
  if (repeat->next == repeat->length)
    expect_no_more(repeat);
  return true;
}

struct log_repeat_answer log_repeat_take(struct log_repeat *repeat, const char *data,
                                         size_t length) {
  const char *feed = memchr(data, '\n', length);
  size_t taken = feed ? (size_t)(feed - data) + 1 : length;
  struct log_repeat_answer answer = {taken, data, taken, false};
  bool is_piece = !feed || repeat->piece.length > 0;

  if (is_piece) {
    text_buffer_append(&repeat->piece, data, taken);
    answer.line = repeat->piece.data;
    answer.line_length = repeat->piece.length;
  }
  if (!feed && repeat->piece.length < LONGEST_PIECE && !repeat->piece.failed) {
    answer.line_length = 0;
    return answer;
  }
  if (is_repeated(repeat, answer.line, answer.line_length)) {
    answer.line_length = 0;
  } else if (is_end_of_kept(repeat, answer.line, answer.line_length)) {
    text_buffer_append(&repeat->held, answer.line, answer.line_length);
    answer.line_length = 0;
  } else if (repeat->held.length > 0) {
    /* What was held back was new, and comes first. */
    answer =
        (struct log_repeat_answer){0, repeat->held.data, repeat->held.length, !repeat->has_matched};
    repeat->held.length = 0;
    if (is_piece)
      repeat->piece.length -= taken;
    expect_no_more(repeat);
    return answer;
  } else {
    answer.has_gap = !repeat->has_matched;
    expect_no_more(repeat);
  }
  if (is_piece)
    repeat->piece.length = 0;
  return answer;
}

struct log_repeat_answer log_repeat_end(struct log_repeat *repeat) {
  struct log_repeat_answer answer = {0, NULL, 0, false};
  struct text_buffer *rest = repeat->held.length > 0 ? &repeat->held : &repeat->piece;

  if (rest->length > 0) {
    answer.line = rest->data;
    answer.line_length = rest->length;
    rest->length = 0;
  }
  return answer;
}
