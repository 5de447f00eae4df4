/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin generate-template: a Job manifest with placeholders, and a sweep over the values of
 * its parameters, become one manifest for each row. */
#include "batch.h"
#include "digest/digest.h"
#include "indexed_rows.h"
#include "memory/no_memory.h"
#include "show.h"
#include "text/shown_text.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <headgate/generator.h>
#include <headgate/plugin.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of more Jobs no log line is written for each. */
enum { MOST_LOGGED = 40, LONGEST_SHOWN_VALUE = 40 };

struct generator {
  const struct hg_host *host;
};

/* What one call of generate() works with. */
struct generation {
  const struct hg_host *host;
  const struct hg_generate_sink *sink;
  struct sweep sweep;
  struct job_template template;
  struct batch batch;
  struct output_directory directory;
  struct text_buffer path;
  struct text_buffer line;
};

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct generator *generator;

  if (digest_init(err) < 0)
    return -1;
  generator = malloc(sizeof *generator);
  if (!generator)
    return no_memory(err);
  generator->host = host;
  *self = generator;
  return 0;
}

static void destroy(void *self) {
  free(self);
}

static void tell_number(const struct generation *work, const char *label, uint64_t value) {
  char text[24];

  (void)snprintf(text, sizeof text, "%" PRIu64, value);
  work->sink->fact(work->sink, label, text);
}

static void tell_text(struct generation *work, const char *label) {
  work->sink->fact(work->sink, label, text_buffer_string(&work->line));
  text_buffer_reset(&work->line);
}

static void tell_facts(struct generation *work) {
  const struct sweep *sweep = &work->sweep;
  const struct hg_generate_sink *sink = work->sink;

  text_buffer_reset(&work->line);
  sink->fact(sink, "Template", work->template.problems.path);
  if (sweep->path) {
    text_buffer_printf(&work->line, "%s (%s)", sweep->path, sweep_kind_name(sweep->kind));
    tell_text(work, "Sweep");
  }
  if (sweep->csv_path)
    sink->fact(sink, "Rows", sweep->csv_path);
  for (size_t i = 0; i < sweep->parameter_count; i++)
    text_buffer_printf(&work->line, "%s%s (%zu)", i > 0 ? ", " : "", sweep->parameters[i].name,
                       sweep->parameters[i].count);
  if (sweep->parameter_count > 0)
    tell_text(work, "Parameters");
  if (sweep->kind == SWEEP_RANDOM)
    tell_number(work, "Seed", (uint64_t)sweep->seed);
  if (sweep->dropped > 0)
    tell_number(work, "Excluded", sweep->dropped);
  if (work->template.is_indexed)
    tell_number(work, "Rows in one Job", sweep->count);
  tell_number(work, "Total Jobs", work->batch.count);
  batch_words_append(&work->line, &work->batch.demand, &work->batch.namespaces,
                     &work->batch.queues);
  tell_text(work, "Asked for");
}

/* "lr=0.1 batch=32" */
static void append_parameters(struct generation *work, uint64_t row) {
  text_buffer_reset(&work->line);
  for (size_t i = 0; i < work->sweep.parameter_count && !work->template.is_indexed; i++) {
    const struct sweep_value *value = sweep_value_at(&work->sweep, row, i);

    text_buffer_printf(&work->line, "%s%s=", i > 0 ? " " : "", work->sweep.parameters[i].name);
    visible_text_append(&work->line, value->text,
                        utf8_piece(value->text, value->length, LONGEST_SHOWN_VALUE));
  }
}

static void log_job(struct generation *work, const char *name) {
  if (work->batch.count > MOST_LOGGED)
    return;
  text_buffer_reset(&work->line);
  text_buffer_printf(&work->line, "Created job spec: %s", name);
  work->host->log(work->host, HG_LOG_INFO, text_buffer_string(&work->line));
}

/* Adds to an error of writing how much was written before it. */
static int32_t add_progress(struct generation *work, uint64_t written, struct hg_error *err) {
  if (!err)
    return -1;
  text_buffer_reset(&work->line);
  text_buffer_printf(&work->line, "%s (%" PRIu64 " of %" PRIu64 " manifests were written)",
                     err->message, written, work->batch.count);
  return shown_error_set(err, err->code, &work->line);
}

static int32_t stopped(const struct generation *work, uint64_t written, struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_CANCELLED, "stopped after %" PRIu64 " of %" PRIu64 " manifests",
                      written, work->batch.count);
}

/* The namespace of the Job in batch->job: that of the tree, which holds the row's values. */
static const char *namespace_of(struct generation *work, struct arena *arena, uint64_t row) {
  const struct hg_node *metadata = hg_node_get(work->template.file.root, "metadata");
  const struct hg_node *node = hg_node_get(metadata, "namespace");

  if (work->template.is_counted && job_text_fill_tree(&work->batch.job, row, arena) < 0)
    return NULL;
  return node && node->kind == HG_NODE_SCALAR ? node->text : "";
}

static int32_t write_job(struct generation *work, uint64_t row, struct arena *arena,
                         struct hg_error *err) {
  struct hg_generated_file file = {.struct_size = sizeof file};
  struct job_text *job = &work->batch.job;
  struct text_buffer *name = &work->batch.name;
  struct hg_pair facts[1];
  const char *file_name;
  size_t start;

  job_text_write(job, row);
  text_buffer_reset(name);
  job_text_name(job, row, name);
  text_buffer_reset(&work->path);
  text_buffer_printf(&work->path, "%s/",
                     strcmp(work->directory.path, "/") == 0 ? "" : work->directory.path);
  start = work->path.length;
  text_buffer_append(&work->path, text_buffer_string(name), name->length);
  text_buffer_append_string(&work->path, ".yaml");
  file_name = text_buffer_string(&work->path) + start;
  if (job->text.failed || name->failed || work->path.failed)
    return no_memory(err);
  log_job(work, name->data);
  if (output_directory_write(&work->directory, file_name, job->text.data, job->text.length,
                             batch_file_exists(&work->batch, row), err) < 0)
    return add_progress(work, row, err);
  append_parameters(work, row);
  facts[0] = (struct hg_pair){"parameters", text_buffer_string(&work->line)};
  file.path = text_buffer_string(&work->path);
  file.job_name = name->data;
  file.job_namespace = namespace_of(work, arena, row);
  file.facts = facts;
  file.fact_count = work->line.length > 0;
  if (!file.job_namespace || work->line.failed)
    return no_memory(err);
  return work->sink->add(work->sink, &file) < 0 ? stopped(work, row + 1, err) : 0;
}

static int32_t write_jobs(struct generation *work, struct hg_error *err) {
  struct arena arena;
  int32_t result = 0;

  arena_init(&arena);
  for (uint64_t row = 0; row < work->batch.count && result == 0; row++) {
    result = work->host->cancelled(work->host) ? stopped(work, row, err)
                                               : write_job(work, row, &arena, err);
    arena_reset(&arena);
  }
  arena_finish(&arena);
  return result;
}

static void init_generation(struct generation *work, const struct hg_host *host,
                            const struct hg_generate_sink *sink) {
  memset(work, 0, sizeof *work);
  work->host = host;
  work->sink = sink;
  work->directory.fd = -1;
  sweep_init(&work->sweep, host);
  job_template_init(&work->template, host, &work->sweep);
  text_buffer_init(&work->path);
  text_buffer_init(&work->line);
}

static void finish_generation(struct generation *work) {
  output_directory_finish(&work->directory);
  text_buffer_finish(&work->line);
  text_buffer_finish(&work->path);
  job_template_finish(&work->template);
  sweep_finish(&work->sweep);
}

/* From the files to a batch whose every Job can be written. */
static int32_t prepare(struct generation *work, struct hg_error *err) {
  const struct hg_host *host = work->host;
  const char *template = host->option(host, "template");
  bool is_indexed = hg_option_is_true(host->option(host, "indexed"));

  if (!template)
    return hg_error_set(err, HG_ERROR_INVALID, "generate-template needs --template");
  if (sweep_read(&work->sweep, host->option(host, "sweep"), host->option(host, "set-parameter"),
                 template, err) < 0 ||
      job_template_read(&work->template, template, is_indexed, err) < 0)
    return -1;
  return is_indexed ? indexed_rows_check(&work->template, err) : 0;
}

static int32_t generate_batch(struct generation *work, const struct hg_generate_request *request,
                              struct hg_error *err) {
  if (batch_check(&work->batch, err) < 0)
    return -1;
  if (request->flags & HG_GENERATE_SHOW)
    return show_batch(&work->batch, work->sink, err);
  if (output_directory_open(&work->directory, request->output_dir, GENERATED_MARKER, err) < 0 ||
      batch_check_directory(&work->batch, &work->directory, err) < 0)
    return -1;
  tell_facts(work);
  return write_jobs(work, err);
}

static int32_t generate(void *self, const struct hg_generate_request *request,
                        const struct hg_generate_sink *sink, struct hg_error *err) {
  const struct generator *generator = self;
  struct generation *work = malloc(sizeof *work);
  int32_t result;

  if (!work)
    return no_memory(err);
  init_generation(work, generator->host, sink);
  result = prepare(work, err);
  if (result == 0) {
    batch_init(&work->batch, &work->template);
    result = generate_batch(work, request, err);
    batch_finish(&work->batch);
  }
  finish_generation(work);
  free(work);
  return result;
}

static const struct hg_option options[] = {
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_PATH,
     .name = "template",
     .help = "a Job manifest with {{ name }} in its values"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_PATH,
     .name = "sweep",
     .help = "which values its parameters take"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_STRING,
     .name = "set-parameter",
     .help = "NAME=VALUE,VALUE: values of one parameter, instead of the sweep's; one a line"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_BOOLEAN,
     .name = "indexed",
     .default_value = "false",
     .help = "one Indexed Job whose containers find their row by JOB_COMPLETION_INDEX"},
};

static const struct hg_generator_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .generate = generate,
    .destroy = destroy,
};

HG_PLUGIN(GENERATOR, "generate-template", HEADGATE_VERSION,
          "Writes one Job manifest for each row of a sweep over a template", ops, HG_TABLE(options),
          HG_NO_TABLE);
