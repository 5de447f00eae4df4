/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/log_stream.h"

#include "cluster/status.h"
#include "memory/no_memory.h"
#include "text/percent_text.h"
#include "text/utf8.h"

#include <stdio.h>
#include <string.h>

void log_stream_init(struct log_stream *stream, struct requests *requests,
                     const struct log_stream_owner *owner) {
  memset(stream, 0, sizeof *stream);
  stream->owner = *owner;
  stream->requests = requests;
  text_buffer_init(&stream->begun);
}

void log_stream_finish(struct log_stream *stream) {
  if (stream->runs)
    requests_end(stream->requests, stream);
  stream->runs = false;
  text_buffer_finish(&stream->begun);
}

bool log_line_is_stamped(const char *line, size_t length) {
  static const char form[] = "0000-00-00T00:00:00";
  size_t at = sizeof form - 1;

  if (length <= at)
    return false;
  for (size_t i = 0; i < at; i++)
    if (form[i] == '0' ? line[i] < '0' || line[i] > '9' : line[i] != form[i])
      return false;
  /* the fraction and the zone: "Z", "+09:00" */
  while (at < length && at < 40 && line[at] != ' ' && line[at] != '\n')
    at++;
  return at > sizeof form - 1 && at < length && line[at] == ' ';
}

/* Keeps what the server said in place of a line, as UTF-8 on one line. */
static void note(struct log_stream *stream, const char *text, size_t length) {
  size_t kept = 0;

  while (length > 0) {
    uint32_t codepoint;
    size_t taken = utf8_decode(text, length, &codepoint);

    if (kept + 5 > sizeof stream->said)
      break;
    if (taken > 0 && codepoint >= ' ')
      memcpy(stream->said + kept, text, taken);
    kept += taken > 0 && codepoint >= ' ' ? taken : 0;
    text += taken > 0 ? taken : 1;
    length -= taken > 0 ? taken : 1;
  }
  stream->said[kept] = '\0';
}

/* Whether a whole line is the log's and not had already. */
static bool is_wanted(struct log_stream *stream, const char *line, size_t length) {
  bool is_first = stream->is_first;

  stream->is_first = false;
  if (!log_line_is_stamped(line, length)) {
    if (!is_first || !stream->is_resumed)
      note(stream, line, length);
    return false;
  }
  if (stream->skip == 0)
    return true;
  stream->skip--;
  return false;
}

static int32_t deliver(struct log_stream *stream, const char *data, size_t length) {
  if (length == 0 || stream->owner.lines(stream->owner.context, data, length) == 0)
    return 0;
  stream->is_closed = true;
  return -1;
}

/* Bytes of a line whose end has not come. */
static int32_t begin(struct log_stream *stream, const char *data, size_t length) {
  if (length > LOG_STREAM_MOST_LINE - stream->begun.length) {
    (void)snprintf(stream->said, sizeof stream->said, "a line of the log has more than %d bytes",
                   LOG_STREAM_MOST_LINE);
    return -1;
  }
  text_buffer_append(&stream->begun, data, length);
  return stream->begun.failed ? -1 : 0;
}

static int32_t receive(void *context, const char *data, size_t length) {
  struct log_stream *stream = context;
  const char *end = data + length;
  const char *from = data; /* wanted lines that are not delivered yet */

  if (stream->begun.length > 0) {
    const char *feed = memchr(data, '\n', length);
    size_t size = feed ? (size_t)(feed + 1 - data) : length;

    if (begin(stream, data, size) < 0)
      return -1;
    if (!feed)
      return 0;
    if (is_wanted(stream, stream->begun.data, stream->begun.length) &&
        deliver(stream, stream->begun.data, stream->begun.length) < 0)
      return -1;
    text_buffer_reset(&stream->begun);
    data = from = feed + 1;
  }
  while (data < end) {
    const char *feed = memchr(data, '\n', (size_t)(end - data));

    if (!feed)
      break;
    if (!is_wanted(stream, data, (size_t)(feed + 1 - data))) {
      if (deliver(stream, from, (size_t)(data - from)) < 0)
        return -1;
      from = feed + 1;
    }
    data = feed + 1;
  }
  if (deliver(stream, from, (size_t)(data - from)) < 0)
    return -1;
  return begin(stream, data, (size_t)(end - data));
}

/* What is left when the stream is over: the last line, where it has a timestamp and was not had. */
static void judge_rest(struct log_stream *stream) {
  if (stream->begun.length > 0 && !is_wanted(stream, stream->begun.data, stream->begun.length))
    text_buffer_reset(&stream->begun);
}

/* How the server refused. */
static enum log_stream_end refusal(const struct answer *answer, const char *message) {
  switch (answer->status) {
  case 204:
    return LOG_STREAM_NOT_YET;
  case 400:
    return strstr(message, "is waiting to start") || strstr(message, "is not available")
               ? LOG_STREAM_NOT_YET
               : LOG_STREAM_GONE;
  case 401:
  case 403:
  case 404:
    return LOG_STREAM_GONE;
  default:
    return LOG_STREAM_BROKEN;
  }
}

static void done(void *context, const struct answer *answer) {
  struct log_stream *stream = context;
  enum log_stream_end end = LOG_STREAM_BROKEN;

  stream->runs = false;
  if (answer->end == EXCHANGE_CANCELLED)
    return;
  if (answer->end == EXCHANGE_ANSWERED && answer->status == 200) {
    judge_rest(stream);
    end = LOG_STREAM_ENDED;
  } else if (answer->end == EXCHANGE_CLOSED) {
    end = stream->is_closed ? LOG_STREAM_CLOSED : LOG_STREAM_GONE;
  } else if (answer->end == EXCHANGE_ANSWERED) {
    struct status status = {.message = ""};
    struct arena arena;

    arena_init(&arena);
    if (status_read(answer->body, answer->length, &arena, &status, NULL) < 0)
      status.message = "";
    end = refusal(answer, status.message);
    if (*status.message)
      note(stream, status.message, strlen(status.message));
    else if (answer->status != 204)
      (void)snprintf(stream->said, sizeof stream->said, "the API server answered %d",
                     (int)answer->status);
    arena_finish(&arena);
  } else {
    note(stream, answer->problem, strlen(answer->problem));
  }
  stream->owner.ended(stream->owner.context, end, stream->said);
}

static void build_path(const struct log_stream_request *request, struct text_buffer *path) {
  text_buffer_append_string(path, "/api/v1/namespaces/");
  percent_text_append_string(path, request->pod_namespace);
  text_buffer_append_string(path, "/pods/");
  percent_text_append_string(path, request->pod);
  text_buffer_append_string(path, "/log?container=");
  percent_text_append_string(path, request->container);
  text_buffer_append_string(path, "&timestamps=true");
  if (request->follows)
    text_buffer_append_string(path, "&follow=true");
  if (request->is_previous)
    text_buffer_append_string(path, "&previous=true");
  if (request->tail > 0)
    text_buffer_printf(path, "&tailLines=%u", (unsigned)request->tail);
  if (*request->since) {
    text_buffer_append_string(path, "&sinceTime=");
    percent_text_append_string(path, request->since);
  }
}

int32_t log_stream_start(struct log_stream *stream, const struct log_stream_request *request,
                         struct hg_error *err) {
  struct text_buffer path;
  int32_t result = -1;

  text_buffer_init(&path);
  build_path(request, &path);
  const struct request sent = {
      .method = "GET",
      .path = text_buffer_string(&path),
      .silence_ms = request->silence_ms,
      .waits_when_told = true,
      .received = receive,
      .done = done,
      .context = stream,
  };

  text_buffer_reset(&stream->begun);
  stream->skip = request->skip;
  stream->is_resumed = *request->since != '\0';
  stream->is_first = true;
  stream->is_closed = false;
  *stream->said = '\0';
  if (path.failed)
    (void)no_memory(err);
  else
    result = requests_send(stream->requests, &sent, err);
  stream->runs = result == 0;
  text_buffer_finish(&path);
  return result;
}
