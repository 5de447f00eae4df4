/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/run_operand.h"

#include "history/history_read.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 18 };

static const char latest[] = "latest";

bool run_operand_is_run(const char *given) {
  return strncmp(given, latest, sizeof latest - 1) == 0 || !given[strspn(given, "0123456789")];
}

int32_t run_operand_parse(const char *given, struct run_operand *operand, struct hg_error *err) {
  const char *digits = given;

  operand->given = given;
  operand->number = 0;
  operand->from_latest = strncmp(given, latest, sizeof latest - 1) == 0;
  if (operand->from_latest) {
    digits += sizeof latest - 1;
    if (!*digits)
      return 0;
    if (*digits++ != '~')
      digits = "";
  }
  if (!*digits || digits[strspn(digits, "0123456789")] || strlen(digits) > MOST_DIGITS)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "'%.240s' is not a run: give its number, latest, or latest~1 for the run "
                        "before the latest",
                        given);
  operand->number = strtoll(digits, NULL, 10);
  return 0;
}

static int32_t count_row(void *context, const struct history_row_view *row, struct hg_error *err) {
  (void)row;
  (void)err;
  ++*(uint64_t *)context;
  return 0;
}

int32_t run_operand_find(const struct run_operand *operand, struct history *history,
                         int64_t *run_id, struct hg_error *err) {
  struct hg_error error = HG_ERROR_INIT;
  uint64_t found = 0;
  int32_t result;

  *run_id = operand->number;
  if (operand->from_latest)
    result = history_find_run(history, operand->number, run_id, &error);
  else
    result = history_read(history, HISTORY_RUN, operand->number, 0, count_row, &found, &error);
  if (result < 0 && error.code != HG_ERROR_NOT_FOUND)
    return hg_error_set(err, error.code, "%s", error.message);
  if (result < 0 && strcmp(operand->given, "latest") == 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "the history has no run yet: each validate, plan and apply records one");
  if (result < 0 || (!operand->from_latest && found == 0))
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "there is no run %s in the history: 'headgate history list' shows what is",
                        operand->given);
  return 0;
}

int32_t run_operand_find_apply(const char *given, struct history *history, int64_t *run_id,
                               struct hg_error *err) {
  struct run_operand operand;

  if (!given)
    return history_find_apply(history, run_id, err);
  return run_operand_parse(given, &operand, err) < 0
             ? -1
             : run_operand_find(&operand, history, run_id, err);
}
