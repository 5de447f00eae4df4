/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/expected_jobs.h"

#include "memory/array.h"
#include "memory/no_memory.h"
#include "text/visible_text.h"

#include <stdlib.h>
#include <string.h>

void expected_jobs_init(struct expected_jobs *expected) {
  memset(expected, 0, sizeof *expected);
  arena_init(&expected->arena);
  name_table_init(&expected->places);
  text_buffer_init(&expected->key);
  text_buffer_init(&expected->differences);
}

void expected_jobs_finish(struct expected_jobs *expected) {
  arena_finish(&expected->arena);
  text_buffer_finish(&expected->key);
  text_buffer_finish(&expected->differences);
  free(expected->jobs);
  expected_jobs_init(expected);
}

/* What the table knows a document by: its path, a NUL, its number. */
static char *key_of(const char *path, uint32_t document_number, struct text_buffer *text) {
  text_buffer_reset(text);
  text_buffer_append(text, path, strlen(path) + 1);
  text_buffer_append(text, (const char *)&document_number, sizeof document_number);
  return text->failed ? NULL : text->data;
}

/* -1 where memory is out; *found is NULL where the document is not expected. */
static int32_t find(struct expected_jobs *expected, const char *path, uint32_t document_number,
                    struct expected_job **found) {
  const char *key = key_of(path, document_number, &expected->key);
  uintptr_t place;

  *found = NULL;
  if (!key)
    return -1;
  place = (uintptr_t)name_table_find(&expected->places, key, (uint32_t)expected->key.length);
  if (place > 0)
    *found = &expected->jobs[place - 1];
  return 0;
}

/* Room for one more. */
static int32_t grow(struct expected_jobs *expected) {
  struct expected_job *jobs =
      array_reserve(expected->jobs, expected->count + 1, &expected->capacity, sizeof *jobs);

  if (jobs)
    expected->jobs = jobs;
  return jobs ? 0 : -1;
}

int32_t expected_jobs_add(struct expected_jobs *expected, const struct expected_job *job,
                          struct hg_error *err) {
  struct expected_job *known;
  struct expected_job added = *job;
  const char *key;
  void **place;

  if (find(expected, job->job.path, job->job.document_number, &known) < 0)
    return no_memory(err);
  if (known)
    return hg_error_set(err, HG_ERROR_INVALID, "%.640s, document %u: is there twice", job->job.path,
                        (unsigned)job->job.document_number);
  added.is_found = false;
  added.is_noted = false;
  key = arena_copy(&expected->arena, expected->key.data, expected->key.length);
  if (added.replaces_uid)
    added.replaces_uid = arena_copy(&expected->arena, job->replaces_uid, strlen(job->replaces_uid));
  if (added.from_name)
    added.from_name = arena_copy(&expected->arena, job->from_name, strlen(job->from_name));
  if (!key || job_ref_copy(&added.job, &job->job, &expected->arena) < 0 || grow(expected) < 0 ||
      (job->from_name && !added.from_name) || (job->replaces_uid && !added.replaces_uid))
    return no_memory(err);
  place =
      name_table_entry(&expected->places, &expected->arena, key, (uint32_t)expected->key.length);
  if (!place)
    return no_memory(err);
  expected->jobs[expected->count++] = added;
  *place = (void *)(uintptr_t)expected->count;
  if (added.job.document_number > expected->largest_document)
    expected->largest_document = added.job.document_number;
  return 0;
}

static void append(struct text_buffer *text, const char *outside) {
  visible_text_append(text, outside, strlen(outside));
}

/* "changed: out/a.yaml, document 2 (tuning/a)" with `name` NULL, else "... (tuning/a is now
 * tuning/b)". One line a Job, and none of those that are not applied again anyway. */
static void note(struct expected_jobs *expected, struct expected_job *job, const char *what,
                 const char *namespace, const char *name) {
  struct text_buffer *text = &expected->differences;

  if (job->is_settled || job->is_noted)
    return;
  job->is_noted = true;
  expected->difference_count++;
  text_buffer_printf(text, "%s: ", what);
  append(text, job->job.path);
  if (job->job.document_number > 1)
    text_buffer_printf(text, ", document %u", (unsigned)job->job.document_number);
  text_buffer_append_string(text, " (");
  append(text, job->job.namespace);
  text_buffer_append_char(text, '/');
  append(text, job->job.name);
  if (name) {
    text_buffer_append_string(text, " is now ");
    append(text, namespace);
    text_buffer_append_char(text, '/');
    append(text, name);
  }
  text_buffer_append_string(text, ")\n");
}

/* A file that is there and cannot be read has no documents: each Job of it is noted. */
static void note_unread(struct expected_jobs *expected, const char *path) {
  for (uint32_t document = 1; document <= expected->largest_document; document++) {
    struct expected_job *job;

    if (find(expected, path, document, &job) == 0 && job)
      note(expected, job, "not readable", NULL, NULL);
  }
}

struct expected_job *expected_jobs_find(struct expected_jobs *expected, const struct job_ref *job,
                                        struct hg_error *err) {
  struct expected_job *found = NULL;

  if (find(expected, job->path, job->document_number, &found) < 0)
    (void)no_memory(err);
  return found;
}

int32_t expected_jobs_match(struct expected_jobs *expected, const struct judged_document *document,
                            struct expected_job **found, struct hg_error *err) {
  struct expected_job *job;

  *found = NULL;
  if (find(expected, document->job.path, document->job.document_number, &job) < 0)
    return no_memory(err);
  if (document->job.document_number == 0)
    note_unread(expected, document->job.path);
  else if (!job)
    return 0;
  else if (job->is_found)
    note(expected, job, "found twice", NULL, NULL);
  else if (!document->has_document)
    note(expected, job, "not readable", NULL, NULL);
  else if (*document->job.name && !job->is_source &&
           (strcmp(document->job.name, job->job.name) != 0 ||
            (*job->job.namespace && strcmp(document->job.namespace, job->job.namespace) != 0)))
    note(expected, job, "renamed", document->job.namespace, document->job.name);
  else if (memcmp(document->sha256, job->sha256, DIGEST_SIZE) != 0 ||
           /* The same document, but with another command: alone in its file no more, or now. */
           (job->document_count > 0 && job->document_count != document->document_count))
    note(expected, job, "changed", NULL, NULL);
  else {
    job->is_found = true;
    *found = job;
  }
  return expected->differences.failed ? no_memory(err) : 0;
}

size_t expected_jobs_finish_matching(struct expected_jobs *expected) {
  for (size_t i = 0; i < expected->count; i++)
    if (!expected->jobs[i].is_found)
      note(expected, &expected->jobs[i], "vanished", NULL, NULL);
  return expected->difference_count;
}
