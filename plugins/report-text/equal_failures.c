/* SPDX-License-Identifier: Apache-2.0 */
#include "equal_failures.h"

#include "memory/no_memory.h"
#include "text/visible_text.h"

#include <stdlib.h>
#include <string.h>

enum {
  ERROR_LENGTH = 600,  /* characters of an error's line */
  MOST_COMPARED = 200, /* groups: where there are more, failures are not of a kind */
  MOST_NAMES = 40,
};

struct failure_group {
  const char *reason;     /* with NAME and FILE in place of the Job's own */
  const char *own_reason; /* of its first Job */
  const char *advice;
  const char **names; /* visible */
  size_t count;
  size_t capacity;
};

void equal_failures_init(struct equal_failures *failures) {
  memset(failures, 0, sizeof *failures);
  arena_init(&failures->arena);
}

void equal_failures_finish(struct equal_failures *failures) {
  for (size_t i = 0; i < failures->count; i++)
    free(failures->groups[i]->names);
  free(failures->groups);
  arena_finish(&failures->arena);
}

/* Appends `string` with `word` as `stands_for`. */
static void append_replaced(struct text_buffer *text, const char *string, const char *word,
                            const char *stands_for) {
  const char *found;

  for (; *word && (found = strstr(string, word)); string = found + strlen(word)) {
    text_buffer_append(text, string, (size_t)(found - string));
    text_buffer_append_string(text, stands_for);
  }
  text_buffer_append_string(text, string);
}

static const char *copy(struct equal_failures *failures, const char *string) {
  return arena_copy(&failures->arena, string, strlen(string));
}

static struct failure_group *find_group(const struct equal_failures *failures, const char *reason,
                                        const char *advice) {
  for (size_t i = 0; i < failures->count && i < MOST_COMPARED; i++)
    if (strcmp(failures->groups[i]->reason, reason) == 0 &&
        strcmp(failures->groups[i]->advice, advice) == 0)
      return failures->groups[i];
  return NULL;
}

static struct failure_group *add_group(struct equal_failures *failures, const char *reason,
                                       const struct hg_job_result *result) {
  struct failure_group *group = arena_alloc(&failures->arena, sizeof *group);

  if (failures->count == failures->capacity) {
    size_t capacity = failures->capacity * 2 + 16;
    struct failure_group **groups = realloc(failures->groups, capacity * sizeof(void *));

    if (!groups)
      return NULL;
    failures->groups = groups;
    failures->capacity = capacity;
  }
  if (!group)
    return NULL;
  memset(group, 0, sizeof *group);
  group->reason = copy(failures, reason);
  group->own_reason = copy(failures, result->reason);
  group->advice = copy(failures, result->advice ? result->advice : "");
  if (!group->reason || !group->own_reason || !group->advice)
    return NULL;
  failures->groups[failures->count++] = group;
  return group;
}

static int32_t add_name(struct equal_failures *failures, struct failure_group *group,
                        const struct hg_job_result *result) {
  struct text_buffer name;

  if (group->count == group->capacity) {
    size_t capacity = group->capacity * 2 + 4;
    const char **names = realloc(group->names, capacity * sizeof *names);

    if (!names)
      return -1;
    group->names = names;
    group->capacity = capacity;
  }
  text_buffer_init(&name);
  layout_name(&name, result->job_name, result->yaml_path, result->document_number);
  group->names[group->count] = name.failed ? NULL : copy(failures, text_buffer_string(&name));
  text_buffer_finish(&name);
  return group->names[group->count] ? (group->count++, 0) : -1;
}

int32_t equal_failures_add(struct equal_failures *failures, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct failure_group *group = NULL;
  struct text_buffer unnamed;
  struct text_buffer reason;
  bool failed;

  text_buffer_init(&unnamed);
  text_buffer_init(&reason);
  append_replaced(&unnamed, result->reason, result->yaml_path, "FILE");
  append_replaced(&reason, text_buffer_string(&unnamed), result->job_name, "NAME");
  failed = unnamed.failed || reason.failed;
  if (!failed) {
    group = find_group(failures, text_buffer_string(&reason), result->advice ? result->advice : "");
    if (!group)
      group = add_group(failures, text_buffer_string(&reason), result);
  }
  text_buffer_finish(&unnamed);
  text_buffer_finish(&reason);
  return group && add_name(failures, group, result) == 0 ? 0 : no_memory(err);
}

static int by_name(const void *left, const void *right) {
  return strverscmp(*(const char *const *)left, *(const char *const *)right);
}

static void append_names(struct text_buffer *text, const struct failure_group *group) {
  qsort(group->names, group->count, sizeof *group->names, by_name);
  text_buffer_printf(text, "%zu Jobs: ", group->count);
  for (size_t i = 0; i < group->count && i < MOST_NAMES; i++)
    text_buffer_printf(text, "%s%s", i > 0 ? ", " : "", group->names[i]);
  if (group->count > MOST_NAMES)
    text_buffer_printf(text, " and %zu more", group->count - MOST_NAMES);
}

int32_t equal_failures_append(const struct equal_failures *failures, const struct layout *layout,
                              struct section *list, struct hg_error *err) {
  for (size_t i = 0; i < failures->count; i++) {
    const struct failure_group *group = failures->groups[i];
    const char *reason = group->count > 1 ? group->reason : group->own_reason;

    layout_mark(&list->text, layout, MARK_FAILURE);
    if (group->count > 1)
      append_names(&list->text, group);
    else
      text_buffer_append_string(&list->text, group->names[0]);
    text_buffer_append_string(&list->text, "\n    Error: ");
    first_line_append(&list->text, reason, strlen(reason), ERROR_LENGTH);
    text_buffer_append_char(&list->text, '\n');
    if (*group->advice) {
      text_buffer_append_string(&list->text, "    Advice: ");
      layout_visible(&list->text, group->advice);
      text_buffer_append_char(&list->text, '\n');
    }
    if (section_keep(list, err) < 0)
      return -1;
  }
  return 0;
}
