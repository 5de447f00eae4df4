/* SPDX-License-Identifier: Apache-2.0 */
/* A template, a sweep and its CSV file, and the manifests that come of them. The first byte of the
 * input says what the rest is: 'T' a template, 'S' a sweep, 'C' the sweep's CSV file, 'A' what
 * --set-parameter gives, 'V' one value; the other files are good ones. */
#include "batch.h"
#include "yaml/go_scalar.h"
#include "yaml/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_WRITTEN = 50 };

static const char good_template[] = "apiVersion: batch/v1\n"
                                    "kind: Job\n"
                                    "metadata: {name: \"a-{{ index }}\"}\n"
                                    "spec:\n"
                                    "  template:\n"
                                    "    spec:\n"
                                    "      restartPolicy: Never\n"
                                    "      containers:\n"
                                    "      - {name: a, image: b, args: [\"{{ v }}\"]}\n";
static const char good_sweep[] = "parameters:\n  v: [a, b]\n";
static const char sweep_of_csv[] = "kind: rows\ncsv: ";

struct memory_file {
  char path[32];
  int descriptor;
};

static struct memory_file template_file;
static struct memory_file sweep_file;
static struct memory_file csv_file;

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

static void make_file(struct memory_file *file, const char *name) {
  file->descriptor = memfd_create(name, MFD_CLOEXEC);
  if (file->descriptor < 0)
    finding("no memory file", name);
  (void)snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  make_file(&template_file, "template");
  make_file(&sweep_file, "sweep");
  make_file(&csv_file, "csv");
  return 0;
}

static void fill(const struct memory_file *file, const void *data, size_t size) {
  if (ftruncate(file->descriptor, 0) != 0 ||
      pwrite(file->descriptor, data, size, 0) != (ssize_t)size)
    finding("cannot fill", "a memory file");
}

/* The manifest is one document; `value`, where it is not NULL, its container's only argument. */
static void read_manifest(const struct text_buffer *text, const struct sweep_value *value) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_problem problem = {0};
  struct yaml_tree_document document;
  struct yaml_tree *tree;

  if (yaml_tree_create(&tree, &err) != 0 ||
      yaml_tree_open(tree, text->data, text->length, &err) != 0)
    finding("cannot read", err.message);
  if (yaml_tree_next(tree, &document, &problem) != 1)
    finding(problem.message, text->data);
  if (value) {
    const struct hg_node *spec = hg_node_get(document.root, "spec");
    const struct hg_node *pod = hg_node_get(hg_node_get(spec, "template"), "spec");
    const struct hg_node *node = hg_node_get(hg_node_get(pod, "containers")->first, "args")->first;
    struct scalar scalar;

    scalar_resolve(node, &scalar);
    if (scalar.kind != SCALAR_STRING || node->length != value->length ||
        memcmp(node->text, value->text, value->length) != 0)
      finding("a value is another one", text->data);
  }
  if (yaml_tree_next(tree, &document, &problem) != 0)
    finding("a manifest has more than one document", text->data);
  yaml_tree_destroy(tree);
}

static void generate(struct sweep *sweep, const struct hg_host *host, bool is_indexed, bool is_good,
                     struct hg_error *err) {
  struct job_template template;
  struct batch batch;

  job_template_init(&template, host, sweep);
  if (job_template_read(&template, template_file.path, is_indexed, err) == 0) {
    batch_init(&batch, &template);
    if (batch_check(&batch, err) == 0)
      for (uint64_t row = 0; row < batch.count && row < MOST_WRITTEN; row++) {
        job_text_start(&batch.job, row);
        job_text_write(&batch.job, row);
        read_manifest(&batch.job.text, is_good ? sweep_value_at(sweep, row, 0) : NULL);
      }
    batch_finish(&batch);
  }
  job_template_finish(&template);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct hg_error err = HG_ERROR_INIT;
  struct hg_host host = {
      .struct_size = sizeof host, .log = log_nothing, .cancelled = never_cancelled};
  struct sweep sweep;
  char *arguments = NULL;
  char text[64];
  char what;

  if (size == 0)
    return 0;
  what = (char)data[0];
  fill(&template_file, what == 'T' ? (const void *)(data + 1) : good_template,
       what == 'T' ? size - 1 : sizeof good_template - 1);
  fill(&sweep_file, what == 'S' ? (const void *)(data + 1) : good_sweep,
       what == 'S' ? size - 1 : sizeof good_sweep - 1);
  if (what == 'C') {
    (void)snprintf(text, sizeof text, "%s%s\n", sweep_of_csv, csv_file.path);
    fill(&sweep_file, text, strlen(text));
    fill(&csv_file, data + 1, size - 1);
  }
  if (what == 'A' || what == 'V') {
    bool is_value = what == 'V' && !memchr(data + 1, '"', size - 1);

    arguments = malloc(size + 8);
    if (!arguments)
      finding("no memory", "for arguments");
    (void)snprintf(arguments, 5, "%s", is_value ? "v=\"" : "");
    memcpy(arguments + strlen(arguments), data + 1, size - 1);
    arguments[(is_value ? 3 : 0) + size - 1] = '\0';
    if (is_value)
      strcat(arguments, "\"");
  }
  sweep_init(&sweep, &host);
  if (sweep_read(&sweep, sweep_file.path, arguments, template_file.path, &err) == 0)
    generate(&sweep, &host, size % 7 == 0, what != 'T' && sweep.parameter_count == 1 && size % 7,
             &err);
  else if (err.code == 0 || !err.message[0])
    finding("refused", "without a reason");
  sweep_finish(&sweep);
  free(arguments);
  return 0;
}
