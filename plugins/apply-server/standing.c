/* SPDX-License-Identifier: Apache-2.0 */
#include "standing.h"

#include "cluster/list_reader.h"
#include "memory/name_table.h"
#include "memory/no_memory.h"
#include "text/percent_text.h"

#include <stdlib.h>
#include <string.h>

enum {
  LIST_FROM = 16,      /* Jobs of a namespace from which on a list is worth its price */
  PAGE_SIZE = 500,     /* Jobs of one answer */
  LISTED_MOST = 1000,  /* Jobs that a list may hold, and for each that is wanted: */
  LISTED_FOR_EACH = 4, /* so many more */
};

static const struct live_print absent;

/* A namespace of the plan, in the order of its first Job. */
struct space {
  struct space *next;
  const char *name;
  uint64_t count; /* Jobs of the plan */
};

/* The list of one namespace, while its pages come. */
struct listing {
  struct standing *standing;
  const struct hg_plan *plan;
  const struct space *space;
  struct name_table items; /* by name: the Job's index in the plan, plus 1 */
  struct text_buffer scratch;
  struct text_buffer path;
  struct text_buffer more; /* where the next page starts; "": there is none */
  struct list_reader reader;
  uint64_t seen;
  uint64_t left;  /* Jobs of further pages, where the server says so */
  bool is_useful; /* the answer is a page */
};

void standing_init(struct standing *standing) {
  memset(standing, 0, sizeof *standing);
  arena_init(&standing->arena);
}

void standing_finish(struct standing *standing) {
  arena_finish(&standing->arena);
  free(standing->prints);
}

const struct live_print *standing_of(const struct standing *standing, uint64_t item) {
  return standing->prints ? standing->prints[item] : NULL;
}

bool standing_is_absent(const struct live_print *print) {
  return print == &absent;
}

/* An item of the list. Names of Jobs have nothing that JSON escapes. */
static int32_t take_job(void *context, const char *item, size_t length, struct hg_error *err) {
  struct listing *listing = context;
  struct live_print *print;
  struct live_job job;
  void *found;

  listing->seen++;
  if (!live_job_read(item, length, &job) || job.name.length < 2)
    return hg_error_set(err, HG_ERROR_INVALID, "the server's list has what is no Job");
  found = name_table_find(&listing->items, job.name.at + 1, (uint32_t)(job.name.length - 2));
  if (!found)
    return 0;
  print = arena_alloc(&listing->standing->arena, sizeof *print);
  if (!print || !live_job_print(&job, &listing->scratch, print))
    return no_memory(err);
  listing->standing->prints[(uintptr_t)found - 1] = print;
  return 0;
}

static int32_t take_bytes(void *context, const char *data, size_t length) {
  struct listing *listing = context;

  return list_reader_feed(&listing->reader, data, length, NULL);
}

/* What the list says of itself: where it goes on, and for how long. */
static void read_metadata(struct listing *listing) {
  static const char *const names[] = {"continue", "remainingItemCount"};
  const struct json_slice metadata = {text_buffer_string(&listing->reader.metadata),
                                      listing->reader.metadata.length};
  struct json_slice values[2];

  if (json_members(metadata, names, values, 2) < 0)
    return;
  if (values[0].length > 2)
    text_buffer_append(&listing->more, values[0].at + 1, values[0].length - 2);
  listing->left = (uint64_t)json_slice_integer(values[1], 0);
}

static void page_done(void *context, const struct answer *answer) {
  struct listing *listing = context;

  listing->is_useful = answer->end == EXCHANGE_ANSWERED && answer->status == 200 &&
                       list_reader_end(&listing->reader, NULL) == 0;
  if (listing->is_useful)
    read_metadata(listing);
}

static bool is_worth_it(const struct listing *listing) {
  return listing->seen + listing->left <= LISTED_MOST + listing->space->count * LISTED_FOR_EACH;
}

/* False: there is no page, or it is of no use. */
static bool read_page(struct listing *listing, struct requests *requests, int64_t timeout_ms) {
  struct request request = {
      .method = "GET",
      .timeout_ms = timeout_ms,
      .waits_when_told = true,
      .received = take_bytes,
      .done = page_done,
      .context = listing,
  };

  text_buffer_reset(&listing->path);
  text_buffer_append_string(&listing->path, "/apis/batch/v1/namespaces/");
  percent_text_append_string(&listing->path, listing->space->name);
  text_buffer_printf(&listing->path, "/jobs?limit=%d", PAGE_SIZE);
  if (listing->more.length > 0) {
    text_buffer_append_string(&listing->path, "&continue=");
    percent_text_append_string(&listing->path, text_buffer_string(&listing->more));
  }
  text_buffer_reset(&listing->more);
  request.path = text_buffer_string(&listing->path);
  list_reader_init(&listing->reader, take_job, listing);
  listing->seen++; /* so that pages of nothing come to an end */
  listing->left = 0;
  listing->is_useful = false;
  if (!listing->path.failed && requests_send(requests, &request, NULL) == 0)
    requests_finish(requests);
  list_reader_finish(&listing->reader);
  return listing->is_useful && !listing->more.failed && is_worth_it(listing);
}

static bool is_of(const struct listing *listing, uint64_t item) {
  return strcmp(listing->plan->jobs[item]->job_namespace, listing->space->name) == 0;
}

static int32_t name_items(struct listing *listing, struct arena *arena) {
  name_table_init(&listing->items);
  for (uint64_t i = 0; i < listing->plan->total_jobs; i++) {
    const char *name = listing->plan->jobs[i]->job_name;
    void **place = is_of(listing, i)
                       ? name_table_entry(&listing->items, arena, name, (uint32_t)strlen(name))
                       : NULL;

    if (place)
      *place = (void *)(uintptr_t)(i + 1);
    else if (is_of(listing, i))
      return -1;
  }
  return 0;
}

/* What a list that is not whole told counts for nothing; of one that is, silence counts. */
static void conclude(struct listing *listing, bool is_whole) {
  for (uint64_t i = 0; i < listing->plan->total_jobs; i++) {
    const struct live_print **print = &listing->standing->prints[i];

    if (is_of(listing, i))
      *print = !is_whole ? NULL : *print ? *print : &absent;
  }
}

static void list(struct standing *standing, struct requests *requests, const struct hg_plan *plan,
                 const struct space *space, int64_t timeout_ms) {
  struct listing listing = {.standing = standing, .plan = plan, .space = space};
  struct arena arena;
  bool is_whole = false;

  arena_init(&arena);
  text_buffer_init(&listing.scratch);
  text_buffer_init(&listing.path);
  text_buffer_init(&listing.more);
  if (name_items(&listing, &arena) == 0)
    do
      is_whole = read_page(&listing, requests, timeout_ms);
    while (is_whole && listing.more.length > 0);
  conclude(&listing, is_whole);
  text_buffer_finish(&listing.scratch);
  text_buffer_finish(&listing.path);
  text_buffer_finish(&listing.more);
  arena_finish(&arena);
}

/* NULL: there are none, or memory is out. */
static struct space *find_spaces(const struct hg_plan *plan, struct arena *arena) {
  struct name_table spaces;
  struct space *first = NULL;
  struct space **last = &first;

  name_table_init(&spaces);
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const char *name = plan->jobs[i]->job_namespace;
    void **place = name_table_entry(&spaces, arena, name, (uint32_t)strlen(name));
    struct space *space = place ? *place : NULL;

    if (place && !space) {
      space = *place = arena_alloc(arena, sizeof *space);
      if (space) {
        *space = (struct space){NULL, name, 0};
        *last = space;
        last = &space->next;
      }
    }
    if (!space)
      return NULL;
    space->count++;
  }
  return first;
}

int32_t standing_look(struct standing *standing, struct requests *requests,
                      const struct hg_plan *plan, int64_t timeout_ms) {
  struct arena arena;

  standing->prints = calloc(plan->total_jobs + 1, sizeof(*standing->prints));
  if (!standing->prints)
    return -1;
  arena_init(&arena);
  for (const struct space *space = find_spaces(plan, &arena); space; space = space->next)
    if (space->count >= LIST_FROM)
      list(standing, requests, plan, space, timeout_ms);
  arena_finish(&arena);
  return 0;
}
