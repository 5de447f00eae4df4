/* SPDX-License-Identifier: Apache-2.0 */
/* A quoted command, given to a shell, must run the same program with the same words.
 *
 * The program is this test itself, under the name that the command gives it: under any name but its
 * own it prints its words, each with a NUL after it.
 */
#include "text/shell_quote.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_OUTPUT = 64 * 1024 };

static char directory[PATH_MAX]; /* $PATH of the shell: links to this program */

/* The first one is everywhere; the others have reserved words and expansions of their own. */
static const char *const shells[] = {"/bin/sh", "/bin/bash", "/bin/zsh"};

static const char *quote(struct text_buffer *text, const char *const *words, size_t count) {
  text_buffer_reset(text);
  shell_quote_append(text, words, count);
  assert_false(text->failed);
  return text_buffer_string(text);
}

static void link_program(const char *name) {
  char path[PATH_MAX + 300];
  char self[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

  assert_true(length > 0);
  self[length] = '\0';
  assert_true(snprintf(path, sizeof path, "%s/%s", directory, name) < (int)sizeof path);
  assert_true(symlink(self, path) == 0 || errno == EEXIST);
}

/* Runs `line` and returns the number of bytes that it printed. */
static size_t run_shell(const char *shell, const char *line, char output[MOST_OUTPUT]) {
  size_t length = 0;
  ssize_t count;
  int ends[2];
  int status = -1;
  pid_t child;

  assert_int_equal(pipe(ends), 0);
  child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    if (dup2(ends[1], STDOUT_FILENO) < 0 || chdir(directory) != 0 ||
        setenv("PATH", directory, 1) != 0)
      _exit(126);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)execl(shell, shell, "-c", line, (char *)NULL);
    _exit(127);
  }
  (void)close(ends[1]);
  while ((count = read(ends[0], output + length, MOST_OUTPUT - length)) > 0)
    length += (size_t)count;
  (void)close(ends[0]);
  assert_int_equal(waitpid(child, &status, 0), child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    fail_msg("%s could not run: %s", shell, line);
  return length;
}

static void assert_runs_in(const char *shell, const char *const *words, size_t count) {
  char *output = malloc(MOST_OUTPUT);
  struct text_buffer line;
  size_t length;
  size_t at = 0;

  assert_non_null(output);
  text_buffer_init(&line);
  length = run_shell(shell, quote(&line, words, count), output);
  for (size_t i = 0; i < count; i++) {
    assert_true(at < length);
    assert_string_equal(output + at, words[i]);
    at += strlen(words[i]) + 1;
  }
  assert_int_equal(at, length);
  text_buffer_finish(&line);
  free(output);
}

static void assert_round_trip(const char *const *words, size_t count) {
  for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
    if (i == 0 || access(shells[i], X_OK) == 0)
      assert_runs_in(shells[i], words, count);
}

static void words_survive_a_shell(void **state) {
  static const char *const words[] = {
      "show",    "plain",    "",       " ",     "two words",   "'",        "''",       "a'b",
      "'a",      "a'",       "\"",     "$HOME", "$(echo x)",   "`echo x`", "\\",       "a\\'b",
      "\\n",     "a\nb",     "\n",     "\t",    "*",           "?",        "[a-z]",    "{a,b}",
      "~",       "~root",    "#x",     "a#b",   "!",           "!!",       ";",        "a;b",
      "&",       "|",        ">",      "<x",    "2>&1",        "(",        ")",        "A=b",
      "A+=b",    "=ls",      "if",     "-n",    "--",          "--a=b",    "\x01\x1b", "\x7f",
      "한글",    "\xff\xfe", "a:~b",   "a=~b",  "/a/b.c,d+@%", "^x",       "x^",       "\r\n",
      "${x:-y}", "1",        "a'\\''b"};

  (void)state;
  link_program("show");
  assert_round_trip(words, sizeof words / sizeof words[0]);
}

static void every_byte_survives_a_shell(void **state) {
  char text[256][4];
  const char *words[256] = {"show"};
  size_t count = 1;

  (void)state;
  link_program("show");
  for (int byte = 1; byte < 256; byte++) {
    text[byte][0] = 'a';
    text[byte][1] = (char)byte;
    text[byte][2] = 'z';
    text[byte][3] = '\0';
    words[count++] = text[byte];
  }
  assert_round_trip(words, count);
  for (int byte = 1; byte < 256; byte++) {
    text[byte][0] = (char)byte;
    text[byte][1] = '\0';
  }
  assert_round_trip(words, count);
}

/* Names that a shell takes for itself when they stand first. */
static void programs_are_found_whatever_their_name(void **state) {
  static const char *const names[] = {
      "A=b",  "_x=",      "A+=b", "if",     "while", "case", "do",     "done",
      "then", "else",     "elif", "esac",   "fi",    "for",  "until",  "in",
      "time", "function", "!",    "{",      "}",     "[[",   "select", "a b",
      "#x",   "x'y",      "~",    "coproc", "a=b=c", "=x",   "9=x",    "a.b=c"};

  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *words[] = {names[i], "apply", "-f", "x=y"};

    link_program(names[i]);
    assert_round_trip(words, 4);
  }
}

static void leaves_alone_what_needs_no_quotes(void **state) {
  static const char *const kubectl[] = {"/usr/bin/kubectl", "apply", "-f",
                                        "out/job-00-arb_tuning.yaml", "--context=a@b:6443"};
  static const char *const spaced[] = {"kubectl", "my jobs/a.yaml", "it's", ""};
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  assert_string_equal(quote(&text, kubectl, 5),
                      "/usr/bin/kubectl apply -f out/job-00-arb_tuning.yaml --context=a@b:6443");
  assert_string_equal(quote(&text, spaced, 4), "kubectl 'my jobs/a.yaml' 'it'\\''s' ''");
  assert_string_equal(quote(&text, spaced, 0), "");
  text_buffer_finish(&text);
}

static int make_directory(void **state) {
  const char *parent = getenv("TMPDIR");

  (void)state;
  (void)snprintf(directory, sizeof directory, "%s/headgate-shell-quote-XXXXXX",
                 parent && *parent ? parent : "/tmp");
  return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state) {
  char command[PATH_MAX + 16];

  (void)state;
  (void)snprintf(command, sizeof command, "rm -rf '%s'", directory);
  return system(command) == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_survive_a_shell),
      cmocka_unit_test(every_byte_survives_a_shell),
      cmocka_unit_test(programs_are_found_whatever_their_name),
      cmocka_unit_test(leaves_alone_what_needs_no_quotes),
  };

  if (!strstr(argv[0], "shell_quote_test")) {
    for (int i = 0; i < argc; i++) {
      const char *slash = i == 0 ? strrchr(argv[0], '/') : NULL;
      const char *word = slash ? slash + 1 : argv[i];

      (void)fwrite(word, 1, strlen(word) + 1, stdout);
    }
    return fflush(stdout) == 0 ? 0 : 1;
  }
  return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
