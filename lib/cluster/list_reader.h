/* SPDX-License-Identifier: Apache-2.0 */
/* A list of objects (JobList, PodList, ...), cut into its items as its bytes arrive.
 *
 * A list of 10,000 Jobs is 50 MB, and ten times that as a tree: only one item is in memory at a
 * time. The items themselves are JSON for a parser; here no more is understood than where each
 * begins and ends.
 */
#ifndef LIB_CLUSTER_LIST_READER_H
#define LIB_CLUSTER_LIST_READER_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  LIST_READER_MOST_ITEM = 4 * 1024 * 1024, /* bytes of one item, or of the list's own metadata */
  LIST_READER_MOST_DEPTH = 1000,
};

/* An item's bytes, valid during the call. 0: go on; -1 with err set: stop. */
typedef int32_t list_item_function(void *context, const char *item, size_t length,
                                   struct hg_error *err);

/* Embedded in its owner. */
struct list_reader {
  list_item_function *take;
  void *context;
  struct text_buffer kept;     /* of what is being captured: an item, or the metadata */
  struct text_buffer metadata; /* the list's own; "" until it came */
  char name[16];               /* of the member that is being read, as far as it matters */
  size_t name_length;
  uint32_t depth;    /* of brackets */
  uint8_t state;     /* enum list_state */
  uint8_t capturing; /* enum list_capture */
  bool in_string;
  bool is_escaped;
  bool is_over;     /* the list's last bracket came */
  bool has_items;   /* they began */
  uint8_t nullness; /* how far they are "null", as Go spells none; beyond: something else */
};

void list_reader_init(struct list_reader *reader, list_item_function *take, void *context);
void list_reader_finish(struct list_reader *reader);

/* Takes the next bytes. -1: they are no list, pass a limit, or `take` said stop. */
int32_t list_reader_feed(struct list_reader *reader, const char *data, size_t length,
                         struct hg_error *err);

/* After the last byte: -1 where the list is not whole, or is none: what has no items is somebody
 * else's answer, and does not say that there are none. The metadata is then in reader->metadata
 * (resourceVersion, continue). */
int32_t list_reader_end(const struct list_reader *reader, struct hg_error *err);

/* All of it for a list that came whole. */
int32_t list_reader_read(const char *data, size_t length, list_item_function *take, void *context,
                         struct hg_error *err);

#endif
