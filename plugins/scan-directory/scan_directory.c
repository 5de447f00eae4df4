/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin scan-directory: the manifests of files and directories, one document after another. */
#include "file_list.h"
#include "file_text.h"
#include "kubectl_stream.h"
#include "memory/no_memory.h"
#include "reading.h"
#include "rules.h"

#include <fcntl.h>
#include <headgate/plugin.h>
#include <headgate/scanner.h>
#include <stdlib.h>
#include <string.h>

struct scanner {
  uint32_t minor; /* of the version of Kubernetes, 1.N */
  struct file_list files;
};

/* What one thread reads with. */
struct reader {
  const struct scanner *scanner;
  struct file_text text;
  struct yaml_tree *tree;
  struct text_buffer made; /* the JSON of an item of a list */
};

static const struct hg_option options[] = {
    {
        .struct_size = sizeof(struct hg_option),
        .type = HG_OPTION_BOOLEAN,
        .name = "recursive",
        .default_value = "false",
        .help = "Take the manifests of subdirectories too, but not of hidden or linked ones",
    },
    {
        .struct_size = sizeof(struct hg_option),
        .type = HG_OPTION_STRING,
        .name = "kubernetes-version",
        .default_value = "",
        .help = "Read files as kubectl of that version does (default: the newest)",
    },
};

static void destroy(void *self) {
  struct scanner *scanner = self;

  if (!scanner)
    return;
  file_list_finish(&scanner->files);
  free(scanner);
}

static int32_t add_operands(struct scanner *scanner, const struct hg_host *host,
                            const struct hg_scan_request *request, struct hg_error *err) {
  const struct listing_rules rules = {
      .recursive = hg_option_is_true(host->option(host, "recursive")),
      .exclude_count = HG_HAS(request, excludes) ? request->exclude_count : 0,
      .excludes = HG_HAS(request, excludes) ? request->excludes : NULL,
  };

  for (uint32_t i = 0; i < request->operand_count; i++)
    if (file_list_add(&scanner->files, request->operands[i], &rules, host, err) < 0)
      return -1;
  return 0;
}

static int32_t create(const struct hg_host *host, const struct hg_scan_request *request,
                      void **self, struct hg_error *err) {
  struct scanner *scanner = malloc(sizeof *scanner);

  if (!scanner)
    return no_memory(err);
  scanner->minor = kubectl_stream_minor(host->option(host, "kubernetes-version"));
  file_list_init(&scanner->files);
  if (add_operands(scanner, host, request, err) < 0) {
    destroy(scanner);
    return -1;
  }
  *self = scanner;
  return 0;
}

static uint64_t count(void *self) {
  const struct scanner *scanner = self;

  return scanner->files.count;
}

static const char *path(void *self, uint64_t index) {
  const struct scanner *scanner = self;

  return scanner->files.files[index].path;
}

static void reader_destroy(void *self) {
  struct reader *reader = self;

  if (!reader)
    return;
  yaml_tree_destroy(reader->tree);
  text_buffer_finish(&reader->made);
  file_text_finish(&reader->text);
  free(reader);
}

static int32_t reader_create(void *self, void **reader, struct hg_error *err) {
  struct reader *made = calloc(1, sizeof *made);

  if (!made)
    return no_memory(err);
  made->scanner = self;
  file_text_init(&made->text);
  text_buffer_init(&made->made);
  if (yaml_tree_create(&made->tree, err) < 0) {
    reader_destroy(made);
    return -1;
  }
  *reader = made;
  return 0;
}

static int32_t read_file(void *self, uint64_t index, const struct hg_document_sink *sink,
                         struct hg_error *err) {
  struct reader *reader = self;
  const struct file_list *files = &reader->scanner->files;
  const struct listed_file *file;
  struct reading reading = {
      .sink = sink,
      .text = &reader->text,
      .tree = reader->tree,
      .made = &reader->made,
      .minor = reader->scanner->minor,
  };
  struct file_fault fault;
  int32_t rc;

  if (index >= files->count)
    return hg_error_set(err, HG_ERROR_INVALID, "there is no file of that number");
  file = &files->files[index];
  reading.path = file->path;
  reading.is_listed = file->directory != AT_FDCWD;
  if (file->stream) {
    reading.text = &file->stream->text;
    reading.is_stream = true;
    fault = file->stream->fault;
    rc = fault.rule ? 1 : 0;
  } else {
    rc = file_text_read(&reader->text, file->directory, file->path + file->name_offset, &fault);
  }
  if (rc < 0)
    return no_memory(err);
  return rc == 0 ? reading_run(&reading, err) : reading_refuse(&reading, &fault, err);
}

static const struct hg_scanner_ops ops = {
    .struct_size = sizeof(struct hg_scanner_ops),
    .create = create,
    .count = count,
    .path = path,
    .reader_create = reader_create,
    .read = read_file,
    .reader_destroy = reader_destroy,
    .destroy = destroy,
};

HG_PLUGIN(SCANNER, "scan-directory", HEADGATE_VERSION, "Reads the manifests of a directory", ops,
          HG_TABLE(options), HG_ROWS(scan_rules, SCAN_RULE_COUNT));
