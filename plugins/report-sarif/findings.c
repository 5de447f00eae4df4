/* SPDX-License-Identifier: Apache-2.0 */
#include "findings.h"

#include "files/records.h"
#include "memory/array.h"
#include "memory/no_memory.h"

#include <stdlib.h>
#include <string.h>

void findings_init(struct findings *findings, uint64_t most, uint32_t indent, uint32_t depth) {
  memset(findings, 0, sizeof *findings);
  json_stream_init(&findings->errors, indent, depth);
  json_stream_init(&findings->warnings, indent, depth);
  text_buffer_init(&findings->scratch);
  findings->most = most;
}

void findings_finish(struct findings *findings) {
  json_stream_finish(&findings->errors);
  json_stream_finish(&findings->warnings);
  text_buffer_finish(&findings->scratch);
  free(findings->warning_bytes);
}

static bool is_limited(const struct findings *findings) {
  return findings->most != UINT64_MAX;
}

static bool is_full(const struct findings *findings, uint64_t count, uint64_t bytes) {
  return is_limited(findings) && (count >= findings->most || bytes >= FINDINGS_BYTES_MOST);
}

static int32_t end_item(struct json_stream *stream, struct hg_error *err) {
  text_buffer_append_char(&stream->section.text, '\0');
  return json_stream_status(stream, err);
}

static int32_t add_error(struct findings *findings, const struct sarif_result *result,
                         struct hg_error *err) {
  findings->error_count++;
  if (is_full(findings, findings->errors_kept, findings->errors_bytes))
    return 0;
  findings->errors_kept++;
  findings->errors_bytes +=
      sarif_result_write(&findings->errors, result, &findings->scratch, &findings->errors_seen);
  return end_item(&findings->errors, err);
}

static int32_t make_room(struct findings *findings, struct hg_error *err) {
  uint32_t *bytes;

  if (!is_limited(findings))
    return 0;
  bytes = array_reserve(findings->warning_bytes, findings->warnings_kept + 1,
                        &findings->warnings_capacity, sizeof *bytes);
  if (!bytes)
    return no_memory(err);
  findings->warning_bytes = bytes;
  return 0;
}

/* Errors that are still to come may take a warning's place: what each takes is noted. */
static int32_t add_warning(struct findings *findings, const struct sarif_result *result,
                           struct hg_error *err) {
  uint64_t bytes;

  findings->warning_count++;
  if (is_full(findings, findings->warnings_kept, findings->warnings_bytes))
    return 0;
  if (make_room(findings, err) < 0)
    return -1;
  bytes =
      sarif_result_write(&findings->warnings, result, &findings->scratch, &findings->warnings_seen);
  findings->warnings_bytes += bytes;
  if (is_limited(findings))
    findings->warning_bytes[findings->warnings_kept] = (uint32_t)bytes;
  findings->warnings_kept++;
  return end_item(&findings->warnings, err);
}

int32_t findings_add(struct findings *findings, const struct sarif_result *result,
                     struct hg_error *err) {
  return result->is_error ? add_error(findings, result, err) : add_warning(findings, result, err);
}

void findings_leave_out(struct findings *findings, bool is_error) {
  findings->error_count += is_error ? 1 : 0;
  findings->warning_count += is_error ? 0 : 1;
}

/* How many warnings have a place behind the errors. */
static uint64_t count_warnings(const struct findings *findings) {
  uint64_t bytes = findings->errors_bytes;
  uint64_t count = 0;

  if (!is_limited(findings))
    return findings->warnings_kept;
  while (count < findings->warnings_kept &&
         !is_full(findings, findings->errors_kept + count, bytes))
    bytes += findings->warning_bytes[count++];
  return count;
}

static bool takes_one_more(void *context, uint64_t length) {
  uint64_t *left = context;

  (void)length;
  if (*left == 0)
    return false;
  --*left;
  return true;
}

static int32_t write_items(const struct json_stream *items, uint64_t count,
                           const struct hg_output *output, struct hg_error *err) {
  uint64_t left = count;
  uint64_t written = 0;

  if (json_stream_status(items, err) < 0)
    return -1;
  return records_write(&items->section, takes_one_more, &left, output, &written, err);
}

int32_t findings_write(struct findings *findings, struct json_stream *whole,
                       const struct hg_output *output, uint64_t *left_out, struct hg_error *err) {
  uint64_t warnings = count_warnings(findings);
  uint64_t kept = findings->errors_kept + warnings;

  *left_out = findings->error_count + findings->warning_count - kept;
  json_stream_open(whole, "results", '[');
  if (json_stream_write(whole, output, err) < 0 ||
      write_items(&findings->errors, findings->errors_kept, output, err) < 0)
    return -1;
  /* Both streams begin with a first item. */
  if (findings->errors_kept > 0 && warnings > 0 && output->write(output, ",", 1, err) < 0)
    return -1;
  if (write_items(&findings->warnings, warnings, output, err) < 0)
    return -1;
  whole->started = kept > 0;
  json_stream_close(whole, ']');
  return 0;
}
