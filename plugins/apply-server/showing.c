/* SPDX-License-Identifier: Apache-2.0 */
#include "showing.h"

#include "cluster/status.h"

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

void showing_init(struct showing *showing, const struct text_buffer *live,
                  const struct answer *answer, struct hg_bytes anew, struct arena *arena) {
  memset(showing, 0, sizeof *showing);
  showing->immutable_fields = immutable_fields(answer, arena, &showing->immutable_count);
  if (answer->end == EXCHANGE_ANSWERED && (answer->status == 200 || answer->status == 201))
    showing->after = (struct hg_bytes){answer->body, answer->length};
  else
    showing->after = anew;
  if (!live->failed)
    showing->before = (struct hg_bytes){text_buffer_string(live), live->length};
}
