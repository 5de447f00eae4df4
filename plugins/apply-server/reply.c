/* SPDX-License-Identifier: Apache-2.0 */
#include "reply.h"

#include "apply/kubectl_words.h"
#include "cluster/status.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdbool.h>
#include <string.h>

enum {
  SHOWN_FIELDS = 5,        /* of a conflict */
  FIELD_LENGTH = 300,      /* bytes of each, and of a manager's name */
  SAID_LENGTH = 120,       /* characters of no Status */
  LEAST_WORDS = 16 * 1024, /* bytes in which the cause begins, and ends */
  LOOKED_AT = 128 * 1024,  /* bytes of an answer: more than is kept of it */
};

static enum failure_kind kind_of_end(enum exchange_end end, bool may_be_made) {
  switch (end) {
  case EXCHANGE_REFUSED:
    return FAILURE_CONNECTION_REFUSED;
  case EXCHANGE_UNKNOWN_HOST:
    return FAILURE_UNKNOWN_HOST;
  case EXCHANGE_UNREACHABLE:
  case EXCHANGE_PROXY:
    return FAILURE_UNREACHABLE;
  case EXCHANGE_RESET:
    return FAILURE_CONNECTION_RESET;
  case EXCHANGE_TIMEOUT:
    return FAILURE_TIMEOUT;
  case EXCHANGE_UNTRUSTED:
    return FAILURE_UNTRUSTED_CERTIFICATE;
  case EXCHANGE_TLS:
    return FAILURE_TLS;
  case EXCHANGE_CANCELLED:
    return FAILURE_CANCELLED;
  default: /* there may have been an answer, which could not be read */
    return may_be_made ? FAILURE_UNCONFIRMED : FAILURE_UNKNOWN;
  }
}

/* What is known of an answer that is no Status: a proxy's page, flow control's plain text. */
static enum failure_kind kind_of_code(int32_t code) {
  switch (code) {
  case 401:
    return FAILURE_BAD_CREDENTIALS;
  case 403:
    return FAILURE_FORBIDDEN;
  case 404:
    return FAILURE_NOT_FOUND;
  case 413:
    return FAILURE_TOO_LARGE;
  case 422:
    return FAILURE_INVALID;
  case 429:
    return FAILURE_TOO_MANY_REQUESTS;
  case 500:
    return FAILURE_INTERNAL_ERROR;
  case 502:
  case 503:
    return FAILURE_SERVER_UNAVAILABLE;
  case 504:
    return FAILURE_TIMEOUT;
  default:
    return FAILURE_UNKNOWN;
  }
}

/* Sentences of server-side apply alone: kubectl's applier never meets them. Some have no reason,
 * and those that have one have a wrong one: an unknown field is an error 500. */
static const struct sentence {
  const char *words;
  enum failure_kind kind;
} sentences[] = {
    {"field not declared in schema", FAILURE_UNKNOWN_FIELD},
    {"failed to create typed patch object", FAILURE_BAD_MANIFEST},
    {"uid mismatch: the provided object specified uid", FAILURE_BAD_MANIFEST},
};

/* The Status as kubectl words it. */
static void append_as_kubectl(struct text_buffer *text, const struct status *status,
                              const char *name) {
  static const char invalid[] = " is invalid: ";
  const char *behind = strstr(status->message, invalid);
  const char *said = *status->message ? status->message : "it does not say why";

  if (strcmp(status->reason, "Invalid") == 0 && behind)
    text_buffer_printf(text, "The Job \"%s\"%s", name, behind);
  else if (*status->reason)
    text_buffer_printf(text, "Error from server (%s): %s", status->reason, said);
  else
    text_buffer_printf(text, "Error from server: %s", said);
}

static bool is_field_conflict(const struct status *status) {
  return status->cause_count > 0 && strcmp(status->causes[0].type, "FieldManagerConflict") == 0;
}

static void cut(struct text_buffer *text, size_t most) {
  if (text->length <= most)
    return;
  text->length = most;
  text->data[most] = '\0';
}

/* Keeps the beginning and the end, which say what is wrong: a template that is refused comes whole
 * in between. */
static void cut_middle(struct text_buffer *text) {
  struct text_buffer end;

  if (text->length <= 2 * LEAST_WORDS)
    return;
  text_buffer_init(&end);
  text_buffer_append(&end, text->data + text->length - LEAST_WORDS, LEAST_WORDS);
  cut(text, LEAST_WORDS);
  text_buffer_append_string(text, "…");
  text_buffer_append(text, text_buffer_string(&end), end.length);
  text_buffer_finish(&end);
}

static void append_cut(struct text_buffer *text, const char *data, size_t length) {
  text_buffer_append(text, data, utf8_piece(data, length, FIELD_LENGTH));
}

/* Names who else writes these fields: `conflict with "NAME" using batch/v1`, of each cause. */
static void explain_conflict(const struct status *status, struct text_buffer *text) {
  struct hg_bytes last = {"", 0};

  for (size_t i = 0; i < status->cause_count; i++) {
    const struct status_cause *cause = &status->causes[i];
    const char *name = strchr(cause->message, '"');
    const char *end = name ? strchr(name + 1, '"') : NULL;
    struct hg_bytes who = {end ? name : "another manager",
                           end ? (size_t)(end + 1 - name) : sizeof "another manager" - 1};

    if (i == SHOWN_FIELDS) {
      text_buffer_printf(text, " and %zu more", status->cause_count - i);
      break;
    }
    if (who.length == last.length && memcmp(who.data, last.data, who.length) == 0) {
      text_buffer_append_string(text, ", ");
    } else {
      text_buffer_append_string(text, i > 0 ? "; " : "");
      append_cut(text, who.data, who.length);
      text_buffer_append_string(text, " has set ");
    }
    append_cut(text, cause->field, strlen(cause->field));
    last = who;
  }
}

static const struct failure_class *class_of_status(const struct status *status, int32_t code,
                                                   const struct hg_bytes *as_kubectl) {
  const struct failure_class *unknown = failure_class_of_kind(FAILURE_UNKNOWN);
  const struct failure_class *class;

  if (is_field_conflict(status))
    return failure_class_of_kind(FAILURE_FIELD_CONFLICT);
  for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
    if (strstr(status->message, sentences[i].words))
      return failure_class_of_kind(sentences[i].kind);
  class = failure_class_of_words(as_kubectl);
  return class == unknown ? failure_class_of_kind(kind_of_code(code)) : class;
}

/* A Status: what it says is the cause. */
static const struct failure_class *judge_status(const struct status *status, int32_t code,
                                                const char *name,
                                                const struct echoed_values *values,
                                                struct text_buffer *reason) {
  const struct failure_class *class;
  struct text_buffer words;
  struct text_buffer cause;
  struct hg_bytes bytes;

  text_buffer_init(&words);
  text_buffer_init(&cause);
  append_as_kubectl(&words, status, name);
  cut_middle(&words);
  bytes = (struct hg_bytes){text_buffer_string(&words), words.length};
  class = class_of_status(status, code, &bytes);
  text_buffer_append_string(reason, class->meaning ? class->meaning : "the API server refused it");
  if (class == failure_class_of_kind(FAILURE_FIELD_CONFLICT)) {
    text_buffer_append_string(reason, ": ");
    explain_conflict(status, &cause);
    echoed_values_hide(values, &cause);
    visible_text_append(reason, text_buffer_string(&cause), cause.length);
  } else if (class != failure_class_of_kind(FAILURE_IMMUTABLE_TEMPLATE)) {
    /* Those of a changed template are all of the template. The end may begin within a value. */
    cut(&words, LEAST_WORDS);
    echoed_values_hide(values, &words);
    bytes = (struct hg_bytes){text_buffer_string(&words), words.length};
    words_append_cause(&cause, &bytes);
    if (cause.length > 0)
      text_buffer_printf(reason, ": %s", text_buffer_string(&cause));
  }
  reason->failed = reason->failed || words.failed || cause.failed;
  text_buffer_finish(&cause);
  text_buffer_finish(&words);
  return class;
}

/* What is known of an answer that is no Status, or one that says that all is well. On a server's
 * own error somebody in between may have lost what the server said. */
static const struct failure_class *class_of_code(const struct answer *answer, bool may_be_made) {
  const struct failure_class *class = failure_class_of_kind(kind_of_code(answer->status));

  if (answer->status == 400 && strstr(answer->body, "HTTP request to an HTTPS server"))
    return failure_class_of_kind(FAILURE_WRONG_SCHEME);
  if (answer->status < 300 ||
      (may_be_made && answer->status >= 500 && !failure_class_is_doubtful(class)))
    return failure_class_of_kind(FAILURE_UNCONFIRMED);
  return class;
}

/* An HTTP answer that does not say why. */
static const struct failure_class *judge_code(const struct answer *answer, bool may_be_made,
                                              const struct text_buffer *words,
                                              struct text_buffer *reason) {
  const struct failure_class *class = class_of_code(answer, may_be_made);
  size_t length;

  if (answer->status / 100 == 3) {
    text_buffer_printf(reason,
                       "the API server's address redirects (HTTP status %d), which Headgate does "
                       "not follow: correct the server of this cluster in the kubeconfig",
                       (int)answer->status);
    return class;
  }
  text_buffer_printf(reason, "%s: HTTP status %d, and the answer is %s: it says ",
                     class->meaning ? class->meaning : "the Job was not confirmed",
                     (int)answer->status, answer->status < 300 ? "not this Job" : "no Status");
  length = reason->length;
  first_line_append(reason, text_buffer_string(words), words->length, SAID_LENGTH);
  if (reason->length == length)
    text_buffer_append_string(reason, "nothing");
  return class;
}

const struct failure_class *reply_class(const struct answer *answer, const char *name,
                                        bool may_be_made, const struct echoed_values *values,
                                        struct arena *scratch, struct text_buffer *reason,
                                        struct text_buffer *words) {
  const struct failure_class *class;
  struct status status;

  if (answer->end != EXCHANGE_ANSWERED) {
    class = failure_class_of_kind(kind_of_end(answer->end, may_be_made));
    text_buffer_append_string(words, answer->problem);
    echoed_values_hide(values, words);
    text_buffer_append_string(reason, text_buffer_string(words));
    return class;
  }
  if (status_read(answer->body, answer->length, scratch, &status, NULL) == 0) {
    text_buffer_append_string(words, status.message);
    cut(words, LOOKED_AT);
    echoed_values_hide(values, words);
    if (answer->status >= 300)
      return judge_status(&status, answer->status, name, values, reason);
  } else {
    text_buffer_append(words, answer->body, answer->length);
    cut(words, LOOKED_AT);
    echoed_values_hide(values, words);
  }
  return judge_code(answer, may_be_made, words, reason);
}
