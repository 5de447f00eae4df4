/* SPDX-License-Identifier: Apache-2.0 */
/* What the functions of interface 1.0 take and return. A changed parameter moves no field, so the
 * layout would not show it, and a plugin that is out there would be called wrongly. C11 and C++17,
 * as layout_1_0.c.
 */
#include <headgate/applier.h>
#include <headgate/generator.h>
#include <headgate/host.h>
#include <headgate/reporter.h>
#include <headgate/scanner.h>
#include <headgate/validator.h>

#ifdef __cplusplus
#include <type_traits>
#define SIGNATURE(type, field, ...)                                                                \
  static_assert(std::is_same<decltype(type::field), __VA_ARGS__>::value, #type "." #field)
#else
#define SIGNATURE(type, field, ...)                                                                \
  _Static_assert(_Generic(((struct type *)0)->field, __VA_ARGS__ : 1, default : 0),                \
                 #type "." #field)
#endif

/* applier.h */
SIGNATURE(hg_apply_sink, start,
          uint32_t (*)(const struct hg_apply_sink *, struct hg_launch *, uint32_t));
SIGNATURE(hg_apply_sink, finish,
          int32_t (*)(const struct hg_apply_sink *, uint64_t, uint32_t,
                      const struct hg_job_result *));
SIGNATURE(hg_preflight_sink, verdict,
          int32_t (*)(const struct hg_preflight_sink *, uint64_t,
                      const struct hg_preflight_verdict *));
SIGNATURE(hg_preflight_sink, document,
          int32_t (*)(const struct hg_preflight_sink *, uint64_t, struct hg_bytes *,
                      struct hg_error *));
SIGNATURE(hg_applier_ops, create, int32_t (*)(const struct hg_host *, void **, struct hg_error *));
SIGNATURE(hg_applier_ops, apply,
          int32_t (*)(void *, const struct hg_plan *, const struct hg_apply_sink *,
                      struct hg_error *));
SIGNATURE(hg_applier_ops, preflight,
          int32_t (*)(void *, const struct hg_plan *, const struct hg_preflight_sink *,
                      struct hg_error *));
SIGNATURE(hg_applier_ops, destroy, void (*)(void *));

/* generator.h */
SIGNATURE(hg_generate_sink, fact,
          void (*)(const struct hg_generate_sink *, const char *, const char *));
SIGNATURE(hg_generate_sink, add,
          int32_t (*)(const struct hg_generate_sink *, const struct hg_generated_file *));
SIGNATURE(hg_generator_ops, create,
          int32_t (*)(const struct hg_host *, void **, struct hg_error *));
SIGNATURE(hg_generator_ops, generate,
          int32_t (*)(void *, const struct hg_generate_request *, const struct hg_generate_sink *,
                      struct hg_error *));
SIGNATURE(hg_generator_ops, destroy, void (*)(void *));

/* host.h */
SIGNATURE(hg_host, log, void (*)(const struct hg_host *, uint32_t, const char *));
SIGNATURE(hg_host, cancelled, int32_t (*)(const struct hg_host *));
SIGNATURE(hg_host, option, const char *(*)(const struct hg_host *, const char *));

/* reporter.h */
SIGNATURE(hg_output, write,
          int32_t (*)(const struct hg_output *, const char *, uint64_t, struct hg_error *));
SIGNATURE(hg_reporter_ops, create,
          int32_t (*)(const struct hg_host *, const struct hg_output *, void **,
                      struct hg_error *));
SIGNATURE(hg_reporter_ops, run_started,
          int32_t (*)(void *, const struct hg_run *, struct hg_error *));
SIGNATURE(hg_reporter_ops, job_validated,
          int32_t (*)(void *, const struct hg_validation *, struct hg_error *));
SIGNATURE(hg_reporter_ops, job_finished,
          int32_t (*)(void *, const struct hg_job_result *, struct hg_error *));
SIGNATURE(hg_reporter_ops, run_finished,
          int32_t (*)(void *, const struct hg_result *, struct hg_error *));
SIGNATURE(hg_reporter_ops, destroy, void (*)(void *));

/* scanner.h */
SIGNATURE(hg_document_sink, add,
          int32_t (*)(const struct hg_document_sink *, const struct hg_document *));
SIGNATURE(hg_document_sink, problem,
          int32_t (*)(const struct hg_document_sink *, uint32_t, const struct hg_diagnostic *));
SIGNATURE(hg_scanner_ops, create, int32_t (*)(const struct hg_host *, void **, struct hg_error *));
SIGNATURE(hg_scanner_ops, open, int32_t (*)(void *, const char *, struct hg_error *));
SIGNATURE(hg_scanner_ops, count, uint64_t (*)(void *));
SIGNATURE(hg_scanner_ops, path, const char *(*)(void *, uint64_t));
SIGNATURE(hg_scanner_ops, reader_create, int32_t (*)(void *, void **, struct hg_error *));
SIGNATURE(hg_scanner_ops, read,
          int32_t (*)(void *, uint64_t, const struct hg_document_sink *, struct hg_error *));
SIGNATURE(hg_scanner_ops, reader_destroy, void (*)(void *));
SIGNATURE(hg_scanner_ops, close, void (*)(void *));
SIGNATURE(hg_scanner_ops, destroy, void (*)(void *));

/* validator.h */
SIGNATURE(hg_diagnostic_sink, add,
          int32_t (*)(const struct hg_diagnostic_sink *, const struct hg_diagnostic *));
SIGNATURE(hg_validator_ops, create,
          int32_t (*)(const struct hg_host *, void **, struct hg_error *));
SIGNATURE(hg_validator_ops, worker_create, int32_t (*)(void *, void **, struct hg_error *));
SIGNATURE(hg_validator_ops, validate,
          int32_t (*)(void *, void *, const struct hg_document *, const struct hg_diagnostic_sink *,
                      struct hg_error *));
SIGNATURE(hg_validator_ops, worker_destroy, void (*)(void *));
SIGNATURE(hg_validator_ops, destroy, void (*)(void *));
