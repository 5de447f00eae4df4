/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a YAML text a byte stands, as libyaml counts and as Go does. */
#ifndef LIB_YAML_YAML_TEXT_H
#define LIB_YAML_YAML_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Line and column, 1-based, column in characters, of the byte at `offset`; as libyaml counts them,
 * a leading byte order mark not at all. */
void yaml_text_position(const char *bytes, uint64_t length, uint64_t offset, uint32_t *line,
                        uint32_t *column);

/* The offset of the character that stands `characters` after the one at `offset`. */
uint64_t yaml_text_advance(const char *bytes, uint64_t length, uint64_t offset,
                           uint64_t characters);

/* Bytes of white space that the text starts with, as Unicode has it (Go's unicode.IsSpace). */
size_t yaml_text_space(const char *bytes, size_t length);

/* Whether the text holds `needle`, of `size` bytes, of which the one at `rare` stands in few texts:
 * memmem() takes a tenth of a whole parse to find that it does not. */
bool yaml_text_holds(const char *bytes, size_t length, const char *needle, size_t size,
                     size_t rare);

/* Bytes of the byte order mark that the text starts with: 3 or 0. */
uint64_t yaml_text_mark(const char *bytes, uint64_t length);

#endif
