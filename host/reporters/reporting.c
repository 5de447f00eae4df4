/* SPDX-License-Identifier: Apache-2.0 */
#include "reporters/reporting.h"

#include "events/run_event_write.h"
#include "memory/no_memory.h"
#include "reporters/reporter_slot.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <string.h>

void reporting_init(struct reporting *reporting, struct plugin_set *plugins, uint32_t timeout_s,
                    bool is_strict) {
  memset(reporting, 0, sizeof *reporting);
  reporting->plugins = plugins;
  reporting->timeout_s = timeout_s;
  reporting->is_strict = is_strict;
  reporting->report_limit = REPORT_LIMIT;
  event_log_init(&reporting->events);
  text_buffer_init(&reporting->line);
}

static void add_slot(struct reporting *reporting, struct reporter_slot *slot) {
  if (reporting->last)
    reporting->last->next = slot;
  else
    reporting->first = slot;
  reporting->last = slot;
  reporting->has_outside = reporting->has_outside || slot->process;
}

int32_t reporting_add(struct reporting *reporting, const char *name, const char *path,
                      enum reporter_role role, struct hg_error *err) {
  struct reporter_slot *slot;

  if (reporter_slot_open(reporting, name, path, role, &slot, err) < 0)
    return -1;
  add_slot(reporting, slot);
  return 0;
}

/* "exec:/abs/program" or "exec:/abs/program=ARGUMENT". */
static int32_t add_program(struct reporting *reporting, const char *text, struct hg_error *err) {
  struct arena *arena = &reporting->plugins->arena;
  const char *equals = strchr(text, '=');
  const char *name = arena_copy(arena, text, equals ? (size_t)(equals - text) : strlen(text));
  struct reporter_slot *slot;

  if (!name)
    return no_memory(err);
  if (reporter_slot_open_program(reporting, name, name + strlen("exec:"),
                                 equals ? equals + 1 : NULL, &slot, err) < 0)
    return -1;
  add_slot(reporting, slot);
  return 0;
}

int32_t reporting_add_named(struct reporting *reporting, const char *text, struct hg_error *err) {
  struct arena *arena = &reporting->plugins->arena;
  const char *equals = strchr(text, '=');
  size_t length = equals ? (size_t)(equals - text) : strlen(text);
  char *name = arena_alloc(arena, length + 8);

  if (strncmp(text, "exec:", 5) == 0)
    return add_program(reporting, text, err);
  if (!name)
    return no_memory(err);
  memcpy(name, "report-", 7);
  memcpy(name + 7, text, length);
  name[7 + length] = '\0';
  if (equals && !equals[1])
    return hg_error_set(err, HG_ERROR_INVALID, "--reporter %.320s: no file after the '='", text);
  return reporting_add(reporting, *text == '/' ? name + 7 : name, equals ? equals + 1 : NULL,
                       REPORTER_EXTRA, err);
}

void reporting_set_closing(struct reporting *reporting) {
  reporting->closing = reporting->last;
}

bool reporting_wants_details(const struct reporting *reporting) {
  for (const struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (slot->output.flags & HG_OUTPUT_FULL)
      return true;
  return false;
}

/* Notes the outcome of an event, or, with `is_over`, of the reporter's end: the first failure is a
 * warning and the last event. */
static void note(struct reporter_slot *slot, int32_t outcome, bool is_over) {
  if (outcome == 0)
    return;
  slot->failed = true;
  if (slot->ending == REPORTER_OK)
    slot->ending = REPORTER_FAILED;
  if (slot->error.code == 0)
    (void)hg_error_set(&slot->error, HG_ERROR_FAILED, "failed without saying why");
  if (slot->error.code == HG_ERROR_CANCELLED)
    return;
  reporter_slot_warn(slot, is_over);
}

static bool listens(const struct reporter_slot *slot) {
  return slot->plugin && !slot->failed;
}

/* The newest line, to the reporters of other processes. */
static void pass_on(struct reporting *reporting, int32_t made, const struct hg_error *error) {
  if (made < 0)
    log_line(HG_LOG_WARNING, NULL, "reporters miss an event: %s", error->message);
  else
    event_log_append(&reporting->events, reporting->line.data, reporting->line.length);
}

static void send_event(struct reporting *reporting, enum run_event_kind kind, const void *event) {
  struct hg_error error = HG_ERROR_INIT;

  if (!reporting->has_outside)
    return;
  text_buffer_reset(&reporting->line);
  pass_on(reporting, run_event_append(&reporting->line, kind, event, &error), &error);
}

void reporting_run_started(struct reporting *reporting, const struct hg_run *run) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (listens(slot) && slot->plugin->ops.reporter.run_started)
      note(slot, slot->plugin->ops.reporter.run_started(slot->object, run, &slot->error), false);
  send_event(reporting, RUN_EVENT_RUN_STARTED, run);
}

void reporting_job_validated(struct reporting *reporting, const struct hg_validation *validation) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (listens(slot) && slot->plugin->ops.reporter.job_validated)
      note(slot, slot->plugin->ops.reporter.job_validated(slot->object, validation, &slot->error),
           false);
  send_event(reporting, RUN_EVENT_JOB_VALIDATED, validation);
}

void reporting_job_finished(struct reporting *reporting, const struct hg_job_result *result,
                            const struct hg_plan_item *item) {
  struct hg_error error = HG_ERROR_INIT;

  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (listens(slot) && slot->plugin->ops.reporter.job_finished)
      note(slot, slot->plugin->ops.reporter.job_finished(slot->object, result, &slot->error),
           false);
  if (!reporting->has_outside)
    return;
  text_buffer_reset(&reporting->line);
  pass_on(reporting, run_event_append_job_finished(&reporting->line, result, item, &error), &error);
}

void reporting_job_observed(struct reporting *reporting,
                            const struct hg_job_observation *observation) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (listens(slot) && slot->plugin->ops.reporter.job_observed)
      note(slot, slot->plugin->ops.reporter.job_observed(slot->object, observation, &slot->error),
           false);
  send_event(reporting, RUN_EVENT_JOB_OBSERVED, observation);
}

void reporting_job_completed(struct reporting *reporting,
                             const struct hg_job_completion *completion) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (listens(slot) && slot->plugin->ops.reporter.job_completed)
      note(slot, slot->plugin->ops.reporter.job_completed(slot->object, completion, &slot->error),
           false);
  send_event(reporting, RUN_EVENT_JOB_COMPLETED, completion);
}

/* NULL: it is told of no alert. */
static const struct hg_alert_ops *alerts_of(const struct plugin *plugin) {
  const struct hg_alert_ops *alerts = plugin->ops.reporter.alerts;

  return alerts && HG_HAS(alerts, next_delivery) && alerts->revision == HG_ALERT_REVISION &&
                 alerts->raised && alerts->next_delivery
             ? alerts
             : NULL;
}

static bool is_alerted(const struct reporter_slot *slot) {
  return listens(slot) && alerts_of(slot->plugin);
}

int32_t reporting_add_alerted(struct reporting *reporting, const char *text, bool *is_added,
                              struct hg_error *err) {
  struct plugin_set *plugins = reporting->plugins;
  const struct plugin *plugin;
  const char *path;
  char name[64];
  bool is_own;

  *is_added = false;
  if (strchr("/", *text) || strncmp(text, "exec:", 5) == 0 ||
      snprintf(name, sizeof name, "report-%.*s", (int)strcspn(text, "="), text) >= (int)sizeof name)
    return 0;
  if (plugin_find(plugins, name, &path, &is_own, err) < 0)
    return -1;
  if (!is_own)
    return 0;
  if (plugin_load(plugins, name, HG_STAGE_REPORTER, &plugin, err) < 0)
    return -1;
  if (!alerts_of(plugin))
    return 0;
  *is_added = true;
  return reporting_add_named(reporting, text, err);
}

bool reporting_wants_alerts(const struct reporting *reporting) {
  for (const struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (is_alerted(slot))
      return true;
  return false;
}

void reporting_alert_raised(struct reporting *reporting, struct hg_alert *alert) {
  alert->number = ++reporting->alerts;
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (is_alerted(slot))
      note(slot, alerts_of(slot->plugin)->raised(slot->object, alert, &slot->error), false);
}

bool reporting_next_delivery(struct reporting *reporting, bool waits, struct hg_delivery *delivery,
                             const char **name) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next) {
    *delivery = (struct hg_delivery){.struct_size = sizeof *delivery};
    if (is_alerted(slot) &&
        alerts_of(slot->plugin)->next_delivery(slot->object, waits, delivery) == 1) {
      *name = slot->name;
      return true;
    }
  }
  return false;
}

void reporting_object_passed_over(struct reporting *reporting,
                                  const struct hg_passed_over *object) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (listens(slot) && slot->plugin->ops.reporter.object_passed_over)
      note(slot, slot->plugin->ops.reporter.object_passed_over(slot->object, object, &slot->error),
           false);
  send_event(reporting, RUN_EVENT_OBJECT_PASSED_OVER, object);
}

static void tell_end(struct reporter_slot *slot, const struct hg_result *result) {
  if (!listens(slot))
    return;
  note(slot, slot->plugin->ops.reporter.run_finished(slot->object, result, &slot->error), false);
  /* The next one may write to standard output as well. */
  if (!slot->failed && slot->file.is_standard)
    note(slot, output_file_flush(&slot->file, &slot->error), false);
}

void reporting_run_finished(struct reporting *reporting, const struct hg_result *result) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (slot != reporting->closing)
      tell_end(slot, result);
  send_event(reporting, RUN_EVENT_RUN_FINISHED, result);
}

void reporting_abandon(struct reporting *reporting) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next) {
    if (slot->process)
      reporter_process_abandon(slot->process);
    if (slot->failed)
      continue;
    slot->failed = true;
    (void)hg_error_set(&slot->error, HG_ERROR_CANCELLED, "the run did not begin");
  }
}

/* It has no more to say: its report comes to where it belongs, or nowhere. */
static void finish_slot(struct reporter_slot *slot, bool with_fallback) {
  bool is_shown = slot->role != REPORTER_FALLBACK || with_fallback;

  if (slot->plugin)
    slot->plugin->ops.reporter.destroy(slot->object);
  if (slot->process) {
    struct hg_error error = HG_ERROR_INIT;
    enum reporter_ending ending = reporter_process_join(slot->process, &error);

    slot->process = NULL;
    if (ending != REPORTER_OK && !slot->failed) {
      slot->ending = ending;
      slot->error = error;
      /* Whoever was not asked to stop has no such excuse. */
      if (error.code == HG_ERROR_CANCELLED && !interrupt_requested())
        slot->error.code = HG_ERROR_FAILED;
      note(slot, -1, true);
    }
  }
  if (!slot->failed && is_shown)
    note(slot, reporter_slot_release(slot, &slot->error), true);
  if (!slot->has_file)
    return;
  if (slot->failed || !is_shown)
    output_file_abandon(&slot->file);
  else
    note(slot, output_file_commit(&slot->file, &slot->error), true);
}

static bool end_slot(struct reporting *reporting, struct reporter_slot *slot, bool with_fallback) {
  finish_slot(slot, with_fallback);
  slot->has_ended = true;
  if (slot->gave_up)
    reporting->was_interrupted = true;
  return !slot->counts || !slot->failed || slot->error.code == HG_ERROR_CANCELLED;
}

bool reporting_end(struct reporting *reporting, bool with_fallback) {
  bool written = true;

  event_log_end(&reporting->events);
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (slot != reporting->closing)
      written = end_slot(reporting, slot, with_fallback) && written;
  return written;
}

bool reporting_end_closing(struct reporting *reporting, const struct hg_result *result,
                           bool with_fallback) {
  if (!reporting->closing)
    return true;
  tell_end(reporting->closing, result);
  return end_slot(reporting, reporting->closing, with_fallback);
}

bool reporting_next_outcome(const struct reporting *reporting, const struct reporter_slot **slot,
                            struct reporter_outcome *outcome) {
  const struct reporter_slot *next = *slot ? (*slot)->next : reporting->first;

  while (next && !next->has_ended)
    next = next->next;
  if (!next)
    return false;
  *slot = next;
  outcome->name = next->name;
  outcome->target = next->target;
  outcome->ending = reporter_ending_word(next->ending);
  outcome->message = next->failed ? next->error.message : "";
  return true;
}

void reporting_finish(struct reporting *reporting) {
  while (reporting->first) {
    struct reporter_slot *next = reporting->first->next;

    reporter_slot_destroy(reporting->first);
    reporting->first = next;
  }
  reporting->last = NULL;
  event_log_finish(&reporting->events);
  text_buffer_finish(&reporting->line);
}
