#include "reporting.h"

#include "log.h"
#include "output_file.h"
#include "text_buffer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reporter_slot {
  struct reporter_slot *next;
  const struct plugin *plugin;
  const struct hg_reporter_ops *ops;
  const char *path; /* as the user named it; NULL: standard output */
  void *object;
  enum reporter_role role;
  bool failed;
  struct hg_error error;   /* of the first failure */
  struct text_buffer held; /* what a fallback has written */
  struct hg_output output;
  struct output_file file;
};

void reporting_init(struct reporting *reporting, struct plugin_set *plugins) {
  memset(reporting, 0, sizeof *reporting);
  reporting->plugins = plugins;
}

static int32_t write_output(const struct hg_output *output, const char *data, uint64_t length,
                            struct hg_error *err) {
  struct reporter_slot *slot = output->context;

  if (slot->role != REPORTER_FALLBACK)
    return output_file_write(&slot->file, data, length, err);
  text_buffer_append(&slot->held, data, (size_t)length);
  return slot->held.failed ? hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory") : 0;
}

static uint32_t output_flags(const struct settings *settings, const char *path) {
  uint32_t flags = 0;

  if (path)
    return HG_OUTPUT_FULL;
  if (isatty(STDOUT_FILENO) == 1)
    flags |= HG_OUTPUT_TERMINAL;
  if (log_wants_color(settings->color, STDOUT_FILENO))
    flags |= HG_OUTPUT_COLOR;
  return flags;
}

int32_t reporting_add(struct reporting *reporting, const char *name, const char *path,
                      enum reporter_role role, struct hg_error *err) {
  struct settings *settings = reporting->plugins->settings;
  struct reporter_slot *slot = calloc(1, sizeof *slot);
  static const struct hg_error no_error = HG_ERROR_INIT;

  if (!slot)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  slot->file.fd = -1;
  slot->error = no_error;
  slot->path = path;
  slot->role = role;
  text_buffer_init(&slot->held);
  if (plugin_load(reporting->plugins, name, HG_STAGE_REPORTER, &slot->plugin, err) < 0)
    goto fail;
  slot->ops = &slot->plugin->ops.reporter;
  if (output_file_open(&slot->file, path, err) < 0)
    goto fail;
  slot->output.struct_size = sizeof slot->output;
  slot->output.flags = output_flags(settings, path);
  slot->output.context = slot;
  slot->output.write = write_output;
  if (slot->ops->create(&slot->plugin->host, &slot->output, &slot->object, err) < 0)
    goto fail;
  if (reporting->last)
    reporting->last->next = slot;
  else
    reporting->first = slot;
  reporting->last = slot;
  return 0;
fail:
  output_file_abandon(&slot->file);
  free(slot);
  return -1;
}

int32_t reporting_add_named(struct reporting *reporting, const char *text, struct hg_error *err) {
  struct arena *arena = &reporting->plugins->settings->arena;
  const char *equals = strchr(text, '=');
  size_t length = equals ? (size_t)(equals - text) : strlen(text);
  char *name = arena_alloc(arena, length + 8);

  if (!name)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  memcpy(name, "report-", 7);
  memcpy(name + 7, text, length);
  name[7 + length] = '\0';
  if (equals && !equals[1])
    return hg_error_set(err, HG_ERROR_INVALID, "--reporter %.80s: no file after the '='", text);
  return reporting_add(reporting, *text == '/' ? name + 7 : name, equals ? equals + 1 : NULL,
                       REPORTER_EXTRA, err);
}

bool reporting_wants_details(const struct reporting *reporting) {
  for (const struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (slot->output.flags & HG_OUTPUT_FULL)
      return true;
  return false;
}

/* Notes the outcome of an event: the first failure is a warning and the last event. */
static void note(struct reporter_slot *slot, int32_t outcome) {
  if (outcome == 0)
    return;
  slot->failed = true;
  if (slot->error.code == 0)
    (void)hg_error_set(&slot->error, HG_ERROR_FAILED, "failed without saying why");
  if (slot->error.code == HG_ERROR_CANCELLED)
    return;
  log_line(HG_LOG_WARNING, NULL, "%s: %s%s", slot->plugin->info.name, slot->error.message,
           slot->role == REPORTER_EXTRA ? "; the run goes on without it" : "");
}

void reporting_run_started(struct reporting *reporting, const struct hg_run *run) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (!slot->failed && slot->ops->run_started)
      note(slot, slot->ops->run_started(slot->object, run, &slot->error));
}

void reporting_job_validated(struct reporting *reporting, const struct hg_validation *validation) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (!slot->failed && slot->ops->job_validated)
      note(slot, slot->ops->job_validated(slot->object, validation, &slot->error));
}

void reporting_job_finished(struct reporting *reporting, const struct hg_job_result *result) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (!slot->failed && slot->ops->job_finished)
      note(slot, slot->ops->job_finished(slot->object, result, &slot->error));
}

void reporting_run_finished(struct reporting *reporting, const struct hg_result *result) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next)
    if (!slot->failed)
      note(slot, slot->ops->run_finished(slot->object, result, &slot->error));
}

void reporting_abandon(struct reporting *reporting) {
  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next) {
    slot->failed = true;
    (void)hg_error_set(&slot->error, HG_ERROR_CANCELLED, "the run did not begin");
  }
}

static void record(const struct reporter_slot *slot, struct history *history) {
  struct hg_error error = HG_ERROR_INIT;
  const struct history_reporter_outcome outcome = {slot->plugin->info.name, slot->path,
                                                   slot->failed ? "failed" : "ok",
                                                   slot->failed ? slot->error.message : ""};

  if (history && history_add_reporter_outcome(history, &outcome, &error) < 0)
    log_line(HG_LOG_WARNING, NULL, "%s", error.message);
}

bool reporting_finish(struct reporting *reporting, bool with_fallback, struct history *history) {
  bool written = true;

  for (struct reporter_slot *slot = reporting->first; slot; slot = slot->next) {
    slot->ops->destroy(slot->object);
    if (with_fallback && !slot->failed)
      note(slot, output_file_write(&slot->file, text_buffer_string(&slot->held), slot->held.length,
                                   &slot->error));
    if (slot->failed)
      output_file_abandon(&slot->file);
    else
      note(slot, output_file_commit(&slot->file, &slot->error));
    if (slot->role != REPORTER_EXTRA && slot->failed && slot->error.code != HG_ERROR_CANCELLED)
      written = false;
    record(slot, history);
  }
  while (reporting->first) {
    struct reporter_slot *next = reporting->first->next;

    text_buffer_finish(&reporting->first->held);
    free(reporting->first);
    reporting->first = next;
  }
  reporting->last = NULL;
  return written;
}
