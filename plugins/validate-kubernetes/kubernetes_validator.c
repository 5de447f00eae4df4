/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin: options, workers, one document at a time. */
#include "decode.h"
#include "memory/no_memory.h"
#include "rules.h"

#include <headgate/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The oldest version whose rules are written down; the newest is the field table's. */
enum { OLDEST_MINOR = 26 };

struct kubernetes_validator {
  unsigned minor;
  bool is_server_side;
};

/* "1.28", or what clusters call themselves: "v1.28.3", "v1.28.3+k3s1". 0 where it is neither. */
static unsigned minor_of(const char *text) {
  unsigned minor = 0;

  if (*text == 'v')
    text++;
  if (strncmp(text, "1.", 2) != 0 || text[2] < '1' || text[2] > '9')
    return 0;
  for (text += 2; *text >= '0' && *text <= '9' && minor < 1000; text++)
    minor = minor * 10 + (unsigned)(*text - '0');
  if (*text == '\0')
    return minor;
  if (*text++ != '.' || *text < '0' || *text > '9')
    return 0;
  text += strspn(text, "0123456789");
  if (*text == '-' || *text == '+')
    text +=
        1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-");
  return *text == '\0' ? minor : 0;
}

static int32_t read_version(const char *text, unsigned *minor, struct hg_error *err) {
  char known[256];
  size_t used = 0;

  *minor = NEWEST_MINOR;
  if (!text || !*text)
    return 0;
  *minor = minor_of(text);
  if (*minor >= OLDEST_MINOR && *minor <= NEWEST_MINOR)
    return 0;
  for (unsigned candidate = OLDEST_MINOR; candidate <= NEWEST_MINOR && used < sizeof known;
       candidate++)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s1.%u",
                             candidate == OLDEST_MINOR ? "" : ", ", candidate);
  return hg_error_set(err, HG_ERROR_INVALID, "unknown Kubernetes version \"%.32s\"; known are %s",
                      text, known);
}

static int32_t create(const struct hg_host *host, const struct hg_validate_request *request,
                      void **self, struct hg_error *err) {
  struct kubernetes_validator *validator = malloc(sizeof *validator);

  if (!validator)
    return no_memory(err);
  if (read_version(host->option(host, "kubernetes-version"), &validator->minor, err) < 0) {
    free(validator);
    return -1;
  }
  validator->is_server_side = strcmp(request->applier, "server") == 0;
  *self = validator;
  return 0;
}

static void destroy(void *self) {
  free(self);
}

static int32_t worker_create(void *self, void **worker, struct hg_error *err) {
  struct kubernetes_validator *validator = self;
  struct validation *v = calloc(1, sizeof *v);

  if (!v)
    return no_memory(err);
  v->minor = validator->minor;
  v->is_server_side = validator->is_server_side;
  arena_init(&v->arena);
  text_buffer_init(&v->field);
  text_buffer_init(&v->message);
  text_buffer_init(&v->advice);
  *worker = v;
  return 0;
}

static void worker_destroy(void *worker) {
  struct validation *v = worker;

  if (!v)
    return;
  arena_finish(&v->arena);
  text_buffer_finish(&v->field);
  text_buffer_finish(&v->message);
  text_buffer_finish(&v->advice);
  free(v);
}

static int32_t no_memory_for(const struct hg_document *document, struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_NO_MEMORY, "%s: could not be validated: out of memory",
                      document->yaml_path);
}

/* Nothing but this is known for certain of a document that passes the limit. */
static int32_t refuse_size(const struct hg_document *document,
                           const struct hg_diagnostic_sink *sink, struct hg_error *err) {
  char message[96];
  struct hg_diagnostic diagnostic = {
      .struct_size = sizeof diagnostic,
      .severity = HG_SEVERITY_ERROR,
      .line = document->root->line,
      .column = document->root->column,
      .rule = rule_texts[RULE_DOCUMENT_SIZE].name,
      .field = "",
      .message = message,
      .advice = "no Job needs that many fields",
  };

  snprintf(message, sizeof message, "the document needs more than %d MiB of memory to be judged",
           LARGEST_DOCUMENT / (1024 * 1024));
  return sink->add(sink, &diagnostic) == 0 ? 0 : no_memory_for(document, err);
}

static int32_t validate(void *self, void *worker, const struct hg_document *document,
                        const struct hg_diagnostic_sink *sink, struct hg_error *err) {
  struct validation *v = worker;
  struct object *job;

  (void)self;
  arena_reset(&v->arena);
  v->sink = sink;
  v->document = document;
  v->error_count = 0;
  v->failed = false;
  v->too_large = false;
  job = decode_job(v, document->root);
  /* Like the server: a document that cannot be decoded is not judged. */
  if (job && v->error_count == 0 && !v->failed) {
    check_job(v, job);
    check_for_applier(v, job);
  }
  if (v->too_large)
    return refuse_size(document, sink, err);
  if (v->failed)
    return no_memory_for(document, err);
  return 0;
}

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "kubernetes-version", NEWEST_VERSION, NULL,
     "Version that the Jobs are for", 0, 0},
};

static const struct hg_validator_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .worker_create = worker_create,
    .validate = validate,
    .worker_destroy = worker_destroy,
    .destroy = destroy,
};

HG_PLUGIN(VALIDATOR, "validate-kubernetes", HEADGATE_VERSION,
          "Judges Jobs as the Kubernetes API server would", ops, HG_TABLE(options),
          HG_ROWS(rule_texts, RULE_COUNT));
