/* SPDX-License-Identifier: Apache-2.0 */
#include "validation/validation_pass.h"

#include "job/batch_words.h"
#include "memory/no_memory.h"
#include "terminal/interrupt.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Files are handed out in chunks: large enough that threads seldom meet, small enough that the
 * results that wait for their turn stay few. CHUNKS_AHEAD are for the while that who takes them
 * writes a batch of the history. */
enum { CHUNK_FILES = 32, CHUNKS_PER_THREAD = 4, CHUNKS_AHEAD = 16 };

/* Diagnostics that are kept of one file: this many, and some more for each document. Nobody reads
 * that many, and 3 MiB may break a million rules. */
enum { FILE_DIAGNOSTICS = 1000, DOCUMENT_DIAGNOSTICS = 10 };

/* The documents of CHUNK_FILES files. */
struct chunk {
  struct arena arena;
  struct judged_document *first;
  struct judged_document *last;
  struct hg_error error; /* code 0: fine */
  bool done;
};

/* Shared by the threads; the fields below `lock` are guarded by it. */
struct pass_state {
  const struct validation_pass *pass;
  uint64_t file_count;
  uint64_t chunk_count;
  struct chunk *ring; /* chunk i is in slot i mod ring_size */
  uint64_t ring_size;
  pthread_mutex_t lock;
  pthread_cond_t chunk_done;
  pthread_cond_t slot_free;
  uint64_t next;   /* the next chunk to be read */
  uint64_t merged; /* chunks that were handed over */
  bool stopped;
};

/* What one thread works with. */
struct worker {
  struct pass_state *state;
  void *reader;
  void **validator_workers;
  void *keeper;                    /* NULL: no texts are kept */
  struct chunk *chunk;             /* being filled */
  struct judged_document *current; /* being judged */
  const char *path;                /* of the file being read */
  uint32_t room;                   /* diagnostics of this file that may still be kept */
};

static void chunk_append(struct chunk *chunk, struct judged_document *document) {
  if (chunk->last)
    chunk->last->next = document;
  else
    chunk->first = document;
  chunk->last = document;
}

static int32_t add_diagnostic(const struct hg_diagnostic_sink *sink,
                              const struct hg_diagnostic *diagnostic) {
  struct worker *worker = sink->context;

  if (worker->room == 0)
    return judged_document_leave_out(&worker->chunk->arena, worker->current, diagnostic);
  worker->room--;
  return judged_document_add(&worker->chunk->arena, worker->current, diagnostic);
}

/* What stays of a document that is valid, for who asks later. */
static int32_t add_facts(struct worker *worker, const struct hg_document *document) {
  const struct validation_pass *pass = worker->state->pass;
  struct job_facts *facts = job_facts_read(document->root, &worker->chunk->arena);

  if (!facts)
    return no_memory(&worker->chunk->error);
  if (worker->keeper)
    facts->text = pass->keep_text(worker->keeper, document, &worker->chunk->arena);
  worker->current->facts = facts;
  return 0;
}

/* Nobody looks at it any further. */
static int32_t add_unselected(struct worker *worker, const struct hg_document *document) {
  struct judged_document *unselected =
      judged_document_create_unread(&worker->chunk->arena, document->document_number, worker->path,
                                    worker->state->pass->default_namespace);

  if (!unselected)
    return no_memory(&worker->chunk->error);
  unselected->is_unselected = true;
  chunk_append(worker->chunk, unselected);
  return 0;
}

static int32_t add_document(const struct hg_document_sink *sink,
                            const struct hg_document *document) {
  struct worker *worker = sink->context;
  const struct validation_pass *pass = worker->state->pass;
  struct hg_error *err = &worker->chunk->error;
  const struct hg_diagnostic_sink diagnostics = {sizeof diagnostics, 0, worker, add_diagnostic};
  bool is_kept = true;

  if (pass->selector && !label_selector_takes(pass->selector, document->root))
    return add_unselected(worker, document);
  worker->current =
      judged_document_create(&worker->chunk->arena, document, worker->path, pass->default_namespace,
                             pass->with_digests, pass->with_details);
  if (worker->current && pass->with_demands) {
    const char *queue = batch_queue_of(document->root);

    worker->current->demand = job_demand_read(document->root, &worker->chunk->arena);
    worker->current->queue = arena_copy(&worker->chunk->arena, queue, strlen(queue));
  }
  if (worker->current && pass->with_bytes && HG_HAS(document, flags) &&
      document->flags & HG_DOCUMENT_KEEP) {
    worker->current->kept =
        arena_copy(&worker->chunk->arena, document->bytes.data, (size_t)document->bytes.length);
    is_kept = worker->current->kept != NULL;
  }
  if (!worker->current || !is_kept ||
      (pass->with_demands && (!worker->current->demand || !worker->current->queue)) ||
      object_references_find(document->root, &worker->chunk->arena, &worker->current->references) <
          0)
    return no_memory(err);
  chunk_append(worker->chunk, worker->current);
  worker->room += DOCUMENT_DIAGNOSTICS;
  for (size_t i = 0; i < pass->validator_count; i++) {
    const struct hg_validator_ops *ops = &pass->validators[i]->ops.validator;

    if (ops->validate(pass->validator_objects[i], worker->validator_workers[i], document,
                      &diagnostics, err) < 0) {
      if (err->code == 0)
        (void)hg_error_set(err, HG_ERROR_FAILED, "%s failed without saying why",
                           pass->validators[i]->info.name);
      return -1;
    }
  }
  return pass->with_facts && worker->current->error_count == 0 ? add_facts(worker, document) : 0;
}

static int32_t add_problem(const struct hg_document_sink *sink, uint32_t document,
                           const struct hg_diagnostic *diagnostic) {
  struct worker *worker = sink->context;
  struct judged_document *unread = judged_document_create_unread(
      &worker->chunk->arena, document, worker->path, worker->state->pass->default_namespace);

  if (!unread || judged_document_add(&worker->chunk->arena, unread, diagnostic) < 0)
    return no_memory(&worker->chunk->error);
  chunk_append(worker->chunk, unread);
  return 0;
}

static int32_t add_object(const struct hg_document_sink *sink,
                          const struct hg_passed_over *object) {
  struct worker *worker = sink->context;
  struct judged_document *made =
      judged_document_create_object(&worker->chunk->arena, object, worker->path);

  if (!made)
    return no_memory(&worker->chunk->error);
  chunk_append(worker->chunk, made);
  return 0;
}

/* Reads and judges the files of chunk `index`. What went wrong is left in chunk->error. */
static void fill_chunk(struct worker *worker, struct chunk *chunk, uint64_t index) {
  const struct validation_pass *pass = worker->state->pass;
  const struct hg_scanner_ops *scanner = &pass->scanner->ops.scanner;
  const struct hg_document_sink sink = {sizeof sink,  0,           worker,
                                        add_document, add_problem, add_object};
  uint64_t file = index * CHUNK_FILES;
  uint64_t end = file + CHUNK_FILES;

  if (end > worker->state->file_count)
    end = worker->state->file_count;
  worker->chunk = chunk;
  for (; file < end && chunk->error.code == 0; file++) {
    worker->path = scanner->path(pass->scan, file);
    worker->room = FILE_DIAGNOSTICS;
    if (interrupt_requested())
      (void)hg_error_set(&chunk->error, HG_ERROR_CANCELLED, "stopped by the user");
    else if (scanner->read(worker->reader, file, &sink, &chunk->error) < 0 &&
             chunk->error.code == 0)
      (void)hg_error_set(&chunk->error, HG_ERROR_FAILED, "%s failed without saying why",
                         pass->scanner->info.name);
  }
}

static void worker_finish(struct worker *worker) {
  const struct validation_pass *pass = worker->state->pass;

  for (size_t i = 0; worker->validator_workers && i < pass->validator_count; i++)
    if (worker->validator_workers[i] && pass->validators[i]->ops.validator.worker_destroy)
      pass->validators[i]->ops.validator.worker_destroy(worker->validator_workers[i]);
  free(worker->validator_workers);
  if (worker->keeper)
    pass->keeper_destroy(worker->keeper);
  if (worker->reader)
    pass->scanner->ops.scanner.reader_destroy(worker->reader);
}

static int32_t worker_init(struct worker *worker, struct pass_state *state, struct hg_error *err) {
  const struct validation_pass *pass = state->pass;

  memset(worker, 0, sizeof *worker);
  worker->state = state;
  worker->validator_workers = calloc(pass->validator_count + 1, sizeof *worker->validator_workers);
  if (!worker->validator_workers)
    return no_memory(err);
  if (pass->keeper_create && !(worker->keeper = pass->keeper_create(pass->context)))
    return no_memory(err);
  if (pass->scan && pass->scanner->ops.scanner.reader_create(pass->scan, &worker->reader, err) < 0)
    return -1;
  for (size_t i = 0; i < pass->validator_count; i++) {
    const struct hg_validator_ops *ops = &pass->validators[i]->ops.validator;

    if (ops->worker_create &&
        ops->worker_create(pass->validator_objects[i], &worker->validator_workers[i], err) < 0)
      return -1;
  }
  return 0;
}

static void reset_chunk(struct chunk *chunk) {

  arena_reset(&chunk->arena);
  chunk->first = NULL;
  chunk->last = NULL;
  chunk->error = (struct hg_error)HG_ERROR_INIT;
  chunk->done = false;
}

/* Hands the chunk's documents over and empties it. */
static int32_t hand_over(const struct pass_state *state, struct chunk *chunk,
                         struct hg_error *err) {
  struct judged_document *next;

  for (struct judged_document *document = chunk->first; document; document = next) {
    next = document->next;
    /* The last one of a chunk that failed is not fully judged. */
    if (chunk->error.code != 0 && !next)
      break;
    if (state->pass->judged(state->pass->context, &chunk->arena, document, err) < 0)
      return -1;
  }
  if (chunk->error.code != 0)
    return hg_error_set(err, chunk->error.code, "%s", chunk->error.message);
  reset_chunk(chunk);
  return 0;
}

/* One thread alone: no locks, one chunk. */
static int32_t run_alone(struct pass_state *state, struct hg_error *err) {
  struct worker worker;
  int32_t result = worker_init(&worker, state, err);

  for (uint64_t i = 0; i < state->chunk_count && result == 0; i++) {
    fill_chunk(&worker, &state->ring[0], i);
    result = hand_over(state, &state->ring[0], err);
  }
  worker_finish(&worker);
  return result;
}

/* Waits for a chunk to read and a slot to read it into. False: there is none left. */
static bool take_chunk(struct pass_state *state, uint64_t *index) {
  bool taken;

  pthread_mutex_lock(&state->lock);
  while (!state->stopped && state->next < state->chunk_count &&
         state->next - state->merged >= state->ring_size)
    pthread_cond_wait(&state->slot_free, &state->lock);
  taken = !state->stopped && state->next < state->chunk_count;
  if (taken)
    *index = state->next++;
  pthread_mutex_unlock(&state->lock);
  return taken;
}

static void *work(void *context) {
  struct pass_state *state = context;
  struct worker worker;
  struct hg_error error = HG_ERROR_INIT;
  int32_t ready = worker_init(&worker, state, &error);
  uint64_t index;

  while (take_chunk(state, &index)) {
    struct chunk *chunk = &state->ring[index % state->ring_size];

    if (ready < 0)
      (void)hg_error_set(&chunk->error, error.code, "%s", error.message);
    else
      fill_chunk(&worker, chunk, index);
    pthread_mutex_lock(&state->lock);
    chunk->done = true;
    pthread_cond_signal(&state->chunk_done);
    pthread_mutex_unlock(&state->lock);
  }
  worker_finish(&worker);
  return NULL;
}

/* Hands the chunks over as they are done, in order. */
static int32_t merge_chunks(struct pass_state *state, struct hg_error *err) {
  int32_t result = 0;

  for (uint64_t i = 0; i < state->chunk_count && result == 0; i++) {
    struct chunk *chunk = &state->ring[i % state->ring_size];

    pthread_mutex_lock(&state->lock);
    while (!chunk->done)
      pthread_cond_wait(&state->chunk_done, &state->lock);
    pthread_mutex_unlock(&state->lock);
    result = hand_over(state, chunk, err);
    pthread_mutex_lock(&state->lock);
    state->merged = i + 1;
    pthread_cond_broadcast(&state->slot_free);
    pthread_mutex_unlock(&state->lock);
  }
  pthread_mutex_lock(&state->lock);
  state->stopped = true;
  pthread_cond_broadcast(&state->slot_free);
  pthread_mutex_unlock(&state->lock);
  return result;
}

static int32_t run_threads(struct pass_state *state, uint32_t threads, struct hg_error *err) {
  pthread_t *ids = calloc(threads, sizeof *ids);
  uint32_t started = 0;
  int32_t result;

  if (!ids)
    return no_memory(err);
  while (started < threads && pthread_create(&ids[started], NULL, work, state) == 0)
    started++;
  result = started > 0 ? merge_chunks(state, err)
                       : hg_error_set(err, HG_ERROR_FAILED, "no thread could be started");
  for (uint32_t i = 0; i < started; i++)
    pthread_join(ids[i], NULL);
  free(ids);
  return result;
}

int32_t validation_pass_run(const struct validation_pass *pass, struct hg_error *err) {
  struct pass_state state;
  uint32_t threads = pass->threads;
  int32_t result;

  memset(&state, 0, sizeof state);
  state.pass = pass;
  state.file_count = pass->scanner->ops.scanner.count(pass->scan);
  state.chunk_count = (state.file_count + CHUNK_FILES - 1) / CHUNK_FILES;
  if (threads > state.chunk_count)
    threads = state.chunk_count > 0 ? (uint32_t)state.chunk_count : 1;
  state.ring_size = threads == 1 ? 1 : (uint64_t)threads * CHUNKS_PER_THREAD + CHUNKS_AHEAD;
  state.ring = calloc(state.ring_size, sizeof *state.ring);
  if (!state.ring)
    return no_memory(err);
  for (uint64_t i = 0; i < state.ring_size; i++)
    reset_chunk(&state.ring[i]);
  pthread_mutex_init(&state.lock, NULL);
  pthread_cond_init(&state.chunk_done, NULL);
  pthread_cond_init(&state.slot_free, NULL);
  result = threads == 1 ? run_alone(&state, err) : run_threads(&state, threads, err);
  pthread_cond_destroy(&state.slot_free);
  pthread_cond_destroy(&state.chunk_done);
  pthread_mutex_destroy(&state.lock);
  for (uint64_t i = 0; i < state.ring_size; i++)
    arena_finish(&state.ring[i].arena);
  free(state.ring);
  return result;
}

int32_t validation_judge(const struct validation_pass *pass, const struct hg_document *document,
                         struct arena *arena, struct judged_document **judged,
                         struct hg_error *err) {
  struct validation_pass alone = *pass;
  struct pass_state state = {.pass = &alone};
  struct chunk chunk = {.arena = *arena, .error = HG_ERROR_INIT};
  struct worker worker;
  int32_t result;

  alone.scan = NULL;
  alone.selector = NULL;
  result = worker_init(&worker, &state, err);
  if (result == 0) {
    const struct hg_document_sink sink = {sizeof sink,  0,           &worker,
                                          add_document, add_problem, add_object};

    worker.chunk = &chunk;
    worker.path = document->yaml_path;
    worker.room = FILE_DIAGNOSTICS;
    result = add_document(&sink, document);
    if (result < 0)
      (void)hg_error_set(err, chunk.error.code, "%s", chunk.error.message);
  }
  worker_finish(&worker);
  *arena = chunk.arena;
  *judged = chunk.last;
  return result;
}
