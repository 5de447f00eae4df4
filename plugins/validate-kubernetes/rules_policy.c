/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as failure and as success of a Job: podFailurePolicy, successPolicy. */
#include "rules.h"

#include "feature_gates.h"
#include "formats.h"

enum {
  MOST_RULES = 20,
  MOST_EXIT_CODES = 255,
  MOST_PATTERNS = 20,
  MOST_INDEXES_TEXT = 64 * 1024,
  FAIL_INDEX_SINCE = 28,
  FAIL_INDEX_OBEYED_SINCE = 29,
};

static const char *const actions_before_index[] = {"Count", "FailJob", "Ignore", NULL};
static const char *const actions[] = {"Count", "FailIndex", "FailJob", "Ignore", NULL};
static const char *const exit_code_operators[] = {"In", "NotIn", NULL};
static const char *const condition_statuses[] = {"False", "True", "Unknown", NULL};

static bool names_a_container(const struct object *pod_spec, unsigned field, struct text name) {
  const struct list *containers = get_list(pod_spec, field);

  for (uint32_t i = 0; i < containers->count; i++)
    if (text_equal(get_text(containers->items[i].as.object, CONTAINER_NAME), name))
      return true;
  return false;
}

/* Whether the value stands before `i` too. Looks back over as many as a list may have. */
static bool is_repeated(const struct list *values, uint32_t i) {
  uint32_t other = i > MOST_EXIT_CODES ? i - MOST_EXIT_CODES : 0;

  for (; other < i; other++)
    if (values->items[other].as.integer == values->items[i].as.integer)
      return true;
  return false;
}

static void check_exit_code_values(struct validation *v, const struct object *codes) {
  const unsigned field = POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT_VALUES;
  const struct list *values = get_list(codes, field);
  bool in = text_is(get_text(codes, POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT_OPERATOR), "In");
  bool ordered = true;

  if (values->count == 0)
    report_invalid(v, RULE_POD_FAILURE_POLICY, at_field(codes, field), show_raw("[]"),
                   "at least one value is required");
  else if (values->count > MOST_EXIT_CODES)
    report_too_many(v, RULE_TOO_MANY, at_field(codes, field), values->count, MOST_EXIT_CODES);
  for (uint32_t i = 0; i < values->count; i++) {
    int64_t value = values->items[i].as.integer;

    if (in && value == 0)
      report_invalid(v, RULE_POD_FAILURE_POLICY, at_item(codes, field, i), show_integer(value),
                     "must not be 0 for the In operator");
    if (is_repeated(values, i))
      report_duplicate(v, RULE_DUPLICATE_VALUE, at_item(codes, field, i), show_integer(value));
    if (i > 0 && values->items[i - 1].as.integer > value)
      ordered = false;
  }
  if (!ordered)
    report_invalid(v, RULE_POD_FAILURE_POLICY, at_field(codes, field), show_nothing(),
                   "must be ordered");
}

static void check_exit_codes(struct validation *v, const struct object *codes,
                             const struct object *pod_spec) {
  struct text operator= get_text(codes, POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT_OPERATOR);
  const unsigned named = POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT_CONTAINER_NAME;
  struct place place = at_field(codes, POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT_OPERATOR);

  if (operator.length == 0)
    report_required(v, RULE_REQUIRED, place, "valid values: [\"In\" \"NotIn\"]");
  else if (!text_is_one_of(operator, exit_code_operators))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, place, show_text(operator),
                         exit_code_operators);
  if (has(codes, named)) {
    struct text name = get_text(codes, named);

    if (!names_a_container(pod_spec, POD_SPEC_CONTAINERS, name) &&
        !names_a_container(pod_spec, POD_SPEC_INIT_CONTAINERS, name))
      report_invalid(v, RULE_POD_FAILURE_POLICY, at_field(codes, named), show_text(name),
                     "must be one of the container or initContainer names in the pod template");
  }
  check_exit_code_values(v, codes);
}

static void check_conditions(struct validation *v, const struct object *rule) {
  const unsigned field = POD_FAILURE_POLICY_RULE_ON_POD_CONDITIONS;
  const struct list *patterns = get_list(rule, field);

  if (patterns->count > MOST_PATTERNS)
    report_too_many(v, RULE_TOO_MANY, at_field(rule, field), patterns->count, MOST_PATTERNS);
  for (uint32_t i = 0; i < patterns->count; i++) {
    const struct object *pattern = patterns->items[i].as.object;
    /* An empty status means True. */
    struct text status = get_text(pattern, POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_STATUS);

    (void)check_qualified_name(
        v, at_field(pattern, POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_TYPE),
        get_text(pattern, POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_TYPE));
    if (status.length > 0 && !text_is_one_of(status, condition_statuses))
      report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                           at_field(pattern, POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_STATUS),
                           show_text(status), condition_statuses);
  }
}

static void check_action(struct validation *v, const struct object *rule,
                         const struct object *spec) {
  struct text action = get_text(rule, POD_FAILURE_POLICY_RULE_ACTION);
  struct place place = at_field(rule, POD_FAILURE_POLICY_RULE_ACTION);
  bool by_index = v->minor >= FAIL_INDEX_SINCE;
  const char *const *known = by_index ? actions : actions_before_index;

  if (action.length == 0)
    report_required(v, RULE_REQUIRED, place,
                    by_index ? "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]"
                             : "valid values: [\"Count\" \"FailJob\" \"Ignore\"]");
  else if (!text_is_one_of(action, known))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, place, show_text(action), known);
  else if (text_is(action, "FailIndex") && !has(spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX))
    report_invalid(v, RULE_POD_FAILURE_POLICY, place, show_text(action),
                   "requires the backoffLimitPerIndex to be set");
}

/* The first version that knows FailIndex takes such rules away: the gate is off. */
static bool is_dropped(const struct validation *v, const struct object *rule) {
  return v->minor >= FAIL_INDEX_SINCE && v->minor < FAIL_INDEX_OBEYED_SINCE &&
         text_is(get_text(rule, POD_FAILURE_POLICY_RULE_ACTION), "FailIndex");
}

void check_pod_failure_policy(struct validation *v, const struct object *spec,
                              const struct object *pod_spec) {
  const struct object *policy = get_object(spec, JOB_SPEC_POD_FAILURE_POLICY);
  const struct list *rules = get_list(policy, POD_FAILURE_POLICY_RULES);

  if (!policy)
    return;
  if (rules->count > MOST_RULES)
    report_too_many(v, RULE_TOO_MANY, at_field(policy, POD_FAILURE_POLICY_RULES), rules->count,
                    MOST_RULES);
  for (uint32_t i = 0; i < rules->count; i++) {
    const struct object *rule = rules->items[i].as.object;
    const struct object *codes = get_object(rule, POD_FAILURE_POLICY_RULE_ON_EXIT_CODES);
    bool conditions = get_list(rule, POD_FAILURE_POLICY_RULE_ON_POD_CONDITIONS)->count > 0;

    if (is_dropped(v, rule)) {
      warn_of_gate(v, at_object(rule), "JobBackoffLimitPerIndex");
      continue;
    }
    check_action(v, rule, spec);
    if (codes)
      check_exit_codes(v, codes, pod_spec);
    if (conditions)
      check_conditions(v, rule);
    if (codes && conditions)
      report_invalid(v, RULE_POD_FAILURE_POLICY, at_object(rule), show_nothing(),
                     "specifying both OnExitCodes and OnPodConditions is not supported");
    if (!codes && !conditions)
      report_invalid(v, RULE_POD_FAILURE_POLICY, at_object(rule), show_nothing(),
                     "specifying one of OnExitCodes and OnPodConditions is required");
  }
}

/* An index of the form that Go's Atoi takes; -1 where it is none, INT64_MAX where it is huge. */
static int64_t read_index(struct text text) {
  int64_t value = 0;
  size_t i = text.length > 0 && text.data[0] == '+';

  if (i == text.length)
    return -1;
  for (; i < text.length; i++) {
    if (text.data[i] < '0' || text.data[i] > '9')
      return -1;
    value = value > INT32_MAX ? INT64_MAX / 16 : value * 10 + (text.data[i] - '0');
  }
  return value;
}

/* "1", or "3-7". Returns what is wrong, or NULL with both ends set. */
static const char *read_interval(struct validation *v, struct text interval, int64_t completions,
                                 int64_t *first, int64_t *last) {
  const char *dash = memchr(interval.data, '-', interval.length);
  struct text ends[2] = {interval, {NULL, 0}};
  int64_t values[2] = {0, 0};
  int count = dash ? 2 : 1;

  if (dash) {
    ends[0].length = (size_t)(dash - interval.data);
    ends[1] = (struct text){dash + 1, interval.length - ends[0].length - 1};
    if (memchr(ends[1].data, '-', ends[1].length))
      return say(v,
                 "the fragment %s violates the requirement that an index interval can have at "
                 "most two parts separated by '-'",
                 quoted(v, interval));
  }
  for (int i = 0; i < count; i++) {
    values[i] = read_index(ends[i]);
    if (values[i] < 0)
      return say(v, "cannot convert string to integer for index: %s", quoted(v, ends[i]));
    if (values[i] >= completions)
      return say(v, "too large index: %s", quoted(v, ends[i]));
  }
  *first = values[0];
  *last = dash ? values[1] : values[0];
  if (dash && *first >= *last)
    return say(v, "non-increasing order, previous: %lld, current: %lld", (long long)*first,
               (long long)*last);
  return NULL;
}

/* "0,2-4,9". Returns what is wrong, or NULL with the number of indexes set. */
static const char *read_indexes(struct validation *v, struct text text, int64_t completions,
                                int64_t *total) {
  int64_t previous = -1;
  size_t start = 0;

  *total = 0;
  for (size_t i = 0; text.length > 0 && i <= text.length; i++) {
    int64_t first = 0;
    int64_t last = 0;
    const char *wrong;

    if (i < text.length && text.data[i] != ',')
      continue;
    wrong =
        read_interval(v, (struct text){text.data + start, i - start}, completions, &first, &last);
    if (wrong)
      return wrong;
    if (previous >= first)
      return say(v, "non-increasing order, previous: %lld, current: %lld", (long long)previous,
                 (long long)first);
    *total += last - first + 1;
    previous = last;
    start = i + 1;
  }
  return NULL;
}

static void check_succeeded_count(struct validation *v, const struct object *rule,
                                  int64_t completions, int64_t total) {
  struct place place = at_field(rule, SUCCESS_POLICY_RULE_SUCCEEDED_COUNT);
  int64_t count = get_integer(rule, SUCCESS_POLICY_RULE_SUCCEEDED_COUNT);

  (void)check_not_negative(v, place, count);
  if (count > completions)
    report_invalid(v, RULE_SUCCESS_POLICY, place, show_integer(count),
                   say(v,
                       "must be less than or equal to %lld (the number of specified completions)",
                       (long long)completions));
  if (has(rule, SUCCESS_POLICY_RULE_SUCCEEDED_INDEXES) && count > total)
    report_invalid(v, RULE_SUCCESS_POLICY, place, show_integer(count),
                   say(v,
                       "must be less than or equal to %lld (the number of indexes in the specified "
                       "succeededIndexes field)",
                       (long long)total));
}

static void check_success_rule(struct validation *v, const struct object *rule,
                               int64_t completions) {
  struct text indexes = get_text(rule, SUCCESS_POLICY_RULE_SUCCEEDED_INDEXES);
  struct place place = at_field(rule, SUCCESS_POLICY_RULE_SUCCEEDED_INDEXES);
  int64_t total = 0;

  if (!has(rule, SUCCESS_POLICY_RULE_SUCCEEDED_COUNT) &&
      !has(rule, SUCCESS_POLICY_RULE_SUCCEEDED_INDEXES))
    report_required(v, RULE_SUCCESS_POLICY, at_object(rule),
                    "at least one of succeededCount or succeededIndexes must be specified");
  if (has(rule, SUCCESS_POLICY_RULE_SUCCEEDED_INDEXES)) {
    const char *wrong = read_indexes(v, indexes, completions, &total);

    if (indexes.length > MOST_INDEXES_TEXT)
      report_too_long(v, RULE_SUCCESS_POLICY, place, MOST_INDEXES_TEXT);
    if (wrong) {
      total = 0;
      report_invalid(v, RULE_SUCCESS_POLICY, place, show_text(indexes),
                     say(v, "error parsing succeededIndexes: %s", wrong));
    }
  }
  if (has(rule, SUCCESS_POLICY_RULE_SUCCEEDED_COUNT))
    check_succeeded_count(v, rule, completions, total);
}

void check_success_policy(struct validation *v, const struct object *spec) {
  const struct object *policy = get_object(spec, JOB_SPEC_SUCCESS_POLICY);
  const struct list *rules = get_list(policy, SUCCESS_POLICY_RULES);

  if (!policy)
    return;
  if (!text_is(get_text(spec, JOB_SPEC_COMPLETION_MODE), "Indexed")) {
    report_invalid(v, RULE_SUCCESS_POLICY, at_field(spec, JOB_SPEC_SUCCESS_POLICY), show_nothing(),
                   "requires indexed completion mode");
    return;
  }
  if (rules->count == 0)
    report_required(v, RULE_SUCCESS_POLICY, at_field(policy, SUCCESS_POLICY_RULES),
                    "at least one rules must be specified when the successPolicy is specified");
  if (rules->count > MOST_RULES)
    report_too_many(v, RULE_TOO_MANY, at_field(policy, SUCCESS_POLICY_RULES), rules->count,
                    MOST_RULES);
  if (!has(spec, JOB_SPEC_COMPLETIONS))
    return; /* which is an error of its own */
  for (uint32_t i = 0; i < rules->count; i++)
    check_success_rule(v, rules->items[i].as.object, get_integer(spec, JOB_SPEC_COMPLETIONS));
}
