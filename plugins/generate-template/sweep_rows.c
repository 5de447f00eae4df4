/* SPDX-License-Identifier: Apache-2.0 */
/* Which combinations of a sweep's values are its rows. */
#include "sweep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A message about the sweep as a whole. Always -1. */
__attribute__((format(printf, 4, 5))) static int32_t
complain(struct sweep *sweep, struct config_position at, int32_t code, const char *format, ...) {
  struct config_problems *problems =
      &sweep->problems[sweep->path ? SWEEP_FROM_FILE : SWEEP_FROM_ARGUMENTS];
  char message[256];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  text_buffer_append_string(config_problems_begin(problems), message);
  config_problems_end(problems, at, code);
  return -1;
}

static const struct config_position whole = {0, 0};

static bool same(const struct sweep_value *a, const struct sweep_value *b) {
  return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* The value of a parameter in a combination. */
static const struct sweep_value *value_of(struct sweep *sweep, uint64_t combination,
                                          size_t parameter) {
  uint64_t *rows = sweep->rows;
  const struct sweep_value *value;

  sweep->rows = &combination;
  value = sweep_value_at(sweep, 0, parameter);
  sweep->rows = rows;
  return value;
}

static bool holds(struct sweep *sweep, uint64_t combination,
                  const struct sweep_condition *condition) {
  const struct sweep_value *value = value_of(sweep, combination, condition->parameter);

  for (size_t i = 0; i < condition->count; i++)
    if (same(value, &condition->values[i]))
      return true;
  return false;
}

static bool is_excluded(struct sweep *sweep, uint64_t combination) {
  bool is = false;

  for (struct sweep_exclusion *exclusion = sweep->exclusions; exclusion;
       exclusion = exclusion->next) {
    size_t i = 0;

    while (i < exclusion->count && holds(sweep, combination, &exclusion->conditions[i]))
      i++;
    if (i == exclusion->count)
      exclusion->has_matched = is = true;
  }
  return is;
}

/* An entry of `exclude` that drops nothing is a slip: its values may be spelt otherwise. */
static void warn_of_idle_exclusions(struct sweep *sweep) {
  struct config_problems *problems = &sweep->problems[SWEEP_FROM_FILE];

  for (const struct sweep_exclusion *exclusion = sweep->exclusions; exclusion;
       exclusion = exclusion->next)
    if (!exclusion->has_matched) {
      text_buffer_append_string(config_problems_begin(problems),
                                "drops nothing: values are compared as they are written");
      config_problems_end_warning(problems, exclusion->at);
    }
}

/* Every now and then: whether the user said stop, for `exclude` may be long. */
static bool is_stopped(struct sweep *sweep, uint64_t step) {
  const struct hg_host *host = sweep->problems[SWEEP_FROM_FILE].host;

  if (step % 1024 != 0 || !host->cancelled(host))
    return false;
  (void)complain(sweep, whole, HG_ERROR_CANCELLED, "stopped while combinations were counted");
  return true;
}

/* All combinations, or all rows of a list, but for those that are excluded. */
static int32_t take_all(struct sweep *sweep, uint64_t total) {
  uint64_t room = total < SWEEP_MOST_ROWS ? total : SWEEP_MOST_ROWS;
  uint64_t kept = 0;

  sweep->rows = arena_alloc(&sweep->arena, room * sizeof *sweep->rows);
  if (!sweep->rows)
    return -1;
  for (uint64_t i = 0; i < total; i++) {
    if (is_stopped(sweep, i))
      return -1;
    if (is_excluded(sweep, i))
      continue;
    if (kept < room)
      sweep->rows[kept] = i;
    kept++;
  }
  sweep->dropped = total - kept;
  if (kept > SWEEP_MOST_ROWS)
    return complain(sweep, whole, HG_ERROR_LIMIT,
                    "makes %" PRIu64 " Jobs, and at most %d are possible: leave values out, or "
                    "draw some with kind: random",
                    kept, SWEEP_MOST_ROWS);
  if (kept == 0)
    return complain(sweep, whole, HG_ERROR_INVALID,
                    "`exclude` drops all %" PRIu64 " combinations: no Job is left", total);
  sweep->count = kept;
  return 0;
}

/* --- kind: random ---------------------------------------------------------------------------- */

/* SplitMix64: the same seed draws the same everywhere and for ever. */
static uint64_t draw(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* A number below `bound`, each as likely as the others. */
static uint64_t draw_below(uint64_t *state, uint64_t bound) {
  uint64_t rest = -bound % bound; /* 2^64 modulo bound */
  uint64_t number = draw(state);

  while (number > UINT64_MAX - rest)
    number = draw(state);
  return number % bound;
}

enum { DRAWN_SLOTS = 1 << 18 }; /* more than twice SWEEP_MOST_ROWS */

/* Whether the combination was drawn before; notes it. Slots hold a combination and 1. */
static bool note_drawn(uint64_t *slots, uint64_t combination) {
  uint64_t state = combination;
  size_t at = (size_t)(draw(&state) % DRAWN_SLOTS);

  while (slots[at] != 0) {
    if (slots[at] == combination + 1)
      return true;
    at = (at + 1) % DRAWN_SLOTS;
  }
  slots[at] = combination + 1;
  return false;
}

/* Rows that differ, in the order in which they are drawn. */
static int32_t take_samples(struct sweep *sweep, uint64_t total) {
  uint64_t state = (uint64_t)sweep->seed;
  uint64_t wanted = (uint64_t)sweep->samples;
  uint64_t tries = wanted * 64 + SWEEP_MOST_COMBINATIONS;
  uint64_t left = total;
  bool stopped = false;
  uint64_t *slots;

  if (total <= SWEEP_MOST_COMBINATIONS)
    for (uint64_t i = 0; i < total; i++) {
      if (is_stopped(sweep, i))
        return -1;
      left -= is_excluded(sweep, i);
    }
  sweep->dropped = total - left;
  if (left < wanted)
    return complain(sweep, whole, HG_ERROR_INVALID,
                    "there are only %" PRIu64 " combinations, and `samples` is %" PRIu64, left,
                    wanted);
  slots = calloc(DRAWN_SLOTS, sizeof *slots);
  sweep->rows = arena_alloc(&sweep->arena, wanted * sizeof *sweep->rows);
  while (slots && sweep->rows && sweep->count < wanted && tries-- > 0 &&
         !(stopped = is_stopped(sweep, tries))) {
    uint64_t combination = draw_below(&state, total);

    if (!is_excluded(sweep, combination) && !note_drawn(slots, combination))
      sweep->rows[sweep->count++] = combination;
  }
  free(slots);
  if (!slots || !sweep->rows || stopped)
    return -1;
  if (sweep->count < wanted)
    return complain(sweep, whole, HG_ERROR_INVALID,
                    "only %" PRIu64 " of %" PRIu64
                    " samples were found, as `exclude` leaves so few combinations: list them with "
                    "kind: rows",
                    sweep->count, wanted);
  return 0;
}

/* --- All kinds ------------------------------------------------------------------------------- */

/* How many combinations a grid has; UINT64_MAX / 2 where there are more. */
static uint64_t count_combinations(const struct sweep *sweep) {
  uint64_t total = 1;

  for (size_t i = 0; i < sweep->parameter_count; i++)
    if (__builtin_mul_overflow(total, sweep->parameters[i].count, &total) || total > UINT64_MAX / 2)
      return UINT64_MAX / 2;
  return total;
}

/* How many rows the lists make together; a list of one value counts for all rows. 0: they differ
 * (said). */
static uint64_t count_rows(struct sweep *sweep) {
  const struct sweep_parameter *longest = NULL;

  for (size_t i = 0; i < sweep->parameter_count; i++) {
    const struct sweep_parameter *parameter = &sweep->parameters[i];

    if (parameter->count == 1)
      continue;
    if (longest && longest->count != parameter->count) {
      (void)complain(sweep, parameter->at, HG_ERROR_INVALID,
                     "%.40s has %zu values and %.40s %zu: row by row (kind: %s) needs as many of "
                     "each, or one",
                     longest->name, longest->count, parameter->name, parameter->count,
                     sweep_kind_name(sweep->kind));
      return 0;
    }
    longest = parameter;
  }
  return longest ? longest->count : 1;
}

int32_t sweep_choose_rows(struct sweep *sweep) {
  uint64_t total;
  int32_t result;

  if (sweep->kind == SWEEP_ZIP || sweep->kind == SWEEP_ROWS) {
    total = count_rows(sweep);
    result = total > 0 ? take_all(sweep, total) : -1;
  } else {
    total = count_combinations(sweep);
    if (sweep->kind == SWEEP_RANDOM)
      result = take_samples(sweep, total);
    else if (total > SWEEP_MOST_COMBINATIONS)
      result = complain(sweep, whole, HG_ERROR_LIMIT,
                        "makes %s%" PRIu64 " combinations, and at most %d Jobs are possible: leave "
                        "values out, or draw some with kind: random",
                        total == UINT64_MAX / 2 ? "more than " : "", total, SWEEP_MOST_ROWS);
    else
      result = take_all(sweep, total);
  }
  if (result == 0)
    warn_of_idle_exclusions(sweep);
  return result;
}
