/* SPDX-License-Identifier: Apache-2.0 */
#include "events/run_event_members.h"

#include <headgate/diagnostic.h>
#include <headgate/passed_over.h>
#include <headgate/result.h>
#include <headgate/run.h>

static const struct member_word modes[] = {
    {HG_MODE_VALIDATE, "validate"},
    {HG_MODE_DRY_RUN, "dry-run"},
    {HG_MODE_APPLY, "apply"},
    {0, NULL},
};

static const struct member_word statuses[] = {
    {HG_STATUS_SKIPPED, "SKIPPED"},
    {HG_STATUS_SUCCESS, "SUCCESS"},
    {HG_STATUS_FAILED, "FAILED"},
    {0, NULL},
};

static const struct member_word verbs[] = {
    {HG_VERB_NONE, ""},
    {HG_VERB_CREATED, "created"},
    {HG_VERB_CONFIGURED, "configured"},
    {HG_VERB_UNCHANGED, "unchanged"},
    {0, NULL},
};

static const struct member_word outcomes[] = {
    {HG_OUTCOME_COMPLETE, "COMPLETE"},
    {HG_OUTCOME_FAILED, "FAILED"},
    {HG_OUTCOME_NEVER_STARTED, "NEVER-STARTED"},
    {HG_OUTCOME_DELETED, "DELETED"},
    {HG_OUTCOME_TIMED_OUT, "TIMED-OUT"},
    {HG_OUTCOME_UNKNOWN, "UNKNOWN"},
    {0, NULL},
};

static const struct member_word phases[] = {
    {HG_PHASE_PENDING, "PENDING"},
    {HG_PHASE_RUNNING, "RUNNING"},
    {HG_PHASE_SUSPENDED, "SUSPENDED"},
    {HG_PHASE_ENDING, "ENDING"},
    {HG_PHASE_COMPLETE, "COMPLETE"},
    {HG_PHASE_FAILED, "FAILED"},
    {HG_PHASE_DELETED, "DELETED"},
    {HG_PHASE_UNKNOWN, "UNKNOWN"},
    {0, NULL},
};

static const struct member_word severities[] = {
    {HG_SEVERITY_ERROR, "error"},
    {HG_SEVERITY_WARNING, "warning"},
    {0, NULL},
};

#define MEMBER(kind, type, name)                                                                   \
  { #name, MEMBER_##kind, offsetof(struct type, name), 0, NULL }
#define RENAMED(kind, type, field, name)                                                           \
  { name, MEMBER_##kind, offsetof(struct type, field), 0, NULL }
#define WORD(type, name, words)                                                                    \
  { #name, MEMBER_WORD, offsetof(struct type, name), 0, words }
#define FLAG(type, name, bit)                                                                      \
  { name, MEMBER_FLAG, offsetof(struct type, flags), bit, NULL }
#define LIST(kind, type, name, count)                                                              \
  { #name, MEMBER_##kind, offsetof(struct type, name), offsetof(struct type, count), NULL }
#define END                                                                                        \
  { NULL, MEMBER_STRING, 0, 0, NULL }

const struct member diagnostic_members[] = {
    WORD(hg_diagnostic, severity, severities), MEMBER(STRING, hg_diagnostic, rule),
    MEMBER(STRING, hg_diagnostic, field),      MEMBER(STRING, hg_diagnostic, message),
    MEMBER(UINT32, hg_diagnostic, line),       MEMBER(UINT32, hg_diagnostic, column),
    MEMBER(OPTIONAL, hg_diagnostic, advice),   END,
};

const struct member details_members[] = {
    MEMBER(UINT32, hg_job_details, container_count),
    MEMBER(STRING, hg_job_details, image),
    LIST(PAIRS, hg_job_details, labels, label_count),
    LIST(STRINGS, hg_job_details, command, command_count),
    LIST(STRINGS, hg_job_details, args, arg_count),
    LIST(NAMES, hg_job_details, env, env_count), /* a value may be a password */
    LIST(PAIRS, hg_job_details, requests, request_count),
    LIST(PAIRS, hg_job_details, limits, limit_count),
    END,
};

static const struct member run_members[] = {
    MEMBER(INT64, hg_run, run_id),
    WORD(hg_run, mode, modes),
    MEMBER(STRING, hg_run, command),
    MEMBER(STRING, hg_run, jobs_dir),
    MEMBER(STRING, hg_run, kubeconfig),
    MEMBER(STRING, hg_run, context),
    MEMBER(STRING, hg_run, started_at),
    MEMBER(STRING, hg_run, host_version),
    MEMBER(STRING, hg_run, kubernetes_version),
    END,
};

static const struct member validation_members[] = {
    MEMBER(BOOLEAN, hg_validation, valid),
    RENAMED(UINT32, hg_validation, document_number, "document"),
    MEMBER(STRING, hg_validation, job_name),
    RENAMED(STRING, hg_validation, job_namespace, "namespace"),
    MEMBER(STRING, hg_validation, yaml_path),
    LIST(DIAGNOSTICS, hg_validation, errors, error_count),
    LIST(DIAGNOSTICS, hg_validation, warnings, warning_count),
    MEMBER(DETAILS, hg_validation, details),
    LIST(PAIRS, hg_validation, parameters, parameter_count),
    END,
};

static const struct member job_result_members[] = {
    WORD(hg_job_result, status, statuses),
    MEMBER(INT32, hg_job_result, return_code),
    MEMBER(INT32, hg_job_result, signal),
    MEMBER(UINT32, hg_job_result, attempt),
    RENAMED(UINT32, hg_job_result, document_number, "document"),
    MEMBER(STRING, hg_job_result, job_name),
    RENAMED(STRING, hg_job_result, job_namespace, "namespace"),
    MEMBER(STRING, hg_job_result, yaml_path),
    LIST(STRINGS, hg_job_result, command, command_count),
    RENAMED(BYTES, hg_job_result, stdout_text, "stdout"),
    RENAMED(BYTES, hg_job_result, stderr_text, "stderr"),
    FLAG(hg_job_result, "stdout_cut", HG_RESULT_STDOUT_CUT),
    FLAG(hg_job_result, "stderr_cut", HG_RESULT_STDERR_CUT),
    MEMBER(STRING, hg_job_result, reason),
    MEMBER(STRING, hg_job_result, timestamp),
    MEMBER(INT64, hg_job_result, duration_ms),
    MEMBER(STRING, hg_job_result, failure_class),
    MEMBER(STRING, hg_job_result, advice),
    WORD(hg_job_result, verb, verbs),
    LIST(STRINGS, hg_job_result, warnings, warning_count),
    MEMBER(UINT32, hg_job_result, http_status),
    LIST(PAIRS, hg_job_result, parameters, parameter_count),
    END,
};

static const struct member observation_members[] = {
    WORD(hg_job_observation, phase, phases),
    MEMBER(INT32, hg_job_observation, active),
    MEMBER(INT32, hg_job_observation, succeeded),
    MEMBER(INT32, hg_job_observation, failed),
    MEMBER(INT32, hg_job_observation, completions),
    RENAMED(UINT32, hg_job_observation, document_number, "document"),
    MEMBER(STRING, hg_job_observation, job_name),
    RENAMED(STRING, hg_job_observation, job_namespace, "namespace"),
    MEMBER(STRING, hg_job_observation, yaml_path),
    MEMBER(STRING, hg_job_observation, uid),
    MEMBER(STRING, hg_job_observation, reason),
    MEMBER(STRING, hg_job_observation, seen_at),
    END,
};

static const struct member completion_members[] = {
    WORD(hg_job_completion, outcome, outcomes),
    FLAG(hg_job_completion, "earlier", HG_COMPLETION_EARLIER),
    FLAG(hg_job_completion, "retried", HG_COMPLETION_RETRIED),
    MEMBER(STRING, hg_job_completion, derived_from),
    RENAMED(UINT32, hg_job_completion, document_number, "document"),
    MEMBER(STRING, hg_job_completion, job_name),
    RENAMED(STRING, hg_job_completion, job_namespace, "namespace"),
    MEMBER(STRING, hg_job_completion, yaml_path),
    MEMBER(STRING, hg_job_completion, uid),
    MEMBER(STRING, hg_job_completion, reason),
    MEMBER(STRING, hg_job_completion, message),
    MEMBER(STRING, hg_job_completion, failure_class),
    MEMBER(STRING, hg_job_completion, cause),
    MEMBER(STRING, hg_job_completion, advice),
    MEMBER(STRING, hg_job_completion, pod),
    MEMBER(STRING, hg_job_completion, container),
    MEMBER(INT32, hg_job_completion, exit_code),
    MEMBER(INT32, hg_job_completion, signal),
    MEMBER(STRING, hg_job_completion, termination_message),
    MEMBER(STRING, hg_job_completion, log_path),
    MEMBER(BYTES, hg_job_completion, log_tail),
    MEMBER(UINT32, hg_job_completion, logs_kept),
    MEMBER(UINT32, hg_job_completion, logs_lost),
    MEMBER(INT32, hg_job_completion, succeeded),
    MEMBER(INT32, hg_job_completion, failed),
    MEMBER(INT32, hg_job_completion, completions),
    MEMBER(UINT32, hg_job_completion, pods),
    MEMBER(STRING, hg_job_completion, started_at),
    MEMBER(STRING, hg_job_completion, finished_at),
    MEMBER(STRING, hg_job_completion, decided_at),
    MEMBER(INT64, hg_job_completion, duration_ms),
    END,
};

static const struct member passed_over_members[] = {
    RENAMED(UINT32, hg_passed_over, document_number, "document"),
    MEMBER(UINT32, hg_passed_over, line),
    MEMBER(UINT32, hg_passed_over, column),
    MEMBER(UINT32, hg_passed_over, first_line),
    MEMBER(UINT32, hg_passed_over, last_line),
    MEMBER(STRING, hg_passed_over, yaml_path),
    MEMBER(STRING, hg_passed_over, api_version),
    MEMBER(STRING, hg_passed_over, kind),
    MEMBER(STRING, hg_passed_over, name),
    RENAMED(STRING, hg_passed_over, object_namespace, "namespace"),
    MEMBER(UINT64, hg_passed_over, needed_by),
    MEMBER(STRING, hg_passed_over, advice),
    END,
};

/* Its list of results is not repeated: each came with its own event. */
static const struct member result_members[] = {
    MEMBER(INT32, hg_result, exit_code),
    MEMBER(UINT64, hg_result, total_jobs),
    MEMBER(UINT64, hg_result, successful_jobs),
    MEMBER(UINT64, hg_result, failed_jobs),
    MEMBER(UINT64, hg_result, skipped_jobs),
    MEMBER(UINT64, hg_result, valid_jobs),
    MEMBER(UINT64, hg_result, invalid_jobs),
    MEMBER(STRING, hg_result, finished_at),
    MEMBER(INT64, hg_result, duration_ms),
    MEMBER(OPTIONAL, hg_result, error),
    RENAMED(BOOLEAN, hg_result, is_watched, "watched"),
    MEMBER(UINT64, hg_result, completed_jobs),
    MEMBER(UINT64, hg_result, uncompleted_jobs),
    MEMBER(UINT64, hg_result, never_started_jobs),
    MEMBER(UINT64, hg_result, undecided_jobs),
    MEMBER(UINT64, hg_result, retried_jobs),
    MEMBER(UINT64, hg_result, unselected_jobs),
    END,
};

const struct run_event_row run_event_rows[RUN_EVENT_COUNT] = {
    [RUN_EVENT_RUN_STARTED] = {"run_started", run_members},
    [RUN_EVENT_JOB_VALIDATED] = {"job_validated", validation_members},
    [RUN_EVENT_JOB_FINISHED] = {"job_finished", job_result_members},
    [RUN_EVENT_JOB_OBSERVED] = {"job_observed", observation_members},
    [RUN_EVENT_JOB_COMPLETED] = {"job_completed", completion_members},
    [RUN_EVENT_OBJECT_PASSED_OVER] = {"object_passed_over", passed_over_members},
    [RUN_EVENT_RUN_FINISHED] = {"run_finished", result_members},
};
