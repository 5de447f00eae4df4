/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/yaml_spelling.h"

#include "text/utf8.h"
#include "text/visible_text.h"
#include "yaml/go_scalar.h"
#include "json/json_text.h"

#include <stdlib.h>
#include <string.h>

/* What a byte is to a plain text: part of a word, a sign that may follow one, a blank, all of them
 * KNOWN; 0: none of these. */
enum { KNOWN = 1, WORD = KNOWN | 2, SIGN = KNOWN | 4, BLANK = KNOWN | 8 };

static const uint8_t kinds[256] = {
    ['a'] = WORD, ['b'] = WORD, ['c'] = WORD, ['d'] = WORD, ['e'] = WORD, ['f'] = WORD,
    ['g'] = WORD, ['h'] = WORD, ['i'] = WORD, ['j'] = WORD, ['k'] = WORD, ['l'] = WORD,
    ['m'] = WORD, ['n'] = WORD, ['o'] = WORD, ['p'] = WORD, ['q'] = WORD, ['r'] = WORD,
    ['s'] = WORD, ['t'] = WORD, ['u'] = WORD, ['v'] = WORD, ['w'] = WORD, ['x'] = WORD,
    ['y'] = WORD, ['z'] = WORD, ['A'] = WORD, ['B'] = WORD, ['C'] = WORD, ['D'] = WORD,
    ['E'] = WORD, ['F'] = WORD, ['G'] = WORD, ['H'] = WORD, ['I'] = WORD, ['J'] = WORD,
    ['K'] = WORD, ['L'] = WORD, ['M'] = WORD, ['N'] = WORD, ['O'] = WORD, ['P'] = WORD,
    ['Q'] = WORD, ['R'] = WORD, ['S'] = WORD, ['T'] = WORD, ['U'] = WORD, ['V'] = WORD,
    ['W'] = WORD, ['X'] = WORD, ['Y'] = WORD, ['Z'] = WORD, ['0'] = WORD, ['1'] = WORD,
    ['2'] = WORD, ['3'] = WORD, ['4'] = WORD, ['5'] = WORD, ['6'] = WORD, ['7'] = WORD,
    ['8'] = WORD, ['9'] = WORD, ['_'] = WORD, ['/'] = WORD, ['-'] = SIGN, ['.'] = SIGN,
    [':'] = SIGN, ['@'] = SIGN, ['+'] = SIGN, ['='] = SIGN, [','] = SIGN, [' '] = BLANK,
};

/* Whether the text stands for itself without quotes: of bytes that mean nothing to YAML where they
 * stand, and no number, boolean or null by its looks. */
static bool is_plain(const char *text, size_t length) {
  const struct hg_node node = {
      .text = text, .length = (uint32_t)length, .kind = HG_NODE_SCALAR, .style = HG_STYLE_PLAIN};
  struct scalar scalar;
  unsigned all = KNOWN;
  unsigned any = 0;

  if (length == 0 || length > UINT32_MAX || text[length - 1] == ':' || text[length - 1] == ' ')
    return false;
  for (size_t i = 0; i < length; i++) {
    unsigned kind = kinds[(unsigned char)text[i]];

    all &= kind;
    any |= kind;
  }
  if (!(all & KNOWN) || kinds[(unsigned char)*text] != WORD)
    return false;
  for (size_t i = 1; (any & BLANK) == BLANK && i < length; i++)
    if (text[i] == ' ' && (text[i - 1] == ':' || text[i - 1] == ' '))
      return false;
  if (scalar_is_plainly_string(&node))
    return true;
  scalar_resolve(&node, &scalar);
  return scalar.kind == SCALAR_STRING;
}

/* A plain scalar of a flow collection may start with less than one of a block: "[-]". */
bool yaml_spelling_is_as_written(const struct hg_node *node) {
  return node->style == HG_STYLE_PLAIN && !node->tag && node->length > 0 &&
         kinds[(unsigned char)node->text[0]] == WORD &&
         visible_text_printable_prefix(node->text, node->length) == node->length;
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
