/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 2: from files and directories with manifests to documents. */
#ifndef HEADGATE_SCANNER_H
#define HEADGATE_SCANNER_H

#include <headgate/diagnostic.h>
#include <headgate/document.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/passed_over.h>
#include <stdint.h>

/* Of this header, in hg_plugin.stage_revision: raised by each change that is not a field or an
 * optional function at an end. */
#define HG_SCANNER_REVISION 1u

/* What is to be read. Borrowed, valid until create returns. */
struct hg_scan_request {
  uint32_t struct_size;        /* sizeof(struct hg_scan_request) as the host compiled it */
  uint32_t operand_count;      /* of `operands`, at least 1 */
  const char *const *operands; /* files, directories, "-" for standard input */
  uint32_t exclude_count;      /* of `excludes` */
  uint32_t reserved;           /* 0 */
  /* Patterns (fnmatch(3)) of files that a directory is read without: one with a slash is held
   * against what stands behind the operand, one without against each name in that. A file that is
   * an operand itself is read all the same. */
  const char *const *excludes;
};

/* The host's; called on the thread of read(), with the sink itself as first parameter. The
 * functions copy what they need before they return. 0: go on; -1: stop, the run is over. */
struct hg_document_sink {
  uint32_t struct_size; /* sizeof(struct hg_document_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* The next document of the file, in file order. */
  int32_t (*add)(const struct hg_document_sink *sink, const struct hg_document *document);

  /* What keeps a file, or the rest of it, from being read: no document, but a row in the report,
   * in the place where the document would stand. `document_number` is its 1-based number in the
   * file, 0 where the file could not be read at all. */
  int32_t (*problem)(const struct hg_document_sink *sink, uint32_t document_number,
                     const struct hg_diagnostic *diagnostic);

  /* The next document is an object of another kind than Job, or a file of a directory holds no
   * document: nothing is wrong, and nothing of it is applied. It has its number like any other. A
   * scanner that does not know kinds hands everything to `add`. */
  int32_t (*passed_over)(const struct hg_document_sink *sink, const struct hg_passed_over *object);
};

/* All functions are mandatory. Order: create, then for each reading thread reader_create, read for
 * one file after another, reader_destroy, then destroy. create, count, path and destroy are called
 * on the main thread, reader_create, read and reader_destroy on the reader's; different readers
 * work at the same time, and `self` is only read then. count and path may be called until destroy.
 */
struct hg_scanner_ops {
  uint32_t struct_size; /* sizeof(struct hg_scanner_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object and lists the manifests of the operands, in their order and within a
   * directory in that in which they are to be applied. `host` outlives the object. A file or
   * directory that is missing, or a directory without manifests, is an error, as is "-" where the
   * scanner does not read standard input. What can be read only once is read here, and asks
   * host->cancelled while it waits. */
  int32_t (*create)(const struct hg_host *host, const struct hg_scan_request *request, void **self,
                    struct hg_error *err);

  /* How many files there are; always the same. */
  uint64_t (*count)(void *self);

  /* The path of file `index`, from 0, as the user will see it. Valid until destroy. */
  const char *(*path)(void *self, uint64_t index);

  /* Makes what one thread needs to read (buffers, a parser). */
  int32_t (*reader_create)(void *self, void **reader, struct hg_error *err);

  /* Reads file `index` and hands its documents to `sink`. What is wrong with the file goes to
   * sink->problem and is no failure; -1 only where nothing more can be read at all (no memory). */
  int32_t (*read)(void *reader, uint64_t index, const struct hg_document_sink *sink,
                  struct hg_error *err);

  /* Accepts NULL. */
  void (*reader_destroy)(void *reader);

  /* Accepts NULL. */
  void (*destroy)(void *self);
};

#endif
