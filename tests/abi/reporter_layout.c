/* SPDX-License-Identifier: Apache-2.0 */
/* What is frozen: the layout of plugin.h and reporter.h, and of what they include, field by field,
 * on systems with 32-bit int and 64-bit pointers. The other stages go by their revisions.
 *
 * What stands here since a release never changes; a later minor adds rows (ABI.md). C11 and C++17
 * must agree, so this compiles as both. It is wrong if it does not compile; ctest's abi.layout also
 * shows that everything is pinned.
 */
#include <headgate/abi.h>
#include <headgate/bytes.h>
#include <headgate/completion.h>
#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/job.h>
#include <headgate/option.h>
#include <headgate/passed_over.h>
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/result.h>
#include <headgate/rule.h>
#include <headgate/run.h>
#include <stddef.h>

#ifdef __cplusplus
#define PINNED(condition, text) static_assert(condition, text)
#else
#define PINNED(condition, text) _Static_assert(condition, text)
#endif

/* A struct of `size` bytes, which no minor makes longer. */
#define FIXED(type, size)                                                                          \
  PINNED(sizeof(struct type) == (size), "struct " #type " is " #size " bytes")

/* A struct of `size` bytes in 1.0. */
#if HG_ABI_MINOR == 0
#define STRUCT(type, size) FIXED(type, size)
#else
#define STRUCT(type, size)                                                                         \
  PINNED(sizeof(struct type) >= (size), "struct " #type " was " #size " bytes")
#endif

/* The same, led by struct_size. */
#define SIZED(type, size)                                                                          \
  STRUCT(type, size);                                                                              \
  FIELD(type, struct_size, 0, 4)

#define FIELD(type, field, offset, size)                                                           \
  PINNED(offsetof(struct type, field) == (offset) && sizeof(((struct type *)0)->field) == (size),  \
         #type "." #field " was " #size " bytes at " #offset)

#define CONSTANT(name, value) PINNED((name) == (value), #name " was " #value)

/* bytes.h */
FIXED(hg_bytes, 16);
FIELD(hg_bytes, data, 0, 8);
FIELD(hg_bytes, length, 8, 8);

/* completion.h */
SIZED(hg_job_observation, 80);
FIELD(hg_job_observation, phase, 4, 4);
FIELD(hg_job_observation, document_number, 8, 4);
FIELD(hg_job_observation, active, 12, 4);
FIELD(hg_job_observation, succeeded, 16, 4);
FIELD(hg_job_observation, failed, 20, 4);
FIELD(hg_job_observation, completions, 24, 4);
FIELD(hg_job_observation, reserved, 28, 4);
FIELD(hg_job_observation, job_name, 32, 8);
FIELD(hg_job_observation, job_namespace, 40, 8);
FIELD(hg_job_observation, yaml_path, 48, 8);
FIELD(hg_job_observation, uid, 56, 8);
FIELD(hg_job_observation, reason, 64, 8);
FIELD(hg_job_observation, seen_at, 72, 8);

SIZED(hg_job_completion, 208);
FIELD(hg_job_completion, outcome, 4, 4);
FIELD(hg_job_completion, flags, 8, 4);
FIELD(hg_job_completion, document_number, 12, 4);
FIELD(hg_job_completion, exit_code, 16, 4);
FIELD(hg_job_completion, signal, 20, 4);
FIELD(hg_job_completion, succeeded, 24, 4);
FIELD(hg_job_completion, failed, 28, 4);
FIELD(hg_job_completion, completions, 32, 4);
FIELD(hg_job_completion, pods, 36, 4);
FIELD(hg_job_completion, logs_kept, 40, 4);
FIELD(hg_job_completion, logs_lost, 44, 4);
FIELD(hg_job_completion, job_name, 48, 8);
FIELD(hg_job_completion, job_namespace, 56, 8);
FIELD(hg_job_completion, yaml_path, 64, 8);
FIELD(hg_job_completion, uid, 72, 8);
FIELD(hg_job_completion, reason, 80, 8);
FIELD(hg_job_completion, message, 88, 8);
FIELD(hg_job_completion, failure_class, 96, 8);
FIELD(hg_job_completion, cause, 104, 8);
FIELD(hg_job_completion, advice, 112, 8);
FIELD(hg_job_completion, pod, 120, 8);
FIELD(hg_job_completion, container, 128, 8);
FIELD(hg_job_completion, termination_message, 136, 8);
FIELD(hg_job_completion, log_path, 144, 8);
FIELD(hg_job_completion, log_tail, 152, 16);
FIELD(hg_job_completion, started_at, 168, 8);
FIELD(hg_job_completion, finished_at, 176, 8);
FIELD(hg_job_completion, decided_at, 184, 8);
FIELD(hg_job_completion, duration_ms, 192, 8);
FIELD(hg_job_completion, derived_from, 200, 8);

CONSTANT(HG_PHASE_PENDING, 1);
CONSTANT(HG_PHASE_RUNNING, 2);
CONSTANT(HG_PHASE_SUSPENDED, 3);
CONSTANT(HG_PHASE_ENDING, 4);
CONSTANT(HG_PHASE_COMPLETE, 5);
CONSTANT(HG_PHASE_FAILED, 6);
CONSTANT(HG_PHASE_DELETED, 7);
CONSTANT(HG_PHASE_UNKNOWN, 8);
CONSTANT(HG_OUTCOME_COMPLETE, 1);
CONSTANT(HG_OUTCOME_FAILED, 2);
CONSTANT(HG_OUTCOME_NEVER_STARTED, 3);
CONSTANT(HG_OUTCOME_DELETED, 4);
CONSTANT(HG_OUTCOME_TIMED_OUT, 5);
CONSTANT(HG_OUTCOME_UNKNOWN, 6);
CONSTANT(HG_COMPLETION_EARLIER, 1);
CONSTANT(HG_COMPLETION_RETRIED, 2);

/* diagnostic.h */
SIZED(hg_diagnostic, 48);
FIELD(hg_diagnostic, severity, 4, 4);
FIELD(hg_diagnostic, line, 8, 4);
FIELD(hg_diagnostic, column, 12, 4);
FIELD(hg_diagnostic, rule, 16, 8);
FIELD(hg_diagnostic, field, 24, 8);
FIELD(hg_diagnostic, message, 32, 8);
FIELD(hg_diagnostic, advice, 40, 8);

SIZED(hg_validation, 80);
FIELD(hg_validation, valid, 4, 4);
FIELD(hg_validation, document_number, 8, 4);
FIELD(hg_validation, error_count, 12, 4);
FIELD(hg_validation, warning_count, 16, 4);
FIELD(hg_validation, parameter_count, 20, 4);
FIELD(hg_validation, job_name, 24, 8);
FIELD(hg_validation, job_namespace, 32, 8);
FIELD(hg_validation, yaml_path, 40, 8);
FIELD(hg_validation, errors, 48, 8);
FIELD(hg_validation, warnings, 56, 8);
FIELD(hg_validation, details, 64, 8);
FIELD(hg_validation, parameters, 72, 8);

/* error.h */
SIZED(hg_error, 1032);
FIELD(hg_error, code, 4, 4);
FIELD(hg_error, message, 8, 1024);

/* host.h */
SIZED(hg_host, 56);
FIELD(hg_host, abi_minor, 4, 4);
FIELD(hg_host, context, 8, 8);
FIELD(hg_host, log, 16, 8);
FIELD(hg_host, cancelled, 24, 8);
FIELD(hg_host, option, 32, 8);
FIELD(hg_host, credentials, 40, 8);
FIELD(hg_host, credentials_release, 48, 8);

/* job.h */
FIXED(hg_pair, 16);
FIELD(hg_pair, name, 0, 8);
FIELD(hg_pair, value, 8, 8);

SIZED(hg_job_details, 88);
FIELD(hg_job_details, container_count, 4, 4);
FIELD(hg_job_details, label_count, 8, 4);
FIELD(hg_job_details, command_count, 12, 4);
FIELD(hg_job_details, arg_count, 16, 4);
FIELD(hg_job_details, env_count, 20, 4);
FIELD(hg_job_details, request_count, 24, 4);
FIELD(hg_job_details, limit_count, 28, 4);
FIELD(hg_job_details, image, 32, 8);
FIELD(hg_job_details, labels, 40, 8);
FIELD(hg_job_details, command, 48, 8);
FIELD(hg_job_details, args, 56, 8);
FIELD(hg_job_details, env, 64, 8);
FIELD(hg_job_details, requests, 72, 8);
FIELD(hg_job_details, limits, 80, 8);

/* option.h */
SIZED(hg_option, 56);
FIELD(hg_option, type, 4, 4);
FIELD(hg_option, name, 8, 8);
FIELD(hg_option, default_value, 16, 8);
FIELD(hg_option, choices, 24, 8);
FIELD(hg_option, help, 32, 8);
FIELD(hg_option, least, 40, 8);
FIELD(hg_option, most, 48, 8);

/* plugin.h */
STRUCT(hg_plugin, 88);
FIELD(hg_plugin, magic, 0, 8);
FIELD(hg_plugin, struct_size, 8, 4);
FIELD(hg_plugin, abi_major, 12, 4);
FIELD(hg_plugin, abi_minor, 16, 4);
FIELD(hg_plugin, abi_minor_required, 20, 4);
FIELD(hg_plugin, stage, 24, 4);
FIELD(hg_plugin, stage_revision, 28, 4);
FIELD(hg_plugin, name, 32, 8);
FIELD(hg_plugin, version, 40, 8);
FIELD(hg_plugin, description, 48, 8);
FIELD(hg_plugin, options, 56, 8);
FIELD(hg_plugin, ops, 64, 8);
FIELD(hg_plugin, rules, 72, 8);
FIELD(hg_plugin, option_count, 80, 4);
FIELD(hg_plugin, rule_count, 84, 4);

/* passed_over.h */
SIZED(hg_passed_over, 80);
FIELD(hg_passed_over, document_number, 4, 4);
FIELD(hg_passed_over, line, 8, 4);
FIELD(hg_passed_over, column, 12, 4);
FIELD(hg_passed_over, last_line, 16, 4);
FIELD(hg_passed_over, first_line, 20, 4);
FIELD(hg_passed_over, yaml_path, 24, 8);
FIELD(hg_passed_over, api_version, 32, 8);
FIELD(hg_passed_over, kind, 40, 8);
FIELD(hg_passed_over, name, 48, 8);
FIELD(hg_passed_over, object_namespace, 56, 8);
FIELD(hg_passed_over, needed_by, 64, 8);
FIELD(hg_passed_over, advice, 72, 8);

/* reporter.h */
SIZED(hg_output, 32);
FIELD(hg_output, flags, 4, 4);
FIELD(hg_output, context, 8, 8);
FIELD(hg_output, write, 16, 8);
FIELD(hg_output, columns, 24, 4);
FIELD(hg_output, reserved, 28, 4);

SIZED(hg_reporter_ops, 88);
FIELD(hg_reporter_ops, reserved, 4, 4);
FIELD(hg_reporter_ops, create, 8, 8);
FIELD(hg_reporter_ops, run_started, 16, 8);
FIELD(hg_reporter_ops, job_validated, 24, 8);
FIELD(hg_reporter_ops, job_finished, 32, 8);
FIELD(hg_reporter_ops, run_finished, 40, 8);
FIELD(hg_reporter_ops, destroy, 48, 8);
FIELD(hg_reporter_ops, job_observed, 56, 8);
FIELD(hg_reporter_ops, job_completed, 64, 8);
FIELD(hg_reporter_ops, object_passed_over, 72, 8);
FIELD(hg_reporter_ops, alerts, 80, 8);

/* result.h */
SIZED(hg_job_result, 168);
FIELD(hg_job_result, status, 4, 4);
FIELD(hg_job_result, return_code, 8, 4);
FIELD(hg_job_result, signal, 12, 4);
FIELD(hg_job_result, attempt, 16, 4);
FIELD(hg_job_result, flags, 20, 4);
FIELD(hg_job_result, document_number, 24, 4);
FIELD(hg_job_result, command_count, 28, 4);
FIELD(hg_job_result, job_name, 32, 8);
FIELD(hg_job_result, job_namespace, 40, 8);
FIELD(hg_job_result, yaml_path, 48, 8);
FIELD(hg_job_result, command, 56, 8);
FIELD(hg_job_result, stdout_text, 64, 16);
FIELD(hg_job_result, stderr_text, 80, 16);
FIELD(hg_job_result, reason, 96, 8);
FIELD(hg_job_result, timestamp, 104, 8);
FIELD(hg_job_result, duration_ms, 112, 8);
FIELD(hg_job_result, failure_class, 120, 8);
FIELD(hg_job_result, advice, 128, 8);
FIELD(hg_job_result, verb, 136, 4);
FIELD(hg_job_result, warning_count, 140, 4);
FIELD(hg_job_result, warnings, 144, 8);
FIELD(hg_job_result, http_status, 152, 4);
FIELD(hg_job_result, parameter_count, 156, 4);
FIELD(hg_job_result, parameters, 160, 8);

SIZED(hg_result, 152);
FIELD(hg_result, exit_code, 4, 4);
FIELD(hg_result, total_jobs, 8, 8);
FIELD(hg_result, successful_jobs, 16, 8);
FIELD(hg_result, failed_jobs, 24, 8);
FIELD(hg_result, skipped_jobs, 32, 8);
FIELD(hg_result, valid_jobs, 40, 8);
FIELD(hg_result, invalid_jobs, 48, 8);
FIELD(hg_result, job_result_count, 56, 8);
FIELD(hg_result, job_results, 64, 8);
FIELD(hg_result, finished_at, 72, 8);
FIELD(hg_result, duration_ms, 80, 8);
FIELD(hg_result, error, 88, 8);
FIELD(hg_result, is_watched, 96, 4);
FIELD(hg_result, reserved, 100, 4);
FIELD(hg_result, completed_jobs, 104, 8);
FIELD(hg_result, uncompleted_jobs, 112, 8);
FIELD(hg_result, never_started_jobs, 120, 8);
FIELD(hg_result, undecided_jobs, 128, 8);
FIELD(hg_result, retried_jobs, 136, 8);
FIELD(hg_result, unselected_jobs, 144, 8);

/* rule.h */
SIZED(hg_rule, 56);
FIELD(hg_rule, severity, 4, 4);
FIELD(hg_rule, name, 8, 8);
FIELD(hg_rule, what, 16, 8);
FIELD(hg_rule, why, 24, 8);
FIELD(hg_rule, wrong, 32, 8);
FIELD(hg_rule, right, 40, 8);
FIELD(hg_rule, source, 48, 8);

/* run.h */
SIZED(hg_run, 72);
FIELD(hg_run, mode, 4, 4);
FIELD(hg_run, run_id, 8, 8);
FIELD(hg_run, command, 16, 8);
FIELD(hg_run, jobs_dir, 24, 8);
FIELD(hg_run, kubeconfig, 32, 8);
FIELD(hg_run, context, 40, 8);
FIELD(hg_run, started_at, 48, 8);
FIELD(hg_run, host_version, 56, 8);
FIELD(hg_run, kubernetes_version, 64, 8);

/* abi.h */
CONSTANT(HG_ABI_MAJOR, 1);

/* diagnostic.h */
CONSTANT(HG_SEVERITY_ERROR, 1);
CONSTANT(HG_SEVERITY_WARNING, 2);

/* error.h */
CONSTANT(HG_ERROR_FAILED, 1);
CONSTANT(HG_ERROR_INVALID, 2);
CONSTANT(HG_ERROR_NOT_FOUND, 3);
CONSTANT(HG_ERROR_IO, 4);
CONSTANT(HG_ERROR_NO_MEMORY, 5);
CONSTANT(HG_ERROR_LIMIT, 6);
CONSTANT(HG_ERROR_CANCELLED, 7);
CONSTANT(HG_ERROR_UNSUPPORTED, 8);
CONSTANT(HG_ERROR_BUSY, 9);

/* host.h */
CONSTANT(HG_LOG_ERROR, 1);
CONSTANT(HG_LOG_WARNING, 2);
CONSTANT(HG_LOG_INFO, 3);
CONSTANT(HG_LOG_DEBUG, 4);

/* option.h */
CONSTANT(HG_OPTION_STRING, 1);
CONSTANT(HG_OPTION_BOOLEAN, 2);
CONSTANT(HG_OPTION_INTEGER, 3);
CONSTANT(HG_OPTION_CHOICE, 4);
CONSTANT(HG_OPTION_LIST, 5);
CONSTANT(HG_OPTION_PATH, 6);
CONSTANT(HG_OPTION_CONSENT, 7);

/* plugin.h */
CONSTANT(HG_REPORTER_REVISION, 0);
CONSTANT(HG_PLUGIN_MAGIC, UINT64_C(0x4845414447415445));
CONSTANT(HG_STAGE_GENERATOR, 1);
CONSTANT(HG_STAGE_SCANNER, 2);
CONSTANT(HG_STAGE_VALIDATOR, 3);
CONSTANT(HG_STAGE_APPLIER, 4);
CONSTANT(HG_STAGE_REPORTER, 5);
CONSTANT(HG_STAGE_WATCHER, 6);

/* reporter.h */
CONSTANT(HG_OUTPUT_TERMINAL, 1);
CONSTANT(HG_OUTPUT_COLOR, 2);
CONSTANT(HG_OUTPUT_FULL, 4);
CONSTANT(HG_OUTPUT_ASCII, 8);

/* result.h */
CONSTANT(HG_STATUS_SKIPPED, 1);
CONSTANT(HG_STATUS_SUCCESS, 2);
CONSTANT(HG_STATUS_FAILED, 3);
CONSTANT(HG_RESULT_STDOUT_CUT, 1);
CONSTANT(HG_RESULT_STDERR_CUT, 2);
CONSTANT(HG_VERB_NONE, 0);
CONSTANT(HG_VERB_CREATED, 1);
CONSTANT(HG_VERB_CONFIGURED, 2);
CONSTANT(HG_VERB_UNCHANGED, 3);
CONSTANT(HG_WARNINGS_MAX, 16);

/* run.h */
CONSTANT(HG_MODE_VALIDATE, 1);
CONSTANT(HG_MODE_DRY_RUN, 2);
CONSTANT(HG_MODE_APPLY, 3);
