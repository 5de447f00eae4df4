/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner_answer.h"

#include <headgate/host.h>
#include <jansson.h>
#include <string.h>

enum { LONGEST_LINE = 1024 * 1024 }; /* bytes: a table of 256 options with long help fits well */

static const char *const words[] = {
    [RUNNER_PLUGIN] = "plugin", [RUNNER_REFUSED] = "refused", [RUNNER_READY] = "ready",
    [RUNNER_LOG] = "log",       [RUNNER_REPORT] = "report",   [RUNNER_FAILED] = "failed",
    [RUNNER_DONE] = "done",     [RUNNER_CALL] = "call",       [RUNNER_CONDUCT] = "conduct",
};

const char *runner_answer_word(enum runner_answer_kind kind) {
  return words[kind];
}

void runner_answers_init(struct runner_answers *answers) {
  memset(answers, 0, sizeof *answers);
  text_buffer_init(&answers->line);
}

void runner_answers_finish(struct runner_answers *answers) {
  text_buffer_finish(&answers->line);
}

static enum runner_answer_kind kind_of(const char *word) {
  enum runner_answer_kind kind = RUNNER_PLUGIN;

  while (kind < RUNNER_GARBAGE && (!word || strcmp(words[kind], word) != 0))
    kind++;
  return kind;
}

/* Fills in what the line says. False: it says nothing that is known. */
static bool read_line(struct runner_answers *answers, struct runner_answer *answer) {
  const json_t *json = answer->json;
  const char *message = json_string_value(json_object_get(json, "message"));
  json_int_t length = json_integer_value(json_object_get(json, "length"));
  json_int_t number = json_integer_value(json_object_get(json, "code"));

  answer->kind = kind_of(json_string_value(json_object_get(json, "answer")));
  answer->message = message ? message : "";
  switch (answer->kind) {
  case RUNNER_LOG:
    number = json_integer_value(json_object_get(json, "level"));
    if (number < HG_LOG_ERROR || number > HG_LOG_DEBUG)
      number = HG_LOG_INFO;
    break;
  case RUNNER_REPORT:
    if (length <= 0)
      return false;
    answers->report_left = (uint64_t)length;
    break;
  case RUNNER_REFUSED:
  case RUNNER_FAILED:
    if (number <= 0 || number > INT32_MAX)
      number = HG_ERROR_FAILED;
    break;
  case RUNNER_CONDUCT:
    if (number < 0 || number > INT32_MAX)
      return false;
    break;
  default:
    break;
  }
  answer->number = (int32_t)number;
  return answer->kind != RUNNER_GARBAGE;
}

static void take_line(struct runner_answers *answers,
                      void (*take)(void *context, const struct runner_answer *answer),
                      void *context) {
  struct runner_answer answer = {.kind = RUNNER_GARBAGE, .message = ""};

  answer.json = json_loadb(text_buffer_string(&answers->line), answers->line.length,
                           JSON_REJECT_DUPLICATES, NULL);
  if (!read_line(answers, &answer)) {
    answer.kind = RUNNER_GARBAGE;
    answers->broken = true;
  }
  if (answer.kind != RUNNER_REPORT)
    take(context, &answer);
  json_decref(answer.json);
  text_buffer_reset(&answers->line);
}

void runner_answers_feed(struct runner_answers *answers, const char *data, size_t length,
                         void (*take)(void *context, const struct runner_answer *answer),
                         void *context) {
  const struct runner_answer garbage = {.kind = RUNNER_GARBAGE, .message = ""};

  while (length > 0 && !answers->broken) {
    size_t count = length;

    if (answers->report_left > 0) {
      struct runner_answer report = {.kind = RUNNER_REPORT, .message = "", .bytes = data};

      if (answers->report_left < count)
        count = (size_t)answers->report_left;
      report.length = count;
      answers->report_left -= count;
      take(context, &report);
    } else {
      const char *end = memchr(data, '\n', length);

      if (end)
        count = (size_t)(end - data) + 1;
      text_buffer_append(&answers->line, data, end ? count - 1 : count);
      if (answers->line.failed || answers->line.length > LONGEST_LINE) {
        answers->broken = true;
        take(context, &garbage);
      } else if (end) {
        take_line(answers, take, context);
      }
    }
    data += count;
    length -= count;
  }
}
