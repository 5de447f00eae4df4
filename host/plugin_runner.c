#include "plugin_runner.h"

#include "interrupt.h"
#include "log.h"
#include "outcomes.h"
#include "plugin_options.h"
#include "run_event_read.h"
#include "runner_channel.h"
#include "runner_configuration.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct plugin_runner {
  struct runner_channel channel;
  struct runner_configuration configuration;
  struct settings settings;
  struct plugin_set plugins;
  const struct plugin *plugin;
  struct hg_host host;
  struct hg_output output;
  uint64_t written; /* bytes of the report */
  void *object;
  struct arena event_arena; /* what the current event points to */
  struct arena run_arena;   /* what the outcomes point to */
  struct outcomes outcomes; /* what run_finished lists */
  bool is_over;             /* run_finished came */
};

/* What hg_host and hg_output give. Their context is the struct plugin_runner. */

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

static int32_t write_output(const struct hg_output *output, const char *data, uint64_t length,
                            struct hg_error *err) {
  struct plugin_runner *runner = output->context;
  uint64_t limit = runner->configuration.output_limit;

  if (limit > 0 && length > limit - runner->written)
    return hg_error_set(err, HG_ERROR_IO, "No space left on device");
  runner->written += length;
  if (runner_channel_report(&runner->channel, data, length) < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "nobody takes the report any more");
  return 0;
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

static int32_t load(struct plugin_runner *runner, const char *path, struct hg_error *err) {
  ssize_t length = runner_channel_read(&runner->channel);

  if (length < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "the run did not begin");
  runner->plugins.settings = &runner->settings;
  if (runner_configuration_read(runner->channel.line, (size_t)length, &runner->configuration,
                                &runner->settings, err) < 0 ||
      plugin_load(&runner->plugins, path,
                  runner->configuration.describes_only ? 0 : HG_STAGE_REPORTER, &runner->plugin,
                  err) < 0)
    return -1;
  if (runner_channel_describe(&runner->channel, runner->plugin) < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "nobody listens");
  return 0;
}

static int32_t create(struct plugin_runner *runner, struct hg_error *err) {
  runner->host = runner->plugin->host;
  runner->host.context = runner;
  runner->host.log = host_log;
  runner->host.cancelled = host_cancelled;
  runner->host.option = host_option;
  runner->output.struct_size = sizeof runner->output;
  runner->output.flags = runner->configuration.output_flags;
  runner->output.context = runner;
  runner->output.write = write_output;
  if (runner->plugin->ops.reporter.create(&runner->host, &runner->output, &runner->object, err) < 0)
    return -1;
  return runner_channel_answer(&runner->channel, RUNNER_READY);
}

static const char *keep(struct plugin_runner *runner, const char *text) {
  return arena_copy(&runner->run_arena, text, strlen(text));
}

/* Keeps what run_finished will list. */
static int32_t keep_result(struct plugin_runner *runner, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct hg_job_result kept = *result;
  const char **command =
      arena_alloc(&runner->run_arena, ((size_t)result->command_count + 1) * sizeof *command);

  kept.job_name = keep(runner, result->job_name);
  kept.job_namespace = keep(runner, result->job_namespace);
  kept.yaml_path = keep(runner, result->yaml_path);
  if (!command || !kept.job_name || !kept.job_namespace || !kept.yaml_path)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  for (uint32_t i = 0; i < result->command_count; i++) {
    command[i] = keep(runner, result->command[i]);
    if (!command[i])
      return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  }
  command[result->command_count] = NULL;
  kept.command = command;
  return outcomes_add(&runner->outcomes, &kept, err);
}

static int32_t hand_over(struct plugin_runner *runner, struct run_event *event,
                         struct hg_error *err) {
  const struct hg_reporter_ops *ops = &runner->plugin->ops.reporter;

  switch (event->kind) {
  case RUN_EVENT_RUN_STARTED:
    return ops->run_started ? ops->run_started(runner->object, &event->as.run, err) : 0;
  case RUN_EVENT_JOB_VALIDATED:
    return ops->job_validated ? ops->job_validated(runner->object, &event->as.validation, err) : 0;
  case RUN_EVENT_JOB_FINISHED:
    if (keep_result(runner, &event->as.job_result, err) < 0)
      return -1;
    return ops->job_finished ? ops->job_finished(runner->object, &event->as.job_result, err) : 0;
  case RUN_EVENT_RUN_FINISHED:
    runner->is_over = true;
    event->as.result.job_result_count = runner->outcomes.count;
    event->as.result.job_results = runner->outcomes.results;
    return ops->run_finished(runner->object, &event->as.result, err);
  case RUN_EVENT_UNKNOWN:
    break;
  }
  return 0;
}

/* All events. The error of a plugin that fails and does not say why is not left empty. */
static int32_t follow(struct plugin_runner *runner, struct hg_error *err) {
  ssize_t length;
  int32_t result = 0;

  while (result == 0 && !runner->is_over && (length = runner_channel_read(&runner->channel)) >= 0) {
    struct run_event event;

    result =
        run_event_read(&event, runner->channel.line, (size_t)length, &runner->event_arena, err);
    if (result == 0 && hand_over(runner, &event, err) != 0) {
      result = -1;
      if (err->code == 0)
        (void)hg_error_set(err, HG_ERROR_FAILED, "failed without saying why");
    }
    run_event_finish(&event);
    arena_reset(&runner->event_arena);
  }
  if (result == 0 && !runner->is_over)
    return hg_error_set(err, HG_ERROR_CANCELLED, "the events stopped before the run was over");
  return result;
}

static int run(struct plugin_runner *runner, const char *path) {
  struct hg_error error = HG_ERROR_INIT;
  enum runner_answer_kind verdict = RUNNER_REFUSED;

  if (load(runner, path, &error) < 0)
    goto failed;
  if (runner->configuration.describes_only)
    return runner_channel_answer(&runner->channel, RUNNER_DONE) < 0;
  if (create(runner, &error) < 0)
    goto failed;
  verdict = RUNNER_FAILED;
  if (follow(runner, &error) < 0) {
    runner->plugin->ops.reporter.destroy(runner->object);
    goto failed;
  }
  runner->plugin->ops.reporter.destroy(runner->object);
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
  settings_init(&runner->settings);
  arena_init(&runner->event_arena);
  arena_init(&runner->run_arena);
  outcomes_init(&runner->outcomes);
  limit_resources();
  exit_code = run(runner, path);
  outcomes_finish(&runner->outcomes);
  arena_finish(&runner->run_arena);
  arena_finish(&runner->event_arena);
  settings_finish(&runner->settings);
  runner_channel_close(&runner->channel);
  free(runner);
  return exit_code;
}
