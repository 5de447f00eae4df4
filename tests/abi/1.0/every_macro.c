/* SPDX-License-Identifier: Apache-2.0 */
/* Uses each macro and inline function of the public headers, as C11 and as C++17: what a header
 * only defines is not compiled until somebody uses it. */
#include <headgate/abi.h>
#include <headgate/alert.h>
#include <headgate/applier.h>
#include <headgate/completion.h>
#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/generator.h>
#include <headgate/node.h>
#include <headgate/option.h>
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/result.h>
#include <headgate/rule.h>
#include <headgate/run.h>
#include <headgate/scanner.h>
#include <headgate/validator.h>
#include <headgate/watcher.h>

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  (void)output;
  *self = NULL;
  if (host->cancelled(host) && hg_option_is_true(host->option(host, "shape")) &&
      hg_option_number(host->option(host, "shape")) == 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "the user asked to stop after %d events", 0);
  return 0;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct hg_error reason = HG_ERROR_INIT;

  (void)self;
  if (HG_HAS(result, duration_ms) && result->duration_ms < 0)
    return hg_error_set(err, HG_ERROR_INVALID, "the run ended before it began%s", reason.message);
  return *hg_status_name(HG_STATUS_FAILED) == *hg_mode_name(HG_MODE_APPLY) ||
         *hg_outcome_name(HG_OUTCOME_FAILED) == *hg_verb_name(HG_VERB_CREATED) ||
         *hg_alert_severity_name(HG_ALERT_INFO) == *hg_status_name(HG_STATUS_FAILED);
}

static void destroy(void *self) {
  (void)self;
}

static const struct hg_reporter_ops ops = {sizeof(struct hg_reporter_ops),
                                           0,
                                           create,
                                           NULL,
                                           NULL,
                                           NULL,
                                           run_finished,
                                           destroy,
                                           NULL,
                                           NULL,
                                           NULL,
                                           NULL};

static const struct hg_option options[] = {{sizeof(struct hg_option), HG_OPTION_CHOICE, "shape",
                                            "round", "round,square", "What it looks like", 0, 0}};

static const struct hg_rule rules[] = {{sizeof(struct hg_rule), HG_SEVERITY_WARNING, "shape",
                                        "A shape that rolls away.", NULL, NULL, NULL, NULL}};

HG_PLUGIN(REPORTER, "every-macro", "1.0.0", "Compiles", ops, HG_TABLE(options), HG_TABLE(rules));

HG_BEGIN_DECLS
const struct hg_node *image_of(const struct hg_node *container);
HG_END_DECLS

const struct hg_node *image_of(const struct hg_node *container) {
  return hg_node_get(container, "image");
}
