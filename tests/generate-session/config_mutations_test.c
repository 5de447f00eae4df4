/* SPDX-License-Identifier: Apache-2.0 */
/* Damaged configurations: always the same four thousand, made from good ones by chance. Whatever is
 * in a file, reading it ends, and says either a session or what is wrong. */
#include "config_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 4000, LARGEST = 2048 };

static const char good[] = "session_id: \"d29-k8s-demo-session\"\n"
                           "k8s_namespace: trading-bots\n"
                           "image: 'registry/app:1'\n"
                           "mode: &mode paper\n"
                           "env: docker\n"
                           "total_iterations: 6\n"
                           "workers: 2\n"
                           "optimizer: bayesian\n"
                           "config_path: configs/a.yaml\n"
                           "resources:\n"
                           "  requests: {cpu: &base 500m, memory: 0.5}\n"
                           "  limits:\n"
                           "    cpu: 1\n"
                           "    memory: 1_000\n"
                           "extra_env:\n"
                           "  A: \"\\u0041\\n\"\n"
                           "  B: *mode\n"
                           "  C: |\n"
                           "    text\n";

/* What damage is made of. */
static const char *const pieces[] = {
    "",
    "\n",
    " ",
    ": ",
    "- ",
    "? ",
    "#",
    "\"",
    "'",
    "|",
    ">",
    "&a ",
    "*a",
    "*base",
    "<<",
    "{",
    "}",
    "[",
    "]",
    "!!int ",
    "! ",
    "%",
    "---\n",
    "...\n",
    "~",
    "yes",
    "0123",
    "1e999",
    "-9223372036854775808",
    "\t",
    "\r",
    "\xc2\x85",
    "\xff",
    "\xef\xbb\xbf",
    "\xe2\x80\xae",
    "\x01",
    "\\0",
    "\\x",
    "한",
    "mode",
    "workers: 1\n",
};

/* xorshift64: the same everywhere. */
static size_t chance(uint64_t *seed, size_t below) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return (size_t)(*seed % below);
}

/* Cuts something out at a place and puts a piece there. */
static size_t damage(uint64_t *seed, char *text, size_t length) {
  const char *piece = pieces[chance(seed, sizeof pieces / sizeof pieces[0])];
  size_t added = strlen(piece);
  size_t at = chance(seed, length + 1);
  size_t cut = chance(seed, 3) == 0 ? chance(seed, 40) : chance(seed, 3);

  if (cut > length - at)
    cut = length - at;
  if (length - cut + added > LARGEST)
    return length;
  memmove(text + at + added, text + at + cut, length - at - cut);
  memcpy(text + at, piece, added);
  return length - cut + added;
}

static void test_damaged_configurations(void **state) {
  struct config_reading reading;
  uint64_t seed = 29;
  int readable = 0;

  (void)state;
  config_reading_init(&reading);
  config_reading_write_good(&reading);
  for (int round = 0; round < ROUNDS; round++) {
    char text[LARGEST];
    size_t length = strlen(good);
    int32_t result;

    memcpy(text, good, length);
    for (size_t i = chance(&seed, 4); i > 0; i--)
      length = damage(&seed, text, length);
    config_reading_write(reading.kubernetes, text, length);
    result = config_reading_run(&reading);
    if (result == 0) {
      readable++;
      assert_int_equal(reading.err.code, 0);
      assert_null(strstr(reading.log, "error "));
      assert_non_null(reading.session.session_id);
      assert_in_range(reading.session.workers, 1, SESSION_MOST_WORKERS);
    } else {
      assert_int_equal(result, -1);
      assert_int_not_equal(reading.err.code, 0);
      assert_memory_equal(reading.log, "error K:", strlen("error K:"));
      assert_non_null(strstr(reading.err.message, "kubernetes.yaml:"));
    }
  }
  /* Both happen, or the damage is none, or total. */
  assert_in_range(readable, ROUNDS / 10, ROUNDS - ROUNDS / 10);
  config_reading_finish(&reading);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_damaged_configurations)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
