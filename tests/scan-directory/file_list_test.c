/* SPDX-License-Identifier: Apache-2.0 */
/* A subdirectory that becomes a link while the directory is read leads nowhere else. openat() is
 * wrapped by the linker: it does to the directory what somebody else might. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "file_list.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int __real_openat(int directory, const char *name, int flags, ...);
int __wrap_openat(int directory, const char *name, int flags, ...);

int __wrap_openat(int directory, const char *name, int flags, ...) {
  if (strcmp(name, "sub") == 0) {
    assert_int_equal(rename("jobs/sub", "jobs/moved"), 0);
    assert_int_equal(symlink("../outside", "jobs/sub"), 0);
  }
  return __real_openat(directory, name, flags);
}

static int32_t goes_on(const struct hg_host *host) {
  (void)host;
  return 0;
}

static void make_file(const char *name) {
  int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  assert_true(fd >= 0);
  assert_int_equal(close(fd), 0);
}

static void a_subdirectory_that_became_a_link(void **state) {
  char directory[] = "/tmp/headgate-file-list-XXXXXX";
  const struct hg_host host = {.struct_size = sizeof host, .cancelled = goes_on};
  struct hg_error error = HG_ERROR_INIT;
  const struct listing_rules rules = {.recursive = true};
  struct file_list list;
  char command[100];

  (void)state;
  assert_non_null(mkdtemp(directory));
  assert_int_equal(chdir(directory), 0);
  assert_int_equal(mkdir("jobs", 0700), 0);
  assert_int_equal(mkdir("jobs/sub", 0700), 0);
  assert_int_equal(mkdir("outside", 0700), 0);
  make_file("jobs/a.yaml");
  make_file("outside/secret.yaml");
  file_list_init(&list);
  assert_int_equal(file_list_add(&list, "jobs", &rules, &host, &error), -1);
  assert_non_null(strstr(error.message, "jobs/sub"));
  for (size_t i = 0; i < list.count; i++)
    assert_null(strstr(list.files[i].path, "secret"));
  file_list_finish(&list);
  assert_int_equal(chdir("/"), 0);
  (void)snprintf(command, sizeof command, "rm -rf '%s'", directory);
  assert_int_equal(system(command), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_subdirectory_that_became_a_link)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
