/* SPDX-License-Identifier: Apache-2.0 */
#include "outcome.h"

#include "apply/kubectl_words.h"
#include "text/visible_text.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

enum { SAID_LENGTH = 120 /* characters of what was no confirmation */ };

/* Why a program that was found could not be started, and what to do. */
static const struct {
  int cause;
  enum failure_kind kind;
  const char *text;
} launch_problems[] = {
    {ENOENT, FAILURE_KUBECTL_MISSING,
     "it, or the interpreter named in its first line, is gone: give --kubectl PATH"},
    {EACCES, FAILURE_KUBECTL_NOT_EXECUTABLE,
     "permission denied: make it executable (chmod +x) or give --kubectl PATH"},
    {EPERM, FAILURE_KUBECTL_NOT_EXECUTABLE, "the system does not allow it: give --kubectl PATH"},
    {ENOEXEC, FAILURE_KUBECTL_NOT_EXECUTABLE,
     "it is no program for this machine: give the right kubectl with --kubectl PATH"},
    {ETXTBSY, FAILURE_KUBECTL_NOT_STARTED,
     "the file is being written: wait for that to finish, then try again"},
    {E2BIG, FAILURE_KUBECTL_NOT_STARTED,
     "the environment and the arguments are too long: unset what is not needed"},
    {EMFILE, FAILURE_KUBECTL_NOT_STARTED,
     "this process has too many open files: raise the limit (ulimit -n)"},
    {ENFILE, FAILURE_KUBECTL_NOT_STARTED,
     "the system has too many open files: close some programs, then try again"},
    {EAGAIN, FAILURE_KUBECTL_NOT_STARTED,
     "no more processes are allowed: raise the limit (ulimit -u), then try again"},
    {ENOMEM, FAILURE_KUBECTL_NOT_STARTED, "the system is out of memory: free some, then try again"},
};

/* FAILED and of that class; without outputs. The reason is still missing. */
static void fail(struct hg_job_result *result, const struct failure_class *class) {
  result->status = HG_STATUS_FAILED;
  result->return_code = -1;
  result->signal = 0;
  result->flags = 0;
  result->stdout_text.data = result->stderr_text.data = "";
  result->stdout_text.length = result->stderr_text.length = 0;
  result->failure_class = class->name;
  result->advice = class->advice;
}

static void set_reason(struct hg_job_result *result, const struct text_buffer *reason) {
  result->reason = reason->failed ? "kubectl failed, and there is no memory to say how"
                                  : text_buffer_string(reason);
}

static void describe_deadline(const struct child *child, const struct child_limits *limits,
                              struct text_buffer *reason) {
  text_buffer_printf(reason, "kubectl did not finish within %" PRId64, limits->timeout_ms / 1000);
  if (limits->timeout_ms % 1000 != 0)
    text_buffer_printf(reason, ".%" PRId64, limits->timeout_ms % 1000 / 100);
  text_buffer_append_string(reason, child->killed ? " s and was killed, as it did not obey SIGTERM"
                                                  : " s and was terminated");
}

/* How it ended. */
static void describe(const struct child *child, const struct child_limits *limits,
                     struct text_buffer *reason) {
  const char *name;

  if (child->timed_out) {
    describe_deadline(child, limits, reason);
    return;
  }
  if (child->stopped) {
    text_buffer_append_string(reason, failure_class_of_kind(FAILURE_CANCELLED)->meaning);
    return;
  }
  switch (child->ending) {
  case PROCESS_EXITED:
    text_buffer_printf(reason, "kubectl exited with status %d", child->status);
    break;
  case PROCESS_SIGNALED:
    name = sigdescr_np(child->status);
    text_buffer_printf(reason, "kubectl was ended by signal %d", child->status);
    if (name)
      text_buffer_printf(reason, " (%s)", name);
    break;
  case PROCESS_LOST:
    text_buffer_append_string(reason, "kubectl ended, but the system did not say how: Headgate was "
                                      "started with SIGCHLD ignored, start it without");
    break;
  }
}

/* A wrapper may turn SIGTERM into exit status 0, so that counts only where none was sent. */
static bool has_succeeded(const struct child *child) {
  return child->ending == PROCESS_EXITED && child->status == 0 && !child->timed_out &&
         !child->stopped;
}

/* Of no meaning where it has succeeded. */
static const struct failure_class *classify(const struct child *child) {
  struct hg_bytes words = capture_bytes(&child->error);

  if (has_succeeded(child))
    return failure_class_of_kind(FAILURE_UNKNOWN);
  if (child->timed_out)
    return failure_class_of_kind(FAILURE_DEADLINE);
  if (child->stopped)
    return failure_class_of_kind(FAILURE_CANCELLED);
  switch (child->ending) {
  case PROCESS_EXITED:
    return failure_class_of_words(&words);
  case PROCESS_SIGNALED:
    return failure_class_of_kind(FAILURE_SIGNAL);
  default:
    return failure_class_of_kind(FAILURE_UNKNOWN);
  }
}

/* Why it failed: what its class means, or how it ended, and then kubectl's own words. Those of a
 * changed template are all of the template. */
static void explain(const struct child *child, const struct child_limits *limits,
                    const struct failure_class *class, struct text_buffer *reason) {
  const struct hg_bytes words = capture_bytes(&child->error);
  struct text_buffer cause;

  if (class->meaning)
    text_buffer_append_string(reason, class->meaning);
  else
    describe(child, limits, reason);
  if (child->ending != PROCESS_EXITED || child->timed_out || child->stopped ||
      class == failure_class_of_kind(FAILURE_IMMUTABLE_TEMPLATE))
    return;
  text_buffer_init(&cause);
  words_append_cause(&cause, &words);
  if (cause.length > 0)
    text_buffer_printf(reason, ": %s", text_buffer_string(&cause));
  text_buffer_finish(&cause);
}

/* A FAILED result with all that the child left. */
static void fail_with_child(struct hg_job_result *result, const struct child *child,
                            const struct failure_class *class) {
  fail(result, class);
  result->stdout_text = capture_bytes(&child->output);
  result->stderr_text = capture_bytes(&child->error);
  result->flags = (child->output.cut ? HG_RESULT_STDOUT_CUT : 0) |
                  (child->error.cut ? HG_RESULT_STDERR_CUT : 0);
  if (child->ending == PROCESS_EXITED && !child->timed_out && !child->stopped)
    result->return_code = child->status;
  else if (child->ending == PROCESS_SIGNALED)
    result->signal = child->status;
  else if (child->timed_out || child->stopped)
    result->signal = SIGTERM; /* it took the signal and ended by itself */
}

const struct failure_class *outcome_of_child(const struct child *child,
                                             const struct child_limits *limits,
                                             struct text_buffer *reason,
                                             struct hg_job_result *result) {
  const struct failure_class *class = classify(child);

  fail_with_child(result, child, class);
  if (has_succeeded(child)) {
    result->status = HG_STATUS_SUCCESS;
    result->reason = result->failure_class = result->advice = "";
    return NULL;
  }
  explain(child, limits, class, reason);
  set_reason(result, reason);
  return class;
}

/* What it said instead. */
static void describe_output(const struct child *child, struct text_buffer *reason) {
  const struct hg_bytes output = capture_bytes(&child->output);
  size_t length;

  text_buffer_append_string(reason, ": it said ");
  length = reason->length;
  first_line_append(reason, output.data, (size_t)output.length, SAID_LENGTH);
  if (reason->length == length)
    text_buffer_append_string(reason, "nothing");
}

const struct failure_class *outcome_unconfirmed(const struct child *child,
                                                const struct child_limits *limits,
                                                const char *again, struct text_buffer *reason,
                                                struct hg_job_result *result) {
  const struct failure_class *class =
      failure_class_of_kind(child->stopped ? FAILURE_CANCELLED : FAILURE_UNCONFIRMED);

  fail_with_child(result, child, class);
  describe(child, limits, reason);
  if (!child->stopped)
    text_buffer_append_string(reason, ", and did not confirm this Job");
  if (again)
    text_buffer_printf(reason, "; it is %s again alone", again);
  else if (has_succeeded(child))
    describe_output(child, reason);
  set_reason(result, reason);
  return class;
}

const struct failure_class *outcome_unknown(struct text_buffer *reason,
                                            struct hg_job_result *result) {
  const struct failure_class *class = failure_class_of_kind(FAILURE_UNKNOWN_OUTCOME);

  text_buffer_append_string(reason, "; not tried again: the Job may have run and been removed "
                                    "(ttlSecondsAfterFinished)");
  result->failure_class = class->name;
  result->advice = class->advice;
  set_reason(result, reason);
  return class;
}

const struct failure_class *outcome_of_launch(const char *path, int cause,
                                              struct text_buffer *reason,
                                              struct hg_job_result *result) {
  const struct failure_class *class = failure_class_of_kind(FAILURE_KUBECTL_NOT_STARTED);
  const char *text = strerrordesc_np(cause);

  for (size_t i = 0; i < sizeof launch_problems / sizeof *launch_problems; i++)
    if (launch_problems[i].cause == cause) {
      class = failure_class_of_kind(launch_problems[i].kind);
      text = launch_problems[i].text;
    }
  fail(result, class);
  visible_text_append(reason, path, strlen(path));
  text_buffer_printf(reason, " could not be started: %s", text ? text : "unknown error");
  set_reason(result, reason);
  return class;
}

const struct failure_class *outcome_of_absence(const struct program *program,
                                               struct text_buffer *reason,
                                               struct hg_job_result *result) {
  bool missing = program->cause == ENOENT || program->cause == ENOTDIR;
  const struct failure_class *class =
      failure_class_of_kind(missing ? FAILURE_KUBECTL_MISSING : FAILURE_KUBECTL_NOT_EXECUTABLE);

  fail(result, class);
  text_buffer_append_string(reason, text_buffer_string(&program->problem));
  set_reason(result, reason);
  return class;
}
