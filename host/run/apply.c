/* SPDX-License-Identifier: Apache-2.0 */
#include "run/apply.h"

#include "run/gate.h"
#include "run/namespace_words.h"
#include "run/preflight.h"
#include "run/replacement.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <string.h>

static bool is_apply(const struct run *run) {
  return run->request->mode == HG_MODE_APPLY;
}

static void log_mode(const struct run *run) {
  log_line(HG_LOG_INFO, LOG_APPLY, "Mode: %s", is_apply(run) ? "APPLY" : "DRY-RUN");
}

/* Said when it is so: whatever can refuse the run has been asked. */
static void log_enabled(const struct run *run) {
  if (is_apply(run))
    log_line(HG_LOG_WARNING, LOG_APPLY, "⚠️  APPLY MODE ENABLED - %s",
             run_request_asks_server(run->request) ? "the API server will be asked"
                                                   : "kubectl will be executed");
}

/* One Job keeps the others from being applied too. */
static void skip_all(struct run *run, const char *reason) {
  struct hg_error error = HG_ERROR_INIT;

  if (run->history && history_skip_jobs(run->history, timestamp_now_ms(), reason, &error) < 0)
    log_line(HG_LOG_WARNING, NULL, "%s", error.message);
}

static int32_t refuse_invalid(struct run *run, struct hg_error *err) {
  skip_all(run, "not applied: another Job of the run is invalid");
  return hg_error_set(err, HG_ERROR_INVALID, "%llu of %llu Jobs %s invalid: nothing was applied",
                      (unsigned long long)run->counts.invalid,
                      (unsigned long long)run->counts.documents,
                      run->counts.invalid == 1 ? "is" : "are");
}

static void log_verdicts(const struct preflight *preflight, const struct hg_plan *plan) {
  for (uint64_t i = 0; i < preflight->count; i++) {
    const struct preflight_row *row = &preflight->rows[i];
    bool is_refused = row->verdict == HG_PREFLIGHT_REFUSED;

    log_line(is_refused ? HG_LOG_ERROR : HG_LOG_INFO, LOG_APPLY, "Preflight: %s: %s%s%s%s%s",
             preflight_verdict_name(row->verdict), plan->jobs[i]->job_name, is_refused ? ": " : "",
             is_refused ? row->reason : "", is_refused && *row->advice ? "; " : "",
             is_refused ? row->advice : "");
    for (const char *const *warning = row->warnings; warning && *warning; warning++)
      log_line(HG_LOG_WARNING, LOG_APPLY, "Warning for %s: %s", plan->jobs[i]->job_name, *warning);
  }
}

/* What the batch asks of each namespace, and where that is too much. */
static void log_namespaces(const struct namespace_report *reports) {
  static const uint32_t levels[] = {
      [FINDING_NEVER] = HG_LOG_ERROR,
      [FINDING_LATER] = HG_LOG_WARNING,
      [FINDING_UNKNOWN] = HG_LOG_WARNING,
  };
  struct text_buffer text;

  text_buffer_init(&text);
  for (const struct namespace_report *report = reports; report; report = report->next) {
    text_buffer_reset(&text);
    namespace_summary_append(&text, report);
    log_line(HG_LOG_INFO, LOG_APPLY, "Preflight: %s", text_buffer_string(&text));
    for (const struct limit_finding *finding = report->findings.first; finding;
         finding = finding->next) {
      text_buffer_reset(&text);
      limit_finding_append(&text, finding);
      log_line(levels[finding->kind], LOG_APPLY, "Preflight: %s: %s", report->name,
               text_buffer_string(&text));
    }
    text_buffer_reset(&text);
    namespace_unread_append(&text, report);
    if (text.length > 0)
      log_line(HG_LOG_INFO, LOG_APPLY, "Preflight: %s: %s", report->name,
               text_buffer_string(&text));
  }
  text_buffer_finish(&text);
}

/* All or nothing: one refusal stops the batch. */
static int32_t ask_server(struct run *run, struct hg_error *err) {
  struct preflight preflight;
  int32_t result;

  preflight_init(&preflight);
  result = preflight_run(&preflight, run, err);
  if (result == 0) {
    log_verdicts(&preflight, &run->plan.plan);
    log_namespaces(preflight.namespaces);
    if (preflight.refused > 0) {
      skip_all(run, "not applied: the server would refuse a Job of the run");
      result = hg_error_set(
          err, HG_ERROR_INVALID, "the server would refuse %llu of %llu Jobs: nothing was applied",
          (unsigned long long)preflight.refused, (unsigned long long)preflight.count);
    } else if (preflight.impossible > 0) {
      skip_all(run, "not applied: a namespace would not take all Jobs of the run");
      result = hg_error_set(err, HG_ERROR_INVALID,
                            "a namespace's quotas or limits would not take all of it: nothing was "
                            "applied");
    }
  }
  preflight_finish(&preflight);
  return result;
}

/* Which cluster it will be, and whether that may be. A dry run only warns of what an apply would
 * refuse. */
static int32_t check_target(struct run *run, struct hg_error *err) {
  struct target_cluster *target = &run->target;
  struct hg_error refusal = HG_ERROR_INIT;

  if (target_cluster_check(target, &run->request->protected_contexts,
                           run->request->confirmed_context, &refusal) < 0) {
    if (is_apply(run)) {
      skip_all(run, "not applied: the cluster was not confirmed");
      return hg_error_set(err, refusal.code, "%s", refusal.message);
    }
    log_line(HG_LOG_WARNING, LOG_APPLY, "%s", refusal.message);
  } else if (!target->is_known && is_apply(run)) {
    skip_all(run, "not applied: it is not known which cluster is meant");
    return hg_error_set(err, target->reason.code, "%s", target->reason.message);
  }
  return 0;
}

/* Said once all Jobs are known, and with them their namespaces. */
static int32_t show_target(struct run *run, struct hg_error *err) {
  struct target_cluster *target = &run->target;
  struct target_cluster_lines lines;
  uint32_t level;

  /* A dry run needs no cluster: nothing is said of one that is not there. */
  if (!is_apply(run) && !(target->is_known && *target->target.context))
    return 0;
  if (target_cluster_describe(target, &run->plan.plan, &lines, err) < 0)
    return -1;
  /* An apply says it with --quiet too. */
  level = is_apply(run) ? HG_LOG_WARNING : HG_LOG_INFO;
  log_line(level, LOG_APPLY, "%s", lines.context);
  log_line(level, LOG_APPLY, "%s", lines.server);
  log_line(level, LOG_APPLY, "%s", lines.namespaces);
  return 0;
}

/* Whoever waits is sure, before the first launch, that the Jobs can be seen. */
static int32_t begin_to_follow(struct run *run, struct hg_error *err) {
  const struct plugin *watcher;

  if (!is_apply(run) || !run->request->kept.wait.is_wanted || run->plan.plan.total_jobs == 0)
    return 0;
  return run_load_watcher(run, &watcher, err) < 0 ? -1 : follow_begin(run, watcher, err);
}

/* The last look before the gate. */
static int32_t make_ready(struct run *run, struct hg_error *err) {
  if (begin_to_follow(run, err) < 0)
    return -1;
  log_enabled(run);
  return 0;
}

/* The names that they may bear are the cluster's to say. */
static int32_t make_tries(struct run *run, struct hg_error *err) {
  if (known_tries_plan(run, is_apply(run), err) == 0)
    return show_target(run, err);
  skip_all(run, "not applied: another Job of the run cannot be run again");
  return -1;
}

/* From the whole plan to its outcomes. */
static int32_t apply_planned(struct run *run, struct hg_error *err) {
  bool asks = run->request->preflight;
  int32_t result = check_target(run, err);

  if (result == 0 && !run_has_tries(run))
    result = show_target(run, err);
  log_mode(run);
  if (result == 0 && is_apply(run))
    result = run_open_applier(run, err);
  if (result == 0 && run_has_tries(run))
    result = make_tries(run, err);
  if (result == 0 && is_apply(run))
    result = replacement_remove(run, err);
  if (result == 0 && !asks)
    result = make_ready(run, err);
  run_log_found(run, LOG_APPLY);
  if (result == 0 && asks)
    result = ask_server(run, err);
  if (result == 0 && asks)
    result = make_ready(run, err);
  if (result == 0)
    result = gate_execute(run, err);
  return follow_end(run, result, err);
}

int32_t apply_jobs(struct run *run, struct hg_error *err) {
  int32_t result;

  if (run->request->generation.output_dir &&
      generation_run(&run->generation, run->stages.plugins, &run->request->generation, err) < 0)
    return -1;
  result = run_validate(run, err);
  if (result == 0 && run->counts.invalid == 0 && !interrupt_requested())
    return apply_planned(run, err);
  log_mode(run);
  if (result < 0)
    return -1;
  if (run->counts.invalid > 0)
    return refuse_invalid(run, err);
  return hg_error_set(err, HG_ERROR_CANCELLED, "stopped by the user: nothing was applied");
}
