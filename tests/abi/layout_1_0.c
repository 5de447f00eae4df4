/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of interface 1.0 on systems with 32-bit int and 64-bit pointers, field by field.
 *
 * A plugin that was built against these headers is out there as a binary: what stands here can not
 * be changed within the major. It holds for the headers of 1.0 and of every later minor, in which a
 * struct may be longer; what a minor adds is pinned in a file of its own. C11 and C++17 must agree,
 * so this compiles as both. It is wrong if it does not compile; ctest's abi-layout also shows that
 * each struct is pinned.
 */
#include <headgate/abi.h>
#include <headgate/applier.h>
#include <headgate/bytes.h>
#include <headgate/diagnostic.h>
#include <headgate/document.h>
#include <headgate/error.h>
#include <headgate/generator.h>
#include <headgate/host.h>
#include <headgate/job.h>
#include <headgate/node.h>
#include <headgate/option.h>
#include <headgate/plan.h>
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/result.h>
#include <headgate/rule.h>
#include <headgate/run.h>
#include <headgate/scanner.h>
#include <headgate/validator.h>
#include <stddef.h>

#ifdef __cplusplus
#define PINNED(condition, text) static_assert(condition, text)
#else
#define PINNED(condition, text) _Static_assert(condition, text)
#endif

/* A struct of `size` bytes, for ever. */
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

/* applier.h */
SIZED(hg_launch, 56);
FIELD(hg_launch, answer, 4, 4);
FIELD(hg_launch, item, 8, 8);
FIELD(hg_launch, attempt, 16, 4);
FIELD(hg_launch, command_count, 20, 4);
FIELD(hg_launch, command, 24, 8);
FIELD(hg_launch, has_standard_input, 32, 4);
FIELD(hg_launch, reserved, 36, 4);
FIELD(hg_launch, standard_input, 40, 16);

SIZED(hg_apply_sink, 32);
FIELD(hg_apply_sink, reserved, 4, 4);
FIELD(hg_apply_sink, context, 8, 8);
FIELD(hg_apply_sink, start, 16, 8);
FIELD(hg_apply_sink, finish, 24, 8);

SIZED(hg_preflight_verdict, 32);
FIELD(hg_preflight_verdict, verdict, 4, 4);
FIELD(hg_preflight_verdict, reason, 8, 8);
FIELD(hg_preflight_verdict, failure_class, 16, 8);
FIELD(hg_preflight_verdict, advice, 24, 8);

SIZED(hg_preflight_sink, 32);
FIELD(hg_preflight_sink, reserved, 4, 4);
FIELD(hg_preflight_sink, context, 8, 8);
FIELD(hg_preflight_sink, verdict, 16, 8);
FIELD(hg_preflight_sink, document, 24, 8);

SIZED(hg_applier_ops, 40);
FIELD(hg_applier_ops, reserved, 4, 4);
FIELD(hg_applier_ops, create, 8, 8);
FIELD(hg_applier_ops, apply, 16, 8);
FIELD(hg_applier_ops, preflight, 24, 8);
FIELD(hg_applier_ops, destroy, 32, 8);

/* bytes.h */
FIXED(hg_bytes, 16);
FIELD(hg_bytes, data, 0, 8);
FIELD(hg_bytes, length, 8, 8);

/* diagnostic.h */
SIZED(hg_diagnostic, 48);
FIELD(hg_diagnostic, severity, 4, 4);
FIELD(hg_diagnostic, line, 8, 4);
FIELD(hg_diagnostic, column, 12, 4);
FIELD(hg_diagnostic, rule, 16, 8);
FIELD(hg_diagnostic, field, 24, 8);
FIELD(hg_diagnostic, message, 32, 8);
FIELD(hg_diagnostic, advice, 40, 8);

SIZED(hg_validation, 72);
FIELD(hg_validation, valid, 4, 4);
FIELD(hg_validation, document, 8, 4);
FIELD(hg_validation, error_count, 12, 4);
FIELD(hg_validation, warning_count, 16, 4);
FIELD(hg_validation, reserved, 20, 4);
FIELD(hg_validation, job_name, 24, 8);
FIELD(hg_validation, job_namespace, 32, 8);
FIELD(hg_validation, yaml_path, 40, 8);
FIELD(hg_validation, errors, 48, 8);
FIELD(hg_validation, warnings, 56, 8);
FIELD(hg_validation, details, 64, 8);

/* document.h */
SIZED(hg_document, 56);
FIELD(hg_document, node_size, 4, 4);
FIELD(hg_document, document, 8, 4);
FIELD(hg_document, document_count, 12, 4);
FIELD(hg_document, yaml_path, 16, 8);
FIELD(hg_document, root, 24, 8);
FIELD(hg_document, offset, 32, 8);
FIELD(hg_document, bytes, 40, 16);

/* error.h */
SIZED(hg_error, 264);
FIELD(hg_error, code, 4, 4);
FIELD(hg_error, message, 8, 256);

/* generator.h */
SIZED(hg_generate_request, 32);
FIELD(hg_generate_request, reserved, 4, 4);
FIELD(hg_generate_request, orchestrator_config, 8, 8);
FIELD(hg_generate_request, k8s_config, 16, 8);
FIELD(hg_generate_request, output_dir, 24, 8);

SIZED(hg_generated_file, 48);
FIELD(hg_generated_file, reserved, 4, 4);
FIELD(hg_generated_file, iterations, 8, 8);
FIELD(hg_generated_file, path, 16, 8);
FIELD(hg_generated_file, job_name, 24, 8);
FIELD(hg_generated_file, worker_id, 32, 8);
FIELD(hg_generated_file, args, 40, 8);

SIZED(hg_generate_sink, 32);
FIELD(hg_generate_sink, reserved, 4, 4);
FIELD(hg_generate_sink, context, 8, 8);
FIELD(hg_generate_sink, fact, 16, 8);
FIELD(hg_generate_sink, add, 24, 8);

SIZED(hg_generator_ops, 32);
FIELD(hg_generator_ops, reserved, 4, 4);
FIELD(hg_generator_ops, create, 8, 8);
FIELD(hg_generator_ops, generate, 16, 8);
FIELD(hg_generator_ops, destroy, 24, 8);

/* host.h */
SIZED(hg_host, 40);
FIELD(hg_host, abi_minor, 4, 4);
FIELD(hg_host, context, 8, 8);
FIELD(hg_host, log, 16, 8);
FIELD(hg_host, cancelled, 24, 8);
FIELD(hg_host, option, 32, 8);

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

/* node.h */
STRUCT(hg_node, 56);
FIELD(hg_node, text, 0, 8);
FIELD(hg_node, key, 8, 8);
FIELD(hg_node, first, 16, 8);
FIELD(hg_node, next, 24, 8);
FIELD(hg_node, tag, 32, 8);
FIELD(hg_node, length, 40, 4);
FIELD(hg_node, line, 44, 4);
FIELD(hg_node, column, 48, 4);
FIELD(hg_node, kind, 52, 1);
FIELD(hg_node, style, 53, 1);
FIELD(hg_node, flags, 54, 2);

/* option.h */
SIZED(hg_option, 40);
FIELD(hg_option, type, 4, 4);
FIELD(hg_option, name, 8, 8);
FIELD(hg_option, default_value, 16, 8);
FIELD(hg_option, choices, 24, 8);
FIELD(hg_option, help, 32, 8);

/* plan.h */
SIZED(hg_plan_item, 80);
FIELD(hg_plan_item, document, 4, 4);
FIELD(hg_plan_item, document_count, 8, 4);
FIELD(hg_plan_item, kubectl_command_count, 12, 4);
FIELD(hg_plan_item, job_name, 16, 8);
FIELD(hg_plan_item, job_namespace, 24, 8);
FIELD(hg_plan_item, yaml_path, 32, 8);
FIELD(hg_plan_item, kubectl_command, 40, 8);
FIELD(hg_plan_item, sha256, 48, 32);

SIZED(hg_plan, 24);
FIELD(hg_plan, reserved, 4, 4);
FIELD(hg_plan, total_jobs, 8, 8);
FIELD(hg_plan, jobs, 16, 8);

/* plugin.h */
STRUCT(hg_plugin, 88);
FIELD(hg_plugin, magic, 0, 8);
FIELD(hg_plugin, struct_size, 8, 4);
FIELD(hg_plugin, abi_major, 12, 4);
FIELD(hg_plugin, abi_minor, 16, 4);
FIELD(hg_plugin, abi_minor_required, 20, 4);
FIELD(hg_plugin, stage, 24, 4);
FIELD(hg_plugin, option_count, 28, 4);
FIELD(hg_plugin, name, 32, 8);
FIELD(hg_plugin, version, 40, 8);
FIELD(hg_plugin, description, 48, 8);
FIELD(hg_plugin, options, 56, 8);
FIELD(hg_plugin, ops, 64, 8);
FIELD(hg_plugin, rules, 72, 8);
FIELD(hg_plugin, rule_count, 80, 4);
FIELD(hg_plugin, reserved, 84, 4);

/* reporter.h */
SIZED(hg_output, 24);
FIELD(hg_output, flags, 4, 4);
FIELD(hg_output, context, 8, 8);
FIELD(hg_output, write, 16, 8);

SIZED(hg_reporter_ops, 56);
FIELD(hg_reporter_ops, reserved, 4, 4);
FIELD(hg_reporter_ops, create, 8, 8);
FIELD(hg_reporter_ops, run_started, 16, 8);
FIELD(hg_reporter_ops, job_validated, 24, 8);
FIELD(hg_reporter_ops, job_finished, 32, 8);
FIELD(hg_reporter_ops, run_finished, 40, 8);
FIELD(hg_reporter_ops, destroy, 48, 8);

/* result.h */
SIZED(hg_job_result, 136);
FIELD(hg_job_result, status, 4, 4);
FIELD(hg_job_result, return_code, 8, 4);
FIELD(hg_job_result, signal, 12, 4);
FIELD(hg_job_result, attempt, 16, 4);
FIELD(hg_job_result, flags, 20, 4);
FIELD(hg_job_result, document, 24, 4);
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

SIZED(hg_result, 96);
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

/* scanner.h */
SIZED(hg_document_sink, 32);
FIELD(hg_document_sink, reserved, 4, 4);
FIELD(hg_document_sink, context, 8, 8);
FIELD(hg_document_sink, add, 16, 8);
FIELD(hg_document_sink, problem, 24, 8);

SIZED(hg_scanner_ops, 80);
FIELD(hg_scanner_ops, reserved, 4, 4);
FIELD(hg_scanner_ops, create, 8, 8);
FIELD(hg_scanner_ops, open, 16, 8);
FIELD(hg_scanner_ops, count, 24, 8);
FIELD(hg_scanner_ops, path, 32, 8);
FIELD(hg_scanner_ops, reader_create, 40, 8);
FIELD(hg_scanner_ops, read, 48, 8);
FIELD(hg_scanner_ops, reader_destroy, 56, 8);
FIELD(hg_scanner_ops, close, 64, 8);
FIELD(hg_scanner_ops, destroy, 72, 8);

/* validator.h */
SIZED(hg_diagnostic_sink, 24);
FIELD(hg_diagnostic_sink, reserved, 4, 4);
FIELD(hg_diagnostic_sink, context, 8, 8);
FIELD(hg_diagnostic_sink, add, 16, 8);

SIZED(hg_validator_ops, 48);
FIELD(hg_validator_ops, reserved, 4, 4);
FIELD(hg_validator_ops, create, 8, 8);
FIELD(hg_validator_ops, worker_create, 16, 8);
FIELD(hg_validator_ops, validate, 24, 8);
FIELD(hg_validator_ops, worker_destroy, 32, 8);
FIELD(hg_validator_ops, destroy, 40, 8);

/* abi.h */
CONSTANT(HG_ABI_MAJOR, 1);

/* applier.h */
CONSTANT(HG_START_GO, 0);
CONSTANT(HG_START_SKIP, 1);
CONSTANT(HG_START_AGAIN, 2);
CONSTANT(HG_START_STOP, 3);
CONSTANT(HG_PREFLIGHT_CREATE, 1);
CONSTANT(HG_PREFLIGHT_UNCHANGED, 2);
CONSTANT(HG_PREFLIGHT_UPDATE, 3);
CONSTANT(HG_PREFLIGHT_REFUSED, 4);

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

/* host.h */
CONSTANT(HG_LOG_ERROR, 1);
CONSTANT(HG_LOG_WARNING, 2);
CONSTANT(HG_LOG_INFO, 3);
CONSTANT(HG_LOG_DEBUG, 4);

/* node.h */
CONSTANT(HG_NODE_SCALAR, 1);
CONSTANT(HG_NODE_SEQUENCE, 2);
CONSTANT(HG_NODE_MAPPING, 3);
CONSTANT(HG_STYLE_PLAIN, 1);
CONSTANT(HG_STYLE_SINGLE_QUOTED, 2);
CONSTANT(HG_STYLE_DOUBLE_QUOTED, 3);
CONSTANT(HG_STYLE_LITERAL, 4);
CONSTANT(HG_STYLE_FOLDED, 5);
CONSTANT(HG_NODE_ALIAS, 1);
CONSTANT(HG_NODE_MERGED, 2);
CONSTANT(HG_NODE_OVERRIDES, 4);

/* option.h */
CONSTANT(HG_OPTION_STRING, 1);
CONSTANT(HG_OPTION_BOOLEAN, 2);
CONSTANT(HG_OPTION_INTEGER, 3);
CONSTANT(HG_OPTION_CHOICE, 4);
CONSTANT(HG_OPTION_LIST, 5);
CONSTANT(HG_OPTION_PATH, 6);

/* plugin.h */
CONSTANT(HG_PLUGIN_MAGIC, UINT64_C(0x4845414447415445));
CONSTANT(HG_STAGE_GENERATOR, 1);
CONSTANT(HG_STAGE_SCANNER, 2);
CONSTANT(HG_STAGE_VALIDATOR, 3);
CONSTANT(HG_STAGE_APPLIER, 4);
CONSTANT(HG_STAGE_REPORTER, 5);

/* reporter.h */
CONSTANT(HG_OUTPUT_TERMINAL, 1);
CONSTANT(HG_OUTPUT_COLOR, 2);
CONSTANT(HG_OUTPUT_FULL, 4);

/* result.h */
CONSTANT(HG_STATUS_SKIPPED, 1);
CONSTANT(HG_STATUS_SUCCESS, 2);
CONSTANT(HG_STATUS_FAILED, 3);
CONSTANT(HG_RESULT_STDOUT_CUT, 1);
CONSTANT(HG_RESULT_STDERR_CUT, 2);

/* run.h */
CONSTANT(HG_MODE_VALIDATE, 1);
CONSTANT(HG_MODE_DRY_RUN, 2);
CONSTANT(HG_MODE_APPLY, 3);
