/* SPDX-License-Identifier: Apache-2.0 */
#include "run/outputs.h"

#include "files/output_place.h"
#include "text/visible_text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_OUTPUTS = 64 };

/* A file, there or to be made: itself, or its directory and its name in that. */
struct file_identity {
  dev_t device;
  ino_t number;
  char name[NAME_MAX + 1]; /* "": the file itself */
};

struct output {
  const char *path; /* as the user named it */
  struct file_identity identity;
};

struct output_list {
  struct output rows[MOST_OUTPUTS];
  size_t count;
};

/* false: nothing is replaced there, so it may be shared; or whoever opens it says what is wrong. */
static bool identify(const char *path, struct file_identity *identity) {
  struct output_place place;
  bool is_file = output_place_find(&place, path) == 0 && place.is_replaced;
  struct stat status = place.status;

  if (is_file && !place.is_there)
    is_file = fstat(place.directory, &status) == 0;
  identity->device = status.st_dev;
  identity->number = status.st_ino;
  (void)snprintf(identity->name, sizeof identity->name, "%s",
                 is_file && !place.is_there ? place.name : "");
  output_place_finish(&place);
  return is_file;
}

static bool are_one(const struct file_identity *a, const struct file_identity *b) {
  return a->device == b->device && a->number == b->number && strcmp(a->name, b->name) == 0;
}

static int32_t refuse(const char *path, const char *why, struct hg_error *err) {
  struct text_buffer shown;
  int32_t result;

  text_buffer_init(&shown);
  visible_text_append(&shown, path, strlen(path));
  result = hg_error_set(err, HG_ERROR_INVALID, "%.160s %s", text_buffer_string(&shown), why);
  text_buffer_finish(&shown);
  return result;
}

/* `path` may be NULL or "-". */
static int32_t add(struct output_list *list, const char *path, struct hg_error *err) {
  struct output *output = &list->rows[list->count];

  if (!path || strcmp(path, "-") == 0 || list->count == MOST_OUTPUTS ||
      !identify(path, &output->identity))
    return 0;
  output->path = path;
  for (size_t i = 0; i < list->count; i++)
    if (are_one(&list->rows[i].identity, &output->identity))
      return refuse(path, "would be written twice: name another file for one of the two", err);
  list->count++;
  return 0;
}

/* The database, and the files beside it that are part of it. */
static int32_t check_history(const struct output_list *list, const char *history,
                             struct hg_error *err) {
  static const char *const endings[] = {"", "-wal", "-shm", "-runs"};
  int32_t result = 0;

  for (size_t i = 0; i < sizeof endings / sizeof *endings && result == 0; i++) {
    struct file_identity identity;
    struct text_buffer path;

    text_buffer_init(&path);
    text_buffer_printf(&path, "%s%s", history, endings[i]);
    if (identify(text_buffer_string(&path), &identity))
      for (size_t j = 0; j < list->count && result == 0; j++)
        if (are_one(&list->rows[j].identity, &identity))
          result = refuse(list->rows[j].path, "is the history, which nothing may replace", err);
    text_buffer_finish(&path);
  }
  return result;
}

int32_t run_check_outputs(const struct run_request *request, struct hg_error *err) {
  struct output_list list = {.count = 0};

  if (add(&list, request->report_file, err) < 0 || add(&list, request->plan_file, err) < 0)
    return -1;
  for (size_t i = 0; i < request->reporters.count; i++) {
    const char *equals = strchr(request->reporters.items[i], '=');
    bool is_program = strncmp(request->reporters.items[i], "exec:", 5) == 0;

    if (equals && !is_program && add(&list, equals + 1, err) < 0)
      return -1;
  }
  return request->history ? check_history(&list, request->history, err) : 0;
}
