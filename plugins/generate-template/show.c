/* SPDX-License-Identifier: Apache-2.0 */
#include "show.h"

#include "memory/no_memory.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <string.h>

/* Characters of a cell; a longer value is cut. */
enum { WIDEST_CELL = 40, COLUMNS = SWEEP_MOST_PARAMETERS + 2 };

static void append_visible(struct text_buffer *cell, const char *text, size_t length) {
  size_t most = length > WIDEST_CELL ? utf8_piece(text, length, WIDEST_CELL) : length;

  text_buffer_reset(cell);
  visible_text_append(cell, text, most);
  if (most < length)
    text_buffer_append_string(cell, "...");
}

/* The text of a cell; row UINT64_MAX is the head. */
static void make_cell(struct batch *batch, uint64_t row, size_t column, struct text_buffer *cell) {
  const struct sweep *sweep = batch->sweep;

  text_buffer_reset(cell);
  if (row == UINT64_MAX) {
    text_buffer_append_string(cell, column == 0   ? "index"
                                    : column == 1 ? "name"
                                                  : sweep->parameters[column - 2].name);
  } else if (column == 0) {
    text_buffer_printf(cell, "%" PRIu64, row);
  } else if (column == 1) {
    job_text_start(&batch->job, row);
    job_text_name(&batch->job, row, cell);
  } else {
    const struct sweep_value *value = sweep_value_at(sweep, row, column - 2);

    append_visible(cell, value->text, value->length);
  }
}

static int32_t hand_over(struct text_buffer *out, const struct hg_generate_sink *sink, size_t least,
                         struct hg_error *err) {
  if (out->length < least)
    return 0;
  if (out->failed)
    return no_memory(err);
  if (sink->show(sink, text_buffer_string(out), out->length) < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "stopped while it was shown");
  text_buffer_reset(out);
  return 0;
}

static void append_line(struct batch *batch, uint64_t row, size_t columns, const size_t *widths,
                        struct text_buffer *cell, struct text_buffer *out) {
  text_buffer_append_string(out, "# ");
  for (size_t i = 0; i < columns; i++) {
    make_cell(batch, row, i, cell);
    text_buffer_append(out, text_buffer_string(cell), cell->length);
    if (i + 1 < columns)
      text_buffer_printf(out, "%*s", (int)(widths[i] - utf8_count(cell->data, cell->length) + 2),
                         "");
  }
  text_buffer_append_char(out, '\n');
}

static int32_t show_table(struct batch *batch, const struct hg_generate_sink *sink,
                          struct text_buffer *out, struct hg_error *err) {
  size_t columns = batch->sweep->parameter_count + 2;
  uint64_t rows = batch->sweep->count;
  size_t widths[COLUMNS] = {0};
  struct text_buffer cell;
  int32_t result = 0;

  text_buffer_init(&cell);
  for (uint64_t row = UINT64_MAX; row != rows; row++)
    for (size_t i = 0; i < columns; i++) {
      size_t width;

      make_cell(batch, row, i, &cell);
      width = utf8_count(cell.data, cell.length);
      widths[i] = width > widths[i] ? width : widths[i];
    }
  for (uint64_t row = UINT64_MAX; row != rows && result == 0; row++) {
    append_line(batch, row, columns, widths, &cell, out);
    result = hand_over(out, sink, 32768, err);
  }
  out->failed = out->failed || cell.failed;
  text_buffer_finish(&cell);
  return result == 0 ? hand_over(out, sink, 1, err) : -1;
}

int32_t show_batch(struct batch *batch, const struct hg_generate_sink *sink, struct hg_error *err) {
  int32_t result;

  job_text_write(&batch->job, 0);
  if (batch->job.text.failed)
    return no_memory(err);
  text_buffer_append_string(&batch->job.text, "\n# ");
  batch_words_append(&batch->job.text, &batch->demand, &batch->namespaces, &batch->queues);
  text_buffer_append_string(&batch->job.text, "\n#\n");
  result = hand_over(&batch->job.text, sink, 1, err);
  return result == 0 ? show_table(batch, sink, &batch->job.text, err) : -1;
}
