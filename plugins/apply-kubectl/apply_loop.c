/* SPDX-License-Identifier: Apache-2.0 */
#include "apply_loop.h"

#include "memory/no_memory.h"
#include "passage.h"
#include "settlement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
  CANCEL_INTERVAL_MS = 100, /* how long poll waits at most, so that the user's wish is seen */
  CANCEL_NOW = 2,           /* hg_host.cancelled: what runs is ended too */
  BATCH_TIMEOUT_SHARE = 10, /* each further Job of a batch adds this part of the deadline */
};

int32_t apply_loop_init(struct apply_loop *loop, const struct hg_host *host,
                        const struct program *program, const struct apply_limits *limits,
                        struct hg_error *err) {
  memset(loop, 0, sizeof *loop);
  loop->host = host;
  loop->program = program;
  loop->limits = *limits;
  if (!program->path)
    loop->limits.batch = 1; /* nothing will be started: each Job says so itself */
  backoff_init(&loop->backoff, limits->retry_delay_ms);
  text_buffer_init(&loop->line);
  text_buffer_init(&loop->label);
  text_buffer_init(&loop->reason);
  words_warnings_init(&loop->warnings);
  loop->flights = calloc(limits->parallel, sizeof *loop->flights);
  loop->polls = calloc(limits->parallel, CHILD_DESCRIPTORS * sizeof *loop->polls);
  loop->launches = calloc(limits->batch, sizeof *loop->launches);
  loop->items = calloc(limits->batch, sizeof *loop->items);
  loop->chunk = malloc(CAPTURE_CHUNK);
  if (!loop->flights || !loop->polls || !loop->launches || !loop->items || !loop->chunk)
    return no_memory(err);
  for (uint32_t i = 0; i < limits->parallel; i++) {
    child_init(&loop->flights[i].child);
    command_init(&loop->flights[i].command);
    loop->flights[i].tries = calloc(limits->batch, sizeof *loop->flights[i].tries);
    if (!loop->flights[i].tries)
      return no_memory(err);
  }
  return 0;
}

void apply_loop_finish(struct apply_loop *loop) {
  for (uint32_t i = 0; loop->flights && i < loop->limits.parallel; i++) {
    if (!loop->flights[i].tries)
      break; /* apply_loop_init came no further */
    child_finish(&loop->flights[i].child);
    command_finish(&loop->flights[i].command);
    free(loop->flights[i].tries);
  }
  free(loop->flights);
  free(loop->polls);
  free(loop->launches);
  free(loop->items);
  free(loop->chunk);
  text_buffer_finish(&loop->line);
  text_buffer_finish(&loop->label);
  text_buffer_finish(&loop->reason);
  words_warnings_finish(&loop->warnings);
  memset(loop, 0, sizeof *loop);
}

/* What can never be mended ends the passage. */
static void break_off(struct passage *passage) {
  passage->broken = passage->closed = passage->left_out = true;
}

/* Chooses the Jobs of the next launch: what is to be tried again and comes first in the plan,
 * alone; else the next ones of the plan, as many as one kubectl may apply and there is room for.
 * False: none is to be started now. */
static bool choose(struct passage *passage, struct flight *flight, uint32_t room) {
  struct apply_loop *loop = passage->loop;
  const struct hg_plan *plan = passage->plan;

  if (room == 0)
    return false;
  flight->count = 1;
  if (retry_queue_take(&passage->queue, timestamp_steady_ms(), &flight->tries[0]))
    return true;
  /* What waits to be tried again keeps its place among those that run: it may be there already. */
  for (flight->count = 0; flight->count < loop->limits.batch &&
                          flight->count + retry_queue_count(&passage->queue) < room &&
                          passage->next < plan->total_jobs;
       flight->count++, passage->next++) {
    const struct hg_plan_item *item = plan->jobs[passage->next];
    const struct job_try first = {passage->next, 1, 0};

    if (flight->count > 0 && !command_takes(loop->items, flight->count, item))
      break;
    loop->items[flight->count] = item;
    flight->tries[flight->count] = first;
  }
  return flight->count > 0;
}

/* Makes the argv, and fills in what the host is asked. */
static int32_t prepare(struct passage *passage, struct flight *flight) {
  struct apply_loop *loop = passage->loop;

  for (uint32_t i = 0; i < flight->count; i++)
    loop->items[i] = passage->plan->jobs[flight->tries[i].item];
  if (command_make(&flight->command, loop->items, flight->count, passage->errand->is_dry_run) < 0)
    return hg_error_set(passage->err, HG_ERROR_FAILED,
                        "%.480s: there is no memory for its command, or that is no kubectl apply",
                        loop->items[0]->yaml_path);
  for (uint32_t i = 0; i < flight->count; i++) {
    struct hg_launch *launch = &loop->launches[i];

    memset(launch, 0, sizeof *launch);
    launch->struct_size = sizeof *launch;
    launch->answer = HG_START_STOP; /* none of HG_LAUNCH_*: there is no answer yet */
    launch->item = flight->tries[i].item;
    launch->attempt = flight->tries[i].attempt;
    launch->command = flight->command.argv;
    launch->command_count = flight->command.argc;
  }
  return 0;
}

/* Takes the Jobs that the host has settled itself out of the flight. Returns how many those are;
 * -1: the answers make no sense, and on a doubt nothing is launched. */
static int32_t drop_skipped(const struct apply_loop *loop, struct flight *flight) {
  uint32_t kept = 0;
  int32_t skipped = 0;
  bool all_go = true;

  for (uint32_t i = 0; i < flight->count; i++) {
    uint32_t answer = loop->launches[i].answer;

    if (answer == HG_LAUNCH_SKIP)
      skipped++;
    else if (answer == HG_LAUNCH_GO || answer == HG_LAUNCH_AGAIN)
      flight->tries[kept++] = flight->tries[i];
    else
      return -1;
    all_go = all_go && answer == HG_LAUNCH_GO;
  }
  flight->count = kept;
  return skipped > 0 || all_go ? skipped : -1;
}

/* Asks the host until it lets a launch through as it is. False: there is nothing to launch. */
static bool admit(struct passage *passage, struct flight *flight) {
  struct apply_loop *loop = passage->loop;
  int32_t skipped;

  do {
    if (prepare(passage, flight) < 0) {
      break_off(passage);
      return false;
    }
    if (passage->errand->admit(passage->errand, loop->launches, flight->count) != HG_START_GO)
      skipped = -1; /* HG_START_STOP, and whatever is not known */
    else
      skipped = drop_skipped(loop, flight);
    if (skipped < 0) {
      passage->closed = passage->left_out = true;
      return false;
    }
  } while (skipped > 0 && flight->count > 0);
  return flight->count > 0;
}

/* Starts kubectl for what the host has let through. */
static void launch(struct passage *passage, struct flight *flight) {
  struct apply_loop *loop = passage->loop;
  const struct hg_launch *first = &loop->launches[0];
  const struct hg_bytes *input = first->has_standard_input ? &first->standard_input : NULL;
  int cause = 0;

  timestamp_format(timestamp_now_ms(), flight->timestamp);
  flight->limits = loop->limits.child;
  flight->limits.timeout_ms +=
      (flight->count - 1) * (flight->limits.timeout_ms / BATCH_TIMEOUT_SHARE);
  if (loop->program->path) {
    passage_log_command(passage, &flight->command);
    if (child_start(&flight->child, loop->program->path, flight->command.argv, input,
                    &flight->limits, &cause) == 0) {
      passage->running++;
      return;
    }
  }
  passage_settle_grounded(passage, flight, cause);
}

/* Asks whether the user wants to stop. What runs may then finish, within its deadline; unless he
 * asked twice. */
static void heed_user(struct passage *passage) {
  struct apply_loop *loop = passage->loop;
  int32_t wish = loop->host->cancelled(loop->host);

  if (wish == 0)
    return;
  passage->cancelled = passage->closed = true;
  for (uint32_t i = 0; wish >= CANCEL_NOW && i < loop->limits.parallel; i++)
    if (loop->flights[i].child.phase != CHILD_NONE)
      child_stop(&loop->flights[i].child, &loop->flights[i].limits, timestamp_steady_ms());
}

/* Fills the free places. */
static void fill(struct passage *passage) {
  struct apply_loop *loop = passage->loop;

  for (uint32_t i = 0; i < loop->limits.parallel; i++)
    while (loop->flights[i].child.phase == CHILD_NONE && passage->running < passage->places) {
      heed_user(passage);
      if (passage->closed ||
          !choose(passage, &loop->flights[i], passage->errand->room(passage->errand)))
        return;
      if (admit(passage, &loop->flights[i]))
        launch(passage, &loop->flights[i]);
    }
}

/* Waits until a child has something to say, or until the next thing is due. */
static int32_t wait_for_children(struct passage *passage) {
  struct apply_loop *loop = passage->loop;
  nfds_t rows =
      0; /* no more than there are: poll takes no more rows than descriptors are allowed */
  int64_t now = timestamp_steady_ms();
  int patience = CANCEL_INTERVAL_MS;

  /* With every place taken, what is due has to wait for one anyway. */
  if (!passage->closed && passage->running < passage->places)
    patience = retry_queue_patience(&passage->queue, now, patience);
  for (uint32_t i = 0; i < loop->limits.parallel; i++)
    if (loop->flights[i].child.phase != CHILD_NONE) {
      child_watch(&loop->flights[i].child, loop->polls + rows);
      rows += CHILD_DESCRIPTORS;
      patience = child_patience(&loop->flights[i].child, now, patience);
    }
  if (poll(loop->polls, rows, patience) >= 0)
    return 0;
  if (errno != EINTR) {
    const char *cause = strerrordesc_np(errno);

    return hg_error_set(passage->err, HG_ERROR_IO, "cannot wait for kubectl: %s",
                        cause ? cause : "unknown error");
  }
  for (nfds_t i = 0; i < rows; i++)
    loop->polls[i].revents = 0;
  return 0;
}

static void step_children(struct passage *passage) {
  struct apply_loop *loop = passage->loop;
  const struct pollfd *rows = loop->polls;
  int64_t now;

  for (uint32_t i = 0; i < loop->limits.parallel; i++)
    if (loop->flights[i].child.phase != CHILD_NONE) {
      child_transfer(&loop->flights[i].child, rows, loop->chunk);
      rows += CHILD_DESCRIPTORS;
    }
  now = timestamp_steady_ms();
  for (uint32_t i = 0; i < loop->limits.parallel; i++)
    if (loop->flights[i].child.phase != CHILD_NONE &&
        child_step(&loop->flights[i].child, &loop->flights[i].limits, now))
      passage_settle(passage, &loop->flights[i]);
}

/* Ends every child at once; what the host was told had started, it is told has ended. */
static void abandon(struct passage *passage) {
  struct apply_loop *loop = passage->loop;

  break_off(passage);
  for (uint32_t i = 0; i < loop->limits.parallel; i++)
    if (loop->flights[i].child.phase != CHILD_NONE) {
      child_abandon(&loop->flights[i].child, timestamp_steady_ms());
      passage_settle(passage, &loop->flights[i]);
    }
}

int32_t apply_loop_run(struct apply_loop *loop, const struct hg_plan *plan,
                       const struct errand *errand, struct hg_error *err) {
  struct passage passage = {
      .loop = loop, .plan = plan, .errand = errand, .err = err, .places = loop->limits.parallel};
  bool left;

  retry_queue_init(&passage.queue);
  for (;;) {
    fill(&passage);
    if (passage.running == 0 && (passage.closed || (passage.next >= plan->total_jobs &&
                                                    retry_queue_is_empty(&passage.queue))))
      break;
    if (wait_for_children(&passage) < 0) {
      abandon(&passage);
      break;
    }
    step_children(&passage);
    heed_user(&passage);
  }
  left =
      passage.left_out || passage.next < plan->total_jobs || !retry_queue_is_empty(&passage.queue);
  retry_queue_finish(&passage.queue);
  if (passage.broken)
    return -1;
  if (passage.cancelled && left)
    return hg_error_set(err, HG_ERROR_CANCELLED, "stopped: the user asked to");
  return 0;
}
