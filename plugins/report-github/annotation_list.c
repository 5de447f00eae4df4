/* SPDX-License-Identifier: Apache-2.0 */
#include "annotation_list.h"

#include "memory/no_memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void annotation_list_init(struct annotation_list *list, enum annotation_kind kind, size_t most) {
  memset(list, 0, sizeof *list);
  list->kind = kind;
  list->most = most;
}

void annotation_list_finish(struct annotation_list *list) {
  for (size_t rank = 0; rank < RANK_COUNT; rank++) {
    for (size_t i = 0; i < list->kept[rank]; i++) {
      text_buffer_finish(&list->annotations[rank][i].sort);
      text_buffer_finish(&list->annotations[rank][i].line);
    }
  }
}

/* A sort that would be the eleventh new one is known too: it has no place among them. */
static bool knows(const struct annotation_list *list, const char *sort) {
  if (list->kept[RANK_NEW_SORT] == list->most)
    return true;
  for (size_t i = 0; i < list->kept[RANK_NEW_SORT]; i++)
    if (strcmp(text_buffer_string(&list->annotations[RANK_NEW_SORT][i].sort), sort) == 0)
      return true;
  return false;
}

int32_t annotation_list_add(struct annotation_list *list, const char *sort, bool new_document,
                            const struct annotation *annotation, struct hg_error *err) {
  enum annotation_rank rank = !knows(list, sort) ? RANK_NEW_SORT
                              : new_document     ? RANK_NEW_DOCUMENT
                                                 : RANK_REST;
  struct kept_annotation *kept;

  list->count++;
  if (list->kept[rank] == list->most)
    return 0;
  kept = &list->annotations[rank][list->kept[rank]++];
  text_buffer_append_string(&kept->sort, sort);
  annotation_append(&kept->line, list->kind, annotation);
  if (kept->sort.failed || kept->line.failed)
    return no_memory(err);
  return 0;
}

static void append_rest(struct text_buffer *text, const struct annotation_list *list,
                        uint64_t count) {
  struct annotation rest = {.title = "Headgate"};
  char message[200];

  (void)snprintf(message, sizeof message,
                 "%" PRIu64 " more %s%s: GitHub shows few annotations of a step. "
                 "Headgate's other reports have all of them.",
                 count, annotation_kind_name(list->kind), count == 1 ? "" : "s");
  rest.messages[0] = message;
  annotation_append(text, list->kind, &rest);
}

int32_t annotation_list_write(const struct annotation_list *list, const struct annotation *first,
                              const struct hg_output *output, struct hg_error *err) {
  uint64_t total = list->count + (first ? 1 : 0);
  size_t room = total > list->most ? list->most - 1 : list->most;
  uint64_t written = 0;
  struct text_buffer text;
  int32_t status = 0;

  text_buffer_init(&text);
  if (first) {
    annotation_append(&text, list->kind, first);
    written++;
  }
  for (size_t rank = 0; rank < RANK_COUNT; rank++) {
    for (size_t i = 0; i < list->kept[rank] && written < room; i++) {
      const struct text_buffer *line = &list->annotations[rank][i].line;

      text_buffer_append(&text, line->data, line->length);
      written++;
    }
  }
  if (written < total)
    append_rest(&text, list, total - written);
  if (text.failed)
    status = no_memory(err);
  else if (text.length > 0)
    status = output->write(output, text.data, text.length, err);
  text_buffer_finish(&text);
  return status;
}
