/* SPDX-License-Identifier: Apache-2.0 */
#include "own_directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

int enter_directory(void **state) {
  char *directory = strdup("/tmp/headgate-test-XXXXXX");

  *state = directory;
  return directory && mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

int leave_directory(void **state) {
  char command[200];

  if (chdir("/") != 0)
    return -1;
  (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
  free(*state);
  return system(command);
}

void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");

  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}
