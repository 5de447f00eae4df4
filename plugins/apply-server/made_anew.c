/* SPDX-License-Identifier: Apache-2.0 */
#include "made_anew.h"

#include "settlement.h"
#include "showing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A question beside the flight: both answers end with it. */
struct question {
  struct flight *flight;
  struct answer
      refused; /* the first answer, with the warnings of the second: of the same manifest */
  struct text_buffer said;
  char *body; /* what is sent */
};

static void question_destroy(struct question *question) {
  free(question->body);
  text_buffer_finish(&question->said);
  free(question);
}

static void anew_done(void *context, const struct answer *answer) {
  struct question *question = context;
  struct flight *flight = question->flight;

  if (answer->end == EXCHANGE_ANSWERED && answer->status == 201)
    flight->anew = (struct hg_bytes){answer->body, answer->length};
  question->refused.warnings = answer->warnings;
  question->refused.warning_count = answer->warning_count;
  flight_settle(flight, &question->refused);
  flight->anew = (struct hg_bytes){"", 0};
  question_destroy(question);
}

/* The manifest under a name of the server's own making. NULL: it cannot be made. */
static char *nameless(const struct text_buffer *body) {
  json_t *job = json_loadb(body->data, body->length, 0, NULL);
  json_t *metadata = json_object_get(job, "metadata");
  const char *name = json_string_value(json_object_get(metadata, "name"));
  char *spelled = NULL;

  if (name && json_object_set_new(metadata, "generateName", json_sprintf("%s-", name)) == 0 &&
      json_object_del(metadata, "name") == 0)
    spelled = json_dumps(job, JSON_COMPACT);
  json_decref(job);
  return spelled;
}

/* Where Jobs of the namespace are made, from where this one is changed: ".../jobs/NAME?...". */
static void append_path(struct text_buffer *path, const char *planned) {
  const char *query = planned + strcspn(planned, "?");
  const char *name = query;

  while (name > planned && *name != '/')
    name--;
  text_buffer_append(path, planned, (size_t)(name - planned));
  text_buffer_append_string(path, query);
  text_buffer_append_string(path, "&dryRun=All");
}

static int32_t send(struct question *question) {
  struct flight *flight = question->flight;
  struct passage *passage = flight->passage;
  struct request request = {
      .method = "POST",
      .content_type = "application/json",
      .body = question->body,
      .body_length = strlen(question->body),
      .timeout_ms = passage->limits.timeout_ms,
      .waits_when_told = true,
      .done = anew_done,
      .context = question,
  };

  text_buffer_reset(&passage->path);
  append_path(&passage->path, flight_path(flight));
  request.path = text_buffer_string(&passage->path);
  return passage->path.failed ? -1 : requests_send(passage->requests, &request, NULL);
}

static bool is_asked_for(struct flight *flight, const struct answer *refused) {
  struct passage *passage = flight->passage;
  uint32_t count = 0;

  if (!errand_wants_objects(passage->errand) || flight->live.length == 0)
    return false;
  (void)immutable_fields(refused, &passage->scratch, &count);
  arena_reset(&passage->scratch);
  return count > 0;
}

bool made_anew_ask(struct flight *flight, const struct answer *refused) {
  struct question *question;

  if (!is_asked_for(flight, refused))
    return false;
  question = calloc(1, sizeof *question);
  if (!question)
    return false;
  question->flight = flight;
  text_buffer_init(&question->said);
  text_buffer_append(&question->said, refused->body, refused->length);
  question->refused = (struct answer){
      .end = refused->end,
      .status = refused->status,
      .body = text_buffer_string(&question->said),
      .length = question->said.length,
      .retry_after_ms = -1,
      .problem = "",
  };
  question->body = nameless(&flight->body);
  if (question->said.failed || !question->body || send(question) < 0) {
    question_destroy(question);
    return false;
  }
  return true;
}
