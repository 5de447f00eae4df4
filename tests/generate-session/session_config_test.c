/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a configuration, where, and what to do: every message in full. */
#include "config_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int set_up(void **state) {
  struct config_reading *reading = malloc(sizeof *reading);

  assert_non_null(reading);
  config_reading_init(reading);
  *state = reading;
  return 0;
}

static int tear_down(void **state) {
  config_reading_finish(*state);
  free(*state);
  return 0;
}

struct change {
  char file;          /* 'O' or 'K' */
  int line;           /* that is replaced; 0: the text is appended */
  const char *text;   /* instead */
  const char *logged; /* all lines of the log */
};

/* Runs each change alone, and checks the whole log and that the error is its first line. */
static void run_changes(struct config_reading *reading, const struct change *changes,
                        size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *first;
    int32_t result;

    config_reading_write_good(reading);
    config_reading_change(reading, changes[i].file, changes[i].line, changes[i].text);
    result = config_reading_run(reading);
    assert_string_equal(reading->log, changes[i].logged);
    first = strstr(reading->log, "error ");
    assert_int_equal(result, first ? -1 : 0);
    if (!first)
      continue;
    assert_int_equal(reading->err.code, HG_ERROR_INVALID);
    assert_non_null(strstr(reading->err.message, reading->directory));
  }
}

#define RUN(changes) run_changes(*state, changes, sizeof changes / sizeof changes[0])

static void test_good(void **state) {
  struct config_reading *reading = *state;
  const struct session *session = &reading->session;

  config_reading_write_good(reading);
  assert_int_equal(config_reading_run(reading), 0);
  assert_string_equal(reading->log, "");
  assert_string_equal(session->session_id, "d29-k8s-demo-session");
  assert_string_equal(session->k8s_namespace, "trading-bots");
  assert_string_equal(session->image, "registry/app:1");
  assert_string_equal(session->mode, "paper");
  assert_string_equal(session->env, "docker");
  assert_string_equal(session->optimizer, "bayesian");
  assert_string_equal(session->config_path, "configs/a.yaml");
  assert_int_equal(session->total_iterations, 6);
  assert_int_equal(session->workers, 2);
  assert_false(session->requests.given || session->limits.given || session->extra_env.given);
}

static void test_keys(void **state) {
  static const struct change changes[] = {
      {'O', 3, "worker: 2\n",
       "error O:3:1: unknown key \"worker\": did you mean workers?\n"
       "error O:1:1: the key workers is missing: add it\n"},
      {'O', 8, "", "error O:1:1: the key base_output_csv is missing: add it\n"},
      {'K', 3, "", "error K:1:1: the key image is missing: add it\n"},
      {'K', 0, "zzz: 1\n", "error K:10:1: unknown key \"zzz\": remove it\n"},
      {'K', 0, "namespace: x\n",
       "error K:10:1: unknown key \"namespace\": did you mean k8s_namespace?\n"},
      {'O', 0, "image: x\n",
       "error O:9:1: unknown key \"image\": it belongs in the Kubernetes config, move it there\n"},
      {'K', 0, "mode: live\n",
       "error K:10:1: the key \"mode\" is already in line 4: remove one of the two\n"},
      {'K', 0, "yes: 1\n",
       "error K:10:1: the key \"yes\" is a boolean in YAML 1.1, not text: put it in quotes\n"},
      {'K', 0, "[a]: 1\n", "error K:10:1: a key must be text, not a list or a mapping\n"},
      {'K', 0, "\"a\\0b\": 1\n",
       "error K:10:1: the key \"a\\x00b\" holds a NUL character: remove it\n"},
      {'K', 0, "!!set a: 1\n", "error K:10:1: the key \"a\" has a tag: remove the tag\n"},
      {'K', 4, "<<: {mode: live}\n",
       "error K:1:1: a merge key (<<) brings in \"mode\", and YAML readers differ on what it may "
       "replace: write the keys out\n"
       "error K:1:1: the key mode is missing: add it\n"},
      {'K', 0, "base_output_csv: out\n", ""},
  };

  RUN(changes);
}

static void test_texts(void **state) {
  static const struct change changes[] = {
      {'K', 1, "session_id: 0123\n",
       "error K:1:13: session_id must be text, but 0123 is a number in YAML 1.1: quote the value, "
       "\"0123\"\n"},
      {'O', 1, "session_id: 1.5\n",
       "error O:1:13: session_id must be text, but 1.5 is a number in YAML 1.1: quote the value, "
       "\"1.5\"\n"},
      {'K', 5, "env: no\n",
       "error K:5:6: env must be text, but no is a boolean in YAML 1.1: quote the value, \"no\"\n"},
      {'K', 5, "env: ~\n",
       "error K:5:6: env must be text, but ~ is null in YAML 1.1: quote the value, \"~\"\n"},
      {'K', 5, "env:\n", "error K:5:5: env has no value: write one, or \"\" for an empty text\n"},
      {'K', 5, "env: \"\"\n", "error K:5:6: env is empty: write a value\n"},
      {'K', 5, "env: 2001-01-01\n",
       "error K:5:6: env must be text, but 2001-01-01 is a date in YAML 1.1: quote the value, "
       "\"2001-01-01\"\n"},
      {'K', 5, "env: [docker]\n", "error K:5:6: env must be text, not a list\n"},
      {'K', 5, "env: {a: b}\n", "error K:5:6: env must be text, not a mapping\n"},
      {'K', 5, "env: !!binary aGk=\n",
       "error K:5:6: env has the tag \"tag:yaml.org,2002:binary\": remove the tag, and quote the "
       "value\n"},
      {'K', 9, "config_path: \"a\\0b\"\n",
       "error K:9:14: config_path holds a NUL character, which no argument and no environment "
       "variable can: remove it\n"},
      {'K', 4, "mode: papre\n",
       "error K:4:7: mode is \"papre\": it must be paper, shadow or live; did you mean paper?\n"},
      {'O', 4, "mode: PROD\n", "error O:4:7: mode is \"PROD\": it must be paper, shadow or live\n"},
      {'K', 8, "optimizer: on\n",
       "error K:8:12: optimizer must be text, but on is a boolean in YAML 1.1: quote the value, "
       "\"on\"\n"},
      {'K', 8, "optimizer: \"\\e[31m\"\n",
       "error K:8:12: optimizer is \"\\x1b[31m\": it must be bayesian, grid or random\n"},
      {'K', 5, "env: !!str docker\n", ""},
      {'K', 5, "env: 'docker'\n", ""},
      {'K', 9, "config_path: &a configs/a.yaml\n", ""},
  };

  RUN(changes);
}

static void test_counts(void **state) {
  static const struct change changes[] = {
      {'O', 3, "workers: 0\n",
       "error O:3:10: workers is \"0\": it must be a whole number from 1 to 100000\n"},
      {'O', 3, "workers: 100001\n",
       "error O:3:10: workers is \"100001\": it must be a whole number from 1 to 100000\n"},
      {'O', 3, "workers: \"2\"\n",
       "error O:3:10: workers is \"2\", a text: write the number without quotes\n"},
      {'O', 3, "workers: two\n",
       "error O:3:10: workers is \"two\": it must be a whole number from 1 to 100000\n"},
      {'O', 3, "workers: 2.0\n",
       "error O:3:10: workers is \"2.0\": it must be a whole number from 1 to 100000\n"},
      {'O', 3, "workers: true\n",
       "error O:3:10: workers is \"true\": it must be a whole number from 1 to 100000\n"},
      {'O', 3, "workers:\n", "error O:3:9: workers has no value: write a whole number\n"},
      {'O', 3, "workers: [2]\n", "error O:3:10: workers must be a whole number, not a list\n"},
      {'O', 3, "workers: 010\n",
       "error O:3:10: workers is \"010\", which YAML 1.1 does not read in tens: write it so, "
       "without a leading 0\n"},
      {'O', 2, "total_iterations: -1\n",
       "error O:2:19: total_iterations is \"-1\": it must be a whole number from 0 to "
       "9223372036854775807\n"},
      {'O', 2, "total_iterations: 9223372036854775808\n",
       "error O:2:19: total_iterations is \"9223372036854775808\": it must be a whole number from "
       "0 to 9223372036854775807\n"},
      {'O', 2, "total_iterations: 9223372036854775807\n",
       "warning K:6:19: total_iterations is 6 here, but 9223372036854775807 in the orchestrator "
       "config, which decides: make them agree\n"},
      {'K', 6, "total_iterations: 1_000\n",
       "warning K:6:19: total_iterations is 1000 here, but 6 in the orchestrator config, which "
       "decides: make them agree\n"},
  };

  RUN(changes);
}

static void test_names(void **state) {
  static const struct change changes[] = {
      {'K', 1, "session_id: D29-session\n",
       "error K:1:13: session_id \"D29-session\" cannot be used: its first 8 bytes become part of "
       "the Jobs' names, which are of a-z, 0-9 and '-'\n"},
      {'O', 1, "session_id: D28 is not used for names\n", ""},
      {'K', 1, "session_id: a-name-of-some-length-that-no-label-of-kubernetes-will-ever-take-in\n",
       "error K:1:13: session_id \"a-name-of-some-length-that-no-label-of-kubernete…\" cannot be "
       "used: it becomes the value of a label, which has at most 63 characters\n"},
      {'K', 2, "k8s_namespace: Trading\n",
       "error K:2:16: k8s_namespace \"Trading\" cannot be used: such a name is of a-z, 0-9 and "
       "'-', a letter or digit first and last\n"},
      {'K', 3, "image: \" app\"\n",
       "error K:3:8: image \" app\" cannot be used: an image has no blank before or after its "
       "name\n"},
      {'K', 5, "env: a b\n",
       "error K:5:6: env \"a b\" cannot be used: it becomes the value of a label, which is of "
       "letters, digits, '-', '_' and '.', a letter or digit first and last\n"},
  };

  RUN(changes);
}

static void test_variables(void **state) {
  static const struct change changes[] = {
      {'K', 0, "extra_env:\n  A: 6379\n  B: yes\n  C:\n  D: \"\"\n  E: 1e5\n",
       "error K:11:6: extra_env.A must be text, but its value is a number in YAML 1.1: quote "
       "the value\n"
       "error K:12:6: extra_env.B must be text, but its value is a boolean in YAML 1.1: "
       "quote the value\n"
       "error K:13:5: a variable has no value: write one, or \"\" for an empty text, and quote a "
       "value that holds a comma\n"},
      /* What follows a comma may be a piece of a password. */
      {'K', 0, "extra_env: {A: x,hunter2}\n",
       "error K:10:25: a variable has no value: write one, or \"\" for an empty text, and quote a "
       "value that holds a comma\n"},
      {'K', 0, "extra_env: {A: x,hunter2,hunter2: 'y'}\n",
       "error K:10:26: the key \"…\" is already in line 10: remove one of the two\nerror K:10:25: "
       "a variable has no value: write one, or \"\" for an empty text, and quote a value that "
       "holds a comma\n"},
      {'K', 0, "extra_env: {A: x,hunter2: 'y',hunter2}\n",
       "error K:10:31: the key \"…\" is already in line 10: remove one of the two\n"},
      {'K', 0, "extra_env: {A: x,12345}\n",
       "error K:10:18: the key \"…\" is a number in YAML 1.1, not text: put it in quotes\n"},
      {'K', 0, "extra_env: {A: x,!!str hunter2}\n",
       "error K:10:31: a variable has no value: write one, or \"\" for an empty text, and quote a "
       "value that holds a comma\n"},
      {'K', 0, "extra_env: {A: x,!hunter2 y}\n",
       "error K:10:18: the key \"…\" has a tag: remove the tag\n"},
      {'K', 0, "extra_env: {A: x,h\xc3\xbcnter2}\n",
       "error K:10:18: the variable \"…\" cannot be used: the name of a variable is of printable "
       "ASCII characters other than '='\n"},
      {'K', 0, "extra_env:\n  A: !secret\n",
       "error K:11:6: extra_env.A has a tag: remove the tag, and quote the value\n"},
      {'K', 0, "extra_env: [A]\n",
       "error K:10:12: extra_env must be a mapping, such as REDIS_PORT: \"6379\"; or remove the "
       "key\n"},
      {'K', 0, "extra_env:\n",
       "error K:10:11: extra_env must be a mapping, such as REDIS_PORT: \"6379\"; or remove the "
       "key\n"},
      {'K', 0, "extra_env:\n  A=B: x\n",
       "error K:11:3: the variable \"A=…\" cannot be used: the name of a variable is of printable "
       "ASCII characters other than '='\n"},
      {'K', 0, "extra_env:\n  A: x\n  B: x\n  A: y\n",
       "error K:13:3: the key \"A\" is already in line 11: remove one of the two\n"},
      {'K', 0, "extra_env:\n  on: x\n",
       "error K:11:3: the key \"on\" is a boolean in YAML 1.1, not text: put it in quotes\n"},
      {'K', 0, "extra_env:\n  MODE: live\n  SESSION_ID: d29-k8s-demo-session\n  WORKER_ID: w\n",
       "warning K:11:9: extra_env sets MODE to another value in every Job, but its arguments and "
       "labels say \"paper\"\n"
       "warning K:13:14: extra_env sets WORKER_ID to another value in every Job, but its "
       "arguments and labels say which worker it is\n"},
      {'K', 0, "extra_env: {}\n", ""},
  };

  RUN(changes);
}

static void test_resources(void **state) {
  static const struct change changes[] = {
      {'K', 0, "resources:\n  limit:\n    cpu: 1\n",
       "error K:11:3: unknown key \"limit\" in resources: did you mean limits?\n"},
      {'K', 0, "resources:\n  claims: []\n",
       "error K:11:3: unknown key \"claims\" in resources, which has requests and limits: remove "
       "it\n"},
      {'K', 0, "resources: 1\n",
       "error K:10:12: resources must be a mapping, such as requests: {cpu: \"500m\"}; or remove "
       "the key\n"},
      {'K', 0, "resources:\n  limits: [1]\n",
       "error K:11:11: resources.limits must be a mapping, such as cpu: \"500m\"; or remove the "
       "key\n"},
      {'K', 0, "resources:\n  limits:\n    cpu: yes\n    memory:\n    a: [1]\n    b: .inf\n",
       "error K:12:10: resources.limits.cpu is \"yes\": it must be a quantity, such as \"500m\" or "
       "2\n"
       "error K:13:12: resources.limits.memory has no value: it must be a quantity, such as "
       "\"500m\" or 2\n"
       "error K:14:8: resources.limits.a is a list: it must be a quantity, such as \"500m\" or 2\n"
       "error K:15:8: resources.limits.b is \".inf\": it must be a quantity, such as \"500m\" or "
       "2\n"},
      {'K', 0, "resources:\n  limits:\n    cpu: 99999999999999999999\n",
       "error K:12:10: resources.limits.cpu is \"99999999999999999999\": it must be a quantity, "
       "such as \"500m\" or 2\n"},
      {'K', 0, "resources:\n  requests: &a {cpu: 1, memory: 1}\n  limits: {memory: 2, <<: *a}\n",
       "error K:12:11: a merge key (<<) brings in \"cpu\", and YAML readers differ on what it may "
       "replace: write the keys out\n"},
      {'K', 0, "resources: {}\n", ""},
      {'K', 0, "resources: {requests: {}, limits: {cpu: 1, memory: 0.5, x: 500m}}\n", ""},
  };

  RUN(changes);
}

/* Differences are told in the file whose value is not used. */
static void test_differences(void **state) {
  static const struct change changes[] = {
      {'K', 4, "mode: live\n",
       "warning O:4:7: mode is paper here, but live in the Kubernetes config, which decides: make "
       "them agree\n"},
      {'K', 7, "workers: 9\n",
       "warning K:7:10: workers is 9 here, but 2 in the orchestrator config, which decides: make "
       "them agree\n"},
      {'O', 3, "workers: 7\n",
       "warning K:7:10: workers is 2 here, but 7 in the orchestrator config, which decides: make "
       "them agree\n"
       "warning O:3:10: 7 workers share 6 iterations, so 1 of their Jobs will do none: lower "
       "workers to 6\n"},
      {'O', 2, "total_iterations: 0\n",
       "warning K:6:19: total_iterations is 6 here, but 0 in the orchestrator config, which "
       "decides: make them agree\n"
       "warning O:3:10: 2 workers share 0 iterations, so 2 of their Jobs will do none: raise "
       "total_iterations\n"},
      {'O', 8, "base_output_csv: another\n", ""},
  };

  RUN(changes);
}

static void test_all_problems_of_both_files(void **state) {
  struct config_reading *reading = *state;

  config_reading_change(reading, 'O', 3, "workers: 0\nworkers: 1\nmodes: x\n");
  config_reading_change(reading, 'K', 9, "config_path:\n");
  assert_int_equal(config_reading_run(reading), -1);
  assert_string_equal(
      reading->log,
      "error O:4:1: the key \"workers\" is already in line 3: remove one of the two\n"
      "error O:3:10: workers is \"0\": it must be a whole number from 1 to 100000\n"
      "error O:5:1: unknown key \"modes\": did you mean mode?\n"
      "error K:9:13: config_path has no value: write one, or \"\" for an empty text\n");
  assert_non_null(strstr(reading->err.message, "orchestrator.yaml:4:1: "));
}

static void test_files_as_a_whole(void **state) {
  static const struct {
    const char *text;
    size_t length;
    const char *logged;
  } cases[] = {
      {"", 0, "error K: is empty: write the session's keys into it\n"},
      {"# nothing\n---\n", 14, "error K: is empty: write the session's keys into it\n"},
      {"- a\n", 4, "error K:1:1: must be a mapping of keys to values, such as \"workers: 2\"\n"},
      {"a: 1\n---\nb: 1\n", 14,
       "error K:3:1: a second document begins here, but a session configuration is one: remove "
       "it\n"},
  };
  struct config_reading *reading = *state;

  config_reading_write_good(reading);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    config_reading_write(reading->kubernetes, cases[i].text, cases[i].length);
    assert_int_equal(config_reading_run(reading), -1);
    assert_string_equal(reading->log, cases[i].logged);
  }
}

/* What libyaml says is its own; that it is said with its place is ours. */
static void test_bad_yaml(void **state) {
  static const struct {
    const char *text;
    size_t length;
    const char *start;
  } cases[] = {
      {"a: 1\nb: [\n", 10, "error K:3:1: "},
      {"a: \xff\n", 5, "error K:1:"},
      {"a: \0\n", 5, "error K:1:"},
  };
  struct config_reading *reading = *state;

  config_reading_write_good(reading);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    config_reading_write(reading->kubernetes, cases[i].text, cases[i].length);
    assert_int_equal(config_reading_run(reading), -1);
    assert_memory_equal(reading->log, cases[i].start, strlen(cases[i].start));
    assert_ptr_equal(strchr(reading->log, '\n') + 1, reading->log + strlen(reading->log));
  }
}

static void test_files_that_cannot_be_read(void **state) {
  struct config_reading *reading = *state;
  char *large = malloc(1024 * 1024 + 1);

  assert_non_null(large);
  memset(large, '#', 1024 * 1024 + 1);
  config_reading_write_good(reading);
  config_reading_write(reading->kubernetes, large, 1024 * 1024 + 1);
  free(large);
  assert_int_equal(config_reading_run(reading), -1);
  assert_int_equal(reading->err.code, HG_ERROR_LIMIT);
  assert_string_equal(reading->log, "error K: is larger than 1 MiB, so it is no session "
                                    "configuration: name another file\n");

  assert_int_equal(unlink(reading->kubernetes), 0);
  assert_int_equal(config_reading_run(reading), -1);
  assert_int_equal(reading->err.code, HG_ERROR_NOT_FOUND);
  assert_string_equal(reading->log, "error K: cannot be read: No such file or directory\n");

  /* A FIFO that nobody writes to is not waited for. */
  assert_int_equal(mkfifo(reading->kubernetes, 0600), 0);
  assert_int_equal(config_reading_run(reading), -1);
  assert_string_equal(reading->log, "error K: is empty: write the session's keys into it\n");

  assert_int_equal(unlink(reading->kubernetes), 0);
  assert_int_equal(mkdir(reading->kubernetes, 0700), 0);
  assert_int_equal(config_reading_run(reading), -1);
  assert_string_equal(reading->log, "error K: is a directory: name a file in it\n");
  assert_int_equal(rmdir(reading->kubernetes), 0);
}

/* A path that is too long for the error leaves room for what is wrong. */
static void test_long_path(void **state) {
  struct config_reading *reading = *state;
  char path[1024] = "";
  struct hg_error err = HG_ERROR_INIT;

  config_reading_write_good(reading);
  for (int i = 0; i < 80; i++)
    strcat(path, "/nowhere한");
  assert_int_equal(session_config_read(&reading->host, reading->orchestrator, path, &reading->arena,
                                       &reading->session, &err),
                   -1);
  assert_non_null(strstr(err.message, "…"));
  assert_non_null(strstr(err.message, "한: cannot be read: "));
}

static int32_t always_cancelled(const struct hg_host *host) {
  (void)host;
  return 1;
}

static void test_silent_pipe_can_be_cancelled(void **state) {
  struct config_reading *reading = *state;
  struct hg_error err = HG_ERROR_INIT;
  char path[64];
  int ends[2];

  config_reading_write_good(reading);
  assert_int_equal(pipe(ends), 0);
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
  reading->host.cancelled = always_cancelled;
  assert_int_equal(session_config_read(&reading->host, path, reading->kubernetes, &reading->arena,
                                       &reading->session, &err),
                   -1);
  assert_int_equal(err.code, HG_ERROR_CANCELLED);
  assert_int_equal(close(ends[0]) | close(ends[1]), 0);
}

/* 20,000 variables, the last one twice: neither a crash nor a wait. */
static void test_many_variables(void **state) {
  struct config_reading *reading = *state;
  struct text_buffer text;

  text_buffer_init(&text);
  text_buffer_append_string(&text, "extra_env:\n");
  for (int i = 0; i < 20000; i++)
    text_buffer_printf(&text, "  VARIABLE_%d: \"%d\"\n", i, i);
  config_reading_write_good(reading);
  config_reading_change(reading, 'K', 0, text_buffer_string(&text));
  assert_int_equal(config_reading_run(reading), 0);
  assert_int_equal(reading->session.extra_env.count, 20000);
  assert_string_equal(reading->session.extra_env.items[19999].value, "19999");
  text_buffer_append_string(&text, "  VARIABLE_19999: \"x\"\n");
  config_reading_change(reading, 'K', 0, text_buffer_string(&text));
  assert_int_equal(config_reading_run(reading), -1);
  assert_string_equal(reading->log, "error K:20011:3: the key \"VARIABLE_19999\" is already in "
                                    "line 20010: remove one of the two\n");
  text_buffer_finish(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_good),
      TEST(test_keys),
      TEST(test_texts),
      TEST(test_counts),
      TEST(test_names),
      TEST(test_variables),
      TEST(test_resources),
      TEST(test_differences),
      TEST(test_all_problems_of_both_files),
      TEST(test_files_as_a_whole),
      TEST(test_bad_yaml),
      TEST(test_files_that_cannot_be_read),
      TEST(test_long_path),
      TEST(test_silent_pipe_can_be_cancelled),
      TEST(test_many_variables),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
