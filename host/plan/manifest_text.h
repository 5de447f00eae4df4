/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest as the history keeps it: YAML without comments, in the document's order, in which the
 * values of env variables are hidden. */
#ifndef HOST_PLAN_MANIFEST_TEXT_H
#define HOST_PLAN_MANIFEST_TEXT_H

#include "digest/digest.h"
#include "memory/arena.h"

#include <headgate/document.h>

/* Bytes of a document, and of its text; nobody reads more. */
enum { MANIFEST_TEXT_MOST = 256 * 1024 };

struct manifest_writer;

/* One thread at a time. NULL where memory is out. */
struct manifest_writer *manifest_writer_create(const uint8_t key[DIGEST_SIZE]);

/* Accepts NULL. */
void manifest_writer_destroy(struct manifest_writer *writer);

/* The text, the arena's. Each hidden value is "(hidden, 8 hex)", made with the key. What `kubectl
 * apply` writes into an annotation, a whole manifest with its values, is left out. NULL: it is too
 * large, kubectl makes no JSON of it, a name has a tag, or memory is out. */
const char *manifest_text_make(struct manifest_writer *writer, const struct hg_document *document,
                               struct arena *arena);

#endif
