/* SPDX-License-Identifier: Apache-2.0 */
/* A generator that always writes the same manifest. */
#include "stage_plugin.h"

#include <headgate/generator.h>
#include <string.h>
#include <sys/stat.h>

static int32_t generate(void *self, const struct hg_generate_request *request,
                        const struct hg_generate_sink *sink, struct hg_error *err) {
  static const char manifest[] = MANIFEST_JOB("first", "one") "---\n" MANIFEST_JOB("second", "two");
  FILE *trace = stage_trace(self, "generate");
  char path[4096];
  FILE *file;
  size_t written;

  fields_write(trace, 1, &described_generate_request, request);
  fields_write(trace, 1, &described_generate_sink, sink);
  (void)fclose(trace);
  (void)mkdir(request->output_dir, 0755);
  (void)snprintf(path, sizeof path, "%s/" MANIFEST_NAME, request->output_dir);
  file = fopen(path, "we");
  if (!file)
    return hg_error_set(err, HG_ERROR_IO, "%s: cannot be written", path);
  written = fwrite(manifest, 1, strlen(manifest), file);
  if (fclose(file) != 0 || written != strlen(manifest))
    return hg_error_set(err, HG_ERROR_IO, "%s: cannot be written", path);
  static const struct hg_pair facts[] = {
      {"worker_id", "worker-of-the-first"}, {"iterations", "17"}, {"args", "run first"}};
  const struct hg_generated_file generated = {
      .struct_size = sizeof generated,
      .fact_count = 3,
      .path = path,
      .job_name = "first",
      .job_namespace = "one",
      .facts = facts,
  };
  sink->fact(sink, "Manifest of", "two Jobs");
  return sink->add(sink, &generated);
}

static const struct hg_generator_ops ops = {
    .struct_size = sizeof ops,
    .create = stage_create,
    .generate = generate,
    .destroy = stage_destroy,
};

static const struct hg_plugin plugin = {
    STAGE_PLUGIN,
    .stage = HG_STAGE_GENERATOR,
    .stage_revision = HG_GENERATOR_REVISION,
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}
