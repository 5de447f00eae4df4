#include "apply_loop.h"

#include "outcome.h"
#include "shell_quote.h"
#include "timestamp.h"
#include "visible_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How long poll waits at most, so that the user's wish to stop is seen. */
enum { CANCEL_INTERVAL_MS = 100 };

/* One place for a running kubectl. */
struct slot {
  struct child child; /* CHILD_NONE: the slot is free */
  uint64_t item;      /* what it applies: an index into the plan */
  uint32_t attempt;
  char timestamp[TIMESTAMP_SIZE]; /* when it was started */
};

/* One call of apply_loop_run. */
struct passage {
  struct apply_loop *loop;
  const struct hg_plan *plan;
  const struct hg_apply_sink *sink;
  uint64_t next;  /* the first Job that was not offered to the host */
  size_t running; /* slots that are taken */
  bool closed;    /* nothing more is launched: the host or the user said so */
  bool cancelled; /* it was the user */
};

int32_t apply_loop_init(struct apply_loop *loop, const struct hg_host *host,
                        const struct program *program, const struct child_limits *limits,
                        size_t slot_count, struct hg_error *err) {
  memset(loop, 0, sizeof *loop);
  loop->host = host;
  loop->program = program;
  loop->limits = *limits;
  text_buffer_init(&loop->line);
  text_buffer_init(&loop->reason);
  loop->slots = calloc(slot_count, sizeof *loop->slots);
  loop->polls = calloc(slot_count, CHILD_DESCRIPTORS * sizeof *loop->polls);
  loop->chunk = malloc(CAPTURE_CHUNK);
  if (!loop->slots || !loop->polls || !loop->chunk)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "no memory to run kubectl");
  loop->slot_count = slot_count;
  for (size_t i = 0; i < slot_count; i++)
    child_init(&loop->slots[i].child);
  return 0;
}

void apply_loop_finish(struct apply_loop *loop) {
  for (size_t i = 0; i < loop->slot_count; i++)
    child_finish(&loop->slots[i].child);
  free(loop->slots);
  free(loop->polls);
  free(loop->chunk);
  text_buffer_finish(&loop->line);
  text_buffer_finish(&loop->reason);
  memset(loop, 0, sizeof *loop);
}

/* One log line: a label, then `text` as one line of UTF-8. */
static void log_text(struct apply_loop *loop, uint32_t level, const char *label, const char *text) {
  text_buffer_reset(&loop->line);
  text_buffer_append_string(&loop->line, label);
  visible_text_append(&loop->line, text, strlen(text));
  if (!loop->line.failed)
    loop->host->log(loop->host, level, text_buffer_string(&loop->line));
}

static void log_command(struct apply_loop *loop, const struct hg_plan_item *item) {
  struct text_buffer command;

  text_buffer_init(&command);
  shell_quote_append(&command, item->kubectl_command, item->kubectl_command_count);
  if (!command.failed)
    log_text(loop, HG_LOG_INFO, "Executing kubectl: ", text_buffer_string(&command));
  text_buffer_finish(&command);
}

/* Hands a launch's outcome to the host. `result` has what outcome.h fills in. */
static void report(struct passage *passage, const struct slot *slot, struct hg_job_result *result) {
  const struct hg_plan_item *item = passage->plan->jobs[slot->item];
  bool success = result->status == HG_STATUS_SUCCESS;

  result->struct_size = sizeof *result;
  result->attempt = slot->attempt;
  result->document = item->document;
  result->job_name = item->job_name;
  result->job_namespace = item->job_namespace;
  result->yaml_path = item->yaml_path;
  result->command = item->kubectl_command;
  result->command_count = item->kubectl_command_count;
  result->timestamp = slot->timestamp;
  result->duration_ms = slot->child.ended_ms - slot->child.started_ms;
  if (passage->sink->finish(passage->sink, slot->item, 1, result) != 0)
    passage->closed = true;
  log_text(passage->loop, success ? HG_LOG_INFO : HG_LOG_ERROR,
           success ? "Applied successfully: " : "Apply failed: ", item->job_name);
}

/* The slot's child has ended. */
static void settle(struct passage *passage, struct slot *slot) {
  struct apply_loop *loop = passage->loop;
  struct hg_job_result result;

  memset(&result, 0, sizeof result);
  text_buffer_reset(&loop->reason);
  outcome_of_child(&slot->child, &loop->limits, &loop->reason, &result);
  report(passage, slot, &result);
  child_finish(&slot->child);
  passage->running--;
}

/* Starts kubectl for a Job that the host has let through. */
static void launch(struct passage *passage, struct slot *slot, const struct hg_launch *launch) {
  struct apply_loop *loop = passage->loop;
  const struct hg_plan_item *item = passage->plan->jobs[slot->item];
  const struct hg_bytes *input = launch->has_standard_input ? &launch->standard_input : NULL;
  struct hg_job_result result;
  int cause = 0;

  timestamp_format(timestamp_now_ms(), slot->timestamp);
  if (loop->program->path) {
    log_command(loop, item);
    if (child_start(&slot->child, loop->program->path, item->kubectl_command, input, &loop->limits,
                    &cause) == 0) {
      passage->running++;
      return;
    }
  }
  memset(&result, 0, sizeof result);
  text_buffer_reset(&loop->reason);
  if (loop->program->path)
    outcome_of_launch(loop->program->path, cause, &loop->reason, &result);
  else
    outcome_of_absence(text_buffer_string(&loop->program->problem), &loop->reason, &result);
  report(passage, slot, &result);
  child_finish(&slot->child);
}

/* Offers the next Job to the host, and starts it in `slot` if it may. */
static void offer(struct passage *passage, struct slot *slot) {
  struct hg_launch permit;

  memset(&permit, 0, sizeof permit);
  permit.struct_size = sizeof permit;
  slot->item = passage->next++;
  slot->attempt = 1;
  switch (passage->sink->start(passage->sink, slot->item, slot->attempt, &permit)) {
  case HG_START_GO:
    launch(passage, slot, &permit);
    break;
  case HG_START_SKIP:
    break;
  default: /* HG_START_STOP, and whatever is not known: never launch on a doubt */
    passage->closed = true;
  }
}

/* Asks whether the user wants to stop. What runs may then finish, within its deadline. */
static void heed_user(struct passage *passage) {
  const struct hg_host *host = passage->loop->host;

  if (host->cancelled(host) != 0)
    passage->cancelled = passage->closed = true;
}

/* Fills the free slots. */
static void fill(struct passage *passage) {
  struct apply_loop *loop = passage->loop;

  for (size_t i = 0; i < loop->slot_count; i++)
    while (loop->slots[i].child.phase == CHILD_NONE) {
      heed_user(passage);
      if (passage->closed || passage->next >= passage->plan->total_jobs)
        return;
      offer(passage, &loop->slots[i]);
    }
}

/* Waits until a child has something to say, or until the next thing is due. */
static int32_t wait_for_children(struct apply_loop *loop, struct hg_error *err) {
  int64_t now = timestamp_steady_ms();
  int patience = CANCEL_INTERVAL_MS;

  for (size_t i = 0; i < loop->slot_count; i++) {
    child_watch(&loop->slots[i].child, loop->polls + i * CHILD_DESCRIPTORS);
    if (loop->slots[i].child.phase != CHILD_NONE)
      patience = child_patience(&loop->slots[i].child, now, patience);
  }
  if (poll(loop->polls, loop->slot_count * CHILD_DESCRIPTORS, patience) >= 0)
    return 0;
  if (errno != EINTR) {
    const char *cause = strerrordesc_np(errno);

    return hg_error_set(err, HG_ERROR_IO, "cannot wait for kubectl: %s",
                        cause ? cause : "unknown error");
  }
  for (size_t i = 0; i < loop->slot_count * CHILD_DESCRIPTORS; i++)
    loop->polls[i].revents = 0;
  return 0;
}

static void step_children(struct passage *passage) {
  struct apply_loop *loop = passage->loop;
  int64_t now;

  for (size_t i = 0; i < loop->slot_count; i++)
    if (loop->slots[i].child.phase != CHILD_NONE)
      child_transfer(&loop->slots[i].child, loop->polls + i * CHILD_DESCRIPTORS, loop->chunk);
  now = timestamp_steady_ms();
  for (size_t i = 0; i < loop->slot_count; i++)
    if (loop->slots[i].child.phase != CHILD_NONE &&
        child_step(&loop->slots[i].child, &loop->limits, now))
      settle(passage, &loop->slots[i]);
}

/* Ends every child at once; what the host was told had started, it is told has ended. */
static void abandon(struct passage *passage) {
  struct apply_loop *loop = passage->loop;

  for (size_t i = 0; i < loop->slot_count; i++)
    if (loop->slots[i].child.phase != CHILD_NONE) {
      child_abandon(&loop->slots[i].child, timestamp_steady_ms());
      settle(passage, &loop->slots[i]);
    }
}

int32_t apply_loop_run(struct apply_loop *loop, const struct hg_plan *plan,
                       const struct hg_apply_sink *sink, struct hg_error *err) {
  struct passage passage = {.loop = loop, .plan = plan, .sink = sink};

  for (;;) {
    fill(&passage);
    if (passage.running == 0)
      break;
    if (wait_for_children(loop, err) != 0) {
      abandon(&passage);
      return -1;
    }
    step_children(&passage);
    heed_user(&passage);
  }
  if (passage.cancelled && passage.next < plan->total_jobs)
    return hg_error_set(err, HG_ERROR_CANCELLED, "stopped: the user asked to");
  return 0;
}
