/* SPDX-License-Identifier: Apache-2.0 */
/* A library whose interface is what is stable of the plugin interface: what abidiff compares. Each
 * struct is what a function of it takes, so each is reached, and with it the functions that are its
 * fields.
 */
#include <headgate/plugin.h>
#include <headgate/reporter.h>

#define PROBE(type)                                                                                \
  HG_EXPORT void probe_##type(struct type *that);                                                  \
  void probe_##type(struct type *that) {                                                           \
    (void)that;                                                                                    \
  }

PROBE(hg_bytes)
PROBE(hg_diagnostic)
PROBE(hg_error)
PROBE(hg_host)
PROBE(hg_job_completion)
PROBE(hg_job_details)
PROBE(hg_job_observation)
PROBE(hg_job_result)
PROBE(hg_option)
PROBE(hg_output)
PROBE(hg_pair)
PROBE(hg_passed_over)
PROBE(hg_plugin)
PROBE(hg_reporter_ops)
PROBE(hg_result)
PROBE(hg_rule)
PROBE(hg_run)
PROBE(hg_validation)

/* The entry point itself. */
const struct hg_plugin *headgate_plugin_v1(void) {
  return NULL;
}
