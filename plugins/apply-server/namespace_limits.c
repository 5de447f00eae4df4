/* SPDX-License-Identifier: Apache-2.0 */
#include "namespace_limits.h"

#include "cluster/list_reader.h"
#include "cluster/requests.h"
#include "cluster/status.h"
#include "memory/arena.h"
#include "memory/count.h"
#include "memory/no_memory.h"
#include "text/percent_text.h"
#include "text/text_buffer.h"

static const struct limits_kind {
  const char *name;
  const char *resource; /* in the path */
} kinds[] = {
    {HG_LIMITS_RESOURCE_QUOTA, "resourcequotas"},
    {HG_LIMITS_LIMIT_RANGE, "limitranges"},
};

/* One kind, while it is asked for. */
struct question {
  const struct hg_limits_sink *sink;
  const struct limits_kind *kind;
  struct text_buffer problem; /* "": none */
};

static int32_t take_object(void *context, const char *item, size_t length, struct hg_error *err) {
  const struct question *question = context;
  const struct hg_bytes json = {item, length};

  if (question->sink->object(question->sink, question->kind->name, &json) == 0)
    return 0;
  return hg_error_set(err, HG_ERROR_FAILED, "the host wants no more of them");
}

/* What the server said instead. */
static void append_refusal(struct text_buffer *text, const struct answer *answer) {
  struct arena arena;
  struct status status;

  arena_init(&arena);
  text_buffer_printf(text, "HTTP status %d", (int)answer->status);
  if (status_read(answer->body, answer->length, &arena, &status, NULL) == 0 && *status.message)
    text_buffer_printf(text, ": %s", status.message);
  arena_finish(&arena);
}

static void list_done(void *context, const struct answer *answer) {
  struct question *question = context;
  struct hg_error error = HG_ERROR_INIT;

  if (answer->end != EXCHANGE_ANSWERED)
    text_buffer_append_string(&question->problem, answer->problem);
  else if (answer->status != 200)
    append_refusal(&question->problem, answer);
  else if (list_reader_read(answer->body, answer->length, take_object, question, &error) < 0)
    text_buffer_append_string(&question->problem, error.message);
}

static int32_t ask(struct requests *requests, const char *namespace_name, int64_t timeout_ms,
                   struct question *question) {
  struct text_buffer path;
  int32_t result;
  struct request request = {
      .method = "GET",
      .timeout_ms = timeout_ms,
      .waits_when_told = true,
      .done = list_done,
      .context = question,
  };

  text_buffer_init(&path);
  text_buffer_append_string(&path, "/api/v1/namespaces/");
  percent_text_append_string(&path, namespace_name);
  text_buffer_printf(&path, "/%s", question->kind->resource);
  request.path = text_buffer_string(&path);
  result = path.failed ? -1 : requests_send(requests, &request, NULL);
  text_buffer_finish(&path);
  if (result == 0)
    requests_finish(requests);
  return result;
}

int32_t namespace_limits_read(struct requests *requests, const struct hg_error *absence,
                              const char *namespace_name, int64_t timeout_ms,
                              const struct hg_limits_sink *sink, struct hg_error *err) {
  int32_t result = 0;

  for (size_t i = 0; i < COUNT(kinds) && result == 0; i++) {
    struct question question = {.sink = sink, .kind = &kinds[i]};

    text_buffer_init(&question.problem);
    if (!requests)
      text_buffer_append_string(&question.problem, absence->message);
    else
      result = ask(requests, namespace_name, timeout_ms, &question);
    if (result < 0 || question.problem.failed)
      result = no_memory(err);
    else
      result =
          sink->over(sink, question.kind->name,
                     question.problem.length > 0 ? text_buffer_string(&question.problem) : NULL);
    text_buffer_finish(&question.problem);
  }
  return result;
}
