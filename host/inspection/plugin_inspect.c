/* SPDX-License-Identifier: Apache-2.0 */
#include "inspection/plugin_inspect.h"

#include "events/event_log.h"
#include "memory/no_memory.h"
#include "plugins/plugin_description.h"
#include "plugins/plugin_file.h"
#include "reporters/reporter_process.h"
#include "reporters/reporter_program.h"
#include "runner/runner_configuration.h"

#include <string.h>

/* On the runner's thread. *context: the plugin that it describes, made here. */
static int32_t take(void *context, const struct runner_answer *answer, struct hg_error *err) {
  struct plugin **described = context;

  if (*described)
    return hg_error_set(err, HG_ERROR_INVALID, "described itself twice");
  *described = plugin_create();
  if (!*described)
    return no_memory(err);
  return plugin_description_read(&(*described)->arena, answer->json, *described, err);
}

/* Runs the runner until it has ended; `err` says what went wrong, in the plugin's own words where
 * it was refused. */
static int32_t run(struct reporter_launch *launch, const char *path, struct hg_error *err) {
  struct hg_error ending = HG_ERROR_INIT;
  struct reporter_process *process;
  enum reporter_readiness readiness;
  enum reporter_ending how;

  if (reporter_process_start(launch, &process, err) < 0)
    return -1;
  readiness = reporter_process_wait_ready(process, err);
  how = reporter_process_join(process, &ending);
  if (readiness == REPORTER_REFUSED)
    return -1;
  if (how != REPORTER_OK)
    return hg_error_set(err, ending.code, "plugin %.480s: %s", path, ending.message);
  return 0;
}

int32_t plugin_describe(struct plugin_set *set, uint32_t timeout_s, const char *path,
                        const struct plugin **plugin, struct hg_error *err) {
  const struct runner_configuration configuration = {.describes_only = true};
  struct plugin *described = NULL;
  const char *name = plugin_file_name(&set->arena, path);
  const char *argv[] = {"headgate", "plugin-runner", path, NULL};
  struct reporter_launch launch = {.argv = argv,
                                   .tag = name,
                                   .is_runner = true,
                                   .timeout_s = timeout_s,
                                   .take = take,
                                   .context = &described};
  struct text_buffer preamble;
  struct event_log events;
  int32_t result = -1;

  text_buffer_init(&preamble);
  event_log_init(&events);
  event_log_end(&events);
  launch.events = &events;
  launch.program = reporter_program_self(&set->arena, err);
  launch.environment = reporter_program_environment(&set->arena);
  if (!launch.program)
    goto out;
  if (!name || !launch.environment) {
    (void)no_memory(err);
    goto out;
  }
  if (runner_configuration_append(&preamble, &configuration, &set->options, name, err) < 0)
    goto out;
  launch.preamble.data = text_buffer_string(&preamble);
  launch.preamble.length = preamble.length;
  if (run(&launch, path, err) < 0)
    goto out;
  if (!described) {
    (void)hg_error_set(err, HG_ERROR_FAILED, "plugin %.640s: does not say what it is", path);
    goto out;
  }
  if (strcmp(described->info.name, name) != 0) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "plugin %.640s: described another plugin than itself",
                       path);
    goto out;
  }
  described->path = path;
  plugin_set_add(set, described);
  *plugin = described;
  described = NULL;
  result = 0;
out:
  plugin_destroy(described);
  event_log_finish(&events);
  text_buffer_finish(&preamble);
  return result;
}

int32_t plugin_inspect(struct plugin_set *set, uint32_t timeout_s, const char *name,
                       const struct plugin **plugin, struct hg_error *err) {
  const char *path;
  bool is_own;

  if (plugin_find(set, name, &path, &is_own, err) < 0)
    return -1;
  for (const struct plugin *known = set->first; known; known = known->next)
    if (strcmp(known->path, path) == 0) {
      *plugin = known;
      return 0;
    }
  return is_own ? plugin_load(set, name, 0, plugin, err)
                : plugin_describe(set, timeout_s, path, plugin, err);
}
