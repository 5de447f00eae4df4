/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 3: is this document a Job that may be applied? */
#ifndef HEADGATE_VALIDATOR_H
#define HEADGATE_VALIDATOR_H

#include <headgate/diagnostic.h>
#include <headgate/document.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <stdint.h>

/* Of this header, in hg_plugin.stage_revision: raised by each change that is not a field or an
 * optional function at an end. */
#define HG_VALIDATOR_REVISION 1u

/* What the documents are judged for. Borrowed, valid until create returns. */
struct hg_validate_request {
  uint32_t struct_size; /* sizeof(struct hg_validate_request) as the host compiled it */
  uint32_t reserved;    /* 0 */
  /* The applier that the plan is for, without its prefix: "kubectl" (client-side apply, the
   * default), "server" (server-side apply), or another's name. */
  const char *applier;
};

/* The host's; called on the thread of validate(), with the sink itself as first parameter. */
struct hg_diagnostic_sink {
  uint32_t struct_size; /* sizeof(struct hg_diagnostic_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* Copies the diagnostic. The host puts a document's diagnostics into document order. 0: go on;
   * -1: no memory, stop. */
  int32_t (*add)(const struct hg_diagnostic_sink *sink, const struct hg_diagnostic *diagnostic);
};

/* Mandatory: create, validate, destroy. Order: create, then for each thread worker_create, validate
 * for one document after another, worker_destroy, then destroy. create and destroy are called on
 * the main thread. Several threads validate at the same time, each with a worker of its own: `self`
 * is read-only then. */
struct hg_validator_ops {
  uint32_t struct_size; /* sizeof(struct hg_validator_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object, with its options read and checked. `host` outlives it. */
  int32_t (*create)(const struct hg_host *host, const struct hg_validate_request *request,
                    void **self, struct hg_error *err);

  /* Makes what one thread needs (scratch memory), on that thread. May be NULL, as may
   * worker_destroy: then validate is given a NULL worker. */
  int32_t (*worker_create)(void *self, void **worker, struct hg_error *err);

  /* Says what is wrong with the document, which is valid until the function returns. A bad document
   * is no failure: -1 only where it could not be judged (no memory, the sink said stop). */
  int32_t (*validate)(void *self, void *worker, const struct hg_document *document,
                      const struct hg_diagnostic_sink *sink, struct hg_error *err);

  /* Accepts NULL. */
  void (*worker_destroy)(void *worker);

  /* Accepts NULL. */
  void (*destroy)(void *self);
};

#endif
