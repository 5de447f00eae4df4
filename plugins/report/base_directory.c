/* SPDX-License-Identifier: Apache-2.0 */
#include "report/base_directory.h"

#include "memory/no_memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Takes the last part away: "/a/b" becomes "/a", "/a" becomes "". */
static void remove_last_part(struct text_buffer *plain) {
  const char *slash = plain->length > 0 ? strrchr(plain->data, '/') : NULL;

  if (!slash)
    return;
  plain->length = (size_t)(slash - plain->data);
  plain->data[plain->length] = '\0';
}

/* Appends the parts of `path`, each with a slash before it, without "." and "..". The root
 * directory is "". */
static void append_parts(struct text_buffer *plain, const char *path) {
  while (*path) {
    size_t length = strcspn(path, "/");

    if (length == 2 && memcmp(path, "..", 2) == 0) {
      remove_last_part(plain);
    } else if (length > 0 && !(length == 1 && *path == '.')) {
      text_buffer_append_char(plain, '/');
      text_buffer_append(plain, path, length);
    }
    path += length;
    path += *path == '/' ? 1 : 0;
  }
}

static void append_absolute(const struct base_directory *base, struct text_buffer *plain,
                            const char *path) {
  if (*path != '/')
    append_parts(plain, text_buffer_string(&base->working));
  append_parts(plain, path);
}

int32_t base_directory_init(struct base_directory *base, const char *path, struct hg_error *err) {
  char name[PATH_MAX];

  text_buffer_init(&base->working);
  text_buffer_init(&base->given);
  text_buffer_init(&base->real);
  if (getcwd(name, sizeof name) && *name == '/')
    append_parts(&base->working, name);
  if (path && *path) {
    append_absolute(base, &base->given, path);
    if (realpath(path, name))
      append_parts(&base->real, name);
  }
  if (!base->working.failed && !base->given.failed && !base->real.failed)
    return 0;
  base_directory_finish(base);
  return no_memory(err);
}

void base_directory_finish(struct base_directory *base) {
  text_buffer_finish(&base->working);
  text_buffer_finish(&base->given);
  text_buffer_finish(&base->real);
}

/* What follows `directory` in `plain`, or NULL. */
static const char *inside(const struct text_buffer *plain, const struct text_buffer *directory) {
  if (directory->length == 0 || plain->length <= directory->length ||
      memcmp(plain->data, directory->data, directory->length) != 0 ||
      plain->data[directory->length] != '/')
    return NULL;
  return plain->data + directory->length + 1;
}

void base_directory_append(const struct base_directory *base, struct text_buffer *text,
                           const char *path) {
  struct text_buffer plain;
  const char *found = NULL;

  text_buffer_init(&plain);
  if (base->given.length > 0 && (*path == '/' || base->working.length > 0)) {
    append_absolute(base, &plain, path);
    found = inside(&plain, &base->given);
    if (!found)
      found = inside(&plain, &base->real);
  }
  text_buffer_append_string(text, found ? found : path);
  text->failed = text->failed || plain.failed;
  text_buffer_finish(&plain);
}
