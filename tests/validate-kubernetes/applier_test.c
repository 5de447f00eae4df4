/* SPDX-License-Identifier: Apache-2.0 */
/* What is valid depends on who applies it: one edit of a good manifest, judged for each applier. */
#include "manifest_edit.h"

#include <headgate/diagnostic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Fields of errors, in document order, a space between them; "" accepted. */
struct applier_case {
  const char *minor;
  const char *name;
  const char *from;
  const char *to;
  const char *kubectl;
  const char *server;
};

#define ENV "        - name: A\n          value: b\n"

static const struct applier_case cases[] = {
    {"1.36", "good", "a", "a", "", ""},
    {"1.36", "nameless", "name: base", "generateName: base-", "metadata.generateName",
     "metadata.generateName"},
    {"1.36", "merged label overridden", "{team: a}", "{<<: {team: a}, team: b}", "", ""},
    {"1.36", "variable twice", ENV, ENV ENV, "", MAIN ".env[1]"},
    {"1.36", "variable three times", ENV, ENV ENV "        - name: B\n" ENV, "",
     MAIN ".env[1] " MAIN ".env[3]"},
    {"1.36", "variable twice in an init container", IN_POD,
     IN_POD "\n      initContainers:\n      - {name: i, image: b, env: [{name: A}, {name: A}]}", "",
     POD ".initContainers[0].env[1]"},
    {"1.36", "port twice", "- containerPort: 80",
     "- containerPort: 80\n        - containerPort: 80", "", MAIN ".ports[1]"},
    {"1.36", "port twice, the protocol once by default", "- containerPort: 80",
     "- containerPort: 80\n        - {containerPort: 80, protocol: TCP}", "", MAIN ".ports[1]"},
    {"1.36", "port of two protocols", "- containerPort: 80",
     "- containerPort: 80\n        - {containerPort: 80, protocol: UDP}", "", ""},
    {"1.36", "pull secret twice", IN_POD, IN_POD "\n      imagePullSecrets: [{name: a}, {name: a}]",
     "", POD ".imagePullSecrets[1]"},
    {"1.29", "pull secret without a name", IN_POD, IN_POD "\n      imagePullSecrets: [{}]", "",
     POD ".imagePullSecrets[0]"},
    {"1.30", "pull secret without a name, the empty one", IN_POD,
     IN_POD "\n      imagePullSecrets: [{}]", "", ""},
    {"1.30", "pull secrets without a name", IN_POD, IN_POD "\n      imagePullSecrets: [{}, {}]", "",
     POD ".imagePullSecrets[1]"},
    {"1.36", "host alias twice", IN_POD,
     IN_POD "\n      hostAliases: [{ip: 1.1.1.1}, {ip: 1.1.1.1, hostnames: [a]}]", "",
     POD ".hostAliases[1]"},
    {"1.36", "finalizer twice", "name: base", "name: base\n  finalizers: [a.b/c, a.b/c]", "",
     "metadata.finalizers[1]"},
    {"1.36", "owner twice", "name: base",
     "name: base\n  ownerReferences:\n"
     "  - {apiVersion: v1, kind: A, name: a, uid: u}\n"
     "  - {apiVersion: v1, kind: A, name: b, uid: u}",
     "", "metadata.ownerReferences[1]"},
    {"1.36", "argument twice", IN_MAIN, IN_MAIN "\n        args: [a, a]", "", ""},
    {"1.36", "source of variables twice", IN_MAIN,
     IN_MAIN "\n        envFrom: [{configMapRef: {name: a}}, {configMapRef: {name: a}}]", "", ""},
    {"1.36", "said once where a rule refuses it too", "- name: main",
     "- {name: main, image: b}\n      - name: main", POD ".containers[1].name",
     POD ".containers[1].name"},
    {"1.36", "managed fields", "name: base", "name: base\n  managedFields: []", "",
     "metadata.managedFields"},
    {"1.36", "no managed fields", "name: base", "name: base\n  managedFields: null", "", ""},
};

static struct validator_fixture *fixture_of(const char *applier, const char *minor) {
  const struct fixture_option options[] = {{"kubernetes-version", minor}, {NULL, NULL}};
  struct validator_fixture *fixture;
  struct hg_error err = HG_ERROR_INIT;

  assert_int_equal(fixture_create(PLUGIN_FILE, applier, options, &fixture, &err), 0);
  return fixture;
}

/* Fields of the findings of one severity. */
static char *judge(const char *applier, const char *minor, const char *manifest,
                   uint32_t severity) {
  struct validator_fixture *fixture = fixture_of(applier, minor);
  const struct findings *findings = fixture_validate(fixture, manifest, strlen(manifest));
  size_t size = 0;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);

  assert_non_null(out);
  for (size_t i = 0; i < findings->count; i++)
    if (findings->items[i].severity == severity)
      fprintf(out, "%s%s", ftell(out) > 0 ? " " : "",
              *findings->items[i].field ? findings->items[i].field : "(whole)");
  fclose(out);
  fixture_destroy(fixture);
  return text;
}

static unsigned check(const char *name, const char *applier, const char *minor,
                      const char *manifest, const char *expected) {
  char *fields = judge(applier, minor, manifest, HG_SEVERITY_ERROR);
  unsigned wrong = strcmp(fields, expected) != 0;

  if (wrong)
    print_error("%s, applied by %s: expected \"%s\", got \"%s\"\n", name, applier, expected,
                fields);
  free(fields);
  return wrong;
}

static void test_cases(void **state) {
  unsigned wrong = 0;

  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    char *manifest = edit_manifest(cases[i].from, cases[i].to);

    wrong += check(cases[i].name, "kubectl", cases[i].minor, manifest, cases[i].kubectl);
    wrong += check(cases[i].name, "server", cases[i].minor, manifest, cases[i].server);
    free(manifest);
  }
  assert_int_equal(wrong, 0);
}

/* A Job's manifest, and what kubectl keeps of it: in both the first @ is the value of an
 * annotation, the second the end of the image. */
struct kept_case {
  const char *manifest;
  const char *kept;
};

#define HEAD "apiVersion: batch/v1\nkind: Job\n"
#define REST                                                                                       \
  "spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b@', tty: yes, "  \
  "args: [\"a<b>&\\u2028\\x01\\n\"], resources: {limits: {cpu: 1.50, memory: 1e3}}}]}}}\n"
#define KEPT_HEAD "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":"
#define KEPT_REST                                                                                  \
  "\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"args\":[\"a\\u003cb\\u003e\\u0026\\u2028"  \
  "\\u0001\\n\"],\"image\":\"b@\",\"name\":\"a\",\"resources\":{\"limits\":{\"cpu\":1.5,"          \
  "\"memory\":1000}},\"tty\":true}],\"restartPolicy\":\"Never\"}}}}\n"
/* In YAML, n is a boolean; kubectl makes a key of it. */
#define KEPT_IN(name_space)                                                                        \
  KEPT_HEAD "{\"annotations\":{\"false\":\"@\"},\"name\":\"a\",\"namespace\":\"" name_space        \
            "\"}," KEPT_REST

static const struct kept_case kept_cases[] = {
    {HEAD "metadata: {name: a, annotations: {n: '@'}}\n" REST, KEPT_IN("default")}, /* n is no */
    {HEAD "metadata: {name: a, namespace: here, annotations: {n: '@'}}\n" REST, KEPT_IN("here")},
    {HEAD "metadata: {name: a, namespace: , annotations: {n: '@'}}\n" REST, KEPT_IN("default")},
    {HEAD "metadata: {name: a, annotations: {kubectl.kubernetes.io/last-applied-configuration: "
          "earlier, n: '@'}}\n" REST,
     KEPT_IN("default")},
    {HEAD "metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: earlier, "
          "<<: &a {n: '@'}}, name: a}\n" REST,
     KEPT_IN("default")},
};

/* `text` with its first @ replaced by `value`, its second by `rest`. */
static char *fill(const char *text, const char *value, const char *rest) {
  const char *first = strchr(text, '@');
  const char *second = strchr(first + 1, '@');
  char *filled = NULL;

  assert_true(asprintf(&filled, "%.*s%s%.*s%s%s", (int)(first - text), text, value,
                       (int)(second - first - 1), first + 1, rest, second + 1) > 0);
  return filled;
}

/* The annotation in which kubectl keeps the whole Job counts as one of the Job's: to the byte. */
static void test_last_applied(void **state) {
  static const char key[] = "kubectl.kubernetes.io/last-applied-configuration";
  enum { LIMIT = 262144 };

  (void)state;
  for (size_t i = 0; i < COUNT(kept_cases); i++) {
    size_t fixed = strlen(kept_cases[i].kept) - strlen("@@") + strlen(key) + strlen("false");
    int size = (int)(LIMIT - fixed) / 2;
    int rest = (int)(LIMIT - fixed) % 2;
    char *value = malloc((size_t)size + 1);

    assert_non_null(value);
    memset(value, 'x', (size_t)size);
    value[size] = '\0';
    for (int over = 0; over < 2; over++) {
      char *manifest = fill(kept_cases[i].manifest, value, &"yy"[2 - rest - over]);

      assert_int_equal(
          check("kept", "kubectl", "1.36", manifest, over ? "metadata.annotations" : ""), 0);
      assert_int_equal(check("kept", "server", "1.36", manifest, ""), 0);
      free(manifest);
    }
    free(value);
  }
}

/* The whole request counts for the server, also where it is long by its aliases. */
static void test_request(void **state) {
  enum { HALF_MIB = 512 * 1024 };
  static const struct {
    unsigned times;
    const char *errors;
    const char *warnings;
  } sizes[] = {{2, "", ""}, {3, "", "(whole)"}, {6, "(whole)", ""}};
  char *text = malloc(HALF_MIB + 1);

  (void)state;
  assert_non_null(text);
  memset(text, 'x', HALF_MIB);
  text[HALF_MIB] = '\0';
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t size = 0;
    char *args = NULL;
    FILE *out = open_memstream(&args, &size);
    char *manifest;
    char *errors;
    char *warnings;

    assert_non_null(out);
    fprintf(out, IN_MAIN "\n        args: [&a %s", text);
    for (unsigned more = 1; more < sizes[i].times; more++)
      fputs(", *a", out);
    fputs("]", out);
    fclose(out);
    manifest = edit_manifest(IN_MAIN, args);
    errors = judge("server", "1.36", manifest, HG_SEVERITY_ERROR);
    warnings = judge("server", "1.36", manifest, HG_SEVERITY_WARNING);
    assert_string_equal(errors, sizes[i].errors);
    assert_string_equal(warnings, sizes[i].warnings);
    free(errors);
    free(warnings);
    free(manifest);
    free(args);
  }
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_last_applied),
      cmocka_unit_test(test_request),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
