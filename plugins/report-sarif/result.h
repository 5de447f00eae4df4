/* SPDX-License-Identifier: Apache-2.0 */
/* One result of a SARIF run: a finding in a manifest, or a Job that could not be applied. */
#ifndef PLUGINS_REPORT_SARIF_RESULT_H
#define PLUGINS_REPORT_SARIF_RESULT_H

#include "compressed_size.h"
#include "rule_list.h"
#include "json/json_stream.h"

#include <stdbool.h>
#include <stdint.h>

/* Texts are made safe for where they stand (sarif_text.h); "" where there is none. */
struct sarif_result {
  const struct rule *rule;
  bool is_error;
  const char *uri;
  uint32_t line;   /* 0 where there is none */
  uint32_t column; /* the same */
  uint32_t document;
  const char *message;
  const char *job_namespace;
  const char *job_name;
  const char *field;   /* of a finding */
  const char *problem; /* what tells it from others of that field; only for its fingerprint */
};

/* Appends the result as an item. Returns how many bytes it is estimated to take compressed; `seen`
 * belongs to the stream. `scratch` is overwritten; failures stay in the stream. */
uint64_t sarif_result_write(struct json_stream *stream, const struct sarif_result *result,
                            struct text_buffer *scratch, struct compressed_size *seen);

#endif
