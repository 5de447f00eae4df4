/* SPDX-License-Identifier: Apache-2.0 */
/* The Job of one worker of a session, and its manifest. */
#ifndef GENERATE_SESSION_JOB_MANIFEST_H
#define GENERATE_SESSION_JOB_MANIFEST_H

#include "generate/output_directory.h"
#include "session.h"
#include "text/text_buffer.h"

#include <stdint.h>

/* How the first line of every manifest begins. */
#define JOB_MANIFEST_MARKER GENERATED_MARKER "generate-session)."

/* Room for the names, for all that SESSION_MOST_WORKERS allows. */
enum { JOB_WORKER_ID_SIZE = 32, JOB_NAME_SIZE = 64, JOB_FILE_NAME_SIZE = 96 };

struct job {
  int64_t index;      /* from 0 */
  int64_t iterations; /* this worker's share */
  char worker_id[JOB_WORKER_ID_SIZE];
  char name[JOB_NAME_SIZE];
  char file_name[JOB_FILE_NAME_SIZE];
};

/* Names the Job of worker `index` of `session`, whose session_id was checked. */
void job_describe(const struct session *session, int64_t index, struct job *job);

/* Appends the manifest: a YAML document that begins with JOB_MANIFEST_MARKER. `created_at` is
 * RFC 3339. */
void job_manifest_append(struct text_buffer *out, const struct session *session,
                         const struct job *job, const char *created_at);

/* Appends the first words of the container's arguments, for the summary. */
void job_args_summary_append(struct text_buffer *out, const struct session *session);

#endif
