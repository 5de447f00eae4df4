/* SPDX-License-Identifier: Apache-2.0 */
/* How both text reports look: headings, marks, labels with their values in one column, colours. */
#ifndef PLUGINS_REPORT_TEXT_LAYOUT_H
#define PLUGINS_REPORT_TEXT_LAYOUT_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/reporter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LAYOUT_MOST_LISTED = 40 }; /* lines of one kind that a terminal gets */

enum mark { MARK_SUCCESS, MARK_FAILURE, MARK_SKIPPED, MARK_WARNING };

struct layout {
  bool color;
  bool full;     /* the whole report: titles and every Job's details */
  bool is_brief; /* for a terminal: what there is much of is counted, what is equal is told once */
};

/* What continues a value on the next line: as many spaces as stand before a value. */
extern const char layout_indent[];

void layout_init(struct layout *layout, const struct hg_output *output);

/* "==="..., `title`, "==="... */
void layout_title(struct text_buffer *text, const struct layout *layout, const char *title);

/* A line of its own, such as "[SUMMARY]". */
void layout_heading(struct text_buffer *text, const struct layout *layout, const char *heading);

/* Two spaces, the mark and a space: a list's item begins. */
void layout_mark(struct text_buffer *text, const struct layout *layout, enum mark mark);

/* A label in its column; the value is to follow. Labels of a Job are indented by two spaces, which
 * are part of `label`. */
void layout_label(struct text_buffer *text, const char *label);

/* A label with a value: a number, or text from outside, made visible. */
void layout_count(struct text_buffer *text, const char *label, uint64_t count);
void layout_value(struct text_buffer *text, const char *label, const char *value);

/* A label with a command as a person would type it. `scratch` is overwritten. */
void layout_command(struct text_buffer *text, const char *label, const char *const *words,
                    size_t count, struct text_buffer *scratch);

/* Text from outside, made visible. */
void layout_visible(struct text_buffer *text, const char *string);

/* A Job's name, or where it has none its file; from the file's second document on with its number,
 * as in "jobs.yaml#2". */
void layout_name(struct text_buffer *text, const char *job_name, const char *yaml_path,
                 uint32_t document);

/* Why the run could not be done, as a section of its own; nothing where `error` is NULL. On
 * standard output it would only repeat what the host says on standard error: for whole reports. */
void layout_run_error(struct text_buffer *text, const struct layout *layout, const char *error);

/* Writes a blank line, the heading and the list; nothing where the list is empty. */
int32_t layout_write_list(const struct layout *layout, const struct hg_output *output,
                          const char *heading, const struct section *list, struct hg_error *err);

/* The same of a list of so many Jobs that went well: those are counted where there are many of them
 * and the layout is brief; `noted` are the lines of those that something is to be said of. */
int32_t layout_write_good(const struct layout *layout, const struct hg_output *output,
                          const char *heading, enum mark mark, uint64_t count,
                          const struct section *list, const struct section *noted,
                          struct hg_error *err);

/* Writes the text and empties it. Fails also where memory was out while it was made. */
int32_t layout_write(const struct hg_output *output, struct text_buffer *text,
                     struct hg_error *err);

#endif
