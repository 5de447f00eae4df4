/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin: recommendations for Jobs, as warnings. What is wrong with a Job is for another
 * validator to say; this one looks past it. */
#include "memory/no_memory.h"
#include "recommendation.h"
#include "rules.h"

#include <headgate/plugin.h>
#include <stdlib.h>
#include <string.h>

static int32_t create(const struct hg_host *host, const struct hg_validate_request *request,
                      void **self, struct hg_error *err) {
  struct settings *settings = malloc(sizeof *settings);

  (void)request;
  if (!settings)
    return no_memory(err);
  if (settings_init(settings, host, err) < 0) {
    free(settings);
    return -1;
  }
  *self = settings;
  return 0;
}

static void destroy(void *self) {
  if (!self)
    return;
  settings_finish(self);
  free(self);
}

static int32_t validate(void *self, void *worker, const struct hg_document *document,
                        const struct hg_diagnostic_sink *sink, struct hg_error *err) {
  const struct settings *settings = self;
  struct recommender r = {settings, sink, false};
  const struct hg_node *root = document->root;
  const struct hg_node *metadata = find_set(root, "metadata");
  const struct hg_node *spec = find_set(root, "spec");
  const struct hg_node *template = find_set(spec, "template");

  (void)worker;
  if (!node_is_text(find_set(root, "kind"), "Job"))
    return 0;
  if (memchr(document->bytes.data, '\xef', (size_t)document->bytes.length) &&
      memmem(document->bytes.data, (size_t)document->bytes.length, "\xef\xbf\xbd", 3))
    recommend(&r, "replaced-bytes", root, "", "",
              "the text holds U+FFFD, which may stand for bytes that are no UTF-8",
              "write the character that was meant, and save the file as UTF-8");
  if (settings->require_namespace && !find_set(metadata, "namespace"))
    recommend(
        &r, "namespace-missing", metadata ? metadata : root, "", "metadata.namespace",
        "the Job names no namespace: it goes to that of -n, or to the one that kubectl is set to",
        NULL);
  check_tuning(&r, metadata);
  if (settings->require_backoff_limit && spec && !find_set(spec, "backoffLimit"))
    recommend(&r, "backoff-limit-missing", spec, "", "spec.backoffLimit",
              "the Job sets no backoffLimit: a failing Pod is tried 6 more times", NULL);
  check_containers(&r, find_set(template, "spec"));
  if (r.failed)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "%s: could not be judged: out of memory",
                        document->yaml_path);
  return 0;
}

static const struct hg_validator_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .validate = validate,
    .destroy = destroy,
};

HG_PLUGIN(VALIDATOR, "validate-conventions", HEADGATE_VERSION,
          "Warns of Jobs that run but do not follow the house's conventions", ops,
          HG_ROWS(settings_options, SETTINGS_OPTION_COUNT),
          HG_ROWS(convention_rules, CONVENTION_RULE_COUNT));
