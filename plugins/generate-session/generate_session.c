/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin generate-session: a session's two configurations become one Job manifest for each
 * worker (D28's plan, D29's manifests). */
#include "generate/output_directory.h"
#include "iteration_shares.h"
#include "job_manifest.h"
#include "memory/arena.h"
#include "memory/no_memory.h"
#include "session.h"
#include "session_config.h"
#include "text/shown_text.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"

#include <headgate/generator.h>
#include <headgate/plugin.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct generator {
  const struct hg_host *host;
};

/* What one call of generate() works with. */
struct generation {
  const struct hg_host *host;
  const struct hg_generate_sink *sink;
  struct arena arena;
  struct session session;
  struct output_directory directory;
  bool *exists;            /* for each worker: one of our files has its name */
  struct text_buffer text; /* the manifest in work */
  struct text_buffer line; /* a log line, a path, an error */
  struct text_buffer args;
  char created_at[TIMESTAMP_SIZE];
};

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct generator *generator = malloc(sizeof *generator);

  if (!generator)
    return no_memory(err);
  generator->host = host;
  *self = generator;
  return 0;
}

static void destroy(void *self) {
  free(self);
}

static void init_generation(struct generation *work, const struct hg_host *host,
                            const struct hg_generate_sink *sink) {
  memset(work, 0, sizeof *work);
  work->host = host;
  work->sink = sink;
  work->directory.fd = -1;
  arena_init(&work->arena);
  text_buffer_init(&work->text);
  text_buffer_init(&work->line);
  text_buffer_init(&work->args);
}

static void finish_generation(struct generation *work) {
  output_directory_finish(&work->directory);
  free(work->exists);
  text_buffer_finish(&work->args);
  text_buffer_finish(&work->line);
  text_buffer_finish(&work->text);
  arena_finish(&work->arena);
}

/* Stops on the user's word, saying how far it came. */
static int32_t check_cancelled(const struct generation *work, int64_t written,
                               struct hg_error *err) {
  if (!work->host->cancelled(work->host))
    return 0;
  return hg_error_set(err, HG_ERROR_CANCELLED, "stopped after %" PRId64 " of %" PRId64 " manifests",
                      written, work->session.workers);
}

/* Looks at every name before the first file is written: all or nothing, as far as can be seen. */
static int32_t check_names(struct generation *work, struct hg_error *err) {
  work->exists = calloc((size_t)work->session.workers, sizeof *work->exists);
  if (!work->exists)
    return no_memory(err);
  for (int64_t i = 0; i < work->session.workers; i++) {
    struct job job;

    job_describe(&work->session, i, &job);
    if (check_cancelled(work, 0, err) < 0 ||
        output_directory_check(&work->directory, job.file_name, &work->exists[i], err) < 0)
      return -1;
  }
  return 0;
}

/* Whether the session writes a file called `name`: the number in it says which worker's it is. */
static bool is_expected(const void *context, const char *name) {
  const struct session *session = context;
  struct job job;
  char *end;
  long long index;

  if (strncmp(name, "job-", 4) != 0 || name[4] < '0' || name[4] > '9')
    return false;
  index = strtoll(name + 4, &end, 10);
  if (index >= session->workers)
    return false;
  job_describe(session, index, &job);
  return strcmp(job.file_name, name) == 0;
}

/* Files of an earlier, larger session would be applied along with this one's. */
static int32_t warn_of_leftovers(struct generation *work, struct hg_error *err) {
  char first[256];
  uint64_t count;

  if (output_directory_leftovers(&work->directory, is_expected, &work->session, &count, first,
                                 sizeof first, err) < 0)
    return -1;
  if (count == 0)
    return 0;
  text_buffer_reset(&work->line);
  shown_path_append(&work->line, work->directory.path, SIZE_MAX);
  text_buffer_printf(&work->line, " holds %" PRIu64 " manifest%s of another session, the first is ",
                     count, count == 1 ? "" : "s");
  shown_path_append(&work->line, first, SIZE_MAX);
  text_buffer_printf(&work->line, ": %s would be applied too; remove what is not wanted",
                     count == 1 ? "it" : "they");
  work->host->log(work->host, HG_LOG_WARNING, text_buffer_string(&work->line));
  return 0;
}

static void tell_number(const struct generation *work, const char *label, int64_t value) {
  char text[24];

  (void)snprintf(text, sizeof text, "%" PRId64, value);
  work->sink->fact(work->sink, label, text);
}

static void tell_facts(const struct generation *work) {
  const struct hg_generate_sink *sink = work->sink;
  const struct session *session = &work->session;

  sink->fact(sink, "Session ID", session->session_id);
  sink->fact(sink, "Kubernetes Namespace", session->k8s_namespace);
  tell_number(work, "Total Jobs", session->workers);
  tell_number(work, "Total Iterations", session->total_iterations);
  tell_number(work, "Workers", session->workers);
  sink->fact(sink, "Mode", session->mode);
  sink->fact(sink, "Environment", session->env);
  sink->fact(sink, "Optimizer", session->optimizer);
  sink->fact(sink, "Image", session->image);
}

/* Adds to an error of writing how much was written before it. */
static void add_progress(struct generation *work, int64_t written, struct hg_error *err) {
  if (!err)
    return;
  text_buffer_reset(&work->line);
  text_buffer_printf(&work->line, "%s (%" PRId64 " of %" PRId64 " manifests were written)",
                     err->message, written, work->session.workers);
  (void)shown_error_set(err, err->code, &work->line);
}

static int32_t write_job(struct generation *work, int64_t index, struct hg_error *err) {
  struct hg_generated_file file = {.struct_size = sizeof file};
  struct hg_pair facts[3];
  char iterations[24];
  struct job job;

  job_describe(&work->session, index, &job);
  text_buffer_reset(&work->line);
  text_buffer_printf(&work->line, "Created job spec: %s (%" PRId64 " iterations)", job.name,
                     job.iterations);
  work->host->log(work->host, HG_LOG_INFO, text_buffer_string(&work->line));

  text_buffer_reset(&work->text);
  job_manifest_append(&work->text, &work->session, &job, work->created_at);
  text_buffer_reset(&work->line);
  text_buffer_printf(&work->line, "%s/%s",
                     strcmp(work->directory.path, "/") == 0 ? "" : work->directory.path,
                     job.file_name);
  if (work->text.failed || work->line.failed || work->args.failed)
    return no_memory(err);
  if (output_directory_write(&work->directory, job.file_name, work->text.data, work->text.length,
                             work->exists[index], err) < 0) {
    add_progress(work, index, err);
    return -1;
  }
  (void)snprintf(iterations, sizeof iterations, "%" PRId64, job.iterations);
  facts[0] = (struct hg_pair){"worker_id", job.worker_id};
  facts[1] = (struct hg_pair){"iterations", iterations};
  facts[2] = (struct hg_pair){"args", text_buffer_string(&work->args)};
  file.path = text_buffer_string(&work->line);
  file.job_name = job.name;
  file.job_namespace = work->session.k8s_namespace;
  file.facts = facts;
  file.fact_count = sizeof facts / sizeof *facts;
  if (work->sink->add(work->sink, &file) < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED,
                        "stopped after %" PRId64 " of %" PRId64 " manifests", index + 1,
                        work->session.workers);
  return 0;
}

static int32_t generate(void *self, const struct hg_generate_request *request,
                        const struct hg_generate_sink *sink, struct hg_error *err) {
  const struct generator *generator = self;
  const char *orchestrator_config = generator->host->option(generator->host, "orchestrator-config");
  const char *k8s_config = generator->host->option(generator->host, "k8s-config");
  struct generation work;
  int32_t result = -1;

  init_generation(&work, generator->host, sink);
  if (!orchestrator_config || !k8s_config) {
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "generate-session needs both --orchestrator-config and --k8s-config");
    goto out;
  }
  if (session_config_read(work.host, orchestrator_config, k8s_config, &work.arena, &work.session,
                          err) < 0 ||
      iteration_shares_prove(work.session.total_iterations, work.session.workers, err) < 0)
    goto out;
  if (output_directory_open(&work.directory, request->output_dir, GENERATED_MARKER, err) < 0 ||
      check_names(&work, err) < 0 || warn_of_leftovers(&work, err) < 0)
    goto out;
  tell_facts(&work);
  timestamp_format(timestamp_now_ms(), work.created_at);
  job_args_summary_append(&work.args, &work.session);
  for (int64_t i = 0; i < work.session.workers; i++)
    if (check_cancelled(&work, i, err) < 0 || write_job(&work, i, err) < 0)
      goto out;
  result = 0;
out:
  finish_generation(&work);
  return result;
}

static const struct hg_option options[] = {
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_PATH,
     .name = "orchestrator-config",
     .help = "session: iterations and workers (D28)"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_PATH,
     .name = "k8s-config",
     .help = "session: image, namespace, resources, environment (D29)"},
};

static const struct hg_generator_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .generate = generate,
    .destroy = destroy,
};

HG_PLUGIN(GENERATOR, "generate-session", HEADGATE_VERSION,
          "Writes one Job manifest for each worker of a tuning session", ops, HG_TABLE(options),
          HG_NO_TABLE);
