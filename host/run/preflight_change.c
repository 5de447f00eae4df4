/* SPDX-License-Identifier: Apache-2.0 */
#include "run/preflight_change.h"

#include "memory/no_memory.h"
#include "plan/job_change.h"
#include "plan/job_summary.h"

#include <string.h>

const char *const *preflight_copy_texts(struct arena *arena, const char *const *texts,
                                        uint32_t count) {
  const char **copies;

  count = texts ? count : 0;
  copies = arena_alloc(arena, (count + 1) * sizeof *copies);
  for (uint32_t i = 0; copies && i < count; i++) {
    copies[i] = arena_copy(arena, texts[i], strlen(texts[i]));
    if (!copies[i])
      return NULL;
  }
  if (copies)
    copies[count] = NULL;
  return copies;
}

/* What is new, or what would change. */
static int32_t describe(struct text_buffer *text, const struct hg_preflight_verdict *verdict,
                        const struct hg_plan_item *item, struct hg_error *err) {
  const struct job_change change = {
      .job = {.name = item->job_name, .namespace = item->job_namespace},
      .before = verdict->before,
      .after = verdict->after,
      .immutable_fields = verdict->immutable_fields,
      .immutable_count = verdict->immutable_fields ? verdict->immutable_count : 0,
  };

  if (verdict->verdict == HG_PREFLIGHT_CREATE)
    return job_summary_append(text, &verdict->after, err);
  if (verdict->before.length == 0)
    return hg_error_set(err, HG_ERROR_FAILED, "the Job that is there cannot be read");
  if (verdict->after.length == 0)
    return hg_error_set(err, HG_ERROR_FAILED, "the server does not say what it would be");
  return job_change_append(text, &change, err);
}

int32_t preflight_take_change(struct preflight_row *row, struct arena *arena,
                              const struct hg_preflight_verdict *verdict,
                              const struct hg_plan_item *item, struct hg_error *err) {
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer text;
  const char *copy;

  row->immutable_fields =
      preflight_copy_texts(arena, verdict->immutable_fields, verdict->immutable_count);
  if (!row->immutable_fields)
    return no_memory(err);
  /* A refusal says why in its own words; that there is more to show is the exception. */
  if (verdict->verdict == HG_PREFLIGHT_UNCHANGED ||
      (verdict->verdict == HG_PREFLIGHT_REFUSED && !*row->immutable_fields))
    return 0;
  text_buffer_init(&text);
  if (describe(&text, verdict, item, &error) == 0 && text.failed)
    (void)no_memory(&error);
  copy = error.code == 0 ? arena_copy(arena, text_buffer_string(&text), text.length)
                         : arena_copy(arena, error.message, strlen(error.message));
  text_buffer_finish(&text);
  if (!copy || error.code == HG_ERROR_NO_MEMORY)
    return no_memory(err);
  if (error.code != 0)
    row->unknown = copy;
  else if (verdict->verdict == HG_PREFLIGHT_CREATE)
    row->summary = copy;
  else
    row->change = copy;
  return 0;
}
