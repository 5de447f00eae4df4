/* SPDX-License-Identifier: Apache-2.0 */
#include "field_row.h"
#include "fields.h"

#include <headgate/abi.h>
#include <headgate/applier.h>
#include <headgate/diagnostic.h>
#include <headgate/document.h>
#include <headgate/generator.h>
#include <headgate/job.h>
#include <headgate/passed_over.h>
#include <headgate/plan.h>
#include <headgate/reporter.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <headgate/scanner.h>
#include <headgate/validator.h>

#define FIELD(type, name, kind)                                                                    \
  { #name, FIELD_##kind, offsetof(struct type, name), 0, NULL, NULL }
#define COUNTED(type, name, kind, counter)                                                         \
  { #name, FIELD_##kind, offsetof(struct type, name), offsetof(struct type, counter), NULL, NULL }
#define NESTED(type, name, kind, counter, rows)                                                    \
  { #name, FIELD_##kind, offsetof(struct type, name), offsetof(struct type, counter), rows, NULL }
#define DESCRIBE(described, type)                                                                  \
  const struct described_struct described = {#type, sizeof(struct type), type##_fields,            \
                                             sizeof type##_fields / sizeof *type##_fields}

/* What a simulated later minor puts at the end of each struct (later_headers.py): read only where
 * HG_HAS says that it is there. */
#ifdef HG_LATER
#define LATER(type) LATER_FIELD(type, later_text, TEXT), LATER_FIELD(type, later_number, U64)
#define LATER_FIELD(type, name, kind)                                                              \
  { #name, FIELD_##kind, offsetof(struct type, name), 0, NULL, type##_has_##name }
#define HAS_LATER(type)                                                                            \
  static int type##_has_later_text(const void *pointer) {                                          \
    const struct type *that = pointer;                                                             \
    return HG_HAS(that, later_text);                                                               \
  }                                                                                                \
  static int type##_has_later_number(const void *pointer) {                                        \
    const struct type *that = pointer;                                                             \
    return HG_HAS(that, later_number);                                                             \
  }
HAS_LATER(hg_apply_sink)
HAS_LATER(hg_diagnostic)
HAS_LATER(hg_diagnostic_sink)
HAS_LATER(hg_document)
HAS_LATER(hg_document_sink)
HAS_LATER(hg_generate_request)
HAS_LATER(hg_generate_sink)
HAS_LATER(hg_host)
HAS_LATER(hg_job_details)
HAS_LATER(hg_job_completion)
HAS_LATER(hg_job_observation)
HAS_LATER(hg_job_result)
HAS_LATER(hg_launch)
HAS_LATER(hg_limits_sink)
HAS_LATER(hg_output)
HAS_LATER(hg_passed_over)
HAS_LATER(hg_plan)
HAS_LATER(hg_plan_item)
HAS_LATER(hg_preflight_sink)
HAS_LATER(hg_result)
HAS_LATER(hg_run)
HAS_LATER(hg_scan_request)
HAS_LATER(hg_validate_request)
HAS_LATER(hg_validation)
#else
#define LATER(type)
#endif

static const struct field hg_apply_sink_fields[] = {FIELD(hg_apply_sink, struct_size, SIZE),
                                                    FIELD(hg_apply_sink, reserved, U32),
                                                    FIELD(hg_apply_sink, context, ADDRESS),
                                                    FIELD(hg_apply_sink, start, ADDRESS),
                                                    FIELD(hg_apply_sink, finish, ADDRESS),
                                                    FIELD(hg_apply_sink, room, ADDRESS),
                                                    LATER(hg_apply_sink)};
DESCRIBE(described_apply_sink, hg_apply_sink);

static const struct field hg_launch_fields[] = {FIELD(hg_launch, struct_size, SIZE),
                                                FIELD(hg_launch, answer, U32),
                                                FIELD(hg_launch, item, U64),
                                                FIELD(hg_launch, attempt, U32),
                                                FIELD(hg_launch, command_count, U32),
                                                COUNTED(hg_launch, command, ARGV, command_count),
                                                FIELD(hg_launch, has_standard_input, U32),
                                                FIELD(hg_launch, reserved, U32),
                                                FIELD(hg_launch, standard_input, BYTES),
                                                LATER(hg_launch)};
DESCRIBE(described_launch, hg_launch);

static const struct field hg_preflight_sink_fields[] = {
    FIELD(hg_preflight_sink, struct_size, SIZE), FIELD(hg_preflight_sink, wants_objects, U32),
    FIELD(hg_preflight_sink, context, ADDRESS),  FIELD(hg_preflight_sink, verdict, ADDRESS),
    FIELD(hg_preflight_sink, document, ADDRESS), LATER(hg_preflight_sink)};
DESCRIBE(described_preflight_sink, hg_preflight_sink);

static const struct field hg_limits_sink_fields[] = {
    FIELD(hg_limits_sink, struct_size, SIZE), FIELD(hg_limits_sink, reserved, U32),
    FIELD(hg_limits_sink, context, ADDRESS),  FIELD(hg_limits_sink, object, ADDRESS),
    FIELD(hg_limits_sink, over, ADDRESS),     LATER(hg_limits_sink)};
DESCRIBE(described_limits_sink, hg_limits_sink);

static const struct field hg_diagnostic_fields[] = {FIELD(hg_diagnostic, struct_size, SIZE),
                                                    FIELD(hg_diagnostic, severity, U32),
                                                    FIELD(hg_diagnostic, line, U32),
                                                    FIELD(hg_diagnostic, column, U32),
                                                    FIELD(hg_diagnostic, rule, TEXT),
                                                    FIELD(hg_diagnostic, field, TEXT),
                                                    FIELD(hg_diagnostic, message, TEXT),
                                                    FIELD(hg_diagnostic, advice, TEXT),
                                                    LATER(hg_diagnostic)};
static DESCRIBE(described_diagnostic, hg_diagnostic);

static const struct field hg_job_details_fields[] = {
    FIELD(hg_job_details, struct_size, SIZE),
    FIELD(hg_job_details, container_count, U32),
    FIELD(hg_job_details, label_count, U32),
    FIELD(hg_job_details, command_count, U32),
    FIELD(hg_job_details, arg_count, U32),
    FIELD(hg_job_details, env_count, U32),
    FIELD(hg_job_details, request_count, U32),
    FIELD(hg_job_details, limit_count, U32),
    FIELD(hg_job_details, image, TEXT),
    COUNTED(hg_job_details, labels, PAIRS, label_count),
    COUNTED(hg_job_details, command, TEXTS, command_count),
    COUNTED(hg_job_details, args, TEXTS, arg_count),
    COUNTED(hg_job_details, env, PAIRS, env_count),
    COUNTED(hg_job_details, requests, PAIRS, request_count),
    COUNTED(hg_job_details, limits, PAIRS, limit_count),
    LATER(hg_job_details)};
static DESCRIBE(described_job_details, hg_job_details);

static const struct field hg_validation_fields[] = {
    FIELD(hg_validation, struct_size, SIZE),
    FIELD(hg_validation, valid, U32),
    FIELD(hg_validation, document_number, U32),
    FIELD(hg_validation, error_count, U32),
    FIELD(hg_validation, warning_count, U32),
    FIELD(hg_validation, parameter_count, U32),
    FIELD(hg_validation, job_name, TEXT),
    FIELD(hg_validation, job_namespace, TEXT),
    FIELD(hg_validation, yaml_path, TEXT),
    NESTED(hg_validation, errors, STRUCTS, error_count, &described_diagnostic),
    NESTED(hg_validation, warnings, STRUCTS, warning_count, &described_diagnostic),
    NESTED(hg_validation, details, STRUCT, details, &described_job_details),
    COUNTED(hg_validation, parameters, PAIRS, parameter_count),
    LATER(hg_validation)};
DESCRIBE(described_validation, hg_validation);

/* A node has no struct_size of its own: it grows with hg_document.node_size. */
static const struct field hg_node_fields[] = {
    FIELD(hg_node, text, TEXT),     FIELD(hg_node, tag, TEXT),    FIELD(hg_node, length, U32),
    FIELD(hg_node, line, U32),      FIELD(hg_node, column, U32),  FIELD(hg_node, kind, U8),
    FIELD(hg_node, style, U8),      FIELD(hg_node, flags, U16),   FIELD(hg_node, key, ADDRESS),
    FIELD(hg_node, first, ADDRESS), FIELD(hg_node, next, ADDRESS)};
DESCRIBE(described_node, hg_node);

static const struct field hg_document_fields[] = {FIELD(hg_document, struct_size, SIZE),
                                                  FIELD(hg_document, node_size, NODE_SIZE),
                                                  FIELD(hg_document, document_number, U32),
                                                  FIELD(hg_document, document_count, U32),
                                                  FIELD(hg_document, yaml_path, TEXT),
                                                  FIELD(hg_document, root, ADDRESS),
                                                  FIELD(hg_document, offset, U64),
                                                  FIELD(hg_document, bytes, BYTES),
                                                  FIELD(hg_document, flags, U32),
                                                  FIELD(hg_document, reserved, U32),
                                                  LATER(hg_document)};
DESCRIBE(described_document, hg_document);

static const struct field hg_generate_request_fields[] = {
    FIELD(hg_generate_request, struct_size, SIZE), FIELD(hg_generate_request, flags, U32),
    FIELD(hg_generate_request, output_dir, TEXT), LATER(hg_generate_request)};
DESCRIBE(described_generate_request, hg_generate_request);

static const struct field hg_scan_request_fields[] = {
    FIELD(hg_scan_request, struct_size, SIZE),
    FIELD(hg_scan_request, operand_count, U32),
    COUNTED(hg_scan_request, operands, TEXTS, operand_count),
    FIELD(hg_scan_request, exclude_count, U32),
    FIELD(hg_scan_request, reserved, U32),
    COUNTED(hg_scan_request, excludes, TEXTS, exclude_count),
    LATER(hg_scan_request)};
DESCRIBE(described_scan_request, hg_scan_request);

static const struct field hg_validate_request_fields[] = {
    FIELD(hg_validate_request, struct_size, SIZE), FIELD(hg_validate_request, reserved, U32),
    FIELD(hg_validate_request, applier, TEXT), LATER(hg_validate_request)};
DESCRIBE(described_validate_request, hg_validate_request);

static const struct field hg_generate_sink_fields[] = {FIELD(hg_generate_sink, struct_size, SIZE),
                                                       FIELD(hg_generate_sink, reserved, U32),
                                                       FIELD(hg_generate_sink, context, ADDRESS),
                                                       FIELD(hg_generate_sink, fact, ADDRESS),
                                                       FIELD(hg_generate_sink, add, ADDRESS),
                                                       FIELD(hg_generate_sink, show, ADDRESS),
                                                       LATER(hg_generate_sink)};
DESCRIBE(described_generate_sink, hg_generate_sink);

static const struct field hg_host_fields[] = {FIELD(hg_host, struct_size, SIZE),
                                              FIELD(hg_host, abi_minor, U32),
                                              FIELD(hg_host, context, ADDRESS),
                                              FIELD(hg_host, log, ADDRESS),
                                              FIELD(hg_host, cancelled, ADDRESS),
                                              FIELD(hg_host, option, ADDRESS),
                                              FIELD(hg_host, credentials, ADDRESS),
                                              FIELD(hg_host, credentials_release, ADDRESS),
                                              LATER(hg_host)};
DESCRIBE(described_host, hg_host);

static const struct field hg_plan_item_fields[] = {
    FIELD(hg_plan_item, struct_size, SIZE),
    FIELD(hg_plan_item, document_number, U32),
    FIELD(hg_plan_item, document_count, U32),
    FIELD(hg_plan_item, kubectl_command_count, U32),
    FIELD(hg_plan_item, job_name, TEXT),
    FIELD(hg_plan_item, job_namespace, TEXT),
    FIELD(hg_plan_item, yaml_path, TEXT),
    COUNTED(hg_plan_item, kubectl_command, ARGV, kubectl_command_count),
    FIELD(hg_plan_item, sha256, SHA256),
    FIELD(hg_plan_item, reads_standard_input, U32),
    FIELD(hg_plan_item, parameter_count, U32),
    COUNTED(hg_plan_item, parameters, PAIRS, parameter_count),
    FIELD(hg_plan_item, vanishes, U32),
    FIELD(hg_plan_item, reserved, U32),
    LATER(hg_plan_item)};
static DESCRIBE(described_plan_item, hg_plan_item);

static const struct field hg_plan_fields[] = {
    FIELD(hg_plan, struct_size, SIZE), FIELD(hg_plan, reserved, U32),
    FIELD(hg_plan, total_jobs, U64),
    NESTED(hg_plan, jobs, STRUCTS64, total_jobs, &described_plan_item), LATER(hg_plan)};
DESCRIBE(described_plan, hg_plan);

static const struct field hg_output_fields[] = {FIELD(hg_output, struct_size, SIZE),
                                                FIELD(hg_output, flags, U32),
                                                FIELD(hg_output, context, ADDRESS),
                                                FIELD(hg_output, write, ADDRESS),
                                                FIELD(hg_output, columns, U32),
                                                FIELD(hg_output, reserved, U32),
                                                LATER(hg_output)};
DESCRIBE(described_output, hg_output);

static const struct field hg_job_result_fields[] = {
    FIELD(hg_job_result, struct_size, SIZE),
    FIELD(hg_job_result, status, U32),
    FIELD(hg_job_result, return_code, I32),
    FIELD(hg_job_result, signal, I32),
    FIELD(hg_job_result, attempt, U32),
    FIELD(hg_job_result, flags, U32),
    FIELD(hg_job_result, document_number, U32),
    FIELD(hg_job_result, command_count, U32),
    FIELD(hg_job_result, job_name, TEXT),
    FIELD(hg_job_result, job_namespace, TEXT),
    FIELD(hg_job_result, yaml_path, TEXT),
    COUNTED(hg_job_result, command, ARGV, command_count),
    FIELD(hg_job_result, stdout_text, BYTES),
    FIELD(hg_job_result, stderr_text, BYTES),
    FIELD(hg_job_result, reason, TEXT),
    FIELD(hg_job_result, timestamp, TEXT),
    FIELD(hg_job_result, duration_ms, I64),
    FIELD(hg_job_result, failure_class, TEXT),
    FIELD(hg_job_result, advice, TEXT),
    FIELD(hg_job_result, verb, U32),
    FIELD(hg_job_result, warning_count, U32),
    COUNTED(hg_job_result, warnings, TEXTS, warning_count),
    FIELD(hg_job_result, http_status, U32),
    FIELD(hg_job_result, parameter_count, U32),
    COUNTED(hg_job_result, parameters, PAIRS, parameter_count),
    LATER(hg_job_result)};
DESCRIBE(described_job_result, hg_job_result);

static const struct field hg_job_observation_fields[] = {
    FIELD(hg_job_observation, struct_size, SIZE),
    FIELD(hg_job_observation, phase, U32),
    FIELD(hg_job_observation, document_number, U32),
    FIELD(hg_job_observation, active, I32),
    FIELD(hg_job_observation, succeeded, I32),
    FIELD(hg_job_observation, failed, I32),
    FIELD(hg_job_observation, completions, I32),
    FIELD(hg_job_observation, reserved, U32),
    FIELD(hg_job_observation, job_name, TEXT),
    FIELD(hg_job_observation, job_namespace, TEXT),
    FIELD(hg_job_observation, yaml_path, TEXT),
    FIELD(hg_job_observation, uid, TEXT),
    FIELD(hg_job_observation, reason, TEXT),
    FIELD(hg_job_observation, seen_at, TEXT),
    LATER(hg_job_observation)};
DESCRIBE(described_job_observation, hg_job_observation);

static const struct field hg_job_completion_fields[] = {
    FIELD(hg_job_completion, struct_size, SIZE),
    FIELD(hg_job_completion, outcome, U32),
    FIELD(hg_job_completion, flags, U32),
    FIELD(hg_job_completion, document_number, U32),
    FIELD(hg_job_completion, exit_code, I32),
    FIELD(hg_job_completion, signal, I32),
    FIELD(hg_job_completion, succeeded, I32),
    FIELD(hg_job_completion, failed, I32),
    FIELD(hg_job_completion, completions, I32),
    FIELD(hg_job_completion, pods, U32),
    FIELD(hg_job_completion, logs_kept, U32),
    FIELD(hg_job_completion, logs_lost, U32),
    FIELD(hg_job_completion, job_name, TEXT),
    FIELD(hg_job_completion, job_namespace, TEXT),
    FIELD(hg_job_completion, yaml_path, TEXT),
    FIELD(hg_job_completion, uid, TEXT),
    FIELD(hg_job_completion, reason, TEXT),
    FIELD(hg_job_completion, message, TEXT),
    FIELD(hg_job_completion, failure_class, TEXT),
    FIELD(hg_job_completion, cause, TEXT),
    FIELD(hg_job_completion, advice, TEXT),
    FIELD(hg_job_completion, pod, TEXT),
    FIELD(hg_job_completion, container, TEXT),
    FIELD(hg_job_completion, termination_message, TEXT),
    FIELD(hg_job_completion, log_path, TEXT),
    FIELD(hg_job_completion, log_tail, BYTES),
    FIELD(hg_job_completion, started_at, TEXT),
    FIELD(hg_job_completion, finished_at, TEXT),
    FIELD(hg_job_completion, decided_at, TEXT),
    FIELD(hg_job_completion, duration_ms, I64),
    FIELD(hg_job_completion, derived_from, TEXT),
    LATER(hg_job_completion)};
DESCRIBE(described_job_completion, hg_job_completion);

static const struct field hg_passed_over_fields[] = {FIELD(hg_passed_over, struct_size, SIZE),
                                                     FIELD(hg_passed_over, document_number, U32),
                                                     FIELD(hg_passed_over, line, U32),
                                                     FIELD(hg_passed_over, column, U32),
                                                     FIELD(hg_passed_over, last_line, U32),
                                                     FIELD(hg_passed_over, first_line, U32),
                                                     FIELD(hg_passed_over, yaml_path, TEXT),
                                                     FIELD(hg_passed_over, api_version, TEXT),
                                                     FIELD(hg_passed_over, kind, TEXT),
                                                     FIELD(hg_passed_over, name, TEXT),
                                                     FIELD(hg_passed_over, object_namespace, TEXT),
                                                     FIELD(hg_passed_over, needed_by, U64),
                                                     FIELD(hg_passed_over, advice, TEXT),
                                                     LATER(hg_passed_over)};
DESCRIBE(described_passed_over, hg_passed_over);

static const struct field hg_result_fields[] = {
    FIELD(hg_result, struct_size, SIZE),
    FIELD(hg_result, exit_code, I32),
    FIELD(hg_result, total_jobs, U64),
    FIELD(hg_result, successful_jobs, U64),
    FIELD(hg_result, failed_jobs, U64),
    FIELD(hg_result, skipped_jobs, U64),
    FIELD(hg_result, valid_jobs, U64),
    FIELD(hg_result, invalid_jobs, U64),
    FIELD(hg_result, job_result_count, U64),
    NESTED(hg_result, job_results, STRUCTS64, job_result_count, &described_job_result),
    FIELD(hg_result, finished_at, TEXT),
    FIELD(hg_result, duration_ms, I64),
    FIELD(hg_result, error, TEXT),
    FIELD(hg_result, is_watched, U32),
    FIELD(hg_result, reserved, U32),
    FIELD(hg_result, completed_jobs, U64),
    FIELD(hg_result, uncompleted_jobs, U64),
    FIELD(hg_result, never_started_jobs, U64),
    FIELD(hg_result, undecided_jobs, U64),
    FIELD(hg_result, retried_jobs, U64),
    FIELD(hg_result, unselected_jobs, U64),
    LATER(hg_result)};
DESCRIBE(described_result, hg_result);

static const struct field hg_run_fields[] = {FIELD(hg_run, struct_size, SIZE),
                                             FIELD(hg_run, mode, U32),
                                             FIELD(hg_run, run_id, I64),
                                             FIELD(hg_run, command, TEXT),
                                             FIELD(hg_run, jobs_dir, TEXT),
                                             FIELD(hg_run, kubeconfig, TEXT),
                                             FIELD(hg_run, context, TEXT),
                                             FIELD(hg_run, started_at, TEXT),
                                             FIELD(hg_run, host_version, TEXT),
                                             FIELD(hg_run, kubernetes_version, TEXT),
                                             LATER(hg_run)};
DESCRIBE(described_run, hg_run);

static const struct field hg_document_sink_fields[] = {
    FIELD(hg_document_sink, struct_size, SIZE),
    FIELD(hg_document_sink, reserved, U32),
    FIELD(hg_document_sink, context, ADDRESS),
    FIELD(hg_document_sink, add, ADDRESS),
    FIELD(hg_document_sink, problem, ADDRESS),
    FIELD(hg_document_sink, passed_over, ADDRESS),
    LATER(hg_document_sink)};
DESCRIBE(described_document_sink, hg_document_sink);

static const struct field hg_diagnostic_sink_fields[] = {
    FIELD(hg_diagnostic_sink, struct_size, SIZE), FIELD(hg_diagnostic_sink, reserved, U32),
    FIELD(hg_diagnostic_sink, context, ADDRESS), FIELD(hg_diagnostic_sink, add, ADDRESS),
    LATER(hg_diagnostic_sink)};
DESCRIBE(described_diagnostic_sink, hg_diagnostic_sink);
