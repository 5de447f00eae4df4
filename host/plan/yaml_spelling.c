/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/yaml_spelling.h"

#include "text/utf8.h"
#include "text/visible_text.h"
#include "yaml/go_scalar.h"
#include "json/json_text.h"

#include <stdlib.h>
#include <string.h>

/* Whether the text stands for itself without quotes: of bytes that mean nothing to YAML where they
 * stand, and no number, boolean or null by its looks. */
static bool is_plain(const char *text, size_t length) {
  const struct hg_node node = {
      .text = text, .length = (uint32_t)length, .kind = HG_NODE_SCALAR, .style = HG_STYLE_PLAIN};
  struct scalar scalar;

  if (length == 0 || length > UINT32_MAX || text[length - 1] == ':' || text[length - 1] == ' ')
    return false;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '/';

    if (!is_word && (i == 0 || c == '\0' || !strchr("-.:@+=, ", c)))
      return false;
    if (c == ' ' && (text[i - 1] == ':' || text[i - 1] == ' '))
      return false;
  }
  if (scalar_is_plainly_string(&node))
    return true;
  scalar_resolve(&node, &scalar);
  return scalar.kind == SCALAR_STRING;
}

/* Whether it stands in quotes as it is. */
static bool needs_no_escape(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == '\\')
      return false;
  return true;
}

static void append_escaped(struct text_buffer *out, const char *text, size_t length) {
  json_t *value = json_of_bytes(text, length);
  char *spelled = json_dumps(value, JSON_ENCODE_ANY);

  json_decref(value);
  if (spelled)
    json_spelled_append(out, spelled, strlen(spelled));
  out->failed = out->failed || !spelled;
  free(spelled);
}

void yaml_spelling_append(struct text_buffer *out, const char *text, size_t length) {
  if (is_plain(text, length)) {
    text_buffer_append(out, text, length);
  } else if (needs_no_escape(text, length)) {
    text_buffer_append_char(out, '"');
    text_buffer_append(out, text, length);
    text_buffer_append_char(out, '"');
  } else {
    append_escaped(out, text, length);
  }
}

bool yaml_spelling_is_literal(const char *text, size_t length) {
  uint32_t codepoint;
  size_t taken;

  if (!memchr(text, '\n', length) || *text == '\n' || *text == ' ' || *text == '\t')
    return false;
  for (size_t at = 0; at < length; at += taken) {
    taken = utf8_decode(text + at, length - at, &codepoint);
    if (taken == 0 || (codepoint != '\n' && codepoint != '\t' && visible_text_hides(codepoint)))
      return false;
  }
  return true;
}

const char *yaml_spelling_literal_head(const char *text, size_t length) {
  if (text[length - 1] != '\n')
    return " |-";
  return length > 1 && text[length - 2] == '\n' ? " |+" : " |";
}
