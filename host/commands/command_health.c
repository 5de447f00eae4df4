/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/look_command.h"
#include "commands/look_lines.h"
#include "history/history.h"
#include "history/history_health.h"
#include "memory/no_memory.h"
#include "run/alerting.h"
#include "run/recording.h"
#include "terminal/log.h"
#include "json/json_text.h"

#include <headgate/host.h>
#include <stdlib.h>

static int32_t judge(const struct selector_look *look, struct look_judgement *judgement,
                     struct hg_error *err) {
  static const struct health_policy policy = {.warns_on_pending = true, .unknown_is_error = true};
  enum health *each = calloc(look->job_count + 1, sizeof *each);

  *judgement = (struct look_judgement){
      .jobs = calloc(look->job_count + 1, sizeof *judgement->jobs),
  };
  if (!each || !judgement->jobs) {
    free(each);
    return no_memory(err);
  }
  for (size_t i = 0; i < look->job_count; i++) {
    judgement->jobs[i] = health_of_job(&look->jobs[i]->verdict, &policy, look->at_ms);
    each[i] = judgement->jobs[i].health;
    judgement->counts[each[i]]++;
  }
  judgement->overall = health_of_all(each, look->job_count, look->errors.count);
  free(each);
  return 0;
}

/* What is known wins over what is not: 1 before 3. */
static int exit_code_of(const struct settings *settings, const struct selector_look *look,
                        enum health overall) {
  if (overall == HEALTH_ERROR)
    return 1;
  if (!look->is_whole)
    return NOBODY_KNOWS;
  return overall == HEALTH_WARN && settings->kept.strict ? 1 : 0;
}

static struct history_subject subject_of(const struct selector_look *look) {
  return (struct history_subject){0, look->request->job_namespace, look->request->selector};
}

static int32_t add_record(struct history *history, const struct selector_look *look,
                          const struct look_judgement *judgement, int64_t *health_id,
                          struct hg_error *err) {
  struct text_buffer errors;
  struct history_health record = {
      .of = subject_of(look),
      .judged_at_ms = look->at_ms,
      .overall = health_name(judgement->overall),
      .jobs_ok = judgement->counts[HEALTH_OK],
      .jobs_warn = judgement->counts[HEALTH_WARN],
      .jobs_error = judgement->counts[HEALTH_ERROR],
  };
  int32_t result;

  text_buffer_init(&errors);
  if (look->errors.count > 0) {
    json_append(&errors, look_errors_json(look), JSON_COMPACT);
    record.errors = text_buffer_string(&errors);
  }
  result = errors.failed ? no_memory(err) : history_add_health(history, &record, health_id, err);
  text_buffer_finish(&errors);
  return result;
}

/* The judgement stands, whether it is recorded or not. 0: it is not. */
static int64_t record(const struct settings *settings, const struct selector_look *look,
                      const struct look_judgement *judgement) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = NULL;
  int64_t health_id = 0;

  if (settings->no_history)
    return 0;
  if (history_open(settings->history, &run_patience, &history, &error) < 0 ||
      add_record(history, look, judgement, &health_id, &error) < 0)
    log_line(HG_LOG_WARNING, LOG_HEALTH, "this is not recorded: %s", error.message);
  history_close(history);
  return health_id;
}

/* Tells the reporters that are told of alerts. */
static void alert(const struct settings *settings, struct reporting *reporting,
                  const struct selector_look *look, const struct look_judgement *judgement,
                  int64_t health_id) {
  const struct history_subject of = subject_of(look);
  char troubles[HEALTH_MOST_TROUBLED][HEALTH_TROUBLE_SIZE];
  const char *troubled[HEALTH_MOST_TROUBLED];
  struct alert_judgement told = {
      .at_ms = look->at_ms,
      .overall = judgement->overall,
      .counts = judgement->counts,
      .troubled = troubled,
      .health_id = health_id,
  };
  struct alerting alerting;

  for (int worst = HEALTH_ERROR; worst > HEALTH_OK; worst--)
    for (size_t i = 0; i < look->job_count && told.troubled_count < HEALTH_MOST_TROUBLED; i++) {
      const struct verdict *verdict = &look->jobs[i]->verdict;

      if ((int)judgement->jobs[i].health != worst)
        continue;
      health_describe_trouble(troubles[told.troubled_count], look->jobs[i]->name,
                              *verdict->cause ? verdict->cause : verdict->waits_for);
      troubled[told.troubled_count] = troubles[told.troubled_count];
      told.troubled_count++;
    }
  alerting_begin(&alerting, reporting, settings->no_history ? NULL : settings->history, &of);
  alerting_judge(&alerting, &told);
  alerting_finish(&alerting);
}

static int print(const struct settings *settings, const struct selector_look *look,
                 const struct look_judgement *judgement, int exit_code) {
  struct text_buffer text;

  text_buffer_init(&text);
  if (settings->output == OUTPUT_JSON)
    json_append_line(&text, look_health_json(look, judgement, exit_code), JSON_SHOWN);
  else
    look_append_health(&text, look, judgement);
  return settings->output == OUTPUT_JSON ? command_print(&text, exit_code)
                                         : command_print_lines(&text, exit_code);
}

static int look_and_judge(const struct settings *settings, struct reporting *reporting,
                          struct look_command *command) {
  struct look_judgement judgement = {.jobs = NULL};
  struct hg_error error = HG_ERROR_INIT;
  struct selector_look look;
  int exit_code = 1;

  (void)selector_look_take(&look, &command->request, &error);
  if (error.code == HG_ERROR_CANCELLED) {
    exit_code = INTERRUPTED;
  } else {
    if (error.code != 0)
      look_command_say_failed(command, LOG_HEALTH, &error);
    else if (look.job_count == 0)
      log_line(HG_LOG_WARNING, LOG_HEALTH, "no Job of namespace %s has these labels: %s",
               command->request.job_namespace, command->request.selector);
    if (judge(&look, &judgement, &error) < 0) {
      log_line(HG_LOG_ERROR, LOG_HEALTH, "%s", error.message);
    } else {
      int64_t health_id = record(settings, &look, &judgement);

      exit_code =
          print(settings, &look, &judgement, exit_code_of(settings, &look, judgement.overall));
      alert(settings, reporting, &look, &judgement, health_id);
    }
  }
  free(judgement.jobs);
  selector_look_finish(&look);
  return exit_code;
}

/* A look is no run: of what the user named, only those that are told of alerts have a part in it.
 */
static int32_t add_reporters(struct reporting *reporting, const struct settings *settings,
                             struct hg_error *err) {
  for (size_t i = 0; i < settings->reporters.count; i++) {
    const char *name = settings->reporters.items[i];
    bool is_added;

    if (reporting_add_alerted(reporting, name, &is_added, err) < 0)
      return -1;
    if (!is_added)
      log_line(HG_LOG_WARNING, LOG_HEALTH, "--reporter %s is left out: it reports runs, not health",
               name);
  }
  return 0;
}

int command_health(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct look_command command;
  struct reporting reporting;
  int exit_code = 1;

  reporting_init(&reporting, plugins, settings->reporter_timeout, false);
  if (add_reporters(&reporting, settings, &error) < 0) {
    log_line(HG_LOG_ERROR, LOG_HEALTH, "%s", error.message);
    reporting_finish(&reporting);
    return 1;
  }
  if (look_command_begin(&command, settings, plugins, false, &error) < 0)
    log_line(HG_LOG_ERROR, LOG_HEALTH, "%s", error.message);
  else
    exit_code = look_and_judge(settings, &reporting, &command);
  look_command_finish(&command);
  (void)reporting_end(&reporting, false);
  reporting_finish(&reporting);
  return exit_code;
}
