/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/look_command.h"

#include "terminal/log.h"

#include <headgate/host.h>

/* -n, else what kubectl would take. */
static const char *namespace_of(const struct look_command *command,
                                const struct settings *settings) {
  const char *own = target_cluster_default_namespace(&command->target);

  if (settings->job_namespace)
    return settings->job_namespace;
  return *own ? own : "default";
}

int32_t look_command_begin(struct look_command *command, const struct settings *settings,
                           struct plugin_set *plugins, bool wants_logs, struct hg_error *err) {
  const struct wait_settings *wait = &settings->kept.wait;
  const struct plugin *watcher;

  target_cluster_init(&command->target, settings->kubeconfig, settings->context, NULL);
  credentials_init(&command->credentials, settings->kubeconfig, settings->context);
  command->lender = (struct credential_provider){
      .context = &command->credentials,
      .acquire = credentials_acquire,
      .release = credentials_release,
  };
  command->plugins = plugins;
  plugins->credentials = &command->lender;
  if (plugin_set_check_options(plugins, err) < 0 ||
      plugin_load(plugins, "watch-cluster", HG_STAGE_WATCHER, &watcher, err) < 0)
    return -1;
  command->request = (struct look_request){
      .watcher = watcher,
      .job_namespace = namespace_of(command, settings),
      .selector = settings->selector,
      .policy = {(int64_t)wait->start_grace * 1000,
                 wait->schedule_grace > 0 ? (int64_t)wait->schedule_grace * 1000 : -1},
      .wants_logs = wants_logs,
  };
  return 0;
}

void look_command_say_failed(struct look_command *command, const char *tag,
                             const struct hg_error *failure) {
  struct hg_error error = HG_ERROR_INIT;
  struct target_cluster_lines lines;
  struct hg_plan none = {0};

  log_line(HG_LOG_ERROR, tag, "%s", failure->message);
  /* A server that answered is the right one, most likely. */
  if (failure->code == HG_ERROR_IO &&
      target_cluster_describe(&command->target, &none, &lines, &error) == 0)
    log_line(HG_LOG_ERROR, tag, "%s: --kubeconfig or --context names another one", lines.server);
}

void look_command_finish(struct look_command *command) {
  command->plugins->credentials = NULL;
  credentials_finish(&command->credentials);
  target_cluster_finish(&command->target);
}
