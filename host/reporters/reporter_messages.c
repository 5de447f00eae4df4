/* SPDX-License-Identifier: Apache-2.0 */
#include "reporters/reporter_messages.h"

#include "terminal/log.h"

#include <headgate/host.h>
#include <stdio.h>
#include <string.h>

void reporter_messages_init(struct reporter_messages *messages, const char *tag) {
  memset(messages, 0, sizeof *messages);
  messages->tag = tag;
}

/* The line's level, and where its text begins. */
static uint32_t level_of(const char **text) {
  static const uint32_t levels[] = {HG_LOG_ERROR,   HG_LOG_ERROR, HG_LOG_ERROR, HG_LOG_ERROR,
                                    HG_LOG_WARNING, HG_LOG_INFO,  HG_LOG_INFO,  HG_LOG_DEBUG};
  const char *at = *text;

  if (at[0] != '<' || at[1] < '0' || at[1] > '7' || at[2] != '>')
    return HG_LOG_INFO;
  *text = at + 3;
  return levels[at[1] - '0'];
}

static void show(struct reporter_messages *messages, enum message_stream stream) {
  struct message_line *line = &messages->lines[stream];
  const char *text = line->text;
  uint32_t level;

  line->text[line->length] = '\0';
  level = level_of(&text);
  if (stream == MESSAGE_ERROR && *text)
    (void)snprintf(messages->last, sizeof messages->last, "%s", text);
  if (messages->said <= MESSAGES_SHOWN && !messages->is_hidden)
    log_line(level, messages->tag, "%s%s", text, line->is_long ? "…" : "");
  line->length = 0;
  line->is_long = false;
}

static void append(struct message_line *line, const char *data, size_t length) {
  size_t room = sizeof line->text - 1 - line->length;

  line->is_long = line->is_long || length > room;
  if (length > room)
    length = room;
  memcpy(line->text + line->length, data, length);
  line->length += length;
}

static void count_said(struct reporter_messages *messages, size_t length) {
  bool was_shown = messages->said <= MESSAGES_SHOWN;

  messages->said += length;
  if (was_shown && messages->said > MESSAGES_SHOWN && !messages->is_hidden)
    log_line(HG_LOG_INFO, messages->tag, "(says more than %d bytes: the rest is not shown)",
             MESSAGES_SHOWN);
}

bool reporter_messages_tell(struct reporter_messages *messages, uint32_t level, const char *text) {
  count_said(messages, strlen(text) + 1);
  if (messages->said <= MESSAGES_SHOWN && !messages->is_hidden)
    log_line(level, messages->tag, "%s", text);
  return messages->said <= MESSAGES_LIMIT;
}

bool reporter_messages_feed(struct reporter_messages *messages, enum message_stream stream,
                            const char *data, size_t length) {
  count_said(messages, length);
  while (length > 0) {
    const char *end = memchr(data, '\n', length);
    size_t count = end ? (size_t)(end - data) : length;

    append(&messages->lines[stream], data, count);
    if (end) {
      show(messages, stream);
      count++;
    }
    data += count;
    length -= count;
  }
  return messages->said <= MESSAGES_LIMIT;
}

void reporter_messages_end(struct reporter_messages *messages) {
  for (enum message_stream stream = MESSAGE_OUTPUT; stream <= MESSAGE_ERROR; stream++)
    if (messages->lines[stream].length > 0)
      show(messages, stream);
}
