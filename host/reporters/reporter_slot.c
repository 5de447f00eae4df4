/* SPDX-License-Identifier: Apache-2.0 */
#include "reporters/reporter_slot.h"

#include "memory/no_memory.h"
#include "plugins/plugin_description.h"
#include "plugins/plugin_file.h"
#include "reporters/reporter_program.h"
#include "runner/runner_configuration.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "terminal/screen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAITING_SAID_MS = 2000 };

static int32_t keep(struct reporter_slot *slot, const char *data, uint64_t length,
                    struct hg_error *err) {
  text_buffer_append(&slot->kept.text, data, (size_t)length);
  return section_keep(&slot->kept, err);
}

static int32_t write_output(const struct hg_output *output, const char *data, uint64_t length,
                            struct hg_error *err) {
  struct reporter_slot *slot = output->context;

  return slot->role == REPORTER_FALLBACK ? keep(slot, data, length, err)
                                         : output_file_write(&slot->file, data, length, err);
}

/* Says once what the run waits for; a reader of standard output knows. */
static bool lasts(void *context, int64_t waited_ms) {
  struct reporter_slot *slot = context;

  if (waited_ms >= WAITING_SAID_MS && !slot->is_waiting && !slot->file.is_standard) {
    slot->is_waiting = true;
    log_line(HG_LOG_INFO, NULL, "%s waits until somebody reads %s; Ctrl-C ends that", slot->name,
             slot->target);
  }
  slot->gave_up = !interrupt_allows(waited_ms);
  return !slot->gave_up;
}

/* Opens its file. A report holds what the Jobs and kubectl said, which is not for everybody to
 * read; metrics hold none of that, and are read by another user's collector. */
static int32_t open_file(struct reporting *reporting, struct reporter_slot *slot,
                         struct hg_error *err) {
  bool is_own = slot->plugin != NULL;
  const struct output_manner manner = {
      .patience = {.lasts = lasts, .context = slot},
      .mode = is_own && strcmp(slot->name, "report-prometheus") == 0 ? 0666 : 0640,
      .has_commands = is_own && strcmp(slot->name, "report-github") == 0,
      .taken = reporting->taken,
  };

  slot->has_file = true;
  if (output_file_open(&slot->file, slot->target, &manner, err) < 0)
    return -1;
  if (slot->target)
    slot->output.flags |= HG_OUTPUT_FULL;
  slot->output.columns = (uint32_t)screen_columns(slot->file.fd);
  if (slot->output.columns > 0)
    slot->output.flags |= HG_OUTPUT_TERMINAL;
  if (screen_is_ascii(slot->file.fd))
    slot->output.flags |= HG_OUTPUT_ASCII;
  if (slot->file.is_standard && log_wants_color(STDOUT_FILENO))
    slot->output.flags |= HG_OUTPUT_COLOR;
  return 0;
}

static struct reporter_slot *new_slot(const struct reporting *reporting, const char *name,
                                      const char *target, enum reporter_role role) {
  struct reporter_slot *slot = calloc(1, sizeof *slot);

  if (!slot)
    return NULL;
  slot->name = name;
  slot->target = target;
  slot->role = role;
  slot->counts = role != REPORTER_EXTRA || reporting->is_strict;
  slot->error = (struct hg_error)HG_ERROR_INIT;
  section_init(&slot->kept, SECTION_MEMORY);
  text_buffer_init(&slot->preamble);
  slot->output.struct_size = sizeof slot->output;
  slot->output.context = slot;
  slot->output.write = write_output;
  return slot;
}

void reporter_slot_destroy(struct reporter_slot *slot) {
  if (!slot)
    return;
  if (slot->has_file)
    output_file_abandon(&slot->file);
  section_finish(&slot->kept);
  if (!slot->is_known)
    plugin_destroy(slot->described);
  text_buffer_finish(&slot->preamble);
  free(slot);
}

void reporter_slot_warn(const struct reporter_slot *slot, bool is_over) {
  log_line(HG_LOG_WARNING, NULL, "%s: %s%s", slot->name, slot->error.message,
           slot->role != REPORTER_EXTRA ? ""
           : slot->counts               ? "; the run fails: --strict-reporters"
           : is_over                    ? "; the run's result stands"
                                        : "; the run goes on without it");
}

/* --- In the host ----------------------------------------------------------------------------- */

static int32_t open_inside(struct reporting *reporting, struct reporter_slot *slot,
                           struct hg_error *err) {
  if (plugin_load(reporting->plugins, slot->name, HG_STAGE_REPORTER, &slot->plugin, err) < 0)
    return -1;
  slot->name = slot->plugin->info.name;
  if (open_file(reporting, slot, err) < 0)
    return -1;
  return slot->plugin->ops.reporter.create(&slot->plugin->host, &slot->output, &slot->object, err);
}

/* --- In a process of its own ----------------------------------------------------------------- */

/* What is known of a plugin without asking it. */
static struct plugin *new_description(struct reporter_slot *slot) {
  struct plugin *described = plugin_create();

  if (!described)
    return NULL;
  described->info.name = slot->name;
  described->info.version = "";
  described->info.description = "";
  described->info.stage = HG_STAGE_REPORTER;
  described->path = slot->argv[2];
  return described;
}

static int32_t take_description(struct reporter_slot *slot, const struct runner_answer *answer,
                                struct hg_error *err) {
  struct plugin *described;
  int32_t result;

  if (slot->described)
    return hg_error_set(err, HG_ERROR_INVALID, "described itself twice");
  described = new_description(slot);
  if (!described)
    return no_memory(err);
  result = plugin_description_read(&described->arena, answer->json, described, err);
  if (result == 0 &&
      (strcmp(described->info.name, slot->name) != 0 || described->info.stage != HG_STAGE_REPORTER))
    result = hg_error_set(err, HG_ERROR_INVALID, "described another plugin than itself");
  if (result == 0)
    slot->described = described;
  else
    plugin_destroy(described);
  return result;
}

/* On the process's thread, which allocates from nobody's memory: a description has its own. */
static int32_t take(void *context, const struct runner_answer *answer, struct hg_error *err) {
  struct reporter_slot *slot = context;

  if (answer->kind == RUNNER_REPORT) {
    if (answer->length > slot->report_left)
      return hg_error_set(err, HG_ERROR_LIMIT, "wrote a report that is too long");
    slot->report_left -= answer->length;
    return slot->file.is_standard
               ? keep(slot, answer->bytes, answer->length, err)
               : output_file_write(&slot->file, answer->bytes, answer->length, err);
  }
  return take_description(slot, answer, err);
}

static int32_t write_file(const struct hg_output *output, const char *data, uint64_t length,
                          struct hg_error *err) {
  struct reporter_slot *slot = output->context;

  return output_file_write(&slot->file, data, length, err);
}

int32_t reporter_slot_release(struct reporter_slot *slot, struct hg_error *err) {
  const struct hg_output file = {.struct_size = sizeof file, .context = slot, .write = write_file};

  return section_write(&slot->kept, &file, err);
}

static int32_t start(struct reporting *reporting, struct reporter_slot *slot,
                     const struct reporter_launch *how, struct hg_error *err) {
  struct reporter_launch launch = *how;

  launch.argv = slot->argv;
  launch.environment = reporter_program_environment(&reporting->plugins->arena);
  launch.timeout_s = reporting->timeout_s;
  launch.events = &reporting->events;
  launch.context = slot;
  launch.take = take;
  if (!launch.environment)
    return no_memory(err);
  return reporter_process_start(&launch, &slot->process, err);
}

/* From now on the set has it. */
static void make_known(struct reporting *reporting, struct reporter_slot *slot) {
  plugin_set_add(reporting->plugins, slot->described);
  slot->is_known = true;
}

/* It has ended before it took an event: a failure like any later one. */
static void note_early_end(struct reporter_slot *slot) {
  slot->ending = reporter_process_join(slot->process, &slot->error);
  slot->process = NULL;
  slot->failed = true;
  reporter_slot_warn(slot, false);
}

static int32_t open_outside(struct reporting *reporting, struct reporter_slot *slot,
                            const char *path, struct hg_error *err) {
  struct runner_configuration configuration = {0};
  struct plugin_set *plugins = reporting->plugins;
  struct reporter_launch launch = {.is_runner = true};
  struct hg_error refusal = HG_ERROR_INIT;
  struct hg_error ignored = HG_ERROR_INIT;

  slot->name = plugin_file_name(&plugins->arena, path);
  launch.program = reporter_program_self(&plugins->arena, err);
  if (!launch.program)
    return -1;
  if (!slot->name)
    return no_memory(err);
  launch.tag = slot->name;
  slot->report_left = reporting->report_limit;
  slot->argv[0] = "headgate";
  slot->argv[1] = "plugin-runner";
  slot->argv[2] = path;
  if (open_file(reporting, slot, err) < 0)
    return -1;
  configuration.output_flags = slot->output.flags;
  configuration.output_columns = slot->output.columns;
  if (runner_configuration_append(&slot->preamble, &configuration, &plugins->options, slot->name,
                                  err) < 0)
    return -1;
  launch.preamble.data = text_buffer_string(&slot->preamble);
  launch.preamble.length = slot->preamble.length;
  if (start(reporting, slot, &launch, err) < 0)
    return -1;
  switch (reporter_process_wait_ready(slot->process, &refusal)) {
  case REPORTER_READY:
    make_known(reporting, slot);
    break;
  case REPORTER_REFUSED:
    (void)reporter_process_join(slot->process, &ignored);
    slot->process = NULL;
    /* What the host says names the plugin; what it says itself does not. */
    return hg_error_set(err, refusal.code, "%.320s%s%s", slot->described ? slot->name : "",
                        slot->described ? ": " : "", refusal.message);
  case REPORTER_GONE:
    note_early_end(slot);
    /* Known all the same: the user's options for it are not misspelt. */
    if (!slot->described)
      slot->described = new_description(slot);
    if (!slot->described)
      return no_memory(err);
    make_known(reporting, slot);
    break;
  }
  return 0;
}

int32_t reporter_slot_open(struct reporting *reporting, const char *name, const char *path,
                           enum reporter_role role, struct reporter_slot **result,
                           struct hg_error *err) {
  struct reporter_slot *slot = new_slot(reporting, name, path, role);
  const char *file;
  bool is_own;

  if (!slot)
    return no_memory(err);
  if (plugin_find(reporting->plugins, name, &file, &is_own, err) < 0 ||
      (is_own ? open_inside(reporting, slot, err) : open_outside(reporting, slot, file, err)) < 0) {
    reporter_slot_destroy(slot);
    return -1;
  }
  *result = slot;
  return 0;
}

int32_t reporter_slot_open_program(struct reporting *reporting, const char *name,
                                   const char *program, const char *argument,
                                   struct reporter_slot **result, struct hg_error *err) {
  struct reporter_slot *slot = new_slot(reporting, name, argument, REPORTER_EXTRA);
  const char *slash = strrchr(program, '/');
  struct reporter_launch launch = {.program = program};

  if (!slot)
    return no_memory(err);
  slot->output.flags |= HG_OUTPUT_FULL; /* who reads events wants all there is to know */
  launch.tag = slash ? slash + 1 : program;
  launch.preamble.data = "";
  slot->argv[0] = program;
  slot->argv[1] = argument;
  if (reporter_program_check(program, err) < 0 || start(reporting, slot, &launch, err) < 0) {
    reporter_slot_destroy(slot);
    return -1;
  }
  *result = slot;
  return 0;
}
