/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/preflight_lines.h"

#include "text/visible_text.h"
#include "json/json_text.h"

#include <string.h>

#define DEEPER "             "

static void append_shown(struct text_buffer *text, const char *shown) {
  visible_text_append(text, shown, strlen(shown));
}

static void append_refusal(struct text_buffer *text, const struct preflight_row *row) {
  text_buffer_append_string(text, ": ");
  append_shown(text, row->reason);
  if (*row->advice) {
    text_buffer_append_string(text, " (");
    append_shown(text, row->advice);
    text_buffer_append_char(text, ')');
  }
}

/* What else the line of the verdict says with --diff, and the diff. */
static void append_change(struct text_buffer *text, const struct preflight_row *row) {
  bool is_refused = row->verdict == HG_PREFLIGHT_REFUSED;

  if (row->summary)
    text_buffer_printf(text, ": would be created: %s\n", row->summary);
  else if (row->unknown)
    text_buffer_printf(text, "%swhat would %s is not known: %s\n", is_refused ? "\n" DEEPER : ": ",
                       row->verdict == HG_PREFLIGHT_CREATE ? "be created" : "change", row->unknown);
  else if (row->change && !*row->change)
    text_buffer_append_string(text, ": nothing that a manifest says would change\n");
  else
    text_buffer_append_char(text, '\n');
  if (is_refused && row->change && *row->change)
    text_buffer_append_string(text, DEEPER "deleted and made again, it would change so:\n");
  if (row->change)
    text_buffer_append_string(text, row->change);
}

static void append_row(struct text_buffer *text, const struct preflight_row *row,
                       const char *job_name) {
  text_buffer_printf(text, "  %-10s ", preflight_verdict_name(row->verdict));
  append_shown(text, job_name);
  if (row->verdict == HG_PREFLIGHT_REFUSED)
    append_refusal(text, row);
  append_change(text, row);
  for (const char *const *warning = row->warnings; warning && *warning; warning++) {
    text_buffer_append_string(text, DEEPER "Warning: ");
    append_shown(text, *warning);
    text_buffer_append_char(text, '\n');
  }
}

void preflight_lines_append(struct text_buffer *text, const struct preflight *preflight,
                            const struct hg_plan *plan) {
  text_buffer_append_string(text, preflight->has_changes ? "\n[DIFF]\n" : "\n[PREFLIGHT]\n");
  for (uint64_t i = 0; i < preflight->count; i++)
    append_row(text, &preflight->rows[i], plan->jobs[i]->job_name);
}

static json_t *json_of_texts(const char *const *texts) {
  json_t *array = json_array();

  for (; texts && *texts; texts++)
    (void)json_array_append_new(array, json_of_text(*texts));
  return array;
}

static json_t *json_of_known(const char *text) {
  return text ? json_of_text(text) : json_null();
}

json_t *preflight_json(const struct preflight *preflight, uint64_t index) {
  const struct preflight_row *row = &preflight->rows[index];
  json_t *verdict = json_pack(
      "{s:s, s:o, s:o, s:o, s:o}", "verdict", preflight_verdict_name(row->verdict), "reason",
      json_of_text(row->reason), "failure_class", json_of_text(row->failure_class), "advice",
      json_of_text(row->advice), "warnings", json_of_texts(row->warnings));

  if (!preflight->has_changes)
    return verdict;
  (void)json_object_set_new(verdict, "would_be_created", json_of_known(row->summary));
  (void)json_object_set_new(verdict, "diff",
                            row->verdict == HG_PREFLIGHT_UNCHANGED ? json_of_text("")
                                                                   : json_of_known(row->change));
  (void)json_object_set_new(verdict, "diff_unknown", json_of_known(row->unknown));
  (void)json_object_set_new(verdict, "immutable_fields", json_of_texts(row->immutable_fields));
  return verdict;
}
