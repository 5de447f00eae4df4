/* SPDX-License-Identifier: Apache-2.0 */
#include "run/bystanders.h"

#include "memory/no_memory.h"
#include "run/recording.h"
#include "run/run.h"
#include "terminal/log.h"
#include "text/shell_quote.h"
#include "text/text_buffer.h"

#include <string.h>

/* Those that are shown in the log, each with what to type. */
enum { MOST_SHOWN = 20 };

struct bystander_file {
  const char *path;
  bool has_jobs;
};

/* How many Jobs need an object, and which of them named it last: one that names it twice counts
 * once. */
struct need {
  uint64_t jobs;
  uint64_t last;
};

struct bystander {
  struct bystander *next;
  struct bystander_file *file;
  struct hg_passed_over object;
};

void bystanders_init(struct bystanders *bystanders) {
  memset(bystanders, 0, sizeof *bystanders);
  arena_init(&bystanders->arena);
  name_table_init(&bystanders->needed);
  bystanders->end = &bystanders->first;
}

void bystanders_finish(struct bystanders *bystanders) {
  arena_finish(&bystanders->arena);
  memset(bystanders, 0, sizeof *bystanders);
}

/* Paths are the scanner's: a file's documents share one pointer. */
static struct bystander_file *file_of(struct bystanders *bystanders, const char *path) {
  if (bystanders->file && bystanders->file->path == path)
    return bystanders->file;
  bystanders->file = arena_alloc(&bystanders->arena, sizeof *bystanders->file);
  if (bystanders->file)
    *bystanders->file = (struct bystander_file){path, bystanders->job_path == path};
  return bystanders->file;
}

static const char *keep(struct bystanders *bystanders, const char *text) {
  return arena_copy(&bystanders->arena, text, strlen(text));
}

int32_t bystanders_add(struct bystanders *bystanders, const struct judged_document *document,
                       const char *default_namespace) {
  struct bystander *made = arena_alloc(&bystanders->arena, sizeof *made);
  struct bystander_file *file = file_of(bystanders, document->job.path);
  const struct hg_passed_over *object = document->object;

  if (!made || !file)
    return -1;
  *made = (struct bystander){.file = file, .object = *object};
  made->object.api_version = keep(bystanders, object->api_version);
  made->object.kind = keep(bystanders, object->kind);
  made->object.name = keep(bystanders, object->name);
  made->object.object_namespace = *object->object_namespace || !*object->kind
                                      ? keep(bystanders, object->object_namespace)
                                      : default_namespace;
  if (!made->object.api_version || !made->object.kind || !made->object.name ||
      !made->object.object_namespace)
    return -1;
  *bystanders->end = made;
  bystanders->end = &made->next;
  bystanders->count++;
  return 0;
}

/* "ConfigMap", NUL, "ml", NUL, "settings"; NULL: no memory. */
static char *key_of(struct arena *arena, const char *kind, const char *namespace_name,
                    const char *name, uint32_t *length) {
  size_t kind_size = strlen(kind) + 1;
  size_t namespace_size = strlen(namespace_name) + 1;
  size_t name_length = strlen(name);
  char *key = arena_alloc(arena, kind_size + namespace_size + name_length);

  if (!key)
    return NULL;
  memcpy(key, kind, kind_size);
  memcpy(key + kind_size, namespace_name, namespace_size);
  memcpy(key + kind_size + namespace_size, name, name_length);
  *length = (uint32_t)(kind_size + namespace_size + name_length);
  return key;
}

int32_t bystanders_note_job(struct bystanders *bystanders, const struct judged_document *document) {
  bystanders->jobs++;
  bystanders->job_path = document->job.path;
  if (bystanders->file && bystanders->file->path == document->job.path)
    bystanders->file->has_jobs = true;
  for (const struct object_reference *one = document->references; one; one = one->next) {
    uint32_t length;
    struct need *need;
    void **entry;
    char *key = key_of(&bystanders->arena, one->kind, document->job.namespace, one->name, &length);
    entry = key ? name_table_entry(&bystanders->needed, &bystanders->arena, key, length) : NULL;
    if (!entry)
      return -1;
    need = *entry;
    if (!need) {
      *entry = need = arena_alloc(&bystanders->arena, sizeof *need);
      if (!need)
        return -1;
      *need = (struct need){0, 0};
    }
    need->jobs += need->last != bystanders->jobs;
    need->last = bystanders->jobs;
  }
  return 0;
}

/* --- What is said ---------------------------------------------------------------------------- */

/* kubectl's flags, as the run's own commands have them. */
static void append_flags(struct text_buffer *text, const struct run *run) {
  const struct run_target *target = &run->request->target;
  const char *words[6];
  size_t count = 0;

  if (target->kubeconfig) {
    words[count++] = "--kubeconfig";
    words[count++] = target->kubeconfig;
  }
  if (target->context) {
    words[count++] = "--context";
    words[count++] = target->context;
  }
  if (target->namespace_name) {
    words[count++] = "--namespace";
    words[count++] = target->namespace_name;
  }
  if (count == 0)
    return;
  text_buffer_append_char(text, ' ');
  shell_quote_append(text, words, count);
}

/* What to type so that the object is there before the Jobs are. */
static void append_advice(struct text_buffer *text, const struct run *run,
                          const struct bystander *one) {
  const struct hg_passed_over *object = &one->object;
  const char *const path[] = {object->yaml_path};

  if (!one->file->has_jobs && strcmp(object->yaml_path, "-") != 0) {
    text_buffer_append_string(text, "kubectl apply -f ");
    shell_quote_append(text, path, 1);
    append_flags(text, run);
  } else if (object->last_line > 0 && strcmp(object->yaml_path, "-") != 0) {
    /* Its file has Jobs too: those are not kubectl's to apply now. */
    text_buffer_printf(text, "sed -n %u,%up ", object->first_line, object->last_line);
    shell_quote_append(text, path, 1);
    text_buffer_append_string(text, " | kubectl apply -f -");
    append_flags(text, run);
  } else {
    text_buffer_append_string(text,
                              "write it to a file of its own, and type: kubectl apply -f FILE");
    append_flags(text, run);
  }
}

static int32_t look_up_need(struct bystanders *bystanders, struct bystander *one) {
  uint32_t length;
  const struct need *need;
  char *key;

  if (strcmp(one->object.api_version, "v1") != 0)
    return 0;
  key = key_of(&bystanders->arena, one->object.kind, one->object.object_namespace, one->object.name,
               &length);
  if (!key)
    return -1;
  need = name_table_find(&bystanders->needed, key, length);
  one->object.needed_by = need ? need->jobs : 0;
  return 0;
}

static int32_t find_advice(struct run *run, struct bystander *one) {
  struct text_buffer text;

  one->object.advice = "";
  if (one->object.needed_by == 0)
    return 0;
  text_buffer_init(&text);
  append_advice(&text, run, one);
  one->object.advice =
      text.failed ? NULL : arena_copy(&run->bystanders.arena, text.data, text.length);
  text_buffer_finish(&text);
  return one->object.advice ? 0 : -1;
}

static void log_one(const struct bystander *one, uint64_t *shown) {
  const struct hg_passed_over *object = &one->object;
  struct text_buffer text;

  if (object->needed_by == 0 || (*shown)++ >= MOST_SHOWN)
    return;
  text_buffer_init(&text);
  text_buffer_printf(
      &text, "%s %s/%s is passed over, and %llu Job%s of this run need%s it: ", object->kind,
      object->object_namespace, object->name, (unsigned long long)object->needed_by,
      object->needed_by == 1 ? "" : "s", object->needed_by == 1 ? "s" : "");
  text_buffer_append_string(&text, object->advice);
  log_line(HG_LOG_WARNING, LOG_VALIDATE, "%s", text_buffer_string(&text));
  text_buffer_finish(&text);
}

static int32_t tell_one(struct run *run, struct bystander *one, uint64_t number,
                        struct hg_error *err) {
  if (look_up_need(&run->bystanders, one) < 0 || find_advice(run, one) < 0)
    return no_memory(err);
  reporting_object_passed_over(&run->reporting, &one->object);
  if (run->history &&
      run_recorded(run, history_add_passed_over(run->history, number, &one->object, err), err) < 0)
    return -1;
  return 0;
}

int32_t bystanders_tell(struct run *run, struct hg_error *err) {
  uint64_t number = 0;
  uint64_t shown = 0;

  for (struct bystander *one = run->bystanders.first; one; one = one->next) {
    if (tell_one(run, one, ++number, err) < 0)
      return -1;
    log_one(one, &shown);
  }
  if (shown > MOST_SHOWN)
    log_line(HG_LOG_WARNING, LOG_VALIDATE, "and %llu more objects that Jobs of this run need",
             (unsigned long long)(shown - MOST_SHOWN));
  return 0;
}
