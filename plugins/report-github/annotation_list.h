/* SPDX-License-Identifier: Apache-2.0 */
/* The annotations of one kind, of which a step shows few: the most useful ones are kept, the others
 * counted.
 *
 * GitHub shows 10 errors, 10 warnings and 10 notices of a step, and 50 of a job (actions/toolkit,
 * docs/problem-matchers); what comes after them is dropped without a word.
 */
#ifndef PLUGINS_REPORT_GITHUB_ANNOTATION_LIST_H
#define PLUGINS_REPORT_GITHUB_ANNOTATION_LIST_H

#include "annotation.h"

#include <headgate/error.h>
#include <headgate/reporter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANNOTATIONS_A_STEP = 10 };

/* What is told first: one of each sort, then one of each document, then the rest in order. */
enum annotation_rank { RANK_NEW_SORT, RANK_NEW_DOCUMENT, RANK_REST, RANK_COUNT };

struct kept_annotation {
  struct text_buffer sort; /* the rule, the kind of failure */
  struct text_buffer line;
};

/* Embedded in its owner; one thread at a time. */
struct annotation_list {
  enum annotation_kind kind;
  size_t most;    /* annotations that may be written */
  uint64_t count; /* annotations that there are */
  size_t kept[RANK_COUNT];
  struct kept_annotation annotations[RANK_COUNT][ANNOTATIONS_A_STEP];
};

/* `most` is 2 to ANNOTATIONS_A_STEP. */
void annotation_list_init(struct annotation_list *list, enum annotation_kind kind, size_t most);
void annotation_list_finish(struct annotation_list *list);

/* Adds one. `sort` is what several may have in common; `new_document` says that the document had
 * none yet. */
int32_t annotation_list_add(struct annotation_list *list, const char *sort, bool new_document,
                            const struct annotation *annotation, struct hg_error *err);

/* Writes as many as may be: `first` before all (NULL: none), and where others remain, their number
 * as the last one. */
int32_t annotation_list_write(const struct annotation_list *list, const struct annotation *first,
                              const struct hg_output *output, struct hg_error *err);

#endif
