/* SPDX-License-Identifier: Apache-2.0 */
#include "text/wrapped_text.h"

#include "text/utf8.h"

#include <stdbool.h>
#include <string.h>

size_t text_columns(const char *data, size_t length) {
  size_t columns = 0;

  for (size_t i = 0; i < length; i++) {
    if (data[i] == '\033') /* a colour: as far as its m */
      while (i + 1 < length && data[i] != 'm')
        i++;
    else /* all bytes but those that go on with a character */
      columns += !utf8_goes_on(data[i]);
  }
  return columns;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\n';
}

/* The backtick of the same line that ends what begins at `data`; NULL: there is none. */
static const char *find_backtick(const char *data, size_t length) {
  const char *found = memchr(data, '`', length);

  return found && !memchr(data, '\n', (size_t)(found - data)) ? found : NULL;
}

/* Where the word ends that begins at `start`: what stands between backticks is one, where a line
 * has room for it. */
static size_t word_end(const char *data, size_t length, size_t start, size_t room) {
  const char *quoted = NULL;
  size_t i = start;

  while (i < length && !is_blank(data[i]) && !quoted)
    if (data[i++] == '`' && i < length)
      quoted = find_backtick(data + i, length - i);
  if (quoted && text_columns(data + start, (size_t)(quoted - data) - start) < room)
    i = (size_t)(quoted - data);
  while (i < length && !is_blank(data[i]))
    i++;
  return i;
}

void wrapped_text_append(struct text_buffer *text, const char *data, size_t length, size_t column,
                         size_t indent, size_t width) {
  bool is_first = true;

  for (size_t i = 0; i < length;) {
    size_t gap = i;
    size_t start;
    size_t columns;

    while (i < length && is_blank(data[i]))
      i++;
    start = i;
    gap = is_first ? 0 : memchr(data + gap, '\n', start - gap) ? 1 : start - gap;
    i = word_end(data, length, start, width > indent ? width - indent : 0);
    if (i == start)
      break;
    columns = text_columns(data + start, i - start);
    if (column + gap + columns > width && column > indent) {
      text_buffer_printf(text, "\n%*s", (int)indent, "");
      column = indent;
    } else {
      text_buffer_printf(text, "%*s", (int)gap, "");
      column += gap;
    }
    text_buffer_append(text, data + start, i - start);
    column += columns;
    is_first = false;
  }
}

/* A command goes on as a shell lets it: whoever copies it gets one command. With a quote or a
 * comment it is left to the terminal, as it would be another one. */
static void append_command(struct text_buffer *text, const char *command, size_t indent,
                           size_t further, size_t width) {
  struct text_buffer wrapped;

  if (strpbrk(command, "'\"#")) {
    text_buffer_append_string(text, command);
    return;
  }
  text_buffer_init(&wrapped);
  wrapped_text_append(&wrapped, command, strlen(command), indent, further, width - 2);
  for (const char *c = text_buffer_string(&wrapped); *c; c++)
    text_buffer_printf(text, *c == '\n' ? " \\%c" : "%c", *c);
  text->failed = text->failed || wrapped.failed;
  text_buffer_finish(&wrapped);
}

static bool is_command(const char *line) {
  static const char *const beginnings[] = {"headgate ",        "kubectl apply -", "kubectl create ",
                                           "kubectl delete ",  "kubectl get ",    "kubectl patch ",
                                           "kubectl describe "};

  for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
    if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
      return true;
  return false;
}

/* Where a command begins that goes on to the line's end; NULL: the line has none. */
static const char *find_command(const char *line) {
  if (is_command(line))
    return line;
  for (const char *c = line; *c; c++)
    if ((c[0] == ':' || c[0] == '.') && c[1] == ' ' && is_command(c + 2))
      return c + 2;
  return NULL;
}

void wrapped_line_append(struct text_buffer *text, const char *line, size_t columns) {
  size_t length = strlen(line);
  size_t lead = strspn(line, " ");
  const char *command = find_command(line + lead);

  if (text_columns(line, length) <= columns) {
    text_buffer_append(text, line, length);
    return;
  }
  text_buffer_printf(text, "%*s", (int)lead, "");
  if (!command) {
    wrapped_text_append(text, line + lead, length - lead, lead, lead + 2, columns);
  } else if (command == line + lead) {
    append_command(text, command, lead, lead + 2, columns);
  } else {
    wrapped_text_append(text, line + lead, (size_t)(command - line) - lead, lead, lead + 2,
                        columns);
    text_buffer_printf(text, "\n%*s", (int)lead + 2, "");
    append_command(text, command, lead + 2, lead + 4, columns);
  }
}
