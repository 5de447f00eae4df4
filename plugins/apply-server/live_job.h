/* SPDX-License-Identifier: Apache-2.0 */
/* A Job as the server has it: whether an answer is one, and whether two are the same. */
#ifndef APPLY_SERVER_LIVE_JOB_H
#define APPLY_SERVER_LIVE_JOB_H

#include "digest/digest.h"
#include "text/text_buffer.h"
#include "json/json_members.h"

#include <headgate/plan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  LIVE_JOB_SAID = 6, /* members that a manifest, or another client, can say; */
  LIVE_JOB_UID = 1,  /* this one of them is the uid */
};

/* Parts of the text that it was read from. */
struct live_job {
  struct json_slice kind;        /* none in an item of a list */
  struct json_slice api_version; /* the same */
  struct json_slice name;
  struct json_slice space; /* its namespace */
  struct json_slice deleted_at;
  struct json_slice version;
  struct json_slice said[LIVE_JOB_SAID];
};

/* What is kept of a Job to tell later whether it changed. */
struct live_print {
  char version[40];             /* its resourceVersion; "": not known, or too long */
  uint8_t content[DIGEST_SIZE]; /* of what is not the server's and its controllers' to write */
};

/* False: that is no object with a name. */
bool live_job_read(const char *text, size_t length, struct live_job *job);

/* Whether it is that Job, and says so. */
bool live_job_is(const struct live_job *job, const struct hg_plan_item *item);

/* False where memory is out. `scratch` is overwritten. */
bool live_job_print(const struct live_job *job, struct text_buffer *scratch,
                    struct live_print *print);

/* Whether nothing that a manifest can say differs. `scratch` is overwritten. */
bool live_job_is_same(const struct live_print *before, const struct live_job *after,
                      struct text_buffer *scratch);

#endif
