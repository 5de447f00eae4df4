/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/expected_jobs.h"

#include "text/visible_text.h"

#include <stdlib.h>
#include <string.h>

void expected_jobs_init(struct expected_jobs *expected) {
  memset(expected, 0, sizeof *expected);
  arena_init(&expected->arena);
  text_buffer_init(&expected->differences);
}

void expected_jobs_finish(struct expected_jobs *expected) {
  arena_finish(&expected->arena);
  text_buffer_finish(&expected->differences);
  free(expected->jobs);
  free(expected->slots);
  expected_jobs_init(expected);
}

/* FNV-1a over the path and the document's number. */
static size_t hash_of(const char *path, uint32_t document) {
  uint64_t hash = UINT64_C(14695981039346656037);

  for (const char *c = path; *c; c++)
    hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
  for (int shift = 0; shift < 32; shift += 8)
    hash = (hash ^ (document >> shift & 0xff)) * UINT64_C(1099511628211);
  return (size_t)(hash ^ hash >> 32);
}

/* The slot of that document: the one that holds its Job, or the free one where it belongs. */
static size_t *find_slot(const struct expected_jobs *expected, const char *path,
                         uint32_t document) {
  size_t at = hash_of(path, document) & (expected->slot_count - 1);

  for (;; at = (at + 1) & (expected->slot_count - 1)) {
    size_t *slot = &expected->slots[at];

    if (*slot == 0 || (expected->jobs[*slot - 1].document_number == document &&
                       strcmp(expected->jobs[*slot - 1].yaml_path, path) == 0))
      return slot;
  }
}

static struct expected_job *find(const struct expected_jobs *expected, const char *path,
                                 uint32_t document) {
  size_t slot = expected->slot_count > 0 ? *find_slot(expected, path, document) : 0;

  return slot > 0 ? &expected->jobs[slot - 1] : NULL;
}

/* Room for one more. */
static int32_t grow(struct expected_jobs *expected) {
  size_t capacity = expected->capacity > 0 ? expected->capacity * 2 : 64;
  struct expected_job *jobs;
  size_t *slots;

  if (expected->count < expected->capacity)
    return 0;
  slots = calloc(capacity * 2, sizeof *slots);
  jobs = slots ? realloc(expected->jobs, capacity * sizeof *jobs) : NULL;
  if (!jobs) {
    free(slots);
    return -1;
  }
  free(expected->slots);
  expected->jobs = jobs;
  expected->capacity = capacity;
  expected->slots = slots;
  expected->slot_count = capacity * 2;
  for (size_t i = 0; i < expected->count; i++)
    *find_slot(expected, jobs[i].yaml_path, jobs[i].document_number) = i + 1;
  return 0;
}

int32_t expected_jobs_add(struct expected_jobs *expected, const struct expected_job *job,
                          struct hg_error *err) {
  struct expected_job added = *job;

  if (find(expected, job->yaml_path, job->document_number))
    return hg_error_set(err, HG_ERROR_INVALID, "%.160s, document %u: is there twice",
                        job->yaml_path, (unsigned)job->document_number);
  added.job_name = arena_copy(&expected->arena, job->job_name, strlen(job->job_name));
  added.job_namespace =
      arena_copy(&expected->arena, job->job_namespace, strlen(job->job_namespace));
  added.yaml_path = arena_copy(&expected->arena, job->yaml_path, strlen(job->yaml_path));
  added.is_found = false;
  added.is_noted = false;
  if (!added.job_name || !added.job_namespace || !added.yaml_path || grow(expected) < 0)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  expected->jobs[expected->count] = added;
  *find_slot(expected, added.yaml_path, added.document_number) = ++expected->count;
  if (added.document_number > expected->largest_document)
    expected->largest_document = added.document_number;
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
  append(text, job->yaml_path);
  if (job->document_number > 1)
    text_buffer_printf(text, ", document %u", (unsigned)job->document_number);
  text_buffer_append_string(text, " (");
  append(text, job->job_namespace);
  text_buffer_append_char(text, '/');
  append(text, job->job_name);
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
    struct expected_job *job = find(expected, path, document);

    if (job)
      note(expected, job, "not readable", NULL, NULL);
  }
}

int32_t expected_jobs_match(struct expected_jobs *expected, const struct judged_document *document,
                            struct expected_job **found, struct hg_error *err) {
  struct expected_job *job = find(expected, document->yaml_path, document->document_number);

  *found = NULL;
  if (document->document_number == 0)
    note_unread(expected, document->yaml_path);
  else if (!job)
    return 0;
  else if (job->is_found)
    note(expected, job, "found twice", NULL, NULL);
  else if (!document->has_document)
    note(expected, job, "not readable", NULL, NULL);
  else if (*document->job_name && (strcmp(document->job_name, job->job_name) != 0 ||
                                   strcmp(document->job_namespace, job->job_namespace) != 0))
    note(expected, job, "renamed", document->job_namespace, document->job_name);
  else if (memcmp(document->sha256, job->sha256, DIGEST_SIZE) != 0 ||
           /* The same document, but with another command: alone in its file no more, or now. */
           (job->document_count > 0 && job->document_count != document->document_count))
    note(expected, job, "changed", NULL, NULL);
  else {
    job->is_found = true;
    *found = job;
  }
  return expected->differences.failed ? hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory") : 0;
}

size_t expected_jobs_finish_matching(struct expected_jobs *expected) {
  for (size_t i = 0; i < expected->count; i++)
    if (!expected->jobs[i].is_found)
      note(expected, &expected->jobs[i], "vanished", NULL, NULL);
  return expected->difference_count;
}
