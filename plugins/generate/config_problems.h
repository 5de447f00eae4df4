/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with one configuration file: one error is the run's, and of several each goes to
 * the log. */
#ifndef GENERATE_CONFIG_PROBLEMS_H
#define GENERATE_CONFIG_PROBLEMS_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/node.h>
#include <stdint.h>

/* Where in the file. */
struct config_position {
  uint32_t line;   /* 1-based; 0: the file as a whole */
  uint32_t column; /* 1-based, in characters */
};

struct config_problems {
  const struct hg_host *host; /* borrowed */
  const char *path;           /* as the user gave it; borrowed */
  uint64_t count;             /* errors; warnings are not counted */
  struct hg_error first;      /* of the first: its code, its place and its message */
  struct text_buffer text;    /* the message that is being written */
  struct text_buffer held;    /* the line of the first, until there is a second */
};

void config_problems_init(struct config_problems *problems, const struct hg_host *host,
                          const char *path);
void config_problems_finish(struct config_problems *problems);

static inline struct config_position config_position_of(const struct hg_node *node) {
  struct config_position position = {node->line, node->column};

  return position;
}

/* A message is written in pieces: the caller empties problems->text by config_problems_begin,
 * appends to it, and ends with one of the two functions after it. */
struct text_buffer *config_problems_begin(struct config_problems *problems);

/* It is an error; `code` is one of HG_ERROR_*. */
void config_problems_end(struct config_problems *problems, struct config_position position,
                         int32_t code);

/* The error of all these files: where it is one, that; of several, which all are in the log then,
 * how many and the first. 0: there is none. */
int32_t config_problems_conclude(struct config_problems *const *files, size_t count,
                                 struct hg_error *err);

/* It is a warning: it goes to the log only. */
void config_problems_end_warning(struct config_problems *problems, struct config_position position);

/* Begin and end in one, for HG_ERROR_INVALID at `node`. */
__attribute__((format(printf, 3, 4))) void config_problems_add(struct config_problems *problems,
                                                               const struct hg_node *node,
                                                               const char *format, ...);

#endif
