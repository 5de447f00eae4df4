/* SPDX-License-Identifier: Apache-2.0 */
#include "showing.h"

#include "cluster/status.h"

#include <stdbool.h>
#include <string.h>

enum { STATUS_INVALID = 422 };

static bool is_of_immutable(const struct status_cause *cause) {
  static const char words[] = "field is immutable";
  size_t length = strlen(cause->message);

  return *cause->field && length >= sizeof words - 1 &&
         strcmp(cause->message + length - (sizeof words - 1), words) == 0;
}

const char *const *immutable_fields(const struct answer *answer, struct arena *arena,
                                    uint32_t *count) {
  struct status status;
  const char **fields;

  *count = 0;
  if (answer->end != EXCHANGE_ANSWERED || answer->status != STATUS_INVALID ||
      status_read(answer->body, answer->length, arena, &status, NULL) < 0)
    return NULL;
  fields = arena_alloc(arena, (status.cause_count + 1) * sizeof *fields);
  for (size_t i = 0; fields && i < status.cause_count; i++)
    if (is_of_immutable(&status.causes[i]))
      fields[(*count)++] = status.causes[i].field;
  return *count > 0 ? fields : NULL;
}

/* The same fields, without what they echo of the Job's env values. NULL: no memory. */
static const char *const *without_values(const char *const *fields, uint32_t count,
                                         const struct echoed_values *values, struct arena *arena) {
  const char **shown = arena_alloc(arena, count * sizeof *shown);
  struct text_buffer text;
  bool failed = !shown;

  text_buffer_init(&text);
  for (uint32_t i = 0; i < count && !failed; i++) {
    text_buffer_reset(&text);
    text_buffer_append_string(&text, fields[i]);
    echoed_values_hide(values, &text);
    shown[i] = arena_copy(arena, text_buffer_string(&text), text.length);
    failed = text.failed || !shown[i];
  }
  text_buffer_finish(&text);
  return failed ? NULL : shown;
}

void showing_init(struct showing *showing, const struct text_buffer *live,
                  const struct answer *answer, struct hg_bytes anew,
                  const struct echoed_values *values, struct arena *arena) {
  const char *const *fields;

  memset(showing, 0, sizeof *showing);
  fields = immutable_fields(answer, arena, &showing->immutable_count);
  if (fields)
    showing->immutable_fields = without_values(fields, showing->immutable_count, values, arena);
  if (answer->end == EXCHANGE_ANSWERED && (answer->status == 200 || answer->status == 201))
    showing->after = (struct hg_bytes){answer->body, answer->length};
  else
    showing->after = anew;
  if (!live->failed)
    showing->before = (struct hg_bytes){text_buffer_string(live), live->length};
}
