/* SPDX-License-Identifier: Apache-2.0 */
/* Byte order marks before documents.
 *
 * kubectl cuts a text at its lines with --- and reads each piece for itself, so that a piece may
 * start with a byte order mark, as it does where files were written one behind the other. libyaml
 * reads the text as one, and takes the mark for a letter of the first key: it is given a text
 * without them.
 */
#ifndef LIB_YAML_YAML_MARKS_H
#define LIB_YAML_YAML_MARKS_H

#include "yaml/yaml_tree.h"

#include <stdbool.h>
#include <stddef.h>

/* A text without its marks. Embedded in its owner; zeroed, it is empty. */
struct yaml_marks {
  char *text;
  uint64_t length;
  uint64_t *places; /* of the marks in the text as it was, in order */
  size_t count;
};

void yaml_marks_finish(struct yaml_marks *marks);

/* Takes the marks out that start a piece, the first of which starts at `from`; the one that starts
 * the whole text stays. Blanks out what stands behind an odd ---. -1, with the problem set, where
 * another mark starts a line, which kubectl takes for a letter too, where an odd --- starts a
 * piece, or where memory is out. */
int32_t yaml_marks_take_out(struct yaml_marks *marks, const char *bytes, uint64_t length,
                            uint64_t from, struct yaml_problem *problem);

/* Whether a --- is odd: its comment stands right behind it, or white space beyond ASCII does.
 * kubectl cuts at it (apimachinery, pkg/util/yaml/decoder.go, YAMLReader); to YAML it is text.
 * `ascii`: the text is ASCII. */
bool yaml_marks_has_odd_cut(const char *bytes, uint64_t length, bool ascii);

/* Makes marks->text where there is none yet: a copy, nothing taken out. */
int32_t yaml_marks_copy(struct yaml_marks *marks, const char *bytes, uint64_t length);

/* Where the byte at `offset` stood before. */
uint64_t yaml_marks_offset(const struct yaml_marks *marks, uint64_t offset);

/* Where the document starts that started at `offset`, with its ---, before: with its mark, as that
 * has to be the first, and without an odd ---, which kubectl takes for text at the start of a
 * piece. `bytes`: the text as it was. */
uint64_t yaml_marks_start(const struct yaml_marks *marks, const char *bytes, uint64_t offset);

#endif
