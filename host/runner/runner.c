/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner.h"

#include "events/run_event_read.h"
#include "memory/no_memory.h"
#include "plan/outcomes.h"
#include "plugins/plugin_options.h"
#include "runner/runner_channel.h"
#include "runner/runner_conduct.h"
#include "runner/runner_configuration.h"
#include "runner/runner_output.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct plugin_runner {
  struct runner_channel channel;
  struct runner_configuration configuration;
  struct option_list options; /* the run_arena's */
  struct plugin_set plugins;
  const struct plugin *plugin;
  struct hg_host host;
  struct runner_output output;
  struct runner_conduct conduct;
  const struct hg_reporter_ops *ops;
  void *object;
  struct arena event_arena; /* what the current event points to */
  struct arena run_arena;   /* what the outcomes point to */
  struct outcomes outcomes; /* what run_finished lists */
  bool is_over;             /* run_finished came */
  const char *failing;      /* the function that failed; "" none did */
};

/* What hg_host gives. Its context is the struct plugin_runner. */

static void host_log(const struct hg_host *host, uint32_t level, const char *message) {
  struct plugin_runner *runner = host->context;

  if (message)
    (void)runner_channel_tell(&runner->channel, RUNNER_LOG, (int32_t)(level & INT32_MAX), message);
}

static int32_t host_cancelled(const struct hg_host *host) {
  (void)host;
  return interrupt_requested();
}

static const char *host_option(const struct hg_host *host, const char *name) {
  const struct plugin_runner *runner = host->context;

  return name ? plugin_options_get(runner->plugin, name) : NULL;
}

/* What a stranger's plugin may use up. Not where a sanitizer reserves terabytes for itself. */
static void limit_resources(void) {
  const struct rlimit no_core = {0, 0};

  (void)setrlimit(RLIMIT_CORE, &no_core);
#if !defined(HEADGATE_SANITIZED)
  const struct rlimit data = {RUNNER_MEMORY, RUNNER_MEMORY};

  (void)setrlimit(RLIMIT_DATA, &data);
#endif
}

/* What a stranger's plugin never gets. */
static int32_t host_credentials(const struct hg_host *host, const char *cluster, const char *user,
                                const struct hg_credentials *refused,
                                const struct hg_credentials **credentials, struct hg_error *err) {
  (void)host;
  (void)cluster;
  (void)user;
  (void)refused;
  (void)credentials;
  return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                      "only appliers and watchers are given credentials");
}

static void host_credentials_release(const struct hg_host *host,
                                     const struct hg_credentials *credentials) {
  (void)host;
  (void)credentials;
}

static int32_t load(struct plugin_runner *runner, const char *path, struct hg_error *err) {
  ssize_t length = runner_channel_read(&runner->channel);

  if (length < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "the run did not begin");
  if (runner_configuration_read(runner->channel.line, (size_t)length, &runner->configuration,
                                &runner->options, &runner->run_arena, err) < 0)
    return -1;
  runner->plugins.options = runner->options;
  if (runner->configuration.watches_conduct && runner_conduct_begin(&runner->conduct) < 0)
    return hg_error_set(err, HG_ERROR_FAILED, "cannot watch what the plugin changes");
  if (plugin_load(&runner->plugins, path,
                  runner->configuration.describes_only ? 0 : HG_STAGE_REPORTER, &runner->plugin,
                  err) < 0)
    return -1;
  if (runner->configuration.watches_conduct &&
      runner_conduct_note_descriptors(&runner->conduct) < 0)
    return hg_error_set(err, HG_ERROR_FAILED, "cannot watch what the plugin changes");
  runner->ops = &runner->plugin->ops.reporter;
  return runner_channel_describe(&runner->channel, runner->plugin, err);
}

/* Where the plugin does not come back, it is known from where. */
static void announce(struct plugin_runner *runner, const char *function) {
  if (runner->configuration.tells_calls)
    (void)runner_channel_tell(&runner->channel, RUNNER_CALL, 0, function);
}

static int32_t create(struct plugin_runner *runner, struct hg_error *err) {
  int32_t result;

  runner->host = runner->plugin->host;
  runner->host.context = runner;
  runner->host.log = host_log;
  runner->host.cancelled = host_cancelled;
  runner->host.option = host_option;
  runner->host.credentials = host_credentials;
  runner->host.credentials_release = host_credentials_release;
  runner_output_init(&runner->output, &runner->channel, &runner->configuration);
  announce(runner, "create");
  result = runner->ops->create(&runner->host, &runner->output.output, &runner->object, err);
  announce(runner, "");
  return result < 0 ? -1 : 0;
}

static const char *keep(struct plugin_runner *runner, const char *text) {
  return arena_copy(&runner->run_arena, text, strlen(text));
}

/* Keeps what run_finished will list. */
static int32_t keep_result(struct plugin_runner *runner, const struct run_event *event,
                           struct hg_error *err) {
  const struct hg_job_result *result = &event->as.job_result;
  uint32_t count = event->planned_command_count;
  struct hg_job_result kept = *result;
  const char **command = arena_alloc(&runner->run_arena, ((size_t)count + 1) * sizeof *command);

  kept.job_name = keep(runner, result->job_name);
  kept.job_namespace = keep(runner, result->job_namespace);
  kept.yaml_path = keep(runner, result->yaml_path);
  if (!command || !kept.job_name || !kept.job_namespace || !kept.yaml_path)
    return no_memory(err);
  for (uint32_t i = 0; i < count; i++) {
    command[i] = keep(runner, event->planned_command[i]);
    if (!command[i])
      return no_memory(err);
  }
  command[count] = NULL;
  kept.command = command;
  kept.command_count = count;
  return outcomes_add(&runner->outcomes, &kept, err);
}

static int32_t call(struct plugin_runner *runner, enum run_event_kind kind, const void *event,
                    struct hg_error *err) {
  const struct hg_reporter_ops *ops = runner->ops;

  switch (kind) {
  case RUN_EVENT_RUN_STARTED:
    return ops->run_started ? ops->run_started(runner->object, event, err) : 0;
  case RUN_EVENT_JOB_VALIDATED:
    return ops->job_validated ? ops->job_validated(runner->object, event, err) : 0;
  case RUN_EVENT_JOB_FINISHED:
    return ops->job_finished ? ops->job_finished(runner->object, event, err) : 0;
  case RUN_EVENT_JOB_OBSERVED:
    return ops->job_observed ? ops->job_observed(runner->object, event, err) : 0;
  case RUN_EVENT_JOB_COMPLETED:
    return ops->job_completed ? ops->job_completed(runner->object, event, err) : 0;
  case RUN_EVENT_OBJECT_PASSED_OVER:
    return ops->object_passed_over ? ops->object_passed_over(runner->object, event, err) : 0;
  default:
    return ops->run_finished(runner->object, event, err);
  }
}

static int32_t hand_over(struct plugin_runner *runner, struct run_event *event,
                         struct hg_error *err) {
  const char *function;
  int32_t result;

  if (event->kind == RUN_EVENT_UNKNOWN)
    return 0;
  if (event->kind == RUN_EVENT_JOB_FINISHED && keep_result(runner, event, err) < 0)
    return -1;
  if (event->kind == RUN_EVENT_RUN_FINISHED) {
    runner->is_over = true;
    event->as.result.job_result_count = runner->outcomes.count;
    event->as.result.job_results = runner->outcomes.results;
  }
  function = run_event_rows[event->kind].name;
  announce(runner, function);
  runner_output_begin(&runner->output, function);
  result = call(runner, event->kind, &event->as, err);
  runner_output_end(&runner->output, result);
  announce(runner, "");
  if (result == 0)
    return 0;
  runner->failing = function;
  return -1;
}

/* All events. The error of a plugin that fails and does not say why is not left empty. */
static int32_t follow(struct plugin_runner *runner, struct hg_error *err) {
  ssize_t length;
  int32_t result = 0;

  while (result == 0 && !runner->is_over && (length = runner_channel_read(&runner->channel)) >= 0) {
    struct run_event event;

    result =
        run_event_read(&event, runner->channel.line, (size_t)length, &runner->event_arena, err);
    if (result == 0 && hand_over(runner, &event, err) < 0) {
      result = -1;
      if (err->code == 0)
        (void)hg_error_set(err, HG_ERROR_FAILED, "failed without saying why");
    }
    run_event_finish(&event);
    arena_reset(&runner->event_arena);
  }
  if (result == 0 && !runner->is_over)
    return hg_error_set(err, HG_ERROR_CANCELLED, RUNNER_EVENTS_STOPPED);
  return result;
}

static void tell_conduct(void *context, enum conduct_subject subject, const char *message) {
  struct plugin_runner *runner = context;

  (void)runner_channel_tell(&runner->channel, RUNNER_CONDUCT, (int32_t)subject, message);
}

/* Destroys the plugin's object, and says what it left behind. */
static void destroy(struct plugin_runner *runner) {
  announce(runner, "destroy");
  runner->ops->destroy(runner->object);
  announce(runner, "");
  if (!runner->configuration.watches_conduct)
    return;
  if (*runner->output.wrong)
    tell_conduct(runner, CONDUCT_REPORT, runner->output.wrong);
  if (runner_conduct_end(&runner->conduct, tell_conduct, runner) == 0)
    tell_conduct(runner, CONDUCT_WATCHED, "");
}

static int run(struct plugin_runner *runner, const char *path) {
  struct hg_error error = HG_ERROR_INIT;
  enum runner_answer_kind verdict = RUNNER_REFUSED;

  if (load(runner, path, &error) < 0)
    goto failed;
  if (runner->configuration.destroys_null)
    destroy(runner);
  if (runner->configuration.describes_only || runner->configuration.destroys_null)
    return runner_channel_answer(&runner->channel, RUNNER_DONE) < 0;
  if (create(runner, &error) < 0)
    goto failed;
  verdict = RUNNER_FAILED;
  if (runner_channel_answer(&runner->channel, RUNNER_READY) < 0 || follow(runner, &error) < 0) {
    destroy(runner);
    announce(runner, runner->failing);
    goto failed;
  }
  destroy(runner);
  if (runner_channel_flush(&runner->channel) < 0)
    return 1;
  return runner_channel_answer(&runner->channel, RUNNER_DONE) < 0;
failed:
  error.message[sizeof error.message - 1] = '\0'; /* the plugin wrote it */
  (void)runner_channel_tell(&runner->channel, verdict,
                            error.code != 0 ? error.code : HG_ERROR_FAILED,
                            error.code != 0 ? error.message : "failed without saying why");
  return 1;
}

int plugin_runner(const char *path) {
  struct hg_error error = HG_ERROR_INIT;
  struct plugin_runner *runner = calloc(1, sizeof *runner);
  int exit_code = 2;

  if (!runner || runner_channel_open(&runner->channel, &error) < 0) {
    log_line(HG_LOG_ERROR, NULL, "%s", runner ? error.message : "out of memory");
    free(runner);
    return exit_code;
  }
  arena_init(&runner->event_arena);
  arena_init(&runner->run_arena);
  outcomes_init(&runner->outcomes);
  runner->failing = "";
  limit_resources();
  exit_code = run(runner, path);
  runner_conduct_finish(&runner->conduct);
  outcomes_finish(&runner->outcomes);
  plugin_set_finish(&runner->plugins);
  arena_finish(&runner->run_arena);
  arena_finish(&runner->event_arena);
  runner_channel_close(&runner->channel);
  free(runner);
  return exit_code;
}
