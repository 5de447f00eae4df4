/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a generator plugin as the host would, and writes what it says as JSON lines:
 *
 *   {"fact": [label, value]}  {"log": [level, message]}  {"error": [code, message]}
 *   {"file": {"path": ..., "job_name": ..., "worker_id": ..., "iterations": N, "args": ...}}
 *
 * usage: generator-driver PLUGIN ORCHESTRATOR KUBERNETES DIRECTORY [OPTION...]
 *
 *   cancel=N  the user asks to stop after N files
 *   stop=N    the sink asks to stop with file N
 *   bytes=N   no file may become larger
 *   rival=F   somebody else makes the file F once the first file is there
 *
 * Exits with 0 where the plugin succeeded, 1 where it failed, 2 where it could not be run. */
#include <dlfcn.h>
#include <headgate/generator.h>
#include <headgate/plugin.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct driver {
  const char *orchestrator_config;
  const char *k8s_config;
  long files;
  long cancel_after; /* -1: never */
  long stop_with;    /* -1: never */
  const char *rival; /* NULL: none */
};

static void say(json_t *object) {
  if (!object || json_dumpf(object, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF)
    exit(2);
  json_decref(object);
}

static void take_log(const struct hg_host *host, uint32_t level, const char *message) {
  static const char *const levels[] = {"none", "error", "warning", "info", "debug"};

  (void)host;
  say(json_pack("{s:[s,s]}", "log", levels[level], message));
}

static int32_t is_cancelled(const struct hg_host *host) {
  const struct driver *driver = host->context;

  return driver->cancel_after >= 0 && driver->files >= driver->cancel_after;
}

static const char *read_option(const struct hg_host *host, const char *name) {
  const struct driver *driver = host->context;

  return strcmp(name, "k8s-config") == 0 ? driver->k8s_config : driver->orchestrator_config;
}

static void take_fact(const struct hg_generate_sink *sink, const char *label, const char *value) {
  (void)sink;
  say(json_pack("{s:[s,s]}", "fact", label, value));
}

static int32_t take_file(const struct hg_generate_sink *sink,
                         const struct hg_generated_file *file) {
  struct driver *driver = sink->context;

  if (file->fact_count != 3)
    exit(2);
  say(json_pack("{s:{s:s,s:s,s:s,s:I,s:s}}", "file", "path", file->path, "job_name", file->job_name,
                file->facts[0].name, file->facts[0].value, file->facts[1].name,
                (json_int_t)atoll(file->facts[1].value), file->facts[2].name,
                file->facts[2].value));
  if (driver->files == 0 && driver->rival) {
    FILE *rival = fopen(driver->rival, "wx");

    if (!rival || fputs("theirs\n", rival) == EOF || fclose(rival) != 0)
      exit(2);
  }
  return ++driver->files == driver->stop_with ? -1 : 0;
}

static void read_options(struct driver *driver, char **words) {
  driver->files = 0;
  driver->rival = NULL;
  driver->cancel_after = driver->stop_with = -1;
  for (; *words; words++) {
    if (strncmp(*words, "cancel=", 7) == 0) {
      driver->cancel_after = atol(*words + 7);
    } else if (strncmp(*words, "stop=", 5) == 0) {
      driver->stop_with = atol(*words + 5);
    } else if (strncmp(*words, "rival=", 6) == 0) {
      driver->rival = *words + 6;
    } else if (strncmp(*words, "bytes=", 6) == 0) {
      const struct rlimit limit = {(rlim_t)atol(*words + 6), RLIM_INFINITY};

      if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        exit(2);
    } else {
      exit(2);
    }
  }
}

int main(int argc, char **argv) {
  const struct hg_plugin *(*entry)(void);
  const struct hg_generator_ops *ops;
  const struct hg_plugin *plugin;
  struct hg_error err = HG_ERROR_INIT;
  struct driver driver;
  void *library;
  void *self = NULL;
  int32_t result;

  if (argc < 5)
    return 2;
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    (void)fprintf(stderr, "%s\n", dlerror());
    return 2;
  }
  *(void **)&entry = dlsym(library, "headgate_plugin_v1");
  plugin = entry ? entry() : NULL;
  if (!plugin || plugin->magic != HG_PLUGIN_MAGIC || plugin->stage != HG_STAGE_GENERATOR)
    return 2;
  ops = plugin->ops;
  read_options(&driver, argv + 5);
  driver.orchestrator_config = argv[2];
  driver.k8s_config = argv[3];

  const struct hg_host host = {.struct_size = sizeof host,
                               .abi_minor = HG_ABI_MINOR,
                               .context = &driver,
                               .log = take_log,
                               .cancelled = is_cancelled,
                               .option = read_option};
  const struct hg_generate_sink sink = {
      .struct_size = sizeof sink, .context = &driver, .fact = take_fact, .add = take_file};
  const struct hg_generate_request request = {sizeof request, 0, argv[4]};

  result = ops->create(&host, &self, &err);
  if (result == 0)
    result = ops->generate(self, &request, &sink, &err);
  ops->destroy(self);
  ops->destroy(NULL);
  if (result != 0)
    say(json_pack("{s:[i,s]}", "error", (int)err.code, err.message));
  else if (err.code != 0)
    return 2;
  return result == 0 ? 0 : 1;
}
