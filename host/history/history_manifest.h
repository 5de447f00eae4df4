/* SPDX-License-Identifier: Apache-2.0 */
/* What the manifests of a run's Jobs say, each distinct one once. */
#ifndef HOST_HISTORY_HISTORY_MANIFEST_H
#define HOST_HISTORY_HISTORY_MANIFEST_H

#include <headgate/error.h>
#include <stdint.h>

struct history;

/* Strings are borrowed during the call. Numbers: -1 where it does not say. */
struct history_manifest {
  const uint8_t *sha256;  /* 32 bytes, as the Job's */
  const char *text;       /* in which secrets are hidden; NULL: it is not kept */
  const char *image;      /* of the first container */
  const char *labels;     /* JSON object */
  const char *containers; /* JSON array; NULL: not known */
  int64_t pods;
  int64_t cpu_milli;
  int64_t memory_bytes;
  int64_t gpus;
};

/* Nothing happens where the history has it already. */
int32_t history_add_manifest(struct history *history, const struct history_manifest *manifest,
                             struct hg_error *err);

enum { HISTORY_KEY_SIZE = 32 };

/* The key of this history's hidden values. It is made by chance when it is first asked for, and
 * kept in a file of its own beside the database: who is given that alone can try no values. */
int32_t history_read_key(const struct history *history, uint8_t key[HISTORY_KEY_SIZE],
                         struct hg_error *err);

#endif
