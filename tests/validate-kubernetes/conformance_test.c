/* SPDX-License-Identifier: Apache-2.0 */
/* What a v1.26 server said of Jobs, each a good one changed in one place: our verdict is the same,
 * and so are the fields that we name. */
#include "validator_fixture.h"

#include <headgate/diagnostic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "conformance_manifests.def"

/* The edit replaces every newline. */
#define EVERY_LINE_END NULL

enum verdict {
  ACCEPTED,
  RULE,     /* refused by a rule */
  DECODING, /* refused while decoding: the server names fields without indexes, or none at all */
};

struct conformance_case {
  const char *name;
  const char *const *manifest; /* parts of the good one */
  const char *from;
  const char *to; /* in place of the first `from` */
  enum verdict verdict;
  const char *fields; /* sorted, each once, a space between them */
};

static const char *const PLAIN[] = {plain_text, NULL};
static const char *const RICH[] = {rich_pod_text, rich_containers_text, NULL};

static const struct conformance_case cases[] = {
#include "conformance_amount.def"
#include "conformance_container.def"
#include "conformance_job.def"
#include "conformance_metadata.def"
#include "conformance_pod.def"
#include "conformance_volume.def"
#include "conformance_yaml.def"
};

enum { CASES = 348, MOST_FIELDS = 64 };

_Static_assert(sizeof cases / sizeof *cases == CASES, "a case is missing, or one too many");

/* Writes `text` with @{abc*3} as abcabcabc. */
static void write_repeated(FILE *out, const char *text) {
  const char *open;

  for (; (open = strstr(text, "@{")) != NULL; text = strchr(open, '}') + 1) {
    const char *star = strchr(open, '*');
    long times = strtol(star + 1, NULL, 10);

    fwrite(text, 1, (size_t)(open - text), out);
    for (; times > 0; times--)
      fwrite(open + 2, 1, (size_t)(star - open - 2), out);
  }
  fputs(text, out);
}

static char *join(const char *const *parts) {
  size_t length;
  char *text = NULL;
  FILE *out = open_memstream(&text, &length);

  assert_non_null(out);
  for (; *parts; parts++)
    fputs(*parts, out);
  fclose(out);
  return text;
}

static char *edit(const struct conformance_case *one) {
  size_t length;
  char *text = NULL;
  char *good = join(one->manifest);
  FILE *out = open_memstream(&text, &length);
  const char *at = one->from ? strstr(good, one->from) : NULL;

  assert_non_null(out);
  if (one->from == EVERY_LINE_END) {
    for (const char *c = good; *c; c++)
      if (*c == '\n')
        fputs(one->to, out);
      else
        fputc(*c, out);
  } else {
    if (!at)
      fail_msg("%s: the manifest has no \"%s\"", one->name, one->from);
    fprintf(out, "%.*s%s%s", (int)(at - good), good, one->to, at + strlen(one->from));
  }
  fclose(out);
  free(good);
  return text;
}

static char *expand(const char *text, size_t *length) {
  char *expanded = NULL;
  FILE *out = open_memstream(&expanded, length);

  assert_non_null(out);
  write_repeated(out, text);
  fclose(out);
  return expanded;
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void drop_indexes(char *field) {
  char *to = field;
  bool inside = false;

  for (; *field; field++) {
    inside = inside || *field == '[';
    if (!inside)
      *to++ = *field;
    inside = inside && *field != ']';
  }
  *to = '\0';
}

/* The fields of all errors, sorted, each once. */
static char *error_fields(const char *name, const struct findings *findings, bool indexes) {
  char *fields[MOST_FIELDS];
  size_t count = 0;
  size_t size = 0;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);

  assert_non_null(out);
  for (size_t i = 0; i < findings->count && count < MOST_FIELDS; i++) {
    if (findings->items[i].severity != HG_SEVERITY_ERROR)
      continue;
    if (findings->items[i].line == 0 || findings->items[i].column == 0)
      fail_msg("%s: an error without a position", name);
    fields[count] = strdup(findings->items[i].field);
    assert_non_null(fields[count]);
    if (!indexes)
      drop_indexes(fields[count]);
    count++;
  }
  if (count > 0)
    qsort(fields, count, sizeof *fields, compare);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || strcmp(fields[i], fields[i - 1]) != 0)
      fprintf(out, "%s%s", i > 0 ? " " : "", fields[i]);
  for (size_t i = 0; i < count; i++)
    free(fields[i]);
  fclose(out);
  return text;
}

static bool has_error(const struct findings *findings) {
  for (size_t i = 0; i < findings->count; i++)
    if (findings->items[i].severity == HG_SEVERITY_ERROR)
      return true;
  return false;
}

/* Returns whether our verdict is the server's. */
static bool agrees(struct validator_fixture *fixture, const struct conformance_case *one) {
  size_t length;
  char *edited = edit(one);
  char *manifest = expand(edited, &length);
  const struct findings *findings = fixture_validate(fixture, manifest, length);
  bool refused = has_error(findings);
  char *fields = error_fields(one->name, findings, one->verdict == RULE);
  bool same = refused == (one->verdict != ACCEPTED) &&
              (*one->fields == '\0' || strcmp(fields, one->fields) == 0);

  if (!same)
    print_error("%s: expected %s \"%s\", got %s \"%s\"\n", one->name,
                one->verdict == ACCEPTED ? "accepted" : "refused", one->fields,
                refused ? "refused" : "accepted", fields);
  free(fields);
  free(manifest);
  free(edited);
  return same;
}

static void test_cases(void **state) {
  static const struct fixture_option options[] = {{"kubernetes-version", "1.26"}, {NULL, NULL}};
  struct validator_fixture *fixture;
  struct hg_error err = HG_ERROR_INIT;
  unsigned wrong = 0;

  (void)state;
  assert_int_equal(fixture_create(PLUGIN_FILE, "kubectl", options, &fixture, &err), 0);
  for (size_t i = 0; i < CASES; i++)
    wrong += !agrees(fixture, &cases[i]);
  fixture_destroy(fixture);
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
