/* SPDX-License-Identifier: Apache-2.0 */
#include "roff.h"

#include <ctype.h>
#include <string.h>

enum { MOST_COLUMNS = 76 };

static void put(FILE *out, char c) {
  static const struct {
    char c;
    const char *escape;
  } escapes[] = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"}, {'`', "\\(ga"},
                 {'"', "\\(dq"}, {'~', "\\(ti"}, {'^', "\\(ha"}};

  for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
    if (escapes[i].c == c) {
      (void)fputs(escapes[i].escape, out);
      return;
    }
  (void)fputc(c, out);
}

void roff_bytes(FILE *out, const char *text, size_t length) {
  if (length > 0 && *text == '.')
    (void)fputs("\\&", out);
  for (size_t i = 0; i < length; i++)
    put(out, text[i] == '\n' ? ' ' : text[i]);
}

void roff_text(FILE *out, const char *text) {
  bool is_bold = false;

  while (*text) {
    size_t length = strcspn(text, "`");

    roff_bytes(out, text, length);
    text += length;
    if (*text) {
      is_bold = !is_bold;
      (void)fputs(is_bold ? "\\fB" : "\\fR", out);
      text++;
    }
  }
}

void roff_sentence(FILE *out, const char *text) {
  size_t length = strlen(text);
  char last = length > 0 ? text[length - 1] : '\0';

  if (length == 0)
    return;
  if (islower((unsigned char)*text))
    (void)fputc(toupper((unsigned char)*text++), out);
  roff_text(out, text);
  (void)fputs(last == '.' || last == '!' ? "\n" : ".\n", out);
}

void roff_bold(FILE *out, const char *text) {
  (void)fputs("\\fB", out);
  roff_bytes(out, text, strlen(text));
  (void)fputs("\\fR", out);
}

void roff_italic(FILE *out, const char *text) {
  (void)fputs("\\fI", out);
  roff_bytes(out, text, strlen(text));
  (void)fputs("\\fR", out);
}

/* The words of a line of text; none becomes a request for standing first. */
static void write_words(FILE *out, const char *line, size_t length) {
  size_t column = 0;

  for (size_t i = 0; i < length;) {
    size_t size = strcspn(line + i, " \n");

    if (size > 0 && column > 0 && column + 1 + size > MOST_COLUMNS) {
      (void)fputc('\n', out);
      column = 0;
    }
    if (size > 0) {
      const char *before = column > 0 ? " " : line[i] == '.' ? "\\&" : "";

      (void)fprintf(out, "%s%.*s", before, (int)size, line + i);
      column += strlen(before) + size;
    }
    i += size + 1;
  }
  (void)fputs(column > 0 ? "\n" : "", out);
}

void roff_page(FILE *out, const char *page) {
  bool is_example = false;
  bool is_tag = false;

  while (*page) {
    size_t length = strcspn(page, "\n");
    bool is_request = *page == '.';

    if (is_request && strncmp(page, ".EX", 3) == 0)
      is_example = true;
    if (is_request && strncmp(page, ".EE", 3) == 0)
      is_example = false;
    if (is_request || is_example || is_tag)
      (void)fprintf(out, "%.*s\n", (int)length, page);
    else
      write_words(out, page, length);
    is_tag = is_request && strncmp(page, ".TP", 3) == 0;
    page += length + (page[length] == '\n');
  }
}
