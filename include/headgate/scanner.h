/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 2: from a place with manifests to documents. */
#ifndef HEADGATE_SCANNER_H
#define HEADGATE_SCANNER_H

#include <headgate/diagnostic.h>
#include <headgate/document.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <stdint.h>

/* The host's; called on the thread of read(), with the sink itself as first parameter. Both
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
};

/* All functions are mandatory. Order: create, open, then for each reading thread reader_create,
 * read for one file after another, reader_destroy, then close, destroy. create, open, count, path,
 * close and destroy are called on the main thread; different readers work at the same time. */
struct hg_scanner_ops {
  uint32_t struct_size; /* sizeof(struct hg_scanner_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object. `host` outlives it. */
  int32_t (*create)(const struct hg_host *host, void **self, struct hg_error *err);

  /* Lists the manifests of `jobs_dir`, in the order in which they are to be applied. A missing
   * directory, or one without manifests, is an error. Called once. */
  int32_t (*open)(void *self, const char *jobs_dir, struct hg_error *err);

  /* How many files there are; constant after open. */
  uint64_t (*count)(void *self);

  /* The path of file `index`, from 0, as the user will see it. Valid until close. */
  const char *(*path)(void *self, uint64_t index);

  /* Makes what one thread needs to read (buffers, a parser). */
  int32_t (*reader_create)(void *self, void **reader, struct hg_error *err);

  /* Reads file `index` and hands its documents to `sink`. What is wrong with the file goes to
   * sink->problem and is no failure; -1 only where nothing more can be read at all (no memory). */
  int32_t (*read)(void *reader, uint64_t index, const struct hg_document_sink *sink,
                  struct hg_error *err);

  /* Accepts NULL. */
  void (*reader_destroy)(void *reader);

  /* Drops the list; paths are no longer valid. */
  void (*close)(void *self);

  /* Accepts NULL. */
  void (*destroy)(void *self);
};

#endif
