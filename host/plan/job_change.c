/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/job_change.h"

#include "memory/name_table.h"
#include "memory/no_memory.h"
#include "plan/server_job.h"
#include "plan/yaml_lines.h"
#include "text/line_diff.h"
#include "text/visible_text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT_LINES = 3 };

/* The Job before or after, as lines. */
struct side {
  json_t *job;
  struct yaml_lines lines;
  uint32_t *numbers; /* of the lines: equal ones have the same */
  bool *changed;     /* the lines that are not on the other side */
};

/* A line of the diff. */
struct diff_line {
  const struct yaml_line *line;
  char sign; /* ' ', '-', '+' */
};

struct diff {
  struct arena arena;
  struct side before;
  struct side after;
  struct diff_line *lines;
  size_t count;
};

static int32_t read_side(struct side *side, const struct hg_bytes *json, struct arena *arena,
                         const struct job_change *change, struct hg_error *err) {
  yaml_lines_init(&side->lines, arena, change->immutable_fields, change->immutable_count);
  side->job = server_job_read(json, err);
  return side->job ? 0 : -1;
}

static void finish_side(struct side *side) {
  yaml_lines_finish(&side->lines);
  free(side->numbers);
  free(side->changed);
  json_decref(side->job);
}

/* The number of a line is that of the first which is equal to it, the hidden value included. */
static int32_t number_line(struct name_table *table, struct arena *arena,
                           const struct yaml_line *line, uint32_t *number) {
  size_t shown = strlen(line->text);
  size_t hidden = line->hidden ? strlen(line->hidden) + 1 : 0; /* a NUL stands between the two */
  char *key = arena_alloc(arena, shown + hidden + 1);
  void **entry;

  if (!key)
    return -1;
  memcpy(key, line->text, shown + 1);
  if (line->hidden)
    memcpy(key + shown + 1, line->hidden, hidden);
  entry = name_table_entry(table, arena, key, (uint32_t)(shown + hidden));
  if (!entry)
    return -1;
  if (!*entry)
    *entry = (void *)(uintptr_t)table->count;
  *number = (uint32_t)(uintptr_t)*entry;
  return 0;
}

static int32_t number_lines(struct name_table *table, struct arena *arena, struct side *side) {
  yaml_lines_add(&side->lines, side->job);
  side->numbers = calloc(side->lines.count + 1, sizeof *side->numbers);
  side->changed = calloc(side->lines.count + 1, sizeof *side->changed);
  if (side->lines.failed || !side->numbers || !side->changed)
    return -1;
  for (size_t i = 0; i < side->lines.count; i++)
    if (number_line(table, arena, &side->lines.items[i], &side->numbers[i]) < 0)
      return -1;
  return 0;
}

/* Both sides in one, what goes before what comes. */
static int32_t merge(struct diff *diff) {
  const struct side *before = &diff->before;
  const struct side *after = &diff->after;
  size_t i = 0;
  size_t j = 0;

  diff->lines = calloc(before->lines.count + after->lines.count + 1, sizeof *diff->lines);
  if (!diff->lines)
    return -1;
  while (i < before->lines.count || j < after->lines.count) {
    struct diff_line *line = &diff->lines[diff->count++];

    if (i < before->lines.count && before->changed[i]) {
      *line = (struct diff_line){&before->lines.items[i++], '-'};
    } else if (j < after->lines.count && after->changed[j]) {
      *line = (struct diff_line){&after->lines.items[j++], '+'};
    } else {
      *line = (struct diff_line){&after->lines.items[j++], ' '};
      i++;
    }
  }
  return 0;
}

/* Where the hunk is, and whether what it changes can be changed. */
static void append_place(struct text_buffer *text, const struct diff_line *lines, size_t count) {
  const char *path = NULL;
  bool is_immutable = false;

  for (size_t i = 0; i < count; i++) {
    if (lines[i].sign == ' ')
      continue;
    if (!path)
      path = lines[i].line->path;
    is_immutable = is_immutable || lines[i].line->is_immutable;
  }
  if (path && *path) {
    text_buffer_append_char(text, ' ');
    visible_text_append(text, path, strlen(path));
  }
  text_buffer_append_string(text, is_immutable ? " (immutable)\n" : "\n");
}

/* Lines `from` to `to`, of which `before` and `after` have that many before them. */
static void append_hunk(struct text_buffer *text, const struct diff *diff, size_t from, size_t to,
                        size_t before, size_t after) {
  size_t before_count = 0;
  size_t after_count = 0;

  for (size_t i = from; i < to; i++) {
    before_count += diff->lines[i].sign != '+';
    after_count += diff->lines[i].sign != '-';
  }
  text_buffer_printf(text, "@@ -%zu,%zu +%zu,%zu @@", before + (before_count > 0), before_count,
                     after + (after_count > 0), after_count);
  append_place(text, diff->lines + from, to - from);
  for (size_t i = from; i < to; i++) {
    const struct diff_line *line = &diff->lines[i];
    bool is_marked = line->sign != ' ' && line->line->is_immutable && !line->line->is_literal;

    text_buffer_append_char(text, line->sign);
    text_buffer_append_string(text, line->line->text);
    text_buffer_append_string(text, is_marked ? "  # immutable\n" : "\n");
  }
}

/* The end of the hunk whose first change is at `at`: changes with few lines between them share one.
 */
static size_t end_of_hunk(const struct diff *diff, size_t at) {
  size_t last = at;

  for (; at < diff->count && at - last <= 2 * CONTEXT_LINES + 1; at++)
    if (diff->lines[at].sign != ' ')
      last = at;
  return last + 1 + CONTEXT_LINES < diff->count ? last + 1 + CONTEXT_LINES : diff->count;
}

static void append_hunks(struct text_buffer *text, const struct diff *diff) {
  size_t before = 0;
  size_t after = 0;
  size_t done = 0;

  for (size_t at = 0; at < diff->count; at++) {
    size_t from;
    size_t end;

    if (diff->lines[at].sign == ' ')
      continue;
    from = at - done > CONTEXT_LINES ? at - CONTEXT_LINES : done;
    for (; done < from; done++) { /* these are on both sides */
      before++;
      after++;
    }
    end = end_of_hunk(diff, at);
    append_hunk(text, diff, from, end, before, after);
    for (; done < end; done++) {
      before += diff->lines[done].sign != '+';
      after += diff->lines[done].sign != '-';
    }
    at = end - 1;
  }
}

static void append_heading(struct text_buffer *text, const char *sign, const struct job_ref *job,
                           const char *what) {
  text_buffer_printf(text, "%s ", sign);
  visible_text_append(text, job->namespace, strlen(job->namespace));
  text_buffer_append_char(text, '/');
  visible_text_append(text, job->name, strlen(job->name));
  text_buffer_printf(text, " (%s)\n", what);
}

/* A Job that was asked for under another name is this one all the same. */
static void take_name(json_t *after, const json_t *before) {
  json_t *name = json_object_get(json_object_get(before, "metadata"), "name");

  (void)json_object_set(json_object_get(after, "metadata"), "name", name);
}

static int32_t compare(struct diff *diff) {
  struct name_table table;

  name_table_init(&table);
  if (number_lines(&table, &diff->arena, &diff->before) < 0 ||
      number_lines(&table, &diff->arena, &diff->after) < 0 ||
      line_diff(diff->before.numbers, diff->before.lines.count, diff->after.numbers,
                diff->after.lines.count, diff->before.changed, diff->after.changed) < 0)
    return -1;
  return merge(diff);
}

int32_t job_change_append(struct text_buffer *text, const struct job_change *change,
                          struct hg_error *err) {
  struct diff diff;
  int32_t result = -1;

  memset(&diff, 0, sizeof diff);
  arena_init(&diff.arena);
  if (read_side(&diff.before, &change->before, &diff.arena, change, err) < 0 ||
      read_side(&diff.after, &change->after, &diff.arena, change, err) < 0)
    goto out;
  take_name(diff.after.job, diff.before.job);
  result = compare(&diff);
  if (result < 0) {
    bool is_too_large = diff.before.lines.bytes > YAML_LINES_MOST_BYTES ||
                        diff.after.lines.bytes > YAML_LINES_MOST_BYTES;

    (void)(is_too_large ? hg_error_set(err, HG_ERROR_LIMIT, "it is too large to be shown")
                        : no_memory(err));
    goto out;
  }
  if (!json_equal(diff.before.job, diff.after.job)) {
    append_heading(text, "---", &change->job, "live");
    append_heading(text, "+++", &change->job, "applied");
    append_hunks(text, &diff);
  }
out:
  finish_side(&diff.before);
  finish_side(&diff.after);
  free(diff.lines);
  arena_finish(&diff.arena);
  return result;
}
