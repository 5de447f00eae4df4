/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/limit_findings.h"

#include "text/visible_text.h"

#include <inttypes.h>
#include <string.h>

void limit_findings_init(struct limit_findings *findings, struct arena *arena) {
  memset(findings, 0, sizeof *findings);
  findings->arena = arena;
  findings->end = &findings->first;
}

int32_t limit_findings_add(struct limit_findings *findings, enum finding_kind kind,
                           const char *kind_name, const char *object, const char *resource,
                           const struct text_buffer *message) {
  struct limit_finding *finding = arena_alloc(findings->arena, sizeof *finding);
  struct text_buffer text;
  bool failed;

  if (!finding || message->failed)
    return -1;
  text_buffer_init(&text);
  text_buffer_printf(&text, "%s ", kind_name);
  visible_text_append(&text, object, strlen(object));
  finding->next = NULL;
  finding->kind = kind;
  finding->object = arena_copy(findings->arena, text_buffer_string(&text), text.length);
  failed = text.failed;
  text_buffer_reset(&text);
  visible_text_append(&text, resource, strlen(resource));
  finding->resource = arena_copy(findings->arena, text_buffer_string(&text), text.length);
  failed = failed || text.failed;
  text_buffer_reset(&text);
  visible_text_append(&text, text_buffer_string(message), message->length);
  finding->message = arena_copy(findings->arena, text_buffer_string(&text), text.length);
  failed = failed || text.failed;
  text_buffer_finish(&text);
  if (failed || !finding->object || !finding->resource || !finding->message)
    return -1;
  *findings->end = finding;
  findings->end = &finding->next;
  findings->counts[kind]++;
  return 0;
}

void troubled_jobs_add(struct troubled_jobs *jobs, const char *name) {
  if (jobs->count == 0)
    jobs->first = name;
  jobs->count++;
}

void troubled_jobs_append(struct text_buffer *text, const struct troubled_jobs *jobs) {
  if (jobs->count > 1)
    text_buffer_printf(text, " (the same with %" PRIu64 " other Job%s)", jobs->count - 1,
                       jobs->count > 2 ? "s" : "");
}
