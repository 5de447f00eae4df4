/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_manifest.h"

#include "history/history_database.h"
#include "memory/count.h"
#include "memory/no_memory.h"
#include "text/text_pieces.h"

#include <string.h>

static struct history_value number(int64_t value) {
  return value < 0 ? value_null() : value_integer(value);
}

/* Where a piece starts counts so much: a text that is as long has none. */
enum { STEP = 1000000 };

/* A piece of the text for the array of 0006-manifest-texts.sql. */
struct telling {
  struct text_buffer *out;
  const char *text;
};

static void put_string(struct text_buffer *out, const char *text, size_t length) {
  text_buffer_append_char(out, '"');
  for (size_t i = 0; i < length; i++) {
    if ((unsigned char)text[i] < ' ')
      text_buffer_printf(out, "\\u%04x", (unsigned char)text[i]);
    else if (text[i] == '"' || text[i] == '\\')
      text_buffer_append(out, (const char[]){'\\', text[i]}, 2);
    else
      text_buffer_append_char(out, text[i]);
  }
  text_buffer_append_char(out, '"');
}

static void put_piece(void *context, const struct text_piece *piece) {
  const struct telling *telling = context;

  text_buffer_append_char(telling->out, telling->out->length > 0 ? ',' : '[');
  if (piece->is_own) {
    put_string(telling->out, telling->text + piece->start, piece->length);
    return;
  }
  text_buffer_append_number(telling->out, (piece->start + 1) * STEP + piece->length);
}

/* Makes the text the one that those behind it are told by. */
static int32_t begin_base(struct history *history, const struct history_value *text,
                          struct hg_error *err) {
  text_buffer_reset(&history->base);
  text_buffer_append(&history->base, text->bytes, text->as.length);
  history->is_base_written = false;
  return history->base.failed ? no_memory(err) : 0;
}

/* Puts pieces in the place of a text that shares more than half of itself with the base; a text
 * that does not is the base from then on. Each batch has the base's row before its first use, so
 * that a run needs none that another process could remove. */
static int32_t share_text(struct history *history, const uint8_t *sha256,
                          struct history_value *text, bool *has_base, struct hg_error *err) {
  const struct telling telling = {&history->text, text->bytes};
  const struct history_value base = {
      VALUE_TEXT, {.length = history->base.length}, text_buffer_string(&history->base)};

  if (text->kind == VALUE_NULL || text->as.length >= STEP)
    return 0;
  text_buffer_reset(&history->text);
  if (history->base.length > 0)
    text_pieces_each(base.bytes, base.as.length, text->bytes, text->as.length, put_piece,
                     (void *)&telling);
  text_buffer_append_char(&history->text, ']');
  if (history->text.failed)
    return no_memory(err);
  if (history->base.length == 0 || history->text.length > text->as.length / 2)
    return begin_base(history, text, err);
  /* Whoever has a batch validated again has nothing to add. */
  if (!history->is_base_written) {
    const struct history_value digest = value_digest(sha256);
    bool is_kept;

    if (history_has(history, STATEMENT_HAS_TEXT, &digest, 1, &is_kept, err) < 0)
      return -1;
    if (is_kept) {
      *text = value_null();
      return 0;
    }
  }
  /* Its row may be the one with which the batch is large enough to be written. */
  while (!history->is_base_written) {
    history->is_base_written = true;
    if (history_write_later(history, STATEMENT_ADD_MANIFEST_BASE, &base, 1, err) < 0) {
      history->is_base_written = false;
      return -1;
    }
  }
  *text = (struct history_value){
      VALUE_TEXT, {.length = history->text.length}, text_buffer_string(&history->text)};
  *has_base = true;
  return 0;
}

int32_t history_add_manifest(struct history *history, const struct history_manifest *manifest,
                             struct hg_error *err) {
  struct history_value text = value_text(&history->arena, manifest->text);
  bool has_base = false;

  if (share_text(history, manifest->sha256, &text, &has_base, err) < 0)
    return -1;

  const struct history_value values[] = {
      value_digest(manifest->sha256),
      text,
      value_text(&history->arena, manifest->image),
      value_text(&history->arena, manifest->labels),
      value_text(&history->arena, manifest->containers),
      number(manifest->pods),
      number(manifest->cpu_milli),
      number(manifest->memory_bytes),
      number(manifest->gpus),
      value_integer(has_base),
  };

  return history_write_later(history, STATEMENT_ADD_MANIFEST, values, COUNT(values), err);
}
