/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/namespace_lines.h"

#include "run/namespace_words.h"
#include "json/json_text.h"

static const char *const kind_names[] = {
    [FINDING_NEVER] = "never",
    [FINDING_LATER] = "later",
    [FINDING_UNKNOWN] = "unknown",
};

void namespace_lines_append(struct text_buffer *text, const struct namespace_report *reports) {
  if (!reports)
    return;
  text_buffer_append_string(text, "\n[NAMESPACES]\n");
  for (const struct namespace_report *report = reports; report; report = report->next) {
    text_buffer_append_string(text, "  ");
    namespace_summary_append(text, report);
    text_buffer_append_char(text, '\n');
    for (const struct limit_finding *finding = report->findings.first; finding;
         finding = finding->next) {
      text_buffer_printf(text, "    %-8s ", kind_names[finding->kind]);
      limit_finding_append(text, finding);
      text_buffer_append_char(text, '\n');
    }
    if (!report->unread[LIMITS_QUOTAS] && !report->unread[LIMITS_RANGES])
      continue;
    text_buffer_append_string(text, "    ");
    namespace_unread_append(text, report);
    text_buffer_append_char(text, '\n');
  }
}

static json_t *json_of_sums(const struct amount_sums *sums) {
  json_t *object = json_object();

  for (const struct amount_sum *sum = sums->first; sum; sum = sum->next) {
    char amount[QUANTITY_TEXT];

    quantity_print(&sum->amount, amount);
    (void)json_object_set_new(object, sum->name, json_string(amount));
  }
  return object;
}

static json_t *json_of_findings(const struct limit_findings *findings) {
  json_t *array = json_array();

  for (const struct limit_finding *finding = findings->first; finding; finding = finding->next)
    (void)json_array_append_new(
        array, json_pack("{s:s, s:o, s:o, s:o}", "kind", kind_names[finding->kind], "object",
                         json_of_text(finding->object), "resource", json_of_text(finding->resource),
                         "message", json_of_text(finding->message)));
  return array;
}

/* null: it was looked at. */
static json_t *json_of_unread(const char *reason) {
  return reason ? json_of_text(reason) : json_null();
}

json_t *namespaces_json(const struct namespace_report *reports) {
  json_t *array = json_array();

  for (const struct namespace_report *report = reports; report; report = report->next) {
    const struct batch_demand *demand = &report->demand;
    json_t *object = json_pack(
        "{s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "namespace",
        json_of_text(report->name), "new_jobs", (json_int_t)demand->jobs, "present_jobs",
        (json_int_t)report->present_jobs, "suspended_jobs", (json_int_t)demand->suspended_jobs,
        "uncounted_jobs", (json_int_t)demand->unknown_jobs, "pods", (json_int_t)demand->pods,
        "requests", json_of_sums(&demand->lists[DEMAND_REQUESTS]), "limits",
        json_of_sums(&demand->lists[DEMAND_LIMITS]), "findings",
        json_of_findings(&report->findings), "resource_quotas_unread",
        json_of_unread(report->unread[LIMITS_QUOTAS]), "limit_ranges_unread",
        json_of_unread(report->unread[LIMITS_RANGES]));

    (void)json_array_append_new(array, object);
  }
  return array;
}
