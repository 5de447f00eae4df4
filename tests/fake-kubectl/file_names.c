/* SPDX-License-Identifier: Apache-2.0 */
#include "file_names.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Copies the field at *at to `field` and moves behind it. 1: it is no CSV. */
static int next_field(const char **at, char *field) {
  const char *from = *at;

  if (*from == '"') {
    for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
      from += *from == '"';
      *field++ = *from;
    }
    if (*from++ != '"' || (*from && *from != ',' && *from != '\n'))
      return 1;
  } else {
    while (*from && *from != ',' && *from != '\n') {
      if (*from == '"')
        return 1;
      *field++ = *from++;
    }
  }
  *field = '\0';
  *at = from;
  return 0;
}

/* One member of the list. */
static int take_member(const char *member, void (*each)(void *context, const char *path),
                       void *context) {
  struct stat status;
  glob_t found;

  if (strncmp(member, "http://", 7) == 0 || strncmp(member, "https://", 8) == 0) {
    (void)fprintf(stderr, "error: unable to read URL \"%s\", server reported 404 Not Found\n",
                  member);
    return 1;
  }
  if (strcmp(member, "-") == 0 || stat(member, &status) == 0 ||
      glob(member, 0, NULL, &found) != 0) {
    each(context, member);
    return 0;
  }
  for (size_t i = 0; i < found.gl_pathc; i++)
    each(context, found.gl_pathv[i]);
  globfree(&found);
  return 0;
}

int file_names_each(const char *word, void (*each)(void *context, const char *path),
                    void *context) {
  char *field = malloc(strlen(word) + 1);
  const char *at = word;
  int status = 0;

  if (!field)
    return 1;
  for (;;) {
    if (next_field(&at, field) != 0) {
      (void)fprintf(stderr,
                    "error: invalid argument \"%s\" for \"-f, --filename\" flag: parse error\n",
                    word);
      status = 1;
      break;
    }
    status |= take_member(field, each, context);
    if (*at != ',')
      break; /* the end, or that of the first line: the rest is not read */
    at++;
  }
  free(field);
  return status;
}
