/* SPDX-License-Identifier: Apache-2.0 */
/* A validator that says of a document what its label `verdict` asks for: "error", "warning",
 * "both", or nothing. */
#include "stage_plugin.h"

#include <headgate/validator.h>
#include <stdlib.h>
#include <string.h>

/* One reader and one worker at a time: the tests that trace run with --threads 1. */
struct worker {
  const struct hg_host *host;
};

static int32_t worker_create(void *self, void **worker, struct hg_error *err) {
  struct worker *made = calloc(1, sizeof *made);

  if (!made)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  made->host = self;
  *worker = made;
  return 0;
}

static int says(const struct hg_node *verdict, const char *word) {
  return verdict && verdict->kind == HG_NODE_SCALAR &&
         (strcmp(verdict->text, word) == 0 || strcmp(verdict->text, "both") == 0);
}

static int32_t validate(void *self, void *worker, const struct hg_document *document,
                        const struct hg_diagnostic_sink *sink, struct hg_error *err) {
  const struct worker *that = worker;
  FILE *trace = stage_trace(that->host, "validate");
  const struct hg_node *labels = hg_node_get(hg_node_get(document->root, "metadata"), "labels");
  const struct hg_node *verdict = hg_node_get(labels, "verdict");

  (void)self;
  (void)err;
  fields_write(trace, 1, &described_document, document);
  fields_write_tree(trace, 2, document->root);
  fields_write(trace, 1, &described_diagnostic_sink, sink);
  (void)fclose(trace);
  if (says(verdict, "error")) {
    const struct hg_diagnostic diagnostic = {
        .struct_size = sizeof diagnostic,
        .severity = HG_SEVERITY_ERROR,
        .line = verdict->line,
        .column = verdict->column,
        .rule = "label-says-error",
        .field = "metadata.labels[verdict]",
        .message = "Invalid value: \"\xe2\x9c\x97 error\x1b[31m\": it says so",
        .advice = "say \"warning\"",
    };

    if (sink->add(sink, &diagnostic) != 0)
      return -1;
  }
  if (says(verdict, "warning")) {
    const struct hg_diagnostic diagnostic = {
        .struct_size = sizeof diagnostic,
        .severity = HG_SEVERITY_WARNING,
        .rule = "label-says-warning",
        .field = "",
        .message = "somewhere in the document",
    };

    return sink->add(sink, &diagnostic);
  }
  return 0;
}

static void worker_destroy(void *worker) {
  free(worker);
}

static int32_t create(const struct hg_host *host, const struct hg_validate_request *request,
                      void **self, struct hg_error *err) {
  int32_t result = stage_create(host, self, err);
  FILE *trace = stage_trace(host, "request");

  fields_write(trace, 1, &described_validate_request, request);
  (void)fclose(trace);
  return result;
}

static const struct hg_validator_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .worker_create = worker_create,
    .validate = validate,
    .worker_destroy = worker_destroy,
    .destroy = stage_destroy,
};

static const struct hg_rule rules[] = {
    {.struct_size = sizeof(struct hg_rule),
     .severity = HG_SEVERITY_ERROR,
     .name = "label-says-error",
     .what = "The label asks for an error.",
     .why = "Somebody has to.",
     .wrong = "verdict: error",
     .right = "verdict: warning",
     .source = "https://headgate.invalid/rules"},
    {.struct_size = sizeof(struct hg_rule),
     .severity = HG_SEVERITY_WARNING,
     .name = "label-says-warning",
     .what = "The label asks for a warning."},
};

static const struct hg_plugin plugin = {
    STAGE_PLUGIN,
    .stage = HG_STAGE_VALIDATOR,
    .stage_revision = HG_VALIDATOR_REVISION,
    .ops = &ops,
    .rules = rules,
    .rule_count = 2,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}
