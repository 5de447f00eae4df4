/* SPDX-License-Identifier: Apache-2.0 */
#include "passage.h"

#include "made_anew.h"
#include "memory/no_memory.h"
#include "settlement.h"

#include <stdlib.h>
#include <string.h>

enum {
  CANCEL_INTERVAL_MS = 100, /* how long is waited at most, so that the user's wish is seen */
  CANCEL_NOW = 2,           /* hg_host.cancelled: what runs is ended too */
  HOLD_MS = 50,             /* for so long the host may hold an outcome */
};

static void break_off(struct passage *passage) {
  (void)no_memory(passage->err);
  passage->broken = passage->closed = passage->left_out = true;
}

/* Asks whether the user wants to stop. What runs may then finish, within its deadline, but not wait
 * for a server that said "later"; unless he asked twice. */
static void heed_user(struct passage *passage) {
  int32_t wish = passage->host->cancelled(passage->host);

  if (wish == 0)
    return;
  passage->cancelled = passage->closed = true;
  if (passage->requests && wish >= CANCEL_NOW)
    requests_cancel(passage->requests);
  else if (passage->requests)
    requests_cancel_waiting(passage->requests);
}

static void withdraw(struct passage *passage, uint64_t item) {
  errand_withdraw(passage->errand, item);
  passage->left_out = true;
  if (passage->held_since_ms == 0)
    passage->held_since_ms = timestamp_steady_ms();
}

/* --- One Job ---------------------------------------------------------------------------------- */

static void patch_done(void *context, const struct answer *answer) {
  if (!made_anew_ask(context, answer))
    flight_settle(context, answer);
}

/* A request that is not taken on ends as one that failed. */
static void send(struct flight *flight, const struct request *request) {
  if (requests_send(flight->passage->requests, request, NULL) < 0)
    flight_settle_unsent(flight, FAILURE_UNKNOWN, "out of memory");
}

static void send_patch(struct flight *flight) {
  struct passage *passage = flight->passage;
  uint8_t sha256[DIGEST_SIZE];
  struct request request = {
      .method = "PATCH",
      .content_type = "application/apply-patch+yaml",
      .body = flight->body.data,
      .body_length = flight->body.length,
      .timeout_ms = passage->limits.timeout_ms,
      .waits_when_told = true,
      .done = patch_done,
      .context = flight,
  };

  flight->is_sent = true;
  flight->started_ms = timestamp_steady_ms();
  digest_of(flight->body.data, flight->body.length, sha256);
  errand_note_sent(passage->errand, flight->try.item, sha256);
  text_buffer_reset(&passage->path);
  text_buffer_append_string(&passage->path, flight_path(flight));
  if (errand_is_dry_run(passage->errand))
    text_buffer_append_string(&passage->path, "&dryRun=All");
  request.path = text_buffer_string(&passage->path);
  send(flight, &request);
}

/* A Job that an earlier request may have made, and that may have run and been removed since: made
 * again, it would run a second time. */
static bool may_have_run(const struct flight *flight) {
  const struct passage *passage = flight->passage;

  return passage->lost[flight->try.item] && flight->before == BEFORE_ABSENT &&
         passage->errand->plan->jobs[flight->try.item]->vanishes;
}

/* Of a Job that was only looked for, where nothing more is to be sent: it is what it was before. */
static bool is_withdrawn(struct flight *flight) {
  struct passage *passage = flight->passage;

  if (!errand_looks_ahead(passage->errand) ||
      (!passage->closed && passage->host->cancelled(passage->host) == 0))
    return false;
  withdraw(passage, flight->try.item);
  flight->is_taken = false;
  passage->taken--;
  return true;
}

static void look_done(void *context, const struct answer *answer) {
  struct flight *flight = context;
  struct passage *passage = flight->passage;
  const struct hg_plan_item *item = passage->errand->plan->jobs[flight->try.item];
  struct live_job job;

  if (is_withdrawn(flight))
    return;
  if (answer->end != EXCHANGE_ANSWERED) {
    flight_settle(flight, answer); /* there is nobody to send anything to */
    return;
  }
  if (answer->status == 404)
    flight->before = BEFORE_ABSENT;
  else if (answer->status == 200 && live_job_read(answer->body, answer->length, &job) &&
           live_job_is(&job, item) && live_job_print(&job, &passage->content, &flight->print))
    flight->before = BEFORE_THERE;
  if (flight->before == BEFORE_THERE && errand_wants_objects(passage->errand))
    text_buffer_append(&flight->live, answer->body, answer->length);
  if (answer->status == 401 ||
      (flight->before == BEFORE_UNKNOWN && passage->lost[flight->try.item])) {
    flight_settle(flight, answer); /* nothing is sent by nobody, nor a second time on a doubt */
    return;
  }
  if (may_have_run(flight))
    flight_settle_unsent(flight, FAILURE_UNKNOWN_OUTCOME,
                         "an earlier request had no answer, and the Job is not there: it may have "
                         "run and been removed (ttlSecondsAfterFinished)");
  else
    send_patch(flight);
}

static void send_look(struct flight *flight) {
  struct passage *passage = flight->passage;
  const char *path = flight_path(flight);
  struct request request = {
      .method = "GET",
      .timeout_ms = passage->limits.timeout_ms,
      .waits_when_told = true,
      .done = look_done,
      .context = flight,
  };

  text_buffer_reset(&passage->path);
  text_buffer_append(&passage->path, path, strcspn(path, "?"));
  request.path = text_buffer_string(&passage->path);
  send(flight, &request);
}

/* What is known of the Job without asking for it. Of one whose request was lost, only what is there
 * now counts. */
static void recall(struct flight *flight) {
  const struct passage *passage = flight->passage;
  const struct live_print *print = standing_of(&passage->standing, flight->try.item);

  flight->before = BEFORE_UNKNOWN;
  if (!print || passage->lost[flight->try.item])
    return;
  flight->before = standing_is_absent(print) ? BEFORE_ABSENT : BEFORE_THERE;
  flight->print = *print;
}

/* Starts on a Job that the host has let through. */
static void launch(struct flight *flight, const struct hg_launch *given) {
  struct passage *passage = flight->passage;
  struct hg_error error = HG_ERROR_INIT;

  flight->started_ms = timestamp_steady_ms();
  flight->is_sent = false;
  text_buffer_reset(&flight->live);
  recall(flight);
  timestamp_format(timestamp_now_ms(), flight->timestamp);
  if (!passage->requests) {
    flight_settle_unsent(flight, FAILURE_BAD_CREDENTIALS, passage->absence->message);
    return;
  }
  if (!flight_path(flight) || !given->has_standard_input) {
    flight_settle_unsent(flight, FAILURE_UNKNOWN, "the plan is for another applier");
    return;
  }
  if (flight_make_body(flight, &given->standard_input, &error) < 0) {
    flight_settle_unsent(flight, FAILURE_BAD_MANIFEST, error.message);
    return;
  }
  passage_log(passage, HG_LOG_INFO, "Applying: PATCH ",
              passage->errand->plan->jobs[flight->try.item]->kubectl_command[1]);
  if (flight->before == BEFORE_UNKNOWN)
    send_look(flight);
  else
    send_patch(flight);
}

/* --- All of them ------------------------------------------------------------------------------ */

/* Whether the Job waits until there is a place for it and `count` others: if nobody lives to see
 * its answer, nobody knows of a Job that vanishes whether it was sent, or only written down. */
static bool lacks_place(const struct passage *passage, uint64_t item, uint32_t count) {
  return passage->taken + count >= passage->limits.parallel &&
         passage->errand->plan->jobs[item]->vanishes;
}

/* The next Job, where so many may be started: what is to be tried again and is due, else the next
 * one of the plan. One that waits to be tried again keeps its place among those that run, as it may
 * be there already. */
static bool find_next(struct passage *passage, uint32_t room, struct job_try *next) {
  if (room == 0)
    return false;
  if (retry_queue_look(&passage->queue, timestamp_steady_ms(), next))
    return true;
  *next = (struct job_try){passage->next, 1, 0};
  return room > retry_queue_count(&passage->queue) &&
         passage->next < passage->errand->plan->total_jobs;
}

/* Chooses the next Jobs. */
static uint32_t choose(struct passage *passage, struct job_try *tries, uint32_t most,
                       uint32_t room) {
  uint32_t count = 0;

  while (count < most && find_next(passage, room - count, &tries[count]) &&
         !lacks_place(passage, tries[count].item, count)) {
    if (!retry_queue_take(&passage->queue, 0, &tries[count]))
      passage->next++;
    count++;
  }
  return count;
}

static void prepare(struct passage *passage, const struct job_try *tries, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const struct hg_plan_item *item = passage->errand->plan->jobs[tries[i].item];
    struct hg_launch *launch = &passage->launches[i];

    memset(launch, 0, sizeof *launch);
    launch->struct_size = sizeof *launch;
    launch->answer = UINT32_MAX; /* none */
    launch->item = tries[i].item;
    launch->attempt = tries[i].attempt;
    launch->command = item->kubectl_command;
    launch->command_count = item->kubectl_command_count;
  }
}

/* Takes the Jobs that the host has settled itself out. Returns how many those are; -1: the answers
 * make no sense, and on a doubt nothing is sent. */
static int32_t drop_skipped(const struct passage *passage, struct job_try *tries, uint32_t *count) {
  uint32_t kept = 0;
  int32_t skipped = 0;
  bool all_go = true;

  for (uint32_t i = 0; i < *count; i++) {
    uint32_t answer = passage->launches[i].answer;

    if (answer == HG_LAUNCH_SKIP)
      skipped++;
    else if (answer == HG_LAUNCH_GO || answer == HG_LAUNCH_AGAIN)
      tries[kept++] = tries[i];
    else
      return -1;
    all_go = all_go && answer == HG_LAUNCH_GO;
  }
  *count = kept;
  return skipped > 0 || all_go ? skipped : -1;
}

/* Asks the host until it lets them through as they are. Returns how many that are. */
static uint32_t admit(struct passage *passage, struct job_try *tries, uint32_t count) {
  int32_t skipped;

  do {
    prepare(passage, tries, count);
    skipped = -1; /* HG_START_STOP, and whatever is not known */
    passage->held_since_ms = 0;
    if (errand_admit(passage->errand, passage->launches, count) == HG_START_GO)
      skipped = drop_skipped(passage, tries, &count);
    if (skipped < 0) {
      passage->closed = passage->left_out = true;
      return 0;
    }
  } while (skipped > 0 && count > 0);
  return count;
}

static struct flight *free_flight(struct passage *passage) {
  struct flight *flight = passage->flights;

  while (flight->is_taken)
    flight++;
  return flight;
}

/* Whether Jobs that the host let through wait for a place. */
static bool is_ahead(const struct passage *passage) {
  return passage->launched < passage->admitted;
}

/* Gives the next of them a place. */
static void launch_next(struct passage *passage) {
  struct flight *flight = free_flight(passage);
  uint32_t i = passage->launched++;

  flight->passage = passage;
  flight->is_taken = true;
  flight->try = passage->tries[i];
  passage->taken++;
  launch(flight, &passage->launches[i]);
}

/* Gives them the places that there are; where nothing more is sent, nobody waits for one. */
static void launch_admitted(struct passage *passage) {
  while (is_ahead(passage) && !passage->closed && passage->taken < passage->limits.parallel)
    launch_next(passage);
  while (is_ahead(passage) && passage->closed)
    withdraw(passage, passage->tries[passage->launched++].item);
}

/* For how long no Job is to be tried again. */
static int retry_patience(const struct passage *passage, int most) {
  return retry_queue_patience(&passage->queue, timestamp_steady_ms(), most);
}

/* Whether there is a Job to offer to the host now. */
static bool has_next(const struct passage *passage) {
  return passage->next < passage->errand->plan->total_jobs || retry_patience(passage, 1) == 0;
}

/* Whether the free places are to be filled with Jobs that may not wait for theirs: where they are
 * written down, several share a write, but none waits for others longer than an outcome does. */
static bool is_time_to_fill(const struct passage *passage) {
  uint32_t free_places = passage->limits.parallel - passage->taken;

  if (errand_is_dry_run(passage->errand) || free_places > passage->taken)
    return free_places > 0;
  return free_places > 0 &&
         (passage->held_since_ms == 0 || timestamp_steady_ms() - passage->held_since_ms >= HOLD_MS);
}

/* How many Jobs are to be offered to the host now. They wait for their places with their attempts
 * written down, so that a connection never waits for the disk: twice as many as there are places,
 * once those of before have theirs. *room: how many may be started. */
static uint32_t wanted(struct passage *passage, uint32_t *room) {
  uint32_t parallel = passage->limits.parallel;
  uint32_t most = parallel > PASSAGE_MOST_PARALLEL / 2 ? PASSAGE_MOST_PARALLEL : 2 * parallel;
  struct job_try next;
  bool goes_ahead;

  if (passage->closed || is_ahead(passage) || !has_next(passage))
    return 0;
  *room = errand_room(passage->errand);
  if (!find_next(passage, *room, &next))
    return 0;
  goes_ahead = errand_looks_ahead(passage->errand);
  if (!goes_ahead)
    most = parallel - passage->taken;
  if ((!goes_ahead || passage->errand->plan->jobs[next.item]->vanishes) &&
      !is_time_to_fill(passage))
    return 0;
  return *room < most ? *room : most;
}

static void offer(struct passage *passage, uint32_t most, uint32_t room) {
  uint32_t count = choose(passage, passage->tries, most, room);

  passage->launched = 0;
  passage->admitted = count > 0 ? admit(passage, passage->tries, count) : 0;
  /* What cannot be withdrawn has its place, and takes it before anybody can say stop. */
  while (!errand_looks_ahead(passage->errand) && is_ahead(passage))
    launch_next(passage);
}

/* Whether a Job was never offered, or is to be tried again. */
static bool has_more(const struct passage *passage) {
  return passage->next < passage->errand->plan->total_jobs ||
         !retry_queue_is_empty(&passage->queue);
}

static bool is_over(const struct passage *passage) {
  return passage->taken == 0 && !is_ahead(passage) && (passage->closed || !has_more(passage));
}

/* What the host holds is written in time. Returns how long that may take. */
static int settle_held(struct passage *passage, int patience) {
  int64_t left_ms = passage->held_since_ms + HOLD_MS - timestamp_steady_ms();

  if (passage->held_since_ms == 0)
    return patience;
  if (left_ms > 0 && passage->taken > 0)
    return left_ms < patience ? (int)left_ms : patience;
  passage->held_since_ms = 0;
  if (errand_settle(passage->errand) < 0)
    passage->closed = true;
  return patience;
}

/* For how long there is nothing to do but to wait for answers. */
static int patience_of(struct passage *passage) {
  int patience = settle_held(passage, CANCEL_INTERVAL_MS);

  return passage->closed || has_next(passage) ? patience : retry_patience(passage, patience);
}

static void go(struct passage *passage) {
  for (;;) {
    uint32_t room = 0;
    uint32_t most;

    heed_user(passage);
    launch_admitted(passage);
    if (is_over(passage))
      break;
    most = wanted(passage, &room);
    /* What has its place leaves before others are written down. */
    if (passage->requests)
      requests_wait(passage->requests, most > 0 ? 0 : patience_of(passage));
    if (most > 0 && !passage->closed)
      offer(passage, most, room);
  }
  (void)settle_held(passage, 0);
}

static void finish(struct passage *passage) {
  for (uint32_t i = 0; i < passage->limits.parallel; i++) {
    text_buffer_finish(&passage->flights[i].body);
    text_buffer_finish(&passage->flights[i].live);
  }
  retry_queue_finish(&passage->queue);
  yaml_tree_destroy(passage->tree);
  arena_finish(&passage->scratch);
  text_buffer_finish(&passage->line);
  text_buffer_finish(&passage->path);
  text_buffer_finish(&passage->reason);
  text_buffer_finish(&passage->words);
  text_buffer_finish(&passage->content);
  standing_finish(&passage->standing);
  words_warnings_finish(&passage->warnings);
  free(passage->lost);
  free(passage);
}

int32_t passage_run(const struct hg_host *host, struct requests *requests,
                    const struct hg_error *absence, const struct errand *errand,
                    const struct passage_limits *limits, struct hg_error *err) {
  struct passage *passage = calloc(1, sizeof *passage);
  int32_t result = 0;
  bool left;

  if (!passage)
    return no_memory(err);
  passage->host = host;
  passage->requests = requests;
  passage->absence = absence;
  passage->errand = errand;
  passage->limits = *limits;
  passage->err = err;
  passage->lost = calloc(errand->plan->total_jobs + 1, 1);
  arena_init(&passage->scratch);
  standing_init(&passage->standing);
  if (!passage->lost || yaml_tree_create(&passage->tree, NULL) < 0) {
    break_off(passage);
    result = -1;
    goto out;
  }
  backoff_init(&passage->backoff, limits->retry_delay_ms);
  /* What is to be shown is asked for Job by Job. */
  if (passage->requests && !errand_wants_objects(errand) &&
      standing_look(&passage->standing, passage->requests, errand->plan, limits->timeout_ms) < 0) {
    break_off(passage);
    result = -1;
    goto out;
  }
  go(passage);
  left = passage->left_out || has_more(passage);
  if (passage->broken)
    result = -1;
  else if (passage->cancelled && left)
    result = hg_error_set(err, HG_ERROR_CANCELLED, "stopped: the user asked to");
out:
  finish(passage);
  return result;
}
