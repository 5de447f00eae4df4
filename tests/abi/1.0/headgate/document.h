/* SPDX-License-Identifier: Apache-2.0 */
/* One YAML document of a manifest file, as the scanner hands it over. */
#ifndef HEADGATE_DOCUMENT_H
#define HEADGATE_DOCUMENT_H

#include <headgate/bytes.h>
#include <headgate/node.h>
#include <stdint.h>

/* A bit of hg_document.flags: `bytes` cannot be had from the file again, at `offset`. They were
 * read from a pipe, or made (an item of a List, as JSON): the host keeps a copy for the apply. */
#define HG_DOCUMENT_KEEP 1u

/* Everything in it is borrowed and valid until the call that was given it returns: the tree lives
 * while the document is validated and is then dropped. */
struct hg_document {
  uint32_t struct_size;       /* sizeof(struct hg_document) as its maker compiled it */
  uint32_t node_size;         /* sizeof(struct hg_node) as its maker compiled it */
  uint32_t document_number;   /* 1-based number of the document in its file, empty ones left out */
  uint32_t document_count;    /* documents of the file, empty ones left out */
  const char *yaml_path;      /* the file, as the user will see it */
  const struct hg_node *root; /* never NULL */
  uint64_t offset;            /* where the document starts in the file, in bytes */
  struct hg_bytes bytes;      /* the document's own bytes; the whole file's if it is the only one */
  uint32_t flags;             /* HG_DOCUMENT_* */
  uint32_t reserved;          /* 0 */
};

#endif
