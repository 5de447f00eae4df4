/* SPDX-License-Identifier: Apache-2.0 */
#include "indexed_rows.h"

#include "generate/yaml_quote.h"
#include "yaml/tree_json.h"

#include <inttypes.h>
#include <string.h>

#define ROW_NAME "HEADGATE_ROW_"

void indexed_rows_append_completions(struct job_template *template, size_t indent) {
  yaml_line_begin(&template->fixed, indent);
  text_buffer_printf(&template->fixed, "completions: %" PRIu64 "\n", template->sweep->count);
  yaml_line_begin(&template->fixed, indent);
  text_buffer_append_string(&template->fixed, "completionMode: Indexed\n");
}

/* Bytes that quotes and backslashes take once more where a text is a string of JSON. */
static uint64_t count_escapes(const struct text_buffer *text) {
  uint64_t count = 0;

  for (size_t i = 0; i < text->length; i++)
    count += text->data[i] == '"' || text->data[i] == '\\';
  return count;
}

bool indexed_rows_is_name(const char *name) {
  size_t length = strlen(ROW_NAME);

  return strncmp(name, ROW_NAME, length) == 0 && name[length] != '\0' &&
         name[length + strspn(name + length, "0123456789")] == '\0';
}

void indexed_rows_append(struct job_template *template, size_t indent) {
  struct text_buffer *out = &template->fixed;
  struct text_buffer row;

  text_buffer_init(&row);
  for (uint64_t i = 0; i < template->sweep->count; i++) {
    char name[40];

    text_buffer_reset(&row);
    (void)job_text_append_json(template->sweep, i, 0, &row);
    (void)snprintf(name, sizeof name, ROW_NAME "%" PRIu64, i);
    template->rows_size +=
        strlen("{'name':'','value':''},") + strlen(name) + row.length + count_escapes(&row);
    if (template->rows_size > INDEXED_MOST_BYTES)
      continue;
    yaml_line_begin(out, indent);
    text_buffer_printf(out, "- name: %s\n", name);
    yaml_line_begin(out, indent + 2);
    text_buffer_append_string(out, "value: ");
    yaml_quote_append_quoted(out, text_buffer_string(&row), row.length);
    text_buffer_append_char(out, '\n');
  }
  out->failed = out->failed || row.failed;
  text_buffer_finish(&row);
}

int32_t indexed_rows_check(struct job_template *template, struct hg_error *err) {
  const struct hg_host *host = template->problems.host;
  uint64_t rest = tree_json_size(template->file.root);
  uint64_t count = template->sweep->count;
  uint64_t size = rest + template->rows_size;

  if (template->rows_size == 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--indexed: the template has no container that could get the rows");
  if (size > INDEXED_MOST_BYTES)
    return hg_error_set(
        err, HG_ERROR_LIMIT,
        "--indexed: %" PRIu64 " rows make a Job of %" PRIu64
        " bytes, and etcd takes at most %d: about %" PRIu64
        " rows fit. Leave --indexed out, or make several sweeps",
        count, size, INDEXED_MOST_BYTES,
        rest < INDEXED_MOST_BYTES ? (INDEXED_MOST_BYTES - rest) * count / template->rows_size : 0);
  if (size > INDEXED_MOST_BY_KUBECTL)
    host->log(host, HG_LOG_WARNING,
              "the Job is too large for the annotation of kubectl apply (262,144 bytes): apply it "
              "with --applier server");
  return 0;
}
