/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/cause.h"

#include "text/utf8.h"

#include <inttypes.h>
#include <string.h>

/* How much of the cluster's words, which `message` has whole, stands in a sentence. */
enum { QUOTED = 300 };

static void append_who(struct text_buffer *text, uint32_t kind, const char *container,
                       const char *pod) {
  static const char *const names[] = {
      [HG_CONTAINER_MAIN] = "container",
      [HG_CONTAINER_INIT] = "init container",
      [HG_CONTAINER_SIDECAR] = "sidecar",
  };
  if (container && *container)
    text_buffer_printf(
        text, "%s %s of ",
        names[kind >= HG_CONTAINER_MAIN && kind <= HG_CONTAINER_SIDECAR ? kind : HG_CONTAINER_MAIN],
        container);
  text_buffer_printf(text, "Pod %s", pod);
}

static void append_said(struct text_buffer *text, const char *said) {
  size_t length = strlen(said);
  size_t piece = utf8_piece(said, length, QUOTED);
  if (length == 0)
    return;
  text_buffer_append_string(text, ": ");
  text_buffer_append(text, said, piece);
  if (piece < length)
    text_buffer_append_string(text, "…");
}

/* "container tuning of Pod X exited with code 1 (Error)". */
static void append_failure(struct text_buffer *text, const struct failure *failure) {
  const struct failure_class *class = failure->class;
  append_who(text, failure->kind, failure->is_of_pod ? "" : failure->container, failure->pod);
  const char *reason = failure->reason;
  const char *comma = *reason ? ", " : "";
  if (failure->is_of_pod) {
    text_buffer_printf(text, " %s", class ? class->clause : "failed");
    if (*reason)
      text_buffer_printf(text, " (%s)", reason);
    append_said(text, failure->said);
  } else if (class == failure_class(CLASS_KILLED)) {
    text_buffer_printf(text, " was killed by signal %" PRId32 " (%s%sexit code %" PRId32 ")",
                       failure->signal, reason, comma, failure->exit_code);
  } else if (class == failure_class(CLASS_PROGRAM_ERROR)) {
    text_buffer_printf(text, " exited with code %" PRId32, failure->exit_code);
    if (*reason)
      text_buffer_printf(text, " (%s)", reason);
  } else {
    text_buffer_printf(text, " %s (%s%sexit code %" PRId32 ")", class->clause, reason, comma,
                       failure->exit_code);
  }
}

void cause_of_waiting(struct text_buffer *text, const struct waiting *waiting, const char *pod,
                      bool goes_on) {
  if (pod) {
    append_who(text, waiting->kind, waiting->container, pod);
    text_buffer_append_string(text, goes_on ? " waits: " : " never started: ");
  }
  text_buffer_append_string(text, waiting->class->clause);
  if (waiting->reason && *waiting->reason)
    text_buffer_printf(text, " (%s)", waiting->reason);
}

void cause_of_job(struct text_buffer *text, const struct failure_class *class,
                  const struct failure *failure, const struct waiting *waiting, const char *pod,
                  const char *failed_indexes) {
  bool is_deadline = class == failure_class(CLASS_DEADLINE);
  if (class == failure_class(CLASS_FAILED_INDEXES) && failed_indexes)
    text_buffer_printf(text, "indexes %s of the Job failed", failed_indexes);
  else if (class->job || !failure)
    text_buffer_append_string(text, class->clause);
  const char *semicolon = text->length ? "; " : "";
  if (failure && is_deadline && failure->rank != RANK_BY_ITSELF) {
    text_buffer_append_string(text, semicolon);
    append_who(text, failure->kind, failure->container, failure->pod);
    text_buffer_printf(text, " was stopped (exit code %" PRId32 ")", failure->exit_code);
  } else if (failure) {
    text_buffer_append_string(text, semicolon);
    append_failure(text, failure);
  } else if (waiting) {
    text_buffer_append_string(text, semicolon);
    cause_of_waiting(text, waiting, pod, false);
  }
}
