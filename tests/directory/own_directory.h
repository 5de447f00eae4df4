/* SPDX-License-Identifier: Apache-2.0 */
/* A working directory of its own for each test. */
#ifndef TESTS_DIRECTORY_OWN_DIRECTORY_H
#define TESTS_DIRECTORY_OWN_DIRECTORY_H

/* cmocka fixtures: *state is the directory's absolute path. What is in it goes with it. */
int enter_directory(void **state);
int leave_directory(void **state);

/* The file `path` is `text`; the test fails where that does not go. */
void write_file(const char *path, const char *text);

#endif
