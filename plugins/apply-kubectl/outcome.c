#include "outcome.h"

#include "visible_text.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

/* Why a program that was found could not be started, and what to do. */
static const struct {
  int cause;
  const char *text;
} launch_problems[] = {
    {ENOENT, "it, or the interpreter named in its first line, is gone: give --kubectl PATH"},
    {EACCES, "permission denied: make it executable (chmod +x) or give --kubectl PATH"},
    {EPERM, "the system does not allow it: give --kubectl PATH"},
    {ENOEXEC, "it is no program for this machine: give the right kubectl with --kubectl PATH"},
    {ETXTBSY, "the file is being written: wait for that to finish, then try again"},
    {E2BIG, "the environment and the arguments are too long: unset what is not needed"},
    {EMFILE, "this process has too many open files: raise the limit (ulimit -n)"},
    {ENFILE, "the system has too many open files: close some programs, then try again"},
    {EAGAIN, "no more processes are allowed: raise the limit (ulimit -u), then try again"},
    {ENOMEM, "the system is out of memory: free some, then try again"},
};

static void fail(struct hg_job_result *result) {
  result->status = HG_STATUS_FAILED;
  result->return_code = -1;
  result->signal = 0;
  result->flags = 0;
  result->stdout_text.data = result->stderr_text.data = "";
  result->stdout_text.length = result->stderr_text.length = 0;
}

static void set_reason(struct hg_job_result *result, const struct text_buffer *reason) {
  result->reason = reason->failed ? "kubectl failed, and there is no memory to say how"
                                  : text_buffer_string(reason);
}

static void describe(const struct child *child, const struct child_limits *limits,
                     struct text_buffer *reason) {
  const char *name;

  if (child->timed_out) {
    text_buffer_printf(reason, "kubectl did not finish within %" PRId64 " s and ",
                       limits->timeout_ms / 1000);
    text_buffer_append_string(reason, child->killed ? "was killed, as it did not obey SIGTERM"
                                                    : "was terminated");
    return;
  }
  switch (child->ending) {
  case CHILD_EXITED:
    text_buffer_printf(reason, "kubectl exited with status %d", child->status);
    break;
  case CHILD_SIGNALED:
    name = sigdescr_np(child->status);
    text_buffer_printf(reason, "kubectl was ended by signal %d", child->status);
    if (name)
      text_buffer_printf(reason, " (%s)", name);
    break;
  case CHILD_LOST:
    text_buffer_append_string(reason, "kubectl ended, but the system did not say how: Headgate was "
                                      "started with SIGCHLD ignored, start it without");
    break;
  }
}

void outcome_of_child(const struct child *child, const struct child_limits *limits,
                      struct text_buffer *reason, struct hg_job_result *result) {
  bool exited = child->ending == CHILD_EXITED;

  fail(result);
  result->stdout_text = capture_bytes(&child->output);
  result->stderr_text = capture_bytes(&child->error);
  result->flags = (child->output.cut ? HG_RESULT_STDOUT_CUT : 0) |
                  (child->error.cut ? HG_RESULT_STDERR_CUT : 0);
  if (exited && !child->timed_out) {
    result->return_code = child->status;
    /* A wrapper may turn SIGTERM into exit status 0, so that counts only where none was sent. */
    if (child->status == 0)
      result->status = HG_STATUS_SUCCESS;
  } else if (child->ending == CHILD_SIGNALED) {
    result->signal = child->status;
  } else if (child->timed_out) {
    result->signal = SIGTERM; /* it took the signal and ended by itself */
  }
  if (result->status == HG_STATUS_FAILED)
    describe(child, limits, reason);
  set_reason(result, reason);
}

void outcome_of_launch(const char *program, int cause, struct text_buffer *reason,
                       struct hg_job_result *result) {
  const char *text = strerrordesc_np(cause);

  fail(result);
  for (size_t i = 0; i < sizeof launch_problems / sizeof *launch_problems; i++)
    if (launch_problems[i].cause == cause)
      text = launch_problems[i].text;
  visible_text_append(reason, program, strlen(program));
  text_buffer_printf(reason, " could not be started: %s", text ? text : "unknown error");
  set_reason(result, reason);
}

void outcome_of_absence(const char *problem, struct text_buffer *reason,
                        struct hg_job_result *result) {
  fail(result);
  text_buffer_append_string(reason, problem);
  set_reason(result, reason);
}
