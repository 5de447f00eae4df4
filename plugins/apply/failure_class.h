/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of failure: their names, which of them pass by themselves, and what to do about each.
 *
 * A class is recognised by what kubectl wrote to standard error (the words of k8s.io/kubectl's and
 * k8s.io/apimachinery's messages, and of Go's net and crypto packages below them), or by how it
 * ended. Names are stable: they are in the history, and people query them.
 */
#ifndef APPLY_FAILURE_CLASS_H
#define APPLY_FAILURE_CLASS_H

#include <headgate/bytes.h>
#include <stdbool.h>

enum failure_kind {
  /* The server, or the way to it, was not there for a moment. */
  FAILURE_CONNECTION_REFUSED,
  FAILURE_CONNECTION_RESET,
  FAILURE_TIMEOUT,
  FAILURE_TOO_MANY_REQUESTS,
  FAILURE_SERVER_UNAVAILABLE,
  FAILURE_LEADER_CHANGE,
  FAILURE_CONFLICT,
  FAILURE_QUOTA_CONFLICT,
  FAILURE_WEBHOOK_UNAVAILABLE,
  /* The server said no. */
  FAILURE_IMMUTABLE_TEMPLATE,
  FAILURE_IMMUTABLE,
  FAILURE_INVALID,
  FAILURE_UNKNOWN_FIELD,
  FAILURE_BAD_MANIFEST,
  FAILURE_MANIFEST_MISSING,
  FAILURE_GENERATE_NAME,
  FAILURE_UNKNOWN_KIND,
  FAILURE_NOT_FOUND,
  FAILURE_FORBIDDEN,
  FAILURE_FIELD_CONFLICT,
  FAILURE_QUOTA_EXCEEDED,
  FAILURE_TOO_LARGE,
  FAILURE_NAMESPACE_TERMINATING,
  FAILURE_ADMISSION_DENIED,
  FAILURE_WEBHOOK,
  FAILURE_INTERNAL_ERROR,
  FAILURE_BAD_CREDENTIALS,
  /* The server could not be found or trusted. */
  FAILURE_UNTRUSTED_CERTIFICATE,
  FAILURE_UNKNOWN_HOST,
  FAILURE_UNREACHABLE,
  FAILURE_TLS,
  FAILURE_WRONG_SCHEME,
  FAILURE_EXEC_PLUGIN,
  FAILURE_NO_KUBECONFIG,
  FAILURE_NO_SUCH_CONTEXT,
  /* kubectl did not start, or did not end by itself. */
  FAILURE_KUBECTL_MISSING,
  FAILURE_KUBECTL_NOT_EXECUTABLE,
  FAILURE_KUBECTL_NOT_STARTED,
  FAILURE_DEADLINE,
  FAILURE_SIGNAL,
  FAILURE_CANCELLED,
  FAILURE_UNCONFIRMED,
  FAILURE_UNKNOWN_OUTCOME, /* it may have run, and be gone */
  FAILURE_UNKNOWN,
  FAILURE_KINDS
};

struct failure_class {
  const char *name;
  bool passes;         /* known to pass by itself: worth another try */
  const char *meaning; /* one plain sentence, as a Job's reason; NULL: how kubectl ended says it */
  const char *advice;  /* one plain sentence: what to do; "" where there is nothing to say */
};

/* Always the same pointer for a kind. */
const struct failure_class *failure_class_of_kind(enum failure_kind kind);

/* Whether a failure of that class leaves open what became of the request: it may have been obeyed.
 */
bool failure_class_is_doubtful(const struct failure_class *class);

/* Whether a line of what a kubectl that applied several Jobs wrote to standard error tells of such
 * a failure, or none of it is known. */
bool failure_words_are_doubtful(const struct hg_bytes *words);

/* The class of what a kubectl that exited with another status than 0 wrote to standard error.
 * FAILURE_UNKNOWN's where no rule knows the words. */
const struct failure_class *failure_class_of_words(const struct hg_bytes *words);

#endif
