/* SPDX-License-Identifier: Apache-2.0 */
/* The Job: counts, completion mode, restart policy, and everything below in the server's order. */
#include "rules.h"

#include "formats.h"

enum {
  MOST_INDEXED_PARALLELISM = 100000,
  MOST_FAILED_INDEXES = 100000,
  MANY_COMPLETIONS = 100000,
  MOST_WITH_MANY_COMPLETIONS = 10000,
  MOST_MANAGED_BY = 63,
};

static const char *const completion_modes[] = {"NonIndexed", "Indexed", NULL};
static const char *const restart_policies[] = {"OnFailure", "Never", NULL};
static const char *const replacements[] = {"Failed", "TerminatingOrFailed", NULL};
static const char *const replacements_with_policy[] = {"Failed", NULL};

static void check_count(struct validation *v, const struct object *spec, unsigned field) {
  if (has(spec, field))
    (void)check_not_negative(v, at_field(spec, field), get_integer(spec, field));
}

static void limit_count(struct validation *v, enum rule rule, const struct object *spec,
                        unsigned field, int64_t most, const char *detail) {
  if (has(spec, field) && get_integer(spec, field) > most)
    report_invalid(v, rule, at_field(spec, field), show_integer(get_integer(spec, field)), detail);
}

static void check_per_index_limits(struct validation *v, const struct object *spec) {
  int64_t completions = get_integer(spec, JOB_SPEC_COMPLETIONS);

  if (has(spec, JOB_SPEC_COMPLETIONS))
    limit_count(v, RULE_BACKOFF_PER_INDEX, spec, JOB_SPEC_MAX_FAILED_INDEXES, completions,
                "must be less than or equal to completions");
  limit_count(v, RULE_BACKOFF_PER_INDEX, spec, JOB_SPEC_MAX_FAILED_INDEXES, MOST_FAILED_INDEXES,
              "must be less than or equal to 100000");
  if (completions <= MANY_COMPLETIONS || !has(spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX))
    return;
  if (!has(spec, JOB_SPEC_MAX_FAILED_INDEXES))
    report_required(v, RULE_BACKOFF_PER_INDEX, at_field(spec, JOB_SPEC_MAX_FAILED_INDEXES),
                    "must be specified when completions is above 100000");
  limit_count(v, RULE_BACKOFF_PER_INDEX, spec, JOB_SPEC_PARALLELISM, MOST_WITH_MANY_COMPLETIONS,
              "must be less than or equal to 10000 when completions are above 100000 and used with "
              "backoff limit per index");
  limit_count(v, RULE_BACKOFF_PER_INDEX, spec, JOB_SPEC_MAX_FAILED_INDEXES,
              MOST_WITH_MANY_COMPLETIONS,
              "must be less than or equal to 10000 when completions are above 100000 and used with "
              "backoff limit per index");
}

static void check_completion_mode(struct validation *v, const struct object *spec) {
  struct text mode = get_text(spec, JOB_SPEC_COMPLETION_MODE);

  if (has(spec, JOB_SPEC_COMPLETION_MODE) && !text_is_one_of(mode, completion_modes))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(spec, JOB_SPEC_COMPLETION_MODE),
                         show_text(mode), completion_modes);
  if (text_is(mode, "Indexed")) {
    /* Both unset means one of each. */
    if (!has(spec, JOB_SPEC_COMPLETIONS) && has(spec, JOB_SPEC_PARALLELISM))
      report_required(v, RULE_INDEXED, at_field(spec, JOB_SPEC_COMPLETIONS),
                      "when completion mode is Indexed");
    limit_count(v, RULE_INDEXED, spec, JOB_SPEC_PARALLELISM, MOST_INDEXED_PARALLELISM,
                "must be less than or equal to 100000 when completion mode is Indexed");
    check_per_index_limits(v, spec);
  } else if (text_is(mode, "NonIndexed") || !has(spec, JOB_SPEC_COMPLETION_MODE)) {
    if (has(spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX))
      report_invalid(v, RULE_BACKOFF_PER_INDEX, at_field(spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX),
                     show_integer(get_integer(spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX)),
                     "requires indexed completion mode");
    if (has(spec, JOB_SPEC_MAX_FAILED_INDEXES))
      report_invalid(v, RULE_BACKOFF_PER_INDEX, at_field(spec, JOB_SPEC_MAX_FAILED_INDEXES),
                     show_integer(get_integer(spec, JOB_SPEC_MAX_FAILED_INDEXES)),
                     "requires indexed completion mode");
  }
}

static bool is_http_path(struct text path) {
  for (size_t i = 0; i < path.length; i++) {
    char c = path.data[i];

    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
          (c != '\0' && strchr("/-._~%!$&'()*+,;=:", c))))
      return false;
  }
  return path.length > 0;
}

static void check_managed_by(struct validation *v, const struct object *spec) {
  struct text text = get_text(spec, JOB_SPEC_MANAGED_BY);
  struct place place = at_field(spec, JOB_SPEC_MANAGED_BY);
  const char *slash = memchr(text.data, '/', text.length);

  if (!has(spec, JOB_SPEC_MANAGED_BY))
    return;
  if (text.length == 0) {
    report_required(v, RULE_MANAGED_BY, place, NULL);
  } else if (!slash || slash == text.data || slash == text.data + text.length - 1) {
    report_invalid(v, RULE_MANAGED_BY, place, show_text(text),
                   "must be a domain-prefixed path (such as \"acme.io/foo\")");
  } else {
    struct text host = {text.data, (size_t)(slash - text.data)};
    struct text path = {slash + 1, text.length - host.length - 1};

    (void)check_dns_subdomain(v, place, host);
    if (!is_http_path(path))
      report_invalid(v, RULE_MANAGED_BY, place, show_text(path),
                     "Invalid path (regex used for validation is "
                     "'[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
  }
  if (text.length > MOST_MANAGED_BY)
    report_too_long(v, RULE_MANAGED_BY, place, MOST_MANAGED_BY);
}

static void check_replacement(struct validation *v, const struct object *spec) {
  struct text text = get_text(spec, JOB_SPEC_POD_REPLACEMENT_POLICY);
  const char *const *known =
      has(spec, JOB_SPEC_POD_FAILURE_POLICY) ? replacements_with_policy : replacements;

  if (has(spec, JOB_SPEC_POD_REPLACEMENT_POLICY) && !text_is_one_of(text, known))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(spec, JOB_SPEC_POD_REPLACEMENT_POLICY),
                         show_text(text), known);
}

static void check_counts(struct validation *v, const struct object *spec) {
  check_count(v, spec, JOB_SPEC_PARALLELISM);
  check_count(v, spec, JOB_SPEC_COMPLETIONS);
  check_count(v, spec, JOB_SPEC_ACTIVE_DEADLINE_SECONDS);
  check_count(v, spec, JOB_SPEC_BACKOFF_LIMIT);
  check_count(v, spec, JOB_SPEC_TTL_SECONDS_AFTER_FINISHED);
  check_count(v, spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX);
  check_count(v, spec, JOB_SPEC_MAX_FAILED_INDEXES);
  if (has(spec, JOB_SPEC_MAX_FAILED_INDEXES) && !has(spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX))
    report_required(v, RULE_BACKOFF_PER_INDEX, at_field(spec, JOB_SPEC_BACKOFF_LIMIT_PER_INDEX),
                    "when maxFailedIndexes is specified");
}

static void check_restart_policy(struct validation *v, const struct object *spec,
                                 const struct object *pod_spec) {
  struct text policy = get_text(pod_spec, POD_SPEC_RESTART_POLICY);
  struct place place = at_field(pod_spec, POD_SPEC_RESTART_POLICY);

  if (policy.length == 0 || text_is(policy, "Always"))
    report_required(v, RULE_JOB_RESTART_POLICY, place, "valid values: \"OnFailure\", \"Never\"");
  else if (!text_is_one_of(policy, restart_policies))
    report_not_supported(v, RULE_JOB_RESTART_POLICY, place, show_text(policy), restart_policies);
  else if (has(spec, JOB_SPEC_POD_FAILURE_POLICY) && !text_is(policy, "Never"))
    report_invalid(v, RULE_JOB_RESTART_POLICY, place, show_text(policy),
                   "only \"Never\" is supported when podFailurePolicy is specified");
}

/* Pods of an Indexed Job are called NAME-INDEX, and so are their hosts. */
static void check_indexed_name(struct validation *v, const struct object *metadata,
                               const struct object *spec) {
  struct text name = get_text(metadata, OBJECT_META_NAME);
  int64_t completions = get_integer(spec, JOB_SPEC_COMPLETIONS);
  const char *host;

  /* Neither count given means one completion. */
  if (!has(spec, JOB_SPEC_COMPLETIONS) && !has(spec, JOB_SPEC_PARALLELISM))
    completions = 1;
  if (completions <= 0 || !text_is(get_text(spec, JOB_SPEC_COMPLETION_MODE), "Indexed") ||
      (name.length == 0 && has(metadata, OBJECT_META_GENERATE_NAME)))
    return;
  host = say(v, "%s-%lld", name.data, (long long)(completions - 1));
  if (!is_dns_label((struct text){host, strlen(host)}))
    report_invalid(v, RULE_INDEXED, at_field(metadata, OBJECT_META_NAME), show_text(name),
                   say(v, "will not able to create pod with invalid DNS label: %s", host));
}

void check_job(struct validation *v, const struct object *job) {
  const struct object *metadata = object_or_absent(v, job, JOB_METADATA);
  const struct object *spec = object_or_absent(v, job, JOB_SPEC);
  const struct object *template = spec ? object_or_absent(v, spec, JOB_SPEC_TEMPLATE) : NULL;
  const struct object *template_metadata =
      template ? object_or_absent(v, template, POD_TEMPLATE_SPEC_METADATA) : NULL;
  const struct object *pod_spec =
      template ? object_or_absent(v, template, POD_TEMPLATE_SPEC_SPEC) : NULL;
  const struct list *template_labels;

  if (!metadata || !template_metadata || !pod_spec)
    return;
  template_labels = get_list(template_metadata, OBJECT_META_LABELS);
  check_job_metadata(v, metadata);
  if (get_list(metadata, OBJECT_META_LABELS)->count == 0 &&
      has(template_metadata, OBJECT_META_LABELS)) {
    /* A Job without labels gets those of its Pods. */
    check_labels(v, at_field(metadata, OBJECT_META_LABELS), template_labels);
    check_generated_labels(v, at_field(metadata, OBJECT_META_LABELS), metadata, spec,
                           template_labels);
  }
  check_job_selector(v, metadata, spec, template_metadata);
  check_counts(v, spec);
  check_managed_by(v, spec);
  check_completion_mode(v, spec);
  check_pod_failure_policy(v, spec, pod_spec);
  check_success_policy(v, spec);
  check_replacement(v, spec);
  check_generated_labels(v, at_tail(template, "labels", NULL), metadata, spec, template_labels);
  check_pod_template(v, template, template_metadata, pod_spec);
  check_restart_policy(v, spec, pod_spec);
  check_indexed_name(v, metadata, spec);
  warn_of_job_name(v, metadata);
  warn_of_job_spec(v, spec);
}
