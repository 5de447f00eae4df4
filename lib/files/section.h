/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a report that is collected while the run goes on and written at its end.
 *
 * It grows in memory up to a limit; beyond that it goes to a temporary file that has no name, so a
 * report over any number of Jobs needs little memory and leaves nothing behind, however the process
 * ends.
 */
#ifndef LIB_FILES_SECTION_H
#define LIB_FILES_SECTION_H

#include "text/text_buffer.h"

#include <headgate/reporter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECTION_MEMORY = 256 * 1024 }; /* bytes that a section of a bundled reporter holds */

/* Embedded in its owner; one thread at a time. */
struct section {
  struct text_buffer text; /* the end of the section: append here, then call section_keep */
  size_t limit;            /* bytes that `text` may hold */
  uint64_t spilled;        /* bytes in the file, which come first */
  int file;                /* -1: none yet */
};

/* `limit` is in bytes. */
void section_init(struct section *section, size_t limit);

/* Frees everything; the section may be used again after section_init. */
void section_finish(struct section *section);

/* Whether nothing was appended. */
bool section_is_empty(const struct section *section);

/* To be called after every append of bounded size: moves what passes the limit to the file, which
 * is made in $TMPDIR (/tmp where that is not set). Fails where memory is out or the file cannot be
 * written. */
int32_t section_keep(struct section *section, struct hg_error *err);

/* Appends `length` bytes as `append` writes them, a piece of whole characters at a time: memory is
 * bounded whatever they are. */
int32_t section_append_pieces(struct section *section, const char *data, uint64_t length,
                              void (*append)(struct text_buffer *text, const char *data,
                                             size_t length),
                              struct hg_error *err);

/* Appends `length` bytes of any content, made visible (visible_text.h), with memory bounded
 * whatever they are. Line feeds stay line feeds, with `indent` after each; a final one is dropped.
 */
int32_t section_append_lines(struct section *section, const char *data, uint64_t length,
                             const char *indent, struct hg_error *err);

/* Writes all of it to `output`; fails also where memory was out while it was made. The section
 * keeps what it holds. */
int32_t section_write(const struct section *section, const struct hg_output *output,
                      struct hg_error *err);

#endif
