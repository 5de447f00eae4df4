/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/kubectl_words.h"

#include "text/visible_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

enum {
  LOOKED_AT = 64 * 1024 /* bytes: a flood must not cost time; why kubectl gave up comes last */
};

static const char warning[] = "Warning: ";

bool words_are_aside(const char *line, size_t length) {
  if (length >= 8 && memcmp(line, "Warning:", 8) == 0)
    return true;
  if (length < 6 || line[0] == '\0' || !strchr("EWI", line[0]) || line[5] != ' ')
    return false;
  for (size_t i = 1; i <= 4; i++)
    if (!isdigit((unsigned char)line[i]))
      return false;
  return true;
}

/* The line at *at of the text that ends at `end`, without its line feed; *at moves behind it. */
static struct hg_bytes next_line(const char **at, const char *end) {
  const char *feed = memchr(*at, '\n', (size_t)(end - *at));
  const struct hg_bytes line = {*at, (uint64_t)((feed ? feed : end) - *at)};

  *at = feed ? feed + 1 : end;
  return line;
}

/* The lines that are no asides, as one: list items are parted by semicolons. */
static void join_lines(struct text_buffer *joined, const struct hg_bytes *words) {
  const char *end = words->data + words->length;
  const char *at = words->length > LOOKED_AT ? end - LOOKED_AT : words->data;

  while (at < end) {
    struct hg_bytes line = next_line(&at, end);
    bool is_item;

    if (words_are_aside(line.data, (size_t)line.length))
      continue;
    while (line.length > 0 && isspace((unsigned char)line.data[0])) {
      line.data++;
      line.length--;
    }
    while (line.length > 0 && isspace((unsigned char)line.data[line.length - 1]))
      line.length--;
    if (line.length == 0)
      continue;
    is_item = line.length > 2 && memcmp(line.data, "* ", 2) == 0;
    if (joined->length > 0)
      text_buffer_append_string(joined,
                                is_item && joined->data[joined->length - 1] != ':' ? "; " : " ");
    text_buffer_append(joined, line.data + (is_item ? 2 : 0),
                       (size_t)line.length - (is_item ? 2 : 0));
  }
}

/* Behind a name that Go quoted; NULL where there is none. */
static const char *behind_quoted(const char *at) {
  if (*at++ != '"')
    return NULL;
  for (; *at && *at != '"'; at++)
    if (*at == '\\' && at[1])
      at++;
  return *at ? at + 1 : NULL;
}

/* What kubectl puts around a cause. */
static const struct frame {
  const char *begins;  /* the cause's text begins with it */
  const char *goes_on; /* and this comes later; NULL: nothing does */
  bool has_file;       /* then the file's name, in quotes, and a colon */
} frames[] = {
    {"error: ", NULL, false},
    {"Error from server: ", NULL, false},
    {"Unable to connect to the server: ", NULL, false},
    {"error when creating ", NULL, true},
    {"error when patching ", NULL, true},
    {"error when replacing ", NULL, true},
    {"error when applying patch: ", " for: ", true},
    {"error when retrieving current configuration of: ", " from server for: ", true},
    {"error when validating ", NULL, true},
    {"error validating ", NULL, true},
    {"error validating data: ", NULL, false},
    {"unable to recognize ", NULL, true},
};

/* The text behind the frame; NULL where it has not this one. */
static const char *behind_frame(const char *text, const struct frame *frame) {
  const char *behind = text + strlen(frame->begins);

  if (strncmp(text, frame->begins, strlen(frame->begins)) != 0)
    return NULL;
  if (frame->goes_on) {
    behind = strstr(behind, frame->goes_on);
    behind = behind ? behind + strlen(frame->goes_on) : NULL;
  }
  if (behind && frame->has_file) {
    behind = behind_quoted(behind);
    behind = behind && strncmp(behind, ": ", 2) == 0 ? behind + 2 : NULL;
  }
  return behind && *behind ? behind : NULL;
}

/* "Error from server (REASON): " */
static const char *behind_reason(const char *text) {
  static const char begins[] = "Error from server (";
  const char *behind = strstr(text, "): ");

  return strncmp(text, begins, sizeof begins - 1) == 0 && behind && behind[3] ? behind + 3 : NULL;
}

/* "The Job "NAME" is invalid: " */
static const char *behind_invalid(const char *text) {
  const char *name = strstr(text, " \"");
  const char *behind = strncmp(text, "The ", 4) == 0 && name ? behind_quoted(name + 1) : NULL;

  return behind && strncmp(behind, " is invalid: ", 13) == 0 && behind[13] ? behind + 13 : NULL;
}

static const char *unframed(const char *text) {
  for (;;) {
    const char *behind = behind_reason(text);

    if (!behind)
      behind = behind_invalid(text);
    for (size_t i = 0; !behind && i < sizeof frames / sizeof *frames; i++)
      behind = behind_frame(text, &frames[i]);
    if (!behind)
      return text;
    text = behind;
  }
}

void words_append_cause(struct text_buffer *text, const struct hg_bytes *words) {
  static const char advice[] = "; if you choose to ignore these errors, turn validation off";
  struct text_buffer joined;
  const char *cause;
  const char *end;

  text_buffer_init(&joined);
  join_lines(&joined, words);
  cause = unframed(text_buffer_string(&joined));
  end = strstr(cause, advice); /* nobody should */
  first_line_append(text, cause, end ? (size_t)(end - cause) : strlen(cause), CAUSE_LENGTH);
  text->failed = text->failed || joined.failed;
  text_buffer_finish(&joined);
}

void words_warnings_init(struct words_warnings *warnings) {
  memset(warnings, 0, sizeof *warnings);
  text_buffer_init(&warnings->text);
}

void words_warnings_finish(struct words_warnings *warnings) {
  text_buffer_finish(&warnings->text);
  words_warnings_init(warnings);
}

/* Adds what stands in the buffer from `start` on, unless it is there already. */
static bool is_new(struct words_warnings *warnings, size_t start) {
  for (uint32_t i = 0; i < warnings->count; i++)
    if (strcmp(warnings->text.data + warnings->starts[i], warnings->text.data + start) == 0)
      return false;
  return true;
}

void words_warnings_take(struct words_warnings *warnings, const struct hg_bytes *words,
                         uint32_t jobs) {
  const char *end = words->data + words->length;
  uint32_t more = 0;

  text_buffer_reset(&warnings->text);
  warnings->count = 0;
  for (const char *at = words->data; at < end && !warnings->text.failed;) {
    struct hg_bytes line = next_line(&at, end);
    size_t start = warnings->text.length;

    if (line.length < sizeof warning || memcmp(line.data, warning, sizeof warning - 1) != 0)
      continue;
    if (warnings->count + 1 == HG_WARNINGS_MAX) {
      more++;
      continue;
    }
    if (jobs > 1)
      text_buffer_printf(&warnings->text, "one of %" PRIu32 " Jobs of this kubectl: ", jobs);
    first_line_append(&warnings->text, line.data + sizeof warning - 1,
                      (size_t)line.length - (sizeof warning - 1), WARNING_LENGTH);
    text_buffer_append_char(&warnings->text, '\0');
    if (!warnings->text.failed && is_new(warnings, start))
      warnings->starts[warnings->count++] = start;
    else
      warnings->text.length = start;
  }
  if (more > 0) {
    warnings->starts[warnings->count++] = warnings->text.length;
    text_buffer_printf(&warnings->text, "and %" PRIu32 " more", more);
    text_buffer_append_char(&warnings->text, '\0');
  }
  if (warnings->text.failed)
    warnings->count = 0;
  for (uint32_t i = 0; i < warnings->count; i++)
    warnings->strings[i] = warnings->text.data + warnings->starts[i];
  warnings->strings[warnings->count] = NULL;
}
