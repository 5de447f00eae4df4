/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_marks.h"

#include "text/utf8.h"
#include "yaml/yaml_problem.h"
#include "yaml/yaml_text.h"

#include <stdlib.h>
#include <string.h>

enum { MARK_SIZE = 3 };

void yaml_marks_finish(struct yaml_marks *marks) {
  free(marks->text);
  free(marks->places);
  memset(marks, 0, sizeof *marks);
}

static int32_t add_place(struct yaml_marks *marks, uint64_t place) {
  if ((marks->count & (marks->count - 1)) == 0) {
    size_t room = marks->count ? marks->count * 2 : 1;
    uint64_t *places = realloc(marks->places, room * sizeof *places);

    if (!places)
      return -1;
    marks->places = places;
  }
  marks->places[marks->count++] = place;
  return 0;
}

static int32_t refuse(const char *bytes, uint64_t length, uint64_t at,
                      struct yaml_problem *problem) {
  uint32_t line;
  uint32_t column;

  yaml_text_position(bytes, length, at, &line, &column);
  return yaml_problem_set(problem, YAML_RULE_ENCODING, line, column,
                          "a byte order mark (U+FEFF) stands inside a document; remove it");
}

/* Whether the character is white space for kubectl, and text for YAML. */
static bool is_odd_space(const char *at, uint64_t length) {
  uint32_t c = 0;

  return (unsigned char)*at >= 0x80 && utf8_decode(at, length, &c) > 0 && c != 0x85 &&
         c != 0x2028 && c != 0x2029 && yaml_text_space(at, length) > 0;
}

/* A line that cuts, as kubectl's reader has it: nothing but white space of any script and a comment
 * stands behind the dashes. It refuses a file in which there is more. Sets *odd to whether YAML
 * takes the dashes for text: a comment stands right behind them, or odd white space. */
static bool is_cut(const char *line, uint64_t length, bool *odd) {
  uint64_t at;

  *odd = false;
  if (length < 3 || memcmp(line, "---", 3) != 0)
    return false;
  at = 3 + yaml_text_space(line + 3, length - 3);
  if (at < length && line[at] != '#')
    return false;
  *odd = at == 3 && length > 3;
  for (uint64_t i = 3; i < at && !*odd; i++)
    *odd = is_odd_space(line + i, length - i);
  return true;
}

static bool starts_oddly(const char *bytes, uint64_t length) {
  const char *end = memchr(bytes, '\n', length);
  bool odd;

  return is_cut(bytes, end ? (uint64_t)(end - bytes) : length, &odd) && odd;
}

bool yaml_marks_has_odd_cut(const char *bytes, uint64_t length, bool ascii) {
  uint64_t mark = yaml_text_mark(bytes, length);
  const char *end = bytes + length;

  if (starts_oddly(bytes + mark, length - mark) || yaml_text_holds(bytes, length, "\n---#", 5, 4))
    return true;
  for (const char *at = bytes; !ascii && (at = memmem(at, (size_t)(end - at), "\n---", 4)) != NULL;
       at++)
    if (starts_oddly(at + 1, (uint64_t)(end - at - 1)))
      return true;
  return false;
}

static int32_t refuse_odd_cut(const char *bytes, uint64_t length, uint64_t at,
                              struct yaml_problem *problem) {
  uint32_t line;
  uint32_t column;

  yaml_text_position(bytes, length, at, &line, &column);
  (void)yaml_problem_set(problem, YAML_RULE_SYNTAX, line, column,
                         "kubectl takes this --- for text: put a plain blank behind it");
  problem->is_of_file = true;
  return -1;
}

int32_t yaml_marks_take_out(struct yaml_marks *marks, const char *bytes, uint64_t length,
                            uint64_t from, struct yaml_problem *problem) {
  uint64_t first = from ? from : yaml_text_mark(bytes, length);
  bool is_start = true; /* of a piece */

  marks->text = malloc(length + 1);
  if (!marks->text)
    return yaml_problem_no_memory(problem);
  memcpy(marks->text, bytes, first);
  marks->length = first;
  for (uint64_t at = first; at < length;) {
    const char *end = memchr(bytes + at, '\n', length - at);
    uint64_t next = end ? (uint64_t)(end - bytes) + 1 : length;
    bool odd;
    bool ends_piece;

    if (yaml_text_mark(bytes + at, length - at) > 0) {
      if (!is_start)
        return refuse(bytes, length, at, problem);
      if (add_place(marks, at) < 0)
        return yaml_problem_no_memory(problem);
      at += MARK_SIZE;
    }
    ends_piece = is_cut(bytes + at, next - at, &odd);
    memcpy(marks->text + marks->length, bytes + at, next - at);
    if (is_start && odd)
      return refuse_odd_cut(bytes, length, at, problem);
    if (odd)
      memset(marks->text + marks->length + 3, ' ', next - at - 3 - (end ? 1 : 0));
    marks->length += next - at;
    /* A separator ends a piece that has a line; else it is a line itself. */
    is_start = ends_piece && !is_start;
    at = next;
  }
  return 0;
}

int32_t yaml_marks_copy(struct yaml_marks *marks, const char *bytes, uint64_t length) {
  if (marks->text)
    return 0;
  marks->text = malloc(length + 1);
  if (!marks->text)
    return -1;
  memcpy(marks->text, bytes, length);
  marks->length = length;
  return 0;
}

/* How many marks stood before the byte at `offset`. */
static size_t marks_before(const struct yaml_marks *marks, uint64_t offset) {
  size_t low = 0;
  size_t high = marks->count;

  /* What followed mark i stands at places[i] - i * MARK_SIZE of the text without. */
  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (marks->places[middle] - middle * MARK_SIZE <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

uint64_t yaml_marks_offset(const struct yaml_marks *marks, uint64_t offset) {
  return offset + marks_before(marks, offset) * MARK_SIZE;
}

uint64_t yaml_marks_start(const struct yaml_marks *marks, const char *bytes, uint64_t offset) {
  size_t next = marks_before(marks, offset);
  uint64_t start = offset + next * MARK_SIZE;
  uint64_t length = marks->length + marks->count * MARK_SIZE;
  const char *end;

  if (marks->text && start < length && starts_oddly(bytes + start, length - start)) {
    end = memchr(bytes + start, '\n', length - start);
    return end ? (uint64_t)(end - bytes) + 1 : start;
  }
  if (next == marks->count || memcmp(bytes + start, "---", 3) != 0)
    return start;
  end = memchr(bytes + start, '\n', marks->places[next] - start);
  return end && (uint64_t)(end - bytes) + 1 == marks->places[next] ? marks->places[next] : start;
}
