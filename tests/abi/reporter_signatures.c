/* SPDX-License-Identifier: Apache-2.0 */
/* What the functions of plugin.h and reporter.h take and return. A changed parameter moves no
 * field, so the layout would not show it, and a reporter would be called wrongly. C11 and C++17, as
 * reporter_layout.c.
 */
#include <headgate/host.h>
#include <headgate/reporter.h>

#ifdef __cplusplus
#include <type_traits>
#define SIGNATURE(type, field, ...)                                                                \
  static_assert(std::is_same<decltype(type::field), __VA_ARGS__>::value, #type "." #field)
#else
#define SIGNATURE(type, field, ...)                                                                \
  _Static_assert(_Generic(((struct type *)0)->field, __VA_ARGS__ : 1, default : 0),                \
                 #type "." #field)
#endif

/* host.h */
SIGNATURE(hg_host, log, void (*)(const struct hg_host *, uint32_t, const char *));
SIGNATURE(hg_host, cancelled, int32_t (*)(const struct hg_host *));
SIGNATURE(hg_host, option, const char *(*)(const struct hg_host *, const char *));
SIGNATURE(hg_host, credentials,
          int32_t (*)(const struct hg_host *, const char *, const char *,
                      const struct hg_credentials *, const struct hg_credentials **,
                      struct hg_error *));
SIGNATURE(hg_host, credentials_release,
          void (*)(const struct hg_host *, const struct hg_credentials *));

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
SIGNATURE(hg_reporter_ops, job_observed,
          int32_t (*)(void *, const struct hg_job_observation *, struct hg_error *));
SIGNATURE(hg_reporter_ops, job_completed,
          int32_t (*)(void *, const struct hg_job_completion *, struct hg_error *));
SIGNATURE(hg_reporter_ops, object_passed_over,
          int32_t (*)(void *, const struct hg_passed_over *, struct hg_error *));
