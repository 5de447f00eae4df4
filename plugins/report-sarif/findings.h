/* SPDX-License-Identifier: Apache-2.0 */
/* The results of a run, errors before warnings, within the limits of who reads them.
 *
 * GitHub takes 25,000 results of a run, and 10 MB of the whole file once it is compressed (GitHub
 * Docs, "SARIF support for code scanning"). How far it will compress is estimated, on the safe
 * side.
 */
#ifndef PLUGINS_REPORT_SARIF_FINDINGS_H
#define PLUGINS_REPORT_SARIF_FINDINGS_H

#include "result.h"
#include "json/json_stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  FINDINGS_MOST = 25000,
  FINDINGS_BYTES_MOST = 9000000, /* of the 10 MB; the rest is for all but the results */
};

/* Embedded in its owner; one thread at a time. */
struct findings {
  struct json_stream errors; /* items, each with a NUL behind it */
  struct json_stream warnings;
  struct compressed_size errors_seen;
  struct compressed_size warnings_seen;
  struct text_buffer scratch;
  uint64_t most;        /* results; UINT64_MAX: no limit, of bytes neither */
  uint64_t error_count; /* that there are */
  uint64_t warning_count;
  uint64_t errors_kept;
  uint64_t errors_bytes; /* as estimated */
  uint64_t warnings_bytes;
  uint32_t *warning_bytes; /* of each that is kept; NULL where there is no limit */
  size_t warnings_kept;
  size_t warnings_capacity;
};

/* The items stand at level `depth` of a text with `indent` spaces a level. */
void findings_init(struct findings *findings, uint64_t most, uint32_t indent, uint32_t depth);
void findings_finish(struct findings *findings);

int32_t findings_add(struct findings *findings, const struct sarif_result *result,
                     struct hg_error *err);

/* Counts one that cannot be added. */
void findings_leave_out(struct findings *findings, bool is_error);

/* Writes what `whole` holds and the array "results". *left_out is how many had no place. */
int32_t findings_write(struct findings *findings, struct json_stream *whole,
                       const struct hg_output *output, uint64_t *left_out, struct hg_error *err);

#endif
