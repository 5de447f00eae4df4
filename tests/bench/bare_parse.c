/* SPDX-License-Identifier: Apache-2.0 */
/* The least that reading manifests can cost: opens each file of a directory that ends in .yaml,
 * reads it, and lets libyaml parse it to events that nobody looks at.
 *
 *   bare-parse DIRECTORY
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

/* Parses the text to its end. False: it is no YAML. */
static bool parse(const char *text, size_t length) {
  yaml_parser_t parser;
  yaml_event_t event;
  bool done = false;
  bool fine = yaml_parser_initialize(&parser) == 1;

  yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
  while (fine && !done) {
    fine = yaml_parser_parse(&parser, &event) == 1;
    done = fine && event.type == YAML_STREAM_END_EVENT;
    if (fine)
      yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return fine;
}

int main(int argc, char **argv) {
  static char text[4 << 20];
  DIR *directory = argc == 2 ? opendir(argv[1]) : NULL;
  const struct dirent *entry;
  unsigned long files = 0;

  if (!directory)
    return 2;
  while ((entry = readdir(directory))) {
    size_t length = strlen(entry->d_name);
    ssize_t count;
    int fd;

    if (length < 5 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
      continue;
    fd = openat(dirfd(directory), entry->d_name, O_RDONLY | O_CLOEXEC);
    count = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (count < 0 || !parse(text, (size_t)count))
      return 1;
    (void)close(fd);
    files++;
  }
  (void)closedir(directory);
  printf("%lu\n", files);
  return 0;
}
