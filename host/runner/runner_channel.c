/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner_channel.h"

#include "files/write_fully.h"
#include "plugins/plugin_description.h"
#include "json/json_text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* hg_host.log may be called from any thread. */
static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;

/* A plugin that closes or writes to the first descriptors must not hit ours by chance. */
enum { HIGH_DESCRIPTOR = 200 };

/* Bytes of a message that are handed on: what more of it there is nobody would read. */
enum { LONGEST_MESSAGE = 16 * 1024 };

static int move_high(int fd) {
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR);

  return moved >= 0 ? moved : fcntl(fd, F_DUPFD_CLOEXEC, RUNNER_ANSWERS);
}

int32_t runner_channel_open(struct runner_channel *channel, struct hg_error *err) {
  int input;
  int null;

  memset(channel, 0, sizeof *channel);
  channel->answers = move_high(RUNNER_ANSWERS);
  if (channel->answers < 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "plugin-runner is what Headgate starts for the plugins of others; to try "
                        "one: headgate plugin check FILE");
  (void)close(RUNNER_ANSWERS);
  input = move_high(STDIN_FILENO);
  channel->events = input < 0 ? NULL : fdopen(input, "r");
  null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (!channel->events || null < 0 || dup2(null, STDIN_FILENO) < 0)
    return hg_error_set(err, HG_ERROR_IO, "standard input: %s", strerror(errno));
  (void)close(null);
  return 0;
}

void runner_channel_close(struct runner_channel *channel) {
  if (channel->events)
    (void)fclose(channel->events);
  if (channel->answers >= 0)
    (void)close(channel->answers);
  free(channel->line);
  memset(channel, 0, sizeof *channel);
  channel->answers = -1;
}

ssize_t runner_channel_read(struct runner_channel *channel) {
  ssize_t length = getline(&channel->line, &channel->size, channel->events);

  if (length > 0 && channel->line[length - 1] == '\n')
    channel->line[--length] = '\0';
  return length;
}

/* Takes the json over. Where bytes follow the answer, no other may come between. */
static int32_t send_json(struct runner_channel *channel, json_t *json, const char *data,
                         size_t length) {
  struct text_buffer line;
  int32_t result = -1;

  text_buffer_init(&line);
  json_append_line(&line, json, JSON_COMPACT | JSON_ENSURE_ASCII);
  (void)pthread_mutex_lock(&sending);
  if (!line.failed && write_fully(channel->answers, line.data, line.length, NULL) == 0)
    result = write_fully(channel->answers, data, length, NULL);
  (void)pthread_mutex_unlock(&sending);
  text_buffer_finish(&line);
  return result;
}

int32_t runner_channel_answer(struct runner_channel *channel, enum runner_answer_kind kind) {
  return send_json(channel, json_pack("{s:s}", "answer", runner_answer_word(kind)), "", 0);
}

int32_t runner_channel_tell(struct runner_channel *channel, enum runner_answer_kind kind,
                            int32_t number, const char *message) {
  json_t *json = json_pack("{s:s, s:i, s:o}", "answer", runner_answer_word(kind),
                           kind == RUNNER_LOG ? "level" : "code", (int)number, "message",
                           json_of_bytes(message, strnlen(message, LONGEST_MESSAGE)));

  return send_json(channel, json, "", 0);
}

int32_t runner_channel_describe(struct runner_channel *channel, const struct plugin *plugin,
                                struct hg_error *err) {
  json_t *json = plugin_description_json(plugin);

  /* jansson refuses what is no UTF-8. */
  if (!json)
    return hg_error_set(err, HG_ERROR_INVALID, "plugin %.640s: a text of its own is no UTF-8",
                        plugin->path);
  (void)json_object_set_new(json, "answer", json_string(runner_answer_word(RUNNER_PLUGIN)));
  if (send_json(channel, json, "", 0) < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "nobody listens");
  return 0;
}

static int32_t send_report(struct runner_channel *channel, const char *data, size_t length) {
  return send_json(channel,
                   json_pack("{s:s, s:I}", "answer", runner_answer_word(RUNNER_REPORT), "length",
                             (json_int_t)length),
                   data, length);
}

int32_t runner_channel_flush(struct runner_channel *channel) {
  size_t filled = channel->filled;

  channel->filled = 0;
  return filled > 0 ? send_report(channel, channel->report, filled) : 0;
}

int32_t runner_channel_report(struct runner_channel *channel, const char *data, uint64_t length) {
  if (length > sizeof channel->report - channel->filled && runner_channel_flush(channel) < 0)
    return -1;
  if (length > sizeof channel->report)
    return send_report(channel, data, (size_t)length);
  memcpy(channel->report + channel->filled, data, (size_t)length);
  channel->filled += (size_t)length;
  return 0;
}
