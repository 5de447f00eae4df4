/* SPDX-License-Identifier: Apache-2.0 */
/* What versions of the server say differently: one edit of a good manifest, judged as each of a
 * range of versions judges it. */
#include "manifest_edit.h"

#include <headgate/diagnostic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

enum { OLDEST = 26, NEWEST = 36 };

/* `errors`, `warnings`: the field path of each, in document order, a space between them. */
struct version_case {
  unsigned first;
  unsigned last;
  const char *name;
  const char *from;
  const char *to;
  const char *errors;
  const char *warnings;
};

static const struct version_case cases[] = {
#include "version_cases.def"
};

static struct validator_fixture *fixture_of(unsigned minor) {
  char version[16];
  struct fixture_option options[] = {{"kubernetes-version", version}, {NULL, NULL}};
  struct validator_fixture *fixture;
  struct hg_error err = HG_ERROR_INIT;

  snprintf(version, sizeof version, "1.%u", minor);
  assert_int_equal(fixture_create(PLUGIN_FILE, "kubectl", options, &fixture, &err), 0);
  return fixture;
}

static char *fields_of(const struct findings *findings, uint32_t severity) {
  size_t size = 0;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);
  const char *space = "";

  assert_non_null(out);
  for (size_t i = 0; i < findings->count; i++) {
    if (findings->items[i].severity != severity)
      continue;
    fprintf(out, "%s%s", space, findings->items[i].field);
    space = " ";
  }
  fclose(out);
  return text;
}

static unsigned check_case(struct validator_fixture *fixture, unsigned minor,
                           const struct version_case *one) {
  char *manifest = edit_manifest(one->from, one->to);
  const struct findings *findings = fixture_validate(fixture, manifest, strlen(manifest));
  char *errors = fields_of(findings, HG_SEVERITY_ERROR);
  char *warnings = fields_of(findings, HG_SEVERITY_WARNING);
  unsigned wrong = strcmp(errors, one->errors) != 0 || strcmp(warnings, one->warnings) != 0;

  if (wrong) {
    char *described = describe_findings(findings);

    print_error("1.%u, %s: expected \"%s\" and warnings \"%s\", got\n%s", minor, one->name,
                one->errors, one->warnings, described);
    free(described);
  }
  free(errors);
  free(warnings);
  free(manifest);
  return wrong;
}

static void test_cases(void **state) {
  unsigned wrong = 0;

  (void)state;
  for (unsigned minor = OLDEST; minor <= NEWEST; minor++) {
    struct validator_fixture *fixture = fixture_of(minor);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
      if (cases[i].first <= minor && minor <= cases[i].last)
        wrong += check_case(fixture, minor, &cases[i]);
    fixture_destroy(fixture);
  }
  assert_int_equal(wrong, 0);
}

/* The versions' own words. */
static const struct {
  unsigned minor;
  const char *from;
  const char *to;
  const char *words;
} words[] = {
    {31, IN_JOB, "managedBy: me",
     "dropped: the feature gate JobManagedBy is off by default in 1.31"},
    {26, "limits: {cpu: 100m", "requests: {cpu: 2}\n          limits: {cpu: 100m",
     "Invalid value: \"2\": must be less than or equal to cpu limit"},
    {27, "limits: {cpu: 100m", "requests: {cpu: 2}\n          limits: {cpu: 100m",
     "Invalid value: \"2\": must be less than or equal to cpu limit of 100m"},
    {31, IN_MAIN, "image: x\n        lifecycle: {preStop: {sleep: {seconds: 31}}}",
     "Invalid value: 31: must be greater than 0 and less than terminationGracePeriodSeconds (30)"},
    {33, IN_MAIN, "image: x\n        lifecycle: {preStop: {sleep: {seconds: 31}}}",
     "Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)"},
    {33, IN_POD, IN_POD "\n      hostUsers: false\n      hostIPC: true",
     "Forbidden: when `pod.Spec.HostUsers` is false"},
    {34, IN_POD, IN_POD "\n      hostUsers: false\n      hostIPC: true",
     "Forbidden: when `hostUsers` is false"},
    {29, IN_POD, IN_POD "\n      dnsConfig: {nameservers: [a]}",
     "Invalid value: \"a\": must be valid IP address"},
    {30, IN_POD, IN_POD "\n      dnsConfig: {nameservers: [a]}",
     "Invalid value: \"a\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"},
    {35, IN_POD, IN_POD "\n      dnsConfig: {nameservers: [\"010.0.00.1\"]}",
     "non-standard IP address \"010.0.00.1\" is invalid: use \"10.0.0.1\""},
    {35, IN_POD, IN_POD "\n      dnsConfig: {nameservers: [\"FE80:0::01\"]}",
     "IPv6 address \"FE80:0::01\" should be in RFC 5952 canonical format (\"fe80::1\")"},
    {36, IN_POD, IN_POD "\n      dnsConfig: {nameservers: [\"010.0.0.1\"]}",
     "Invalid value: \"010.0.0.1\": must not have leading 0s"},
    {34, "limits: {cpu: 100m", "claims: [{name: c}]\n          limits: {cpu: 100m",
     "Not found: \"c\": must be one of the names in pod.spec.resourceClaims which is empty"},
    {34, IN_POD,
     IN_POD "\n      resources: {requests: {memory: 1Gi}}\n      initContainers: [{name: i, image: "
            "x, resources: {requests: {memory: 1536Mi}}}]",
     "Invalid value: \"1Gi\": must be greater than or equal to aggregate container requests of "
     "1536Mi"},
    {32, "emptyDir: {}", "secret: {secretName: s, items: [{key: a, path: x}, {key: b, path: x/}]}",
     "volume \"data\" (Secret \"s\"): overlapping paths: \"x\" with \"x\""},
    {28, "containerPort: 80\n", "containerPort: 80\n        - {containerPort: 80, hostPort: 80}\n",
     "overlapping port definition with spec.template.spec.containers[0].ports[0]"},
    {31, IN_POD,
     IN_POD "\n      dnsPolicy: \"\"\n      hostname: a\n      tolerations: [{operator: "
            "Exists, value: b}]",
     "Invalid value: value must be empty when `operator` is 'Exists'"},
    {32, IN_POD, IN_POD "\n      tolerations: [{operator: Exists, value: b}]",
     "Invalid value: \"b\": value must be empty when `operator` is 'Exists'"},
};

static void test_words(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    struct validator_fixture *fixture = fixture_of(words[i].minor);
    char *manifest = edit_manifest(words[i].from, words[i].to);
    const struct findings *findings = fixture_validate(fixture, manifest, strlen(manifest));

    assert_int_equal(findings->count, 1);
    assert_string_equal(findings->items[0].message, words[i].words);
    free(manifest);
    fixture_destroy(fixture);
  }
}

static void test_names_of_versions(void **state) {
  static const struct {
    const char *name;
    bool known;
  } names[] = {
      {"1.26", true},          {"v1.28", true},          {"1.28.3", true}, {"v1.29.14+k3s1", true},
      {"1.27.3-gke.1", true},  {"1.36.0-alpha.2", true}, {"", true},       {"1.25", false},
      {"1.37", false},         {"1.028", false},         {"28", false},    {"1.28.", false},
      {"1.28.x", false},       {"2.28", false},          {"v", false},     {"1.28 ", false},
      {"1.4294967324", false},
  };

  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct fixture_option options[] = {{"kubernetes-version", names[i].name}, {NULL, NULL}};
    struct validator_fixture *fixture = NULL;
    struct hg_error err = HG_ERROR_INIT;
    int created = fixture_create(PLUGIN_FILE, "kubectl", options, &fixture, &err);

    if ((created == 0) != names[i].known)
      fail_msg("\"%s\": %s", names[i].name, created == 0 ? "taken" : err.message);
    if (created == 0)
      fixture_destroy(fixture);
    else
      assert_non_null(strstr(err.message, "known are 1.26, 1.27"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_names_of_versions),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
