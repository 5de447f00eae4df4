/* SPDX-License-Identifier: Apache-2.0 */
#include "equal_failures.h"

#include "memory/array.h"
#include "memory/no_memory.h"
#include "text/visible_text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_GROUPS = 200 };

const struct equal_wording equal_errors = {MARK_FAILURE, "Error", "Jobs", 40, 600};

static const char log_indent[] = "      ";

struct failure_group {
  const char *reason;    /* with NAME, POD and FILE in place of the Job's own */
  const char *container; /* the same */
  struct failure first;  /* copied */
  char **names;          /* visible, with their notes, in natural order: those that are listed */
  size_t listed;
  size_t capacity;
  size_t count;
};

void equal_failures_init(struct equal_failures *failures, const struct equal_wording *wording) {
  memset(failures, 0, sizeof *failures);
  failures->wording = *wording;
  arena_init(&failures->arena);
}

void equal_failures_finish(struct equal_failures *failures) {
  for (size_t i = 0; i < failures->count; i++) {
    for (size_t j = 0; j < failures->groups[i].listed; j++)
      free(failures->groups[i].names[j]);
    free(failures->groups[i].names);
  }
  free(failures->groups);
  arena_finish(&failures->arena);
}

#define LOWER_CASE "abcdefghijklmnopqrstuvwxyz"

/* Whether a name or a path goes on with that character. */
static bool goes_on(char c) {
  return c != '\0' && strchr(LOWER_CASE "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/", c);
}

/* Whether `word`, which stands at `found` in `text`, is the Job's own there and no part of another
 * name. One of letters alone may be a word of the sentence: it is a name in quotes and behind a
 * slash only ("a" and job.batch/a). "-" is standard input, and no name. */
static bool is_meant(const char *text, const char *found, const char *word) {
  const char *end = found + strlen(word);
  char before = found > text ? found[-1] : ' ';
  bool is_path = strchr(word, '/') != NULL;

  if (strcmp(word, "-") == 0 || goes_on(*end == '.' ? end[1] : *end) || before == '.' ||
      (goes_on(before) && (is_path || before != '/')))
    return false;
  return word[strspn(word, LOWER_CASE)] || before == '/' || before == '"' || before == '\'';
}

/* The next place of the text from `at` on where `word` is meant; NULL: none. */
static const char *find_meant(const char *text, const char *at, const char *word) {
  while (*word && (at = strstr(at, word)) && !is_meant(text, at, word))
    at++;
  return *word ? at : NULL;
}

/* Puts `stands_for` wherever `word` is meant in the text. */
static void replace(struct text_buffer *text, const char *word, const char *stands_for) {
  struct text_buffer replaced;
  const char *whole = text_buffer_string(text);
  const char *rest = whole;
  const char *found = find_meant(whole, whole, word);
  bool failed;

  if (!found)
    return;
  text_buffer_init(&replaced);
  for (; found; found = find_meant(whole, rest, word)) {
    text_buffer_append(&replaced, rest, (size_t)(found - rest));
    text_buffer_append_string(&replaced, stands_for);
    rest = found + strlen(word);
  }
  text_buffer_append_string(&replaced, rest);
  failed = text->failed || replaced.failed;
  text_buffer_reset(text);
  text_buffer_append(text, text_buffer_string(&replaced), replaced.length);
  text->failed = text->failed || failed;
  text_buffer_finish(&replaced);
}

/* The longer names first: a Pod's, and often a file's, begins with its Job's. */
static void append_unnamed(struct text_buffer *text, const char *string,
                           const struct failure *failure) {
  text_buffer_append_string(text, string);
  replace(text, failure->yaml_path, "FILE");
  replace(text, failure->pod, "POD");
  replace(text, failure->job_name, "NAME");
}

static const char *copy(struct equal_failures *failures, const char *string) {
  return arena_copy(&failures->arena, string, strlen(string));
}

static struct failure_group *find_group(const struct equal_failures *failures, const char *reason,
                                        const char *container, const char *advice) {
  for (size_t i = 0; i < failures->count; i++) {
    struct failure_group *group = &failures->groups[i];

    if (strcmp(group->reason, reason) == 0 && strcmp(group->container, container) == 0 &&
        strcmp(group->first.advice, advice) == 0)
      return group;
  }
  return NULL;
}

static int32_t copy_failure(struct equal_failures *failures, struct failure *into,
                            const struct failure *failure) {
  *into = (struct failure){
      .job_name = copy(failures, failure->job_name),
      .yaml_path = copy(failures, failure->yaml_path),
      .document_number = failure->document_number,
      .place = failure->place ? copy(failures, failure->place) : NULL,
      .note = copy(failures, failure->note),
      .reason = copy(failures, failure->reason),
      .pod = copy(failures, failure->pod),
      .container = copy(failures, failure->container),
      .log_path = copy(failures, failure->log_path),
      .log_tail = {arena_copy(&failures->arena, failure->log_tail.data, failure->log_tail.length),
                   failure->log_tail.length},
      .advice = copy(failures, failure->advice),
  };
  return into->job_name && !into->place == !failure->place && into->yaml_path && into->note &&
                 into->reason && into->pod && into->container && into->log_path &&
                 into->log_tail.data && into->advice
             ? 0
             : -1;
}

static struct failure_group *add_group(struct equal_failures *failures, const char *reason,
                                       const char *container, const struct failure *failure) {
  struct failure_group group = {.reason = copy(failures, reason),
                                .container = copy(failures, container)};

  if (!failures->groups)
    failures->groups = malloc(MOST_GROUPS * sizeof *failures->groups);
  if (!failures->groups || !group.reason || !group.container ||
      copy_failure(failures, &group.first, failure) < 0)
    return NULL;
  failures->groups[failures->count] = group;
  return &failures->groups[failures->count++];
}

static void append_name(struct text_buffer *text, const struct failure *failure) {
  if (failure->place)
    layout_visible(text, failure->place);
  else
    layout_name(text, failure->job_name, failure->yaml_path, failure->document_number);
  layout_visible(text, failure->note);
}

/* Keeps the name where it is one of the first in natural order, as many as are listed. */
static int32_t add_name(const struct equal_failures *failures, struct failure_group *group,
                        const struct failure *failure) {
  size_t at = group->listed;
  struct text_buffer name;
  bool failed;

  text_buffer_init(&name);
  append_name(&name, failure);
  failed = name.failed;
  while (at > 0 && strverscmp(text_buffer_string(&name), group->names[at - 1]) < 0)
    at--;
  if (at < failures->wording.most_names) {
    char **names = array_reserve(group->names, group->listed + 1, &group->capacity, sizeof *names);
    char *copied = names && !failed ? strdup(text_buffer_string(&name)) : NULL;

    group->names = names ? names : group->names;
    failed = !copied;
    if (copied) {
      if (group->listed == failures->wording.most_names)
        free(names[--group->listed]);
      memmove(names + at + 1, names + at, (group->listed++ - at) * sizeof *names);
      names[at] = copied;
    }
  }
  text_buffer_finish(&name);
  group->count++;
  return failed ? -1 : 0;
}

int32_t equal_failures_add(struct equal_failures *failures, const struct failure *failure,
                           bool *is_taken, struct hg_error *err) {
  struct failure_group *group = NULL;
  struct text_buffer reason;
  struct text_buffer container;
  bool failed;

  *is_taken = false;
  text_buffer_init(&reason);
  text_buffer_init(&container);
  append_unnamed(&reason, failure->reason, failure);
  append_unnamed(&container, failure->container, failure);
  failed = reason.failed || container.failed;
  if (!failed) {
    const char *unnamed = text_buffer_string(&reason);
    const char *where = text_buffer_string(&container);

    group = find_group(failures, unnamed, where, failure->advice);
    if (!group && failures->count < MOST_GROUPS) {
      group = add_group(failures, unnamed, where, failure);
      failed = !group;
    }
  }
  text_buffer_finish(&reason);
  text_buffer_finish(&container);
  if (failed || (group && add_name(failures, group, failure) < 0))
    return no_memory(err);
  *is_taken = group != NULL;
  return 0;
}

static void append_names(struct text_buffer *text, const struct equal_wording *wording,
                         const struct failure_group *group) {
  text_buffer_printf(text, "%zu %s: ", group->count, wording->noun);
  for (size_t i = 0; i < group->listed; i++)
    text_buffer_printf(text, "%s%s", i > 0 ? ", " : "", group->names[i]);
  if (group->count > group->listed)
    text_buffer_printf(text, " and %zu more", group->count - group->listed);
}

static void append_line(struct text_buffer *text, const char *label, const char *string) {
  if (!*string)
    return;
  text_buffer_append_string(text, label);
  layout_visible(text, string);
  text_buffer_append_char(text, '\n');
}

static void append_reason(struct text_buffer *text, const struct equal_wording *wording,
                          const char *reason) {
  text_buffer_printf(text, "    %s%s", wording->label, *wording->label ? ": " : "");
  if (wording->most_characters > 0)
    first_line_append(text, reason, strlen(reason), wording->most_characters);
  else
    layout_visible(text, reason);
  text_buffer_append_char(text, '\n');
}

/* Of many, each has a Pod of its own. */
static void append_pods(struct text_buffer *text, const char *container) {
  const char *end = strncmp(container, "POD", 3) == 0 ? container + 3 : container;

  append_line(text, "    Pods: ", end + strspn(end, ",: "));
}

/* From the log's path on. `is_one_of` many: whose log it is has to be said. */
static int32_t append_rest(const struct failure *failure, bool is_one_of, struct section *list,
                           struct hg_error *err) {
  struct text_buffer *text = &list->text;

  if (is_one_of && *failure->log_path) {
    text_buffer_append_string(text, "    Log of ");
    layout_name(text, failure->job_name, failure->yaml_path, failure->document_number);
    append_line(text, ": ", failure->log_path);
  } else {
    append_line(text, "    Log: ", failure->log_path);
  }
  if (failure->log_tail.length > 0) {
    text_buffer_append_string(text, log_indent);
    if (section_append_lines(list, failure->log_tail.data, failure->log_tail.length, log_indent,
                             err) < 0)
      return -1;
    text_buffer_append_char(text, '\n');
  }
  append_line(text, "    Advice: ", failure->advice);
  return section_keep(list, err);
}

void failure_append_name(const struct failure *failure, const struct layout *layout,
                         struct section *list) {
  layout_mark(&list->text, layout, MARK_FAILURE);
  append_name(&list->text, failure);
  text_buffer_append_char(&list->text, '\n');
}

int32_t failure_append_reason(const struct failure *failure, struct section *list,
                              struct hg_error *err) {
  append_reason(&list->text, &equal_errors, failure->reason);
  append_line(&list->text, "    Pod: ", failure->container);
  return append_rest(failure, false, list, err);
}

static void append_group(struct text_buffer *text, const struct equal_wording *wording,
                         const struct failure_group *group) {
  append_names(text, wording, group);
  text_buffer_append_char(text, '\n');
  append_reason(text, wording, group->reason);
  append_pods(text, group->container);
}

static void append_one(struct text_buffer *text, const struct equal_wording *wording,
                       const struct failure *failure) {
  append_name(text, failure);
  if (!*wording->label) {
    append_line(text, ": ", failure->reason);
    return;
  }
  text_buffer_append_char(text, '\n');
  append_reason(text, wording, failure->reason);
  append_line(text, "    Pod: ", failure->container);
}

int32_t equal_failures_append(const struct equal_failures *failures, const struct layout *layout,
                              struct section *list, struct hg_error *err) {
  for (size_t i = 0; i < failures->count; i++) {
    const struct failure_group *group = &failures->groups[i];

    layout_mark(&list->text, layout, failures->wording.mark);
    if (group->count > 1)
      append_group(&list->text, &failures->wording, group);
    else
      append_one(&list->text, &failures->wording, &group->first);
    if (append_rest(&group->first, group->count > 1, list, err) < 0)
      return -1;
  }
  return 0;
}
