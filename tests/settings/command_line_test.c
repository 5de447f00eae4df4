/* SPDX-License-Identifier: Apache-2.0 */
/* What can be typed and what cannot; the gate stays closed unless it was told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings/command_line.h"
#include "settings/flag_table.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 16 };

/* A command line on its way into the settings. */
struct parsed {
  struct settings settings;
  struct command_line line;
  struct hg_error error;
};

/* Parses the words of `text`, separated by spaces, as far as `main` does. */
static int32_t parse(struct parsed *parsed, const char *text) {
  static char words[512];
  static const char *argv[MOST_WORDS + 1];
  size_t argc = 0;

  (void)strncpy(words, text, sizeof words - 1);
  for (char *word = strtok(words, " "); word && argc < MOST_WORDS; word = strtok(NULL, " "))
    argv[argc++] = word;
  argv[argc] = NULL;
  settings_init(&parsed->settings);
  parsed->error = (struct hg_error)HG_ERROR_INIT;
  if (command_line_parse(argc, argv, &parsed->settings.arena, &parsed->line, &parsed->error) < 0)
    return -1;
  if (!parsed->line.command)
    return 0;
  if (command_line_assign(&parsed->line, &parsed->settings, &parsed->error) < 0)
    return -1;
  return command_line_check(&parsed->settings, &parsed->error);
}

static void assert_wrong(const char *text, const char *message) {
  struct parsed parsed;

  assert_int_equal(parse(&parsed, text), -1);
  assert_string_equal(parsed.error.message, message);
  settings_finish(&parsed.settings);
}

static void test_values_in_both_forms(void **state) {
  struct parsed parsed;

  (void)state;
  assert_int_equal(parse(&parsed, "headgate apply --jobs-dir=a=b --context c --apply -ojson -qv"),
                   0);
  assert_string_equal(parsed.settings.command, "apply");
  assert_string_equal(parsed.settings.jobs_dir, "a=b");
  assert_string_equal(parsed.settings.context, "c");
  assert_true(parsed.settings.apply);
  assert_true(parsed.settings.quiet);
  assert_true(parsed.settings.verbose);
  assert_int_equal(parsed.settings.output, OUTPUT_JSON);
  assert_null(parsed.settings.kubeconfig);
  settings_finish(&parsed.settings);
}

static void test_the_gate_is_closed_unless_told(void **state) {
  struct parsed parsed;

  (void)state;
  assert_int_equal(parse(&parsed, "headgate apply --jobs-dir a"), 0);
  assert_false(parsed.settings.apply);
  settings_finish(&parsed.settings);
}

static void test_flags_of_plugins(void **state) {
  struct parsed parsed;

  (void)state;
  assert_int_equal(parse(&parsed, "headgate run --jobs-dir a --recursive --timeout 7 "
                                  "--set report-json.indent=0 --reporter json=x --reporter tap=y"),
                   0);
  assert_int_equal(parsed.settings.kept.options.count, 4);
  assert_string_equal(parsed.settings.kept.options.items[0].plugin, "scan-directory");
  assert_string_equal(parsed.settings.kept.options.items[0].option, "recursive");
  assert_string_equal(parsed.settings.kept.options.items[0].value, "true");
  assert_string_equal(parsed.settings.kept.options.items[1].value, "7");
  assert_string_equal(parsed.settings.kept.options.items[1].origin, "--timeout");
  assert_string_equal(parsed.settings.kept.options.items[2].plugin, "apply-server");
  assert_string_equal(parsed.settings.kept.options.items[2].value, "7");
  assert_string_equal(parsed.settings.kept.options.items[3].option, "indent");
  assert_string_equal(parsed.settings.kept.options.items[3].value, "0");
  assert_int_equal(parsed.settings.reporters.count, 2);
  assert_string_equal(parsed.settings.reporters.items[1], "tap=y");
  settings_finish(&parsed.settings);
}

static void test_operands(void **state) {
  struct parsed parsed;

  (void)state;
  assert_int_equal(parse(&parsed, "headgate history diff 1 -- -2"), 0);
  assert_int_equal(parsed.settings.operands.count, 3);
  assert_string_equal(parsed.settings.operands.items[2], "-2");
  settings_finish(&parsed.settings);
}

static void test_help_needs_nothing_else(void **state) {
  struct parsed parsed;

  (void)state;
  assert_int_equal(parse(&parsed, "headgate --help"), 0);
  assert_true(parsed.line.help);
  settings_finish(&parsed.settings);
  assert_int_equal(parse(&parsed, "headgate --version"), 0);
  assert_true(parsed.line.version);
  settings_finish(&parsed.settings);
}

static void test_wrong_command_lines(void **state) {
  (void)state;
  assert_wrong("headgate aply", "unknown command 'aply': did you mean 'apply'?");
  assert_wrong("headgate zzzzzz", "unknown command 'zzzzzz': `headgate --help` lists the commands");
  assert_wrong("headgate apply --aply", "unknown flag '--aply': did you mean '--apply'?");
  assert_wrong("headgate apply --jobs-dirr=x",
               "unknown flag '--jobs-dirr': did you mean '--jobs-dir'?");
  assert_wrong("headgate apply --zzzzzz",
               "unknown flag '--zzzzzz': `headgate help apply` lists the flags");
  assert_wrong("headgate apply -z", "unknown flag '-z': `headgate help apply` lists the flags");
  assert_wrong("headgate apply --jobs-dir", "--jobs-dir needs a value: --jobs-dir DIR");
  assert_wrong("headgate apply --apply=yes --jobs-dir x",
               "--apply takes no value: leave '=yes' out");
  assert_wrong("headgate apply", "'headgate apply' needs files or directories: name them, or - for "
                                 "standard input, or give --jobs-dir or --plan");
  assert_wrong("headgate validate --apply --jobs-dir x",
               "'headgate validate' takes no --apply: see `headgate validate --help`");
  assert_wrong("headgate --apply validate --jobs-dir x",
               "'headgate validate' takes no --apply: see `headgate help validate`");
  assert_wrong("headgate run --jobs-dir x y",
               "'headgate run' takes no 'y': see `headgate run --help`");
  assert_wrong("headgate apply --jobs-dir x -o yaml", "--output must be text or json; got 'yaml'");
  assert_wrong("headgate apply --jobs-dir x --color red",
               "--color must be auto, always or never; got 'red'");
  assert_wrong("headgate apply --jobs-dir x --threads 0",
               "--threads must be a whole number from 1 to 64; got '0'");
  assert_wrong("headgate apply --jobs-dir x --threads 1x",
               "--threads must be a whole number from 1 to 64; got '1x'");
  assert_wrong("headgate apply --jobs-dir x --timeout 0",
               "--timeout must be a whole number from 1 to 86400; got '0'");
  assert_wrong("headgate apply --jobs-dir x --timeout 99999999999999999999",
               "--timeout must be a whole number from 1 to 86400; got '99999999999999999999'");
  assert_wrong("headgate apply --jobs-dir=", "--jobs-dir must not be empty");
  assert_wrong("headgate apply --jobs-dir x --set a",
               "--set takes PLUGIN.OPTION=VALUE, such as scan-directory.recursive=true; got 'a'");
  assert_wrong("headgate apply --jobs-dir x --set a=b.c",
               "--set takes PLUGIN.OPTION=VALUE, such as scan-directory.recursive=true; got "
               "'a=b.c'");
  assert_wrong("headgate run --jobs-dir x --k8s-config y",
               "--orchestrator-config and --k8s-config go together: give both, or neither");
  assert_wrong("headgate run --jobs-dir x --apply --no-history",
               "--apply needs the history: leave --no-history out");
}

static void test_a_run_goes_on_as_it_was_begun(void **state) {
  static const char *const then[] = {"headgate",       "apply",      "--jobs-dir",  "x",
                                     "--parallel=7",   "--strict",   "--validator", "a",
                                     "--validator=b",  "--applier",  "c",           "--applier=d",
                                     "--scanner=gone", "--preflight"};
  struct kept_settings kept;
  struct command_line begun;
  struct parsed parsed;

  (void)state;
  assert_int_equal(parse(&parsed, "headgate resume --scanner mine --parallel 9"), 0);
  assert_int_equal(command_line_parse(sizeof then / sizeof *then, then, &parsed.settings.arena,
                                      &begun, &parsed.error),
                   0);
  assert_int_equal(command_line_keep(&begun, "/begun", &parsed.settings, "/here",
                                     &parsed.settings.arena, &kept, &parsed.error),
                   0);
  assert_true(kept.strict);
  assert_string_equal(kept.scanner, "mine");
  assert_string_equal(kept.applier, "d");
  assert_int_equal(kept.validators.count, 2);
  assert_string_equal(kept.validators.items[1], "b");
  /* The last of a name wins. */
  assert_int_equal(kept.options.count, 4); /* of two appliers */
  assert_string_equal(kept.options.items[0].value, "7");
  assert_string_equal(kept.options.items[2].value, "9");
  /* Each path starts where it was typed. */
  assert_string_equal(kept.options.items[0].directory, "/begun");
  assert_string_equal(kept.options.items[2].directory, "/here");
  assert_false(parsed.settings.kept.strict);
  settings_finish(&parsed.settings);
}

static void test_tables_are_sound(void **state) {
  struct settings *settings = NULL;

  (void)state;
  assert_true(flag_count <= sizeof settings->sources);
  for (size_t i = 0; i < flag_count; i++) {
    assert_non_null(flag_table[i].help);
    assert_true(flag_table[i].commands != 0 || flag_table[i].source != FROM_COMMAND_LINE);
    /* What a resumed run keeps has its place among what is kept, and nothing else has. */
    if (!flag_is_option(&flag_table[i]))
      assert_int_equal((flag_table[i].commands & KEPT_BY_RESUME) != 0,
                       flag_table[i].offset >= offsetof(struct settings, kept) &&
                           flag_table[i].offset <
                               offsetof(struct settings, kept) + sizeof settings->kept);
    for (size_t j = 0; j < i; j++) {
      assert_string_not_equal(flag_table[i].name, flag_table[j].name);
      assert_true(!flag_table[i].letter || flag_table[i].letter != flag_table[j].letter);
    }
  }
}

/* What help shows can be typed, and two subjects never take turns. */
static void test_examples_and_subjects(void **state) {
  (void)state;
  for (size_t i = 0; i < command_count; i++) {
    const char *example = command_table[i].examples;
    size_t count = 0;

    for (; *example; count++) {
      size_t length = strcspn(example, "\n");
      struct parsed parsed;
      char line[200];

      assert_true(length < sizeof line);
      (void)snprintf(line, sizeof line, "%.*s", (int)length, example);
      if (parse(&parsed, line) < 0)
        fail_msg("%s: %s", line, parsed.error.message);
      assert_string_equal(parsed.settings.command, command_table[i].name);
      settings_finish(&parsed.settings);
      example += length + (example[length] == '\n');
    }
    assert_true(count == 2 || count == 3);
  }
  for (size_t i = 1; i < flag_count; i++)
    for (size_t j = 0; flag_subject(&flag_table[i]) != flag_subject(&flag_table[i - 1]) && j < i;
         j++)
      assert_string_not_equal(flag_subject(&flag_table[j]), flag_subject(&flag_table[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values_in_both_forms),
      cmocka_unit_test(test_the_gate_is_closed_unless_told),
      cmocka_unit_test(test_flags_of_plugins),
      cmocka_unit_test(test_operands),
      cmocka_unit_test(test_help_needs_nothing_else),
      cmocka_unit_test(test_wrong_command_lines),
      cmocka_unit_test(test_a_run_goes_on_as_it_was_begun),
      cmocka_unit_test(test_tables_are_sound),
      cmocka_unit_test(test_examples_and_subjects),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
