/* SPDX-License-Identifier: Apache-2.0 */
/* What the host makes of a runner that says whatever it likes. This program is its own runner:
 * where it is started as `plugin-runner FILE`, FILE says what it answers. */
#include "reporters/reporting.h"

#include "runner/runner_answer.h"
#include "terminal/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PLUGIN(name, stage)                                                                        \
  "{\"answer\":\"plugin\",\"name\":\"" name "\",\"stage\":\"" stage                                \
  "\",\"version\":\"1\",\"description\":\"d\",\"abi_major\":1,\"abi_minor\":0,"                    \
  "\"abi_minor_required\":0,\"options\":[],\"rules\":[]}\n"
#define SELF PLUGIN("x", "reporter")
#define READY "{\"answer\":\"ready\"}\n"
#define DONE "{\"answer\":\"done\"}\n"
#define REPORT(length) "{\"answer\":\"report\",\"length\":" #length "}\n"

/* How it ends: with this status, once its input has ended, or at once. */
#define IN_THE_END(status) #status " when the events have ended\n"
#define AT_ONCE(status) #status " at once\n"

/* --- The runner ------------------------------------------------------------------------------ */

static int answer(const char *path) {
  FILE *file = fopen(path, "r");
  char buffer[4096];
  size_t length;
  char *words = NULL;
  size_t size = 0;
  int status;
  bool waits;

  if (!file || getline(&words, &size, file) < 0)
    return 96;
  waits = strstr(words, "when") != NULL;
  while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
    if (write(RUNNER_ANSWERS, buffer, length) != (ssize_t)length)
      return 95;
  while (waits && read(STDIN_FILENO, buffer, sizeof buffer) > 0)
    continue;
  status = atoi(words);
  free(words);
  (void)fclose(file);
  return status;
}

/* --- The host -------------------------------------------------------------------------------- */

struct stage {
  char directory[32];
  struct plugin_set plugins;
  struct reporting reporting;
  FILE *log;
  int before; /* standard error, as it was */
};

static void path_in(const struct stage *stage, const char *name, char path[64]) {
  (void)snprintf(path, 64, "%s/%s", stage->directory, name);
}

static int setup(void **state) {
  static const struct string_list no_dirs;
  static const struct option_list no_options;
  struct stage *stage = calloc(1, sizeof *stage);
  struct hg_error error = HG_ERROR_INIT;

  if (!stage)
    return -1;
  (void)strcpy(stage->directory, "/tmp/reporting-test-XXXXXX");
  stage->log = tmpfile();
  stage->before = dup(STDERR_FILENO);
  if (!mkdtemp(stage->directory) || !stage->log || stage->before < 0)
    return -1;
  if (plugin_set_init(&stage->plugins, &no_dirs, &no_options, &error) < 0)
    return -1;
  reporting_init(&stage->reporting, &stage->plugins, 300, false);
  log_init(false, false, LOG_COLOR_NEVER);
  *state = stage;
  return dup2(fileno(stage->log), STDERR_FILENO) < 0;
}

static int teardown(void **state) {
  struct stage *stage = *state;
  char path[64];

  reporting_finish(&stage->reporting);
  (void)dup2(stage->before, STDERR_FILENO);
  (void)close(stage->before);
  (void)fclose(stage->log);
  path_in(stage, "headgate-x.so", path);
  (void)unlink(path);
  path_in(stage, "FILE", path);
  (void)unlink(path);
  plugin_set_finish(&stage->plugins);
  if (rmdir(stage->directory) != 0)
    return -1; /* a temporary file was left */
  free(stage);
  return 0;
}

/* Adds a reporter whose runner says this. */
static int32_t add(struct stage *stage, const char *ending, const char *talk, size_t length,
                   struct hg_error *error) {
  char named[128];
  char path[64];
  FILE *file;

  path_in(stage, "headgate-x.so", path);
  file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(ending, file) >= 0);
  assert_int_equal(fwrite(talk, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(path, 0600), 0);
  (void)snprintf(named, sizeof named, "%s=%s/FILE", path, stage->directory);
  return reporting_add_named(&stage->reporting, named, error);
}

/* What was logged. */
static void read_log(const struct stage *stage, char text[1024]) {
  size_t length;

  rewind(stage->log);
  length = fread(text, 1, 1023, stage->log);
  text[length] = '\0';
}

/* The reporter's FILE; false where there is none. */
static bool read_report(const struct stage *stage, char text[256]) {
  char path[64];
  FILE *file;
  size_t length;

  path_in(stage, "FILE", path);
  file = fopen(path, "r");
  if (!file)
    return false;
  length = fread(text, 1, 255, file);
  text[length] = '\0';
  (void)fclose(file);
  return true;
}

/* One row of a table: what the runner says, and what becomes of it. */
struct talk {
  const char *ending;
  const char *says;
  const char *report;  /* what FILE holds; NULL: it does not appear */
  const char *warning; /* a whole line, without "headgate: "; NULL: none */
};

static void assert_talk(const struct talk *talk) {
  struct hg_error error = HG_ERROR_INIT;
  struct stage *stage;
  void *state = NULL;
  char logged[1024];
  char expected[512] = "";
  char report[256];

  assert_int_equal(setup(&state), 0);
  stage = state;
  stage->reporting.report_limit = 16;
  if (add(stage, talk->ending, talk->says, strlen(talk->says), &error) < 0)
    fail_msg("%s: %s", talk->says, error.message);
  assert_true(reporting_end(&stage->reporting, false));
  read_log(stage, logged);
  if (talk->warning)
    (void)snprintf(expected, sizeof expected, "headgate: x: %s\n", talk->warning);
  if (strcmp(logged, expected) != 0)
    fail_msg("%s\n%s", talk->says, logged);
  assert_int_equal(read_report(stage, report), talk->report != NULL);
  if (talk->report)
    assert_string_equal(report, talk->report);
  assert_int_equal(teardown(&state), 0);
}

#define STANDS "; the run's result stands"
#define GOES_ON "; the run goes on without it"
#define GARBAGE "wrote to a descriptor that is Headgate's"

static void talks(void **state) {
  static const struct talk rows[] = {
      {IN_THE_END(0), SELF READY DONE, "", NULL},
      {IN_THE_END(0), READY DONE, "", NULL}, /* it may keep to itself what it is */
      {IN_THE_END(0), SELF READY REPORT(5) "abc\n\n" REPORT(1) "d" DONE, "abc\n\nd", NULL},

      /* In the wrong order. */
      {IN_THE_END(0), SELF SELF READY DONE, NULL, "described itself twice" GOES_ON},
      {IN_THE_END(0), SELF REPORT(1) "a" READY DONE, NULL, "answered out of turn" GOES_ON},
      {IN_THE_END(0), SELF READY SELF DONE, NULL, "answered out of turn" STANDS},
      {IN_THE_END(0), SELF READY "{\"answer\":\"call\",\"message\":\"create\"}\n" DONE, NULL,
       "answered out of turn" STANDS},
      {IN_THE_END(0), SELF READY "{\"answer\":\"conduct\",\"code\":1,\"message\":\"a\"}\n" DONE,
       NULL, "answered out of turn" STANDS},

      /* About itself. */
      {IN_THE_END(0), PLUGIN("y", "reporter") READY DONE, NULL,
       "described another plugin than itself" GOES_ON},
      {IN_THE_END(0), PLUGIN("x", "applier") READY DONE, NULL,
       "described another plugin than itself" GOES_ON},
      {IN_THE_END(0), PLUGIN("x", "conductor") READY DONE, NULL,
       "does not describe itself in words that make sense" GOES_ON},
      {IN_THE_END(0), PLUGIN("../x", "reporter") READY DONE, NULL,
       "does not describe itself in words that make sense" GOES_ON},
      {IN_THE_END(0), "{\"answer\":\"plugin\"}\n" READY DONE, NULL,
       "does not describe itself in words that make sense" GOES_ON},

      /* Nothing that can be understood. */
      {IN_THE_END(0), "garbage\n", NULL, GARBAGE GOES_ON},
      {IN_THE_END(0), SELF READY "garbage\n" DONE, NULL, GARBAGE STANDS},
      {IN_THE_END(0), SELF READY REPORT(0) DONE, NULL, GARBAGE STANDS},

      /* Too much. */
      {IN_THE_END(0), SELF READY REPORT(16) "0123456789abcdef" DONE, "0123456789abcdef", NULL},
      {IN_THE_END(0), SELF READY REPORT(16) "0123456789abcdef" REPORT(1) "g" DONE, NULL,
       "wrote a report that is too long" STANDS},
      {IN_THE_END(0), SELF READY REPORT(17) "0123456789abcdefg" DONE, NULL,
       "wrote a report that is too long" STANDS},

      /* How it ends. */
      {IN_THE_END(0), SELF READY, NULL, "exited with status 0 before the run was over" STANDS},
      {IN_THE_END(7), SELF READY, NULL, "exited with status 7 before the run was over" STANDS},
      {IN_THE_END(5), SELF READY DONE, NULL, "exited with status 5" STANDS},
      {IN_THE_END(0), SELF READY REPORT(9) "abc", NULL,
       "exited with status 0 before the run was over" STANDS},
      {AT_ONCE(0), SELF, NULL, "exited with status 0 before it was ready" GOES_ON},
      {AT_ONCE(3), "", NULL, "exited with status 3 before it was ready" GOES_ON},

      /* What it says of its failure. */
      {IN_THE_END(1), SELF READY "{\"answer\":\"failed\",\"code\":4,\"message\":\"no ink\"}\n",
       NULL, "no ink" STANDS},
      {IN_THE_END(0), SELF READY "{\"answer\":\"failed\",\"message\":\"no ink\"}\n" DONE, NULL,
       "no ink" STANDS},
      {IN_THE_END(1), SELF READY "{\"answer\":\"failed\",\"code\":4}\n", NULL,
       "failed without saying why" STANDS},
      {IN_THE_END(1), SELF READY "{\"answer\":\"failed\",\"code\":7,\"message\":\"stopped\"}\n",
       NULL, "stopped" STANDS},
      {IN_THE_END(1),
       SELF READY
       "{\"answer\":\"failed\",\"message\":\"a\"}\n{\"answer\":\"failed\",\"message\":\"b\"}\n",
       NULL, "a" STANDS},
      {IN_THE_END(1), SELF READY "{\"answer\":\"refused\",\"message\":\"too late\"}\n", NULL,
       "too late" STANDS},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_talk(&rows[i]);
}

static void refusals(void **state) {
  static const struct {
    const char *says;
    const char *message;
  } rows[] = {
      {"{\"answer\":\"refused\",\"code\":8,\"message\":\"plugin /x: no\"}\n", "plugin /x: no"},
      {SELF "{\"answer\":\"refused\",\"code\":8,\"message\":\"no\"}\n", "x: no"},
      {SELF "{\"answer\":\"refused\"}\n", "x: failed without saying why"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct stage *stage;
    void *mine = NULL;
    char report[256];

    assert_int_equal(setup(&mine), 0);
    stage = mine;
    assert_int_equal(add(stage, AT_ONCE(1), rows[i].says, strlen(rows[i].says), &error), -1);
    assert_string_equal(error.message, rows[i].message);
    reporting_abandon(&stage->reporting);
    assert_true(reporting_end(&stage->reporting, false));
    assert_false(read_report(stage, report));
    assert_int_equal(teardown(&mine), 0);
  }
}

/* Beginnings that another reporter has made are undone. */
static void the_run_does_not_begin(void **state) {
  struct stage *stage = *state;
  struct hg_error error = HG_ERROR_INIT;
  static const char talk[] = SELF READY REPORT(1) "a" DONE;
  char report[256];
  char logged[1024];

  assert_int_equal(add(stage, IN_THE_END(0), talk, sizeof talk - 1, &error), 0);
  reporting_abandon(&stage->reporting);
  assert_true(reporting_end(&stage->reporting, false));
  assert_false(read_report(stage, report));
  read_log(stage, logged);
  assert_string_equal(logged, "");
}

/* With --strict-reporters every kind of failure is the run's. */
static void strictly(void **state) {
  struct stage *stage = *state;
  struct hg_error error = HG_ERROR_INIT;
  static const char talk[] = SELF READY "{\"answer\":\"failed\",\"code\":7,\"message\":\"a\"}\n";

  stage->reporting.is_strict = true;
  assert_int_equal(add(stage, IN_THE_END(1), talk, sizeof talk - 1, &error), 0);
  assert_false(reporting_end(&stage->reporting, false));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(talks),
      cmocka_unit_test(refusals),
      cmocka_unit_test_setup_teardown(the_run_does_not_begin, setup, teardown),
      cmocka_unit_test_setup_teardown(strictly, setup, teardown),
  };

  if (argc == 3 && strcmp(argv[1], "plugin-runner") == 0)
    return answer(argv[2]);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
