/* SPDX-License-Identifier: Apache-2.0 */
/* The generator's two configuration files, and the manifest of what they describe. The first byte
 * of the input says which file the rest is ('O': the orchestrator's; any other: Kubernetes's); the
 * other file is a good one. */
#include "iteration_shares.h"
#include "job_manifest.h"
#include "session_config.h"
#include "yaml/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char good_orchestrator[] = "session_id: \"fuzz-session\"\n"
                                        "total_iterations: 7\n"
                                        "workers: 3\n"
                                        "mode: paper\n"
                                        "env: docker\n"
                                        "optimizer: bayesian\n"
                                        "config_path: configs/a.yaml\n"
                                        "base_output_csv: outputs/a\n";
static const char good_kubernetes[] = "session_id: \"fuzz-session\"\n"
                                      "k8s_namespace: trading-bots\n"
                                      "image: registry.example/app:1\n"
                                      "mode: paper\n"
                                      "env: docker\n"
                                      "total_iterations: 7\n"
                                      "workers: 3\n"
                                      "optimizer: bayesian\n"
                                      "config_path: configs/a.yaml\n";

static char orchestrator_path[32];
static char kubernetes_path[32];
static int orchestrator = -1;
static int kubernetes = -1;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void finding(const char *what, const char *text) {
  (void)fprintf(stderr, "FINDING: %s: %s\n", what, text);
  abort();
}

static void log_nothing(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  if (!message || strchr(message, '\n'))
    finding("a log line is no line", message ? message : "NULL");
}

static int32_t never_cancelled(const struct hg_host *host) {
  (void)host;
  return 0;
}

static const char *no_option(const struct hg_host *host, const char *name) {
  (void)host;
  (void)name;
  return NULL;
}

static int make_file(const char *name, char *path, size_t size) {
  int file = memfd_create(name, MFD_CLOEXEC);

  if (file < 0)
    finding("no memory file", name);
  (void)snprintf(path, size, "/proc/self/fd/%d", file);
  return file;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  orchestrator = make_file("orchestrator", orchestrator_path, sizeof orchestrator_path);
  kubernetes = make_file("kubernetes", kubernetes_path, sizeof kubernetes_path);
  return 0;
}

static void fill(int file, const void *data, size_t size) {
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
    finding("cannot fill", "a memory file");
}

/* A manifest that was made must be one document that can be read. */
static void read_manifest(const char *text, size_t length) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_problem problem = {0};
  struct yaml_tree_document document;
  struct yaml_tree *tree;

  if (yaml_tree_create(&tree, &err) != 0 || yaml_tree_open(tree, text, length, &err) != 0)
    finding("cannot read", err.message);
  if (yaml_tree_next(tree, &document, &problem) != 1)
    finding(problem.message, text);
  if (yaml_tree_next(tree, &document, &problem) != 0)
    finding("a manifest has more than one document", text);
  yaml_tree_destroy(tree);
}

static void generate(const struct session *session) {
  struct hg_error err = HG_ERROR_INIT;
  struct text_buffer text;
  struct job job;

  if (session->workers < 1 || session->workers > SESSION_MOST_WORKERS)
    finding("workers", "out of range");
  if (session->workers <= 1000 &&
      iteration_shares_prove(session->total_iterations, session->workers, &err) != 0)
    finding("shares", err.message);
  text_buffer_init(&text);
  job_describe(session, session->workers - 1, &job);
  job.iterations = iteration_share(session->total_iterations, session->workers, job.index);
  job_manifest_append(&text, session, &job, "2026-01-01T00:00:00.000Z");
  read_manifest(text_buffer_string(&text), text.length);
  text_buffer_reset(&text);
  job_args_summary_append(&text, session);
  text_buffer_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct hg_error err = HG_ERROR_INIT;
  struct hg_host host = {.struct_size = sizeof host,
                         .log = log_nothing,
                         .cancelled = never_cancelled,
                         .option = no_option};
  struct session session;
  struct arena arena;

  if (size == 0)
    return 0;
  if (data[0] == 'O') {
    fill(orchestrator, data + 1, size - 1);
    fill(kubernetes, good_kubernetes, sizeof good_kubernetes - 1);
  } else {
    fill(orchestrator, good_orchestrator, sizeof good_orchestrator - 1);
    fill(kubernetes, data + 1, size - 1);
  }
  arena_init(&arena);
  memset(&session, 0, sizeof session);
  if (session_config_read(&host, orchestrator_path, kubernetes_path, &arena, &session, &err) == 0)
    generate(&session);
  else if (err.code == 0 || !err.message[0])
    finding("refused", "without a reason");
  arena_finish(&arena);
  return 0;
}
