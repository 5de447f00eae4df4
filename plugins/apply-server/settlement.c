/* SPDX-License-Identifier: Apache-2.0 */
#include "settlement.h"

#include "memory/no_memory.h"
#include "reply.h"

#include <inttypes.h>
#include <string.h>

enum { MOST_WORDS = 64 * 1024 /* bytes of an answer */ };

static const struct hg_plan_item *item_of(const struct flight *flight) {
  return flight->passage->errand->plan->jobs[flight->try.item];
}

static void log_outcome(struct flight *flight, const struct failure_class *class, bool is_again,
                        int64_t delay_ms) {
  struct passage *passage = flight->passage;
  bool is_dry_run = errand_is_dry_run(passage->errand);
  const char *name = item_of(flight)->job_name;
  char label[120];

  if (is_again) {
    (void)snprintf(label, sizeof label, "%s failed (%s), next try in %" PRId64 ".%" PRId64 " s: ",
                   is_dry_run ? "Preflight" : "Apply", class->name, delay_ms / 1000,
                   delay_ms % 1000 / 100);
    passage_log(passage, HG_LOG_WARNING, label, name);
  } else if (!is_dry_run) { /* that verdict is the host's to show */
    passage_log(passage, class ? HG_LOG_ERROR : HG_LOG_INFO,
                class ? "Apply failed: " : "Applied successfully: ", name);
  }
}

/* Hands the outcome over, and queues the next try unless that was the end of it. `class` is NULL
 * for SUCCESS. */
static void deliver(struct flight *flight, struct hg_job_result *result,
                    const struct failure_class *class, const struct showing *showing) {
  struct passage *passage = flight->passage;
  const struct hg_plan_item *item = item_of(flight);
  const struct job_try next = {flight->try.item, flight->try.attempt + 1, flight->try.retries + 1};
  bool is_again =
      class && class->passes && !passage->closed && flight->try.retries < passage->limits.retries;
  int64_t delay_ms = is_again ? backoff_delay_ms(&passage->backoff, flight->try.retries + 1) : 0;

  result->struct_size = sizeof *result;
  result->status = class ? HG_STATUS_FAILED : HG_STATUS_SUCCESS;
  result->attempt = flight->try.attempt;
  result->document_number = item->document_number;
  result->job_name = item->job_name;
  result->job_namespace = item->job_namespace;
  result->yaml_path = item->yaml_path;
  result->command = item->kubectl_command;
  result->command_count = item->kubectl_command_count;
  result->stdout_text = (struct hg_bytes){"", 0};
  result->stderr_text =
      (struct hg_bytes){text_buffer_string(&passage->words), passage->words.length};
  if (result->stderr_text.length > MOST_WORDS) {
    result->stderr_text.length = MOST_WORDS;
    result->flags = HG_RESULT_STDERR_CUT;
  }
  result->reason = text_buffer_string(&passage->reason);
  result->failure_class = class ? class->name : "";
  result->advice = class ? class->advice : "";
  result->timestamp = flight->timestamp;
  result->duration_ms = timestamp_steady_ms() - flight->started_ms;
  result->warning_count = passage->warnings.count;
  result->warnings = passage->warnings.count > 0 ? passage->warnings.strings : NULL;
  if (errand_deliver(passage->errand, flight->try.item, !is_again, result, showing) < 0)
    passage->closed = true;
  log_outcome(flight, class, is_again, delay_ms);
  if (passage->held_since_ms == 0)
    passage->held_since_ms = timestamp_steady_ms();
  flight->is_taken = false;
  passage->taken--;
  if (is_again && retry_queue_add(&passage->queue, &next, timestamp_steady_ms() + delay_ms) != 0) {
    (void)no_memory(passage->err);
    passage->broken = passage->closed = true;
  }
}

/* Takes and shows what the server warned of. */
static void take_warnings(struct flight *flight, const struct answer *answer,
                          const struct echoed_values *values, bool is_leaving) {
  struct passage *passage = flight->passage;
  struct text_buffer lines;
  struct hg_bytes bytes;
  char label[320];

  text_buffer_init(&lines);
  for (size_t i = 0; i < answer->warning_count; i++)
    text_buffer_printf(&lines, "Warning: %s\n", answer->warnings[i]);
  echoed_values_hide(values, &lines);
  if (is_leaving)
    text_buffer_append_string(&lines, errand_is_dry_run(passage->errand)
                                          ? "Warning: the Job is being deleted: apply it once it "
                                            "is gone\n"
                                          : "Warning: the Job is being deleted, and what was "
                                            "applied goes with it: apply it again once it is "
                                            "gone\n");
  bytes = (struct hg_bytes){text_buffer_string(&lines), lines.length};
  words_warnings_take(&passage->warnings, &bytes, 1);
  text_buffer_finish(&lines);
  (void)snprintf(label, sizeof label, "Warning for %.253s: ", item_of(flight)->job_name);
  for (uint32_t i = 0; i < passage->warnings.count; i++)
    passage_log(passage, HG_LOG_WARNING, label, passage->warnings.strings[i]);
}

/* What the answer did. Whether it was there just so is only said where that is known. */
static uint32_t verb_of(struct flight *flight, const struct answer *answer,
                        const struct live_job *after) {
  if (answer->status == 201)
    return HG_VERB_CREATED;
  if (flight->before != BEFORE_THERE)
    return HG_VERB_NONE;
  if (errand_is_dry_run(flight->passage->errand))
    flight->print.version[0] = '\0'; /* what only would be changed has it still */
  return live_job_is_same(&flight->print, after, &flight->passage->content) ? HG_VERB_UNCHANGED
                                                                            : HG_VERB_CONFIGURED;
}

void flight_settle(struct flight *flight, const struct answer *answer) {
  struct passage *passage = flight->passage;
  const struct hg_plan_item *item = item_of(flight);
  bool is_answered = answer->end == EXCHANGE_ANSWERED;
  bool may_be_made = flight->is_sent && !errand_is_dry_run(passage->errand);
  bool is_confirmed;
  struct hg_job_result result;
  struct showing showing;
  struct echoed_values values;
  const struct failure_class *class = NULL;
  struct live_job after;

  memset(&result, 0, sizeof result);
  memset(&showing, 0, sizeof showing);
  text_buffer_reset(&passage->reason);
  text_buffer_reset(&passage->words);
  is_confirmed = is_answered && (answer->status == 200 || answer->status == 201) &&
                 live_job_read(answer->body, answer->length, &after) && live_job_is(&after, item);
  echoed_values_init(&values, is_confirmed && answer->warning_count == 0 ? NULL : &flight->body);
  take_warnings(flight, answer, &values, is_confirmed && after.deleted_at.at);
  if (is_confirmed) {
    result.verb = verb_of(flight, answer, &after);
  } else {
    class = reply_class(answer, item->job_name, may_be_made, &values, &passage->scratch,
                        &passage->reason, &passage->words);
    arena_reset(&passage->scratch);
    result.return_code = is_answered ? 1 : -1;
  }
  if (class && may_be_made && failure_class_is_doubtful(class))
    passage->lost[flight->try.item] = 1;
  result.http_status = is_answered ? (uint32_t)answer->status : 0;
  if (errand_wants_objects(passage->errand))
    showing_init(&showing, &flight->live, answer, flight->anew, &values, &passage->scratch);
  echoed_values_finish(&values);
  deliver(flight, &result, class, &showing);
  arena_reset(&passage->scratch);
}

void flight_settle_unsent(struct flight *flight, enum failure_kind kind, const char *reason) {
  static const struct showing nothing;
  struct passage *passage = flight->passage;
  struct hg_job_result result;

  memset(&result, 0, sizeof result);
  text_buffer_reset(&passage->reason);
  text_buffer_reset(&passage->words);
  passage->warnings.count = 0;
  text_buffer_append_string(&passage->reason, reason);
  result.return_code = -1;
  deliver(flight, &result, failure_class_of_kind(kind), &nothing);
}
