/* SPDX-License-Identifier: Apache-2.0 */
/* Which bytes a YAML text may consist of (YAML 1.1, chapter 5.1).
 *
 * libyaml checks this too, but a buffer ahead of the document that it is reading: a bad byte in the
 * third document would hide the first two, or not, depending on the size of its buffers.
 */
#ifndef LIB_YAML_YAML_ENCODING_H
#define LIB_YAML_YAML_ENCODING_H

#include "yaml/yaml_tree.h"

#include <stdbool.h>
#include <stdint.h>

/* Checks the whole text: UTF-8, with or without a byte order mark, of printable characters, and not
 * with more directives (%TAG) than libyaml can take in reasonable time. Returns 0 and sets *ascii
 * to whether every character is one byte, *marked to whether a line but the first starts with a
 * byte order mark (yaml_marks.h); or -1, and *problem says what stands where.
 *
 * UTF-16 and UTF-32 are refused: kubectl finds no `---` in such a file, so it would apply its first
 * document alone and not say so. */
int32_t yaml_encoding_check(const char *bytes, uint64_t length, bool *ascii, bool *marked,
                            struct yaml_problem *problem);

#endif
