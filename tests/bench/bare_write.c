/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a text to many files, and nothing else: what generating manifests is measured against.
 *
 *   bare-write DIRECTORY COUNT FILE [rename]
 *
 * With `rename` each under another name at first, as a file that appears whole is written.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int write_one(int directory, const char *name, const char *text, size_t length) {
  int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

  return fd >= 0 && write(fd, text, length) == (ssize_t)length && close(fd) == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
  static char text[1 << 20];
  int directory = argc > 3 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
  FILE *file = argc > 3 ? fopen(argv[3], "r") : NULL;
  size_t length = file ? fread(text, 1, sizeof text, file) : 0;
  long count = argc > 3 ? strtol(argv[2], NULL, 10) : 0;

  if (directory < 0 || length == 0)
    return 2;
  for (long i = 0; i < count; i++) {
    char name[64];

    (void)snprintf(name, sizeof name, "job-%ld.yaml", i);
    if (write_one(directory, argc > 4 ? ".new" : name, text, length) < 0 ||
        (argc > 4 && renameat(directory, ".new", directory, name) < 0))
      return 1;
  }
  return 0;
}
