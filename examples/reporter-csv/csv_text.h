/* SPDX-License-Identifier: Apache-2.0 */
/* One record of a CSV file, as RFC 4180 has it: cells between commas, text between quotes, CR LF at
 * the end. Whatever the text is, a reader gets back that many cells. */
#ifndef CSV_TEXT_H
#define CSV_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Embedded in its owner, and used again for each record. All zero is an empty one. */
struct csv_record {
  int for_terminal; /* the owner's: a person sees it; the record ends in LF, and no cell has one */
  char *text;       /* what there is of the record, not ended by a NUL */
  size_t length;
  size_t capacity;
  int failed;      /* memory ran out: the record is not whole */
  int is_begun;    /* there is a cell before the next one */
  int may_compute; /* the open cell holds nothing yet that keeps it from being a formula */
};

/* Begins the record anew. */
void csv_record_begin(struct csv_record *record);

/* A cell of text: open, any number of pieces, close. Quotes are doubled. Bytes that are no UTF-8
 * and control characters other than line breaks become U+FFFD; on a terminal, line breaks too.
 * Where a spreadsheet would compute the cell (it begins with = + - @, a tab or a line break,
 * perhaps after blanks), a single quote stands before it. */
void csv_record_open_cell(struct csv_record *record);
void csv_record_put(struct csv_record *record, const char *piece);
void csv_record_close_cell(struct csv_record *record);

/* The same for text in one piece. */
void csv_record_add_text(struct csv_record *record, const char *text);

/* A cell with a number, not quoted. */
void csv_record_add_number(struct csv_record *record, int64_t number);

/* A cell with nothing: there is no such number. */
void csv_record_add_nothing(struct csv_record *record);

/* Ends the record. */
void csv_record_end(struct csv_record *record);

/* Frees its memory. */
void csv_record_finish(struct csv_record *record);

#endif
