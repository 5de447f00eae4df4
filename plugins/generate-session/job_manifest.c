/* SPDX-License-Identifier: Apache-2.0 */
#include "job_manifest.h"

#include "generate/yaml_quote.h"
#include "iteration_shares.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SCRIPT "scripts/run_d24_tuning_session.py"

/* A name with its value, on the way into the manifest. */
struct field {
  const char *name;
  const char *value;
};

void job_describe(const struct session *session, int64_t index, struct job *job) {
  job->index = index;
  job->iterations = iteration_share(session->total_iterations, session->workers, index);
  (void)snprintf(job->worker_id, sizeof job->worker_id, "worker-%" PRId64, index + 1);
  (void)snprintf(job->name, sizeof job->name, "arb-tuning-%.*s-%s-%" PRId64,
                 (int)SESSION_SHORT_LENGTH, session->session_id, job->worker_id, index);
  (void)snprintf(job->file_name, sizeof job->file_name, "job-%02" PRId64 "-%s.yaml", index,
                 job->name);
}

static void append_indent(struct text_buffer *out, size_t indent) {
  static const char blanks[] = "                    ";

  text_buffer_append(out, blanks, indent);
}

static void append_string(struct text_buffer *out, const char *text) {
  yaml_quote_append(out, text, strlen(text));
}

/* "name: value". */
static void append_field(struct text_buffer *out, size_t indent, const char *name,
                         const char *value) {
  append_indent(out, indent);
  append_string(out, name);
  text_buffer_append_string(out, ": ");
  append_string(out, value);
  text_buffer_append_char(out, '\n');
}

/* "name:", with a collection to follow. */
static void append_opening(struct text_buffer *out, size_t indent, const char *name) {
  append_indent(out, indent);
  append_string(out, name);
  text_buffer_append_string(out, ":\n");
}

/* "- value". */
static void append_item(struct text_buffer *out, size_t indent, const char *value) {
  append_indent(out, indent);
  text_buffer_append_string(out, "- ");
  append_string(out, value);
  text_buffer_append_char(out, '\n');
}

static void append_labels(struct text_buffer *out, size_t indent, const struct session *session,
                          const struct job *job) {
  const struct field labels[] = {
      {"app", "arbitrage-tuning"},   {"session_id", session->session_id},
      {"worker_id", job->worker_id}, {"component", "tuning"},
      {"mode", session->mode},       {"env", session->env},
  };

  append_opening(out, indent, "labels");
  for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
    append_field(out, indent + 2, labels[i].name, labels[i].value);
}

static void append_args(struct text_buffer *out, size_t indent, const struct session *session,
                        const struct job *job) {
  char iterations[24];
  char output_csv[96];
  const struct field options[] = {
      {"--config", session->config_path},  {"--iterations", iterations},
      {"--mode", session->mode},           {"--env", session->env},
      {"--optimizer", session->optimizer}, {"--session-id", session->session_id},
      {"--worker-id", job->worker_id},     {"--output-csv", output_csv},
  };

  (void)snprintf(iterations, sizeof iterations, "%" PRId64, job->iterations);
  (void)snprintf(output_csv, sizeof output_csv, "outputs/d29_k8s_session_%s.csv", job->worker_id);
  append_opening(out, indent, "args");
  append_item(out, indent + 2, SCRIPT);
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    append_item(out, indent + 2, options[i].name);
    append_item(out, indent + 2, options[i].value);
  }
}

static void append_variable(struct text_buffer *out, size_t indent, const char *name,
                            const char *value) {
  append_indent(out, indent);
  text_buffer_append_string(out, "- name: ");
  append_string(out, name);
  text_buffer_append_char(out, '\n');
  append_field(out, indent + 2, "value", value);
}

static const struct session_pair *find_pair(const struct session_pairs *pairs, const char *name) {
  for (size_t i = 0; i < pairs->count; i++)
    if (strcmp(pairs->items[i].name, name) == 0)
      return &pairs->items[i];
  return NULL;
}

/* What every Job has, with extra_env over it: a variable that is in both keeps its place. */
static void append_variables(struct text_buffer *out, size_t indent, const struct session *session,
                             const struct job *job) {
  const struct field variables[] = {
      {"APP_ENV", session->env},     {"REDIS_HOST", "arbitrage-redis"},
      {"REDIS_PORT", "6379"},        {"SESSION_ID", session->session_id},
      {"WORKER_ID", job->worker_id}, {"MODE", session->mode},
  };
  const size_t count = sizeof variables / sizeof variables[0];

  append_opening(out, indent, "env");
  for (size_t i = 0; i < count; i++) {
    const struct session_pair *over = find_pair(&session->extra_env, variables[i].name);

    append_variable(out, indent + 2, variables[i].name, over ? over->value : variables[i].value);
  }
  for (size_t i = 0; i < session->extra_env.count; i++) {
    const struct session_pair *pair = &session->extra_env.items[i];
    size_t same = 0;

    while (same < count && strcmp(pair->name, variables[same].name) != 0)
      same++;
    if (same == count)
      append_variable(out, indent + 2, pair->name, pair->value);
  }
}

static void append_quantities(struct text_buffer *out, size_t indent, const char *name,
                              const struct session_pairs *pairs) {
  if (!pairs->given)
    return;
  if (pairs->count == 0) {
    append_indent(out, indent);
    text_buffer_printf(out, "%s: {}\n", name);
    return;
  }
  append_opening(out, indent, name);
  for (size_t i = 0; i < pairs->count; i++) {
    const struct session_pair *pair = &pairs->items[i];

    if (!pair->is_number) {
      append_field(out, indent + 2, pair->name, pair->value);
      continue;
    }
    append_indent(out, indent + 2);
    append_string(out, pair->name);
    text_buffer_printf(out, ": %s\n", pair->value);
  }
}

static void append_container(struct text_buffer *out, const struct session *session,
                             const struct job *job) {
  text_buffer_append_string(out, "        - name: ");
  append_string(out, job->name);
  text_buffer_append_char(out, '\n');
  append_field(out, 10, "image", session->image);
  append_opening(out, 10, "command");
  append_item(out, 12, "python");
  append_args(out, 10, session, job);
  append_variables(out, 10, session, job);
  if (session->requests.given || session->limits.given)
    append_opening(out, 10, "resources");
  append_quantities(out, 12, "requests", &session->requests);
  append_quantities(out, 12, "limits", &session->limits);
}

void job_manifest_append(struct text_buffer *out, const struct session *session,
                         const struct job *job, const char *created_at) {
  char description[96];

  (void)snprintf(description, sizeof description, "Arbitrage tuning job for %s", job->worker_id);
  text_buffer_append_string(out, JOB_MANIFEST_MARKER
                            " Change the session's configuration, not this file: the next run "
                            "replaces it.\n"
                            "apiVersion: batch/v1\n"
                            "kind: Job\n"
                            "metadata:\n");
  append_field(out, 2, "name", job->name);
  append_field(out, 2, "namespace", session->k8s_namespace);
  append_labels(out, 2, session, job);
  append_opening(out, 2, "annotations");
  append_field(out, 4, "description", description);
  append_field(out, 4, "created_at", created_at);
  text_buffer_append_string(out, "spec:\n"
                                 "  backoffLimit: 0\n"
                                 "  template:\n"
                                 "    metadata:\n");
  append_labels(out, 6, session, job);
  text_buffer_append_string(out, "    spec:\n"
                                 "      containers:\n");
  append_container(out, session, job);
  text_buffer_append_string(out, "      restartPolicy: Never\n");
}

void job_args_summary_append(struct text_buffer *out, const struct session *session) {
  text_buffer_append_string(out, SCRIPT " --config ");
  text_buffer_append_string(out, session->config_path);
}
