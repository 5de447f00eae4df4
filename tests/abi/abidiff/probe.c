/* SPDX-License-Identifier: Apache-2.0 */
/* A library whose interface is the plugin interface: what abidiff compares. Each struct is what a
 * function of it takes, so each is reached, and with it the functions that are its fields.
 */
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

#define PROBE(type)                                                                                \
  HG_EXPORT void probe_##type(struct type *that);                                                  \
  void probe_##type(struct type *that) {                                                           \
    (void)that;                                                                                    \
  }

PROBE(hg_applier_ops)
PROBE(hg_apply_sink)
PROBE(hg_bytes)
PROBE(hg_diagnostic)
PROBE(hg_diagnostic_sink)
PROBE(hg_document)
PROBE(hg_document_sink)
PROBE(hg_error)
PROBE(hg_generate_request)
PROBE(hg_generate_sink)
PROBE(hg_generated_file)
PROBE(hg_generator_ops)
PROBE(hg_host)
PROBE(hg_job_details)
PROBE(hg_job_result)
PROBE(hg_launch)
PROBE(hg_node)
PROBE(hg_option)
PROBE(hg_output)
PROBE(hg_pair)
PROBE(hg_plan)
PROBE(hg_plan_item)
PROBE(hg_plugin)
PROBE(hg_preflight_sink)
PROBE(hg_preflight_verdict)
PROBE(hg_reporter_ops)
PROBE(hg_result)
PROBE(hg_rule)
PROBE(hg_run)
PROBE(hg_scanner_ops)
PROBE(hg_validation)
PROBE(hg_validator_ops)

/* The entry point itself. */
const struct hg_plugin *headgate_plugin_v1(void) {
  return NULL;
}
