/* SPDX-License-Identifier: Apache-2.0 */
#include "job/batch_words.h"

#include "text/visible_text.h"

#include <inttypes.h>
#include <string.h>

/* Of more names only the number is told. */
enum { MOST_NAMES = 3 };

const char *batch_queue_of(const struct hg_node *root) {
  const struct hg_node *labels = hg_node_get(hg_node_get(root, "metadata"), "labels");
  const struct hg_node *queue = hg_node_get(labels, BATCH_QUEUE_LABEL);

  return queue && queue->kind == HG_NODE_SCALAR ? queue->text : "";
}

int32_t batch_words_note(struct string_list *names, struct arena *arena, const char *name) {
  if (!*name)
    return 0;
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->items[i], name) == 0)
      return 0;
  return string_list_add(names, arena, name);
}

/* In the order in which they are told. */
static int rank(const char *name) {
  return resource_is_gpu(name)         ? 0
         : strcmp(name, "cpu") == 0    ? 1
         : strcmp(name, "memory") == 0 ? 2
                                       : 3;
}

enum { RANKS = 4 };

static void append_amount(struct text_buffer *out, const struct amount_sum *sum) {
  char text[QUANTITY_TEXT];
  size_t number;

  quantity_print(&sum->amount, text);
  switch (rank(sum->name)) {
  case 0:
    text_buffer_printf(out, "%s GPU", text);
    break;
  case 1:
    text_buffer_printf(out, "%s CPU", text);
    break;
  case 2:
    number = strcspn(text, "KMGTPEikm");
    text_buffer_printf(out, "%.*s %s", (int)number, text, text[number] ? text + number : "bytes");
    break;
  default:
    text_buffer_printf(out, "%s ", text);
    visible_text_append(out, sum->name, strlen(sum->name));
  }
}

/* "24 GPU, 96 CPU, 384 Gi"; nothing where there are none. */
static void append_requests(struct text_buffer *out, const struct batch_demand *batch) {
  const char *between = "";

  for (int i = 0; i < RANKS; i++)
    for (const struct amount_sum *sum = batch->lists[DEMAND_REQUESTS].first; sum; sum = sum->next) {
      if (rank(sum->name) != i || sum->amount.nano == 0)
        continue;
      text_buffer_append_string(out, between);
      append_amount(out, sum);
      between = ", ";
    }
}

/* "namespace a, b", without the word where it is NULL, or "17 namespaces". */
static void append_names(struct text_buffer *out, const struct string_list *names, const char *one,
                         const char *many) {
  if (names->count > MOST_NAMES) {
    text_buffer_printf(out, "%zu %s", names->count, many);
    return;
  }
  if (one)
    text_buffer_printf(out, "%s ", names->count == 1 ? one : many);
  for (size_t i = 0; i < names->count; i++) {
    text_buffer_append_string(out, i > 0 ? ", " : "");
    visible_text_append(out, names->items[i], strlen(names->items[i]));
  }
}

void batch_words_append(struct text_buffer *out, const struct batch_demand *batch,
                        const struct string_list *namespaces, const struct string_list *queues) {
  size_t before;

  text_buffer_printf(out, "%" PRIu64 " Job%s", batch->jobs, batch->jobs == 1 ? "" : "s");
  if (namespaces->count > 0) {
    text_buffer_append_string(out, " in ");
    append_names(out, namespaces, NULL, "namespaces");
  }
  before = out->length;
  text_buffer_append_string(out, ": ");
  append_requests(out, batch);
  if (out->length == before + 2)
    text_buffer_append_string(out, "no requests");
  if (queues->count > 0) {
    text_buffer_append_string(out, "; ");
    append_names(out, queues, "queue", "queues");
  }
  if (batch->unknown_jobs > 0)
    text_buffer_printf(out, "; of %" PRIu64 " not known", batch->unknown_jobs);
}
