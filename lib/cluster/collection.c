/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/collection.h"

#include "cluster/status.h"
#include "memory/count.h"
#include "memory/no_memory.h"
#include "text/percent_text.h"
#include "text/visible_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
  LIST_MOST_MS = 600000, /* for a page of a list that drips */
  SAID_LENGTH = 80,      /* characters of what is no event */
};

int64_t collection_delay(uint32_t failures, unsigned *seed) {
  int64_t delay_ms = COLLECTION_LEAST_DELAY_MS;

  for (uint32_t i = 1; i < failures && delay_ms < COLLECTION_MOST_DELAY_MS; i++)
    delay_ms *= 2;
  if (delay_ms > COLLECTION_MOST_DELAY_MS)
    delay_ms = COLLECTION_MOST_DELAY_MS;
  return delay_ms + rand_r(seed) % (delay_ms / 4 + 1);
}

/* --- What comes ---------------------------------------------------------------------------------
 */

static void tell_trouble(struct collection *collection, const char *why) {
  bool is_troubled = why != NULL;

  if (!is_troubled && (!collection->is_troubled || collection->is_distrusted))
    return;
  collection->is_troubled = is_troubled;
  collection->owner.trouble(collection->owner.context, why);
}

static int32_t take_item(void *context, const char *item, size_t length, struct hg_error *err) {
  struct collection *collection = context;

  collection->has_item = true;
  return collection->owner.object(collection->owner.context, COLLECTION_LISTED,
                                  (struct json_slice){item, length}, err);
}

/* Keeps a resourceVersion. -1: it is none. */
static int32_t keep_version(struct collection *collection, struct json_slice version,
                            struct hg_error *err) {
  if (!version.at || version.length < 3 || *version.at != '"' ||
      version.length - 2 >= sizeof collection->version || memchr(version.at, '\\', version.length))
    return hg_error_set(err, HG_ERROR_INVALID, "the server named no version of its objects");
  memcpy(collection->version, version.at + 1, version.length - 2);
  collection->version[version.length - 2] = '\0';
  return 0;
}

/* The server says in its watch what it says else by a status: the version is too old (410), come
 * back later (429, 500, 504). */
static int32_t take_error(struct collection *collection, struct json_slice object,
                          struct hg_error *err) {
  struct status status = {.message = ""};
  struct arena arena;
  int32_t result = -1;

  arena_init(&arena);
  if (status_read(object.at, object.length, &arena, &status, err) == 0) {
    bool is_later = status.code == 429 || status.code == 500 || status.code == 504;

    if (!is_later || strstr(status.message, "Too large resource version"))
      *collection->version = '\0';
    if (is_later && status.retry_after_s > 0)
      collection->wait_ms = status.retry_after_s < COLLECTION_MOST_DELAY_MS / 1000
                                ? status.retry_after_s * 1000
                                : COLLECTION_MOST_DELAY_MS;
    result = hg_error_set(err, HG_ERROR_FAILED, "the API server ended the watch: %s",
                          *status.message ? status.message : "it did not say why");
  } else {
    *collection->version = '\0';
  }
  arena_finish(&arena);
  return result;
}

/* What cannot be a part of an object, which may hold what is secret, is quoted: a page. */
static int32_t refuse_event(const char *line, size_t length, struct hg_error *err) {
  struct text_buffer said;
  size_t blank = 0;

  while (blank < length && isspace((unsigned char)line[blank]))
    blank++;
  text_buffer_init(&said);
  if (blank < length && (line[blank] == '<' || isalpha((unsigned char)line[blank])))
    first_line_append(&said, line, length, SAID_LENGTH);
  (void)hg_error_set(err, HG_ERROR_INVALID,
                     "what answers a watch of the API server is no event%s%s",
                     said.length > 0 ? ": " : "", text_buffer_string(&said));
  text_buffer_finish(&said);
  return -1;
}

static int32_t take_event(struct collection *collection, struct json_slice line,
                          struct hg_error *err) {
  static const char *const names[] = {"type", "object"};
  static const char *const parts[] = {"metadata"};
  static const char *const members[] = {"resourceVersion"};
  struct json_slice event[COUNT(names)];
  struct json_slice metadata;
  struct json_slice version;
  bool is_deletion;

  if (json_members(line, names, event, COUNT(names)) < 0 || !event[1].at)
    return refuse_event(line.at, line.length, err);
  if (json_slice_is(event[0], "ERROR"))
    return take_error(collection, event[1], err);
  if (json_members(event[1], parts, &metadata, 1) < 0 ||
      json_members(metadata, members, &version, 1) < 0)
    return hg_error_set(err, HG_ERROR_INVALID, "the server's watch sent what is no object");
  is_deletion = json_slice_is(event[0], "DELETED");
  if (is_deletion || json_slice_is(event[0], "ADDED") || json_slice_is(event[0], "MODIFIED")) {
    if (collection->owner.object(collection->owner.context,
                                 is_deletion ? COLLECTION_DELETED : COLLECTION_CHANGED, event[1],
                                 err) < 0)
      return -1;
  } else if (!json_slice_is(event[0], "BOOKMARK")) {
    return hg_error_set(err, HG_ERROR_INVALID, "the server's watch sent an unknown event");
  }
  return keep_version(collection, version, err);
}

/* A line of a watch. What cannot be read makes the version useless: nobody knows what it held. */
static int32_t take_line(void *context, const char *line, size_t length, struct hg_error *err) {
  struct collection *collection = context;
  struct json_slice slice = {line, length};

  if (length == 0)
    return 0;
  if (take_event(collection, slice, err) < 0) {
    if (err->code != HG_ERROR_FAILED)
      *collection->version = '\0';
    return -1;
  }
  collection->failures = 0;
  collection->has_event = true;
  collection->is_distrusted = false;
  return 0;
}

static int32_t break_off(struct collection *collection) {
  collection->is_broken = true;
  return -1;
}

static int32_t receive_list(void *context, const char *data, size_t length) {
  struct collection *collection = context;

  tell_trouble(collection, NULL);
  if (list_reader_feed(&collection->list, data, length, &collection->problem) < 0)
    return break_off(collection);
  return 0;
}

static int32_t receive_watch(void *context, const char *data, size_t length) {
  struct collection *collection = context;

  if (line_reader_feed(&collection->lines, data, length, &collection->problem) < 0) {
    if (collection->problem.code == HG_ERROR_LIMIT)
      *collection->version = '\0';
    return break_off(collection);
  }
  tell_trouble(collection, NULL);
  return 0;
}

/* The server took the watch on, though it may have nothing to say for long. */
static void begin_watch(void *context, int32_t status) {
  struct collection *collection = context;

  collection->is_begun = status == 200;
  if (collection->is_begun)
    tell_trouble(collection, NULL);
}

/* A watch that lives is none of somebody else's pages. */
static void trust_what_lives(struct collection *collection) {
  if (!collection->is_distrusted || !collection->is_begun ||
      collection->clock() - collection->asked_ms < COLLECTION_PROVED_MS)
    return;
  collection->is_distrusted = false;
  tell_trouble(collection, NULL);
}

/* --- How requests end ---------------------------------------------------------------------------
 */

/* One sentence of an answer that was no good. */
static void describe(const struct answer *answer, struct hg_error *problem) {
  struct status status = {.message = ""};
  struct arena arena;

  arena_init(&arena);
  if (answer->end != EXCHANGE_ANSWERED)
    (void)hg_error_set(problem, HG_ERROR_FAILED, "%s", answer->problem);
  else if (status_read(answer->body, answer->length, &arena, &status, NULL) == 0 && *status.message)
    (void)hg_error_set(problem, HG_ERROR_FAILED, "the API server answered %d: %s",
                       (int)answer->status, status.message);
  else
    (void)hg_error_set(problem, HG_ERROR_FAILED, "the API server answered %d", (int)answer->status);
  arena_finish(&arena);
}

/* It went wrong, as `problem` says: waits, longer each time. */
static void fail(struct collection *collection, int64_t retry_after_ms) {
  int64_t delay_ms = collection_delay(++collection->failures, &collection->seed);

  if (retry_after_ms > COLLECTION_MOST_DELAY_MS)
    retry_after_ms = COLLECTION_MOST_DELAY_MS;
  if (retry_after_ms > delay_ms)
    delay_ms = retry_after_ms;
  collection->not_before_ms = collection->clock() + delay_ms;
  tell_trouble(collection, collection->problem.message);
}

/* What was known is no good any more: a new list, at once where the last one is long ago. */
static void list_anew(struct collection *collection) {
  collection->state = COLLECTION_LISTS;
  if (collection->clock() - collection->listed_ms >= COLLECTION_CALM_MS)
    collection->spoiled = 0;
  if (collection->spoiled++ > 0)
    collection->not_before_ms =
        collection->clock() + collection_delay(collection->spoiled - 1, &collection->seed);
}

/* Whether it is over for good: the credentials were refused twice, or the right is not there. */
static bool is_lost(struct collection *collection, const struct answer *answer) {
  if (answer->end != EXCHANGE_ANSWERED || (answer->status != 401 && answer->status != 403))
    return false;
  describe(answer, &collection->problem);
  collection->state = COLLECTION_LOST;
  tell_trouble(collection, collection->problem.message);
  return true;
}

/* The page is whole: its metadata say whether there is another. */
static int32_t turn_page(struct collection *collection, struct hg_error *err) {
  static const char *const names[] = {"resourceVersion", "continue"};
  const struct text_buffer *metadata = &collection->list.metadata;
  struct json_slice found[COUNT(names)];
  struct json_texts texts = {.failed = false};
  const char *more;
  bool gets_on;

  if (list_reader_end(&collection->list, err) < 0)
    return -1;
  if (json_members((struct json_slice){metadata->data, metadata->length}, names, found,
                   COUNT(names)) < 0)
    return hg_error_set(err, HG_ERROR_INVALID, "the server's list has no metadata");
  if (keep_version(collection, found[0], err) < 0)
    return -1;
  arena_init(&texts.arena);
  more = json_slice_text(found[1], &texts);
  /* The API server fills a page, or ends the list. */
  gets_on =
      !*more || (collection->has_item && strcmp(more, text_buffer_string(&collection->more)) != 0);
  text_buffer_reset(&collection->more);
  text_buffer_append_string(&collection->more, more);
  arena_finish(&texts.arena);
  if (texts.failed || collection->more.failed)
    return no_memory(err);
  return gets_on ? 0 : hg_error_set(err, HG_ERROR_INVALID, "the server's list never ends");
}

static void list_done(void *context, const struct answer *answer) {
  struct collection *collection = context;

  collection->is_asked = false;
  if (is_lost(collection, answer) || answer->end == EXCHANGE_CANCELLED)
    return;
  if (answer->end == EXCHANGE_ANSWERED && answer->status == 200) {
    if (turn_page(collection, &collection->problem) == 0) {
      if (collection->more.length > 0)
        return;
      collection->whole = collection->round;
      collection->state = collection->holds ? COLLECTION_HELD : COLLECTION_WATCHES;
      collection->owner.listed(collection->owner.context, collection->round);
      return;
    }
  } else if (!collection->is_broken) {
    describe(answer, &collection->problem);
  }
  text_buffer_reset(&collection->more);
  if (answer->end == EXCHANGE_ANSWERED && answer->status == 410)
    list_anew(collection); /* the token was too old: from the start */
  else
    fail(collection, answer->retry_after_ms);
}

/* A watch ended as it should, or was none: when the next may begin. */
static void watch_over(struct collection *collection) {
  int64_t now_ms = collection->clock();
  int64_t earliest_ms = collection->asked_ms + COLLECTION_LEAST_DELAY_MS;

  if (now_ms - collection->asked_ms >= COLLECTION_PROVED_MS)
    collection->failures = 0;
  collection->not_before_ms = earliest_ms > now_ms ? earliest_ms : now_ms;
}

static void watch_done(void *context, const struct answer *answer) {
  struct collection *collection = context;
  bool is_refused = answer->end == EXCHANGE_ANSWERED && answer->status != 200;

  collection->is_asked = false;
  if (is_lost(collection, answer) || answer->end == EXCHANGE_CANCELLED)
    return;
  if (collection->clock() - collection->asked_ms >= COLLECTION_PROVED_MS)
    collection->failures = 0;
  trust_what_lives(collection);
  if (answer->end == EXCHANGE_ANSWERED && !is_refused) {
    if (collection->has_event || collection->lines.begun.length == 0) {
      watch_over(collection);
      return;
    }
    (void)refuse_event(collection->lines.begun.data, collection->lines.begun.length,
                       &collection->problem);
    collection->is_broken = true;
  }
  collection->is_distrusted |= collection->is_broken && !collection->has_event;
  if (!collection->is_broken)
    describe(answer, &collection->problem);
  /* What the server will not do however often it is asked: the version is no good. */
  if (is_refused && answer->status >= 400 && answer->status < 500 && answer->status != 429)
    *collection->version = '\0';
  else if (is_refused && strstr(answer->body, "Too large resource version"))
    *collection->version = '\0';
  if (*collection->version == '\0') {
    list_anew(collection);
    if (collection->spoiled > 1) /* once may be chance */
      tell_trouble(collection, collection->problem.message);
  } else {
    fail(collection, collection->wait_ms > 0 ? collection->wait_ms : answer->retry_after_ms);
  }
}

/* --- What is asked for --------------------------------------------------------------------------
 */

static int32_t send(struct collection *collection, struct text_buffer *path, bool is_list,
                    int64_t lasts_s, struct hg_error *err) {
  const struct request request = {
      .method = "GET",
      .path = text_buffer_string(path),
      .timeout_ms = is_list ? LIST_MOST_MS : (lasts_s + 60) * 1000,
      .silence_ms = is_list ? collection->timeout_ms : COLLECTION_SILENCE_MS,
      .waits_when_told = true,
      .begun = is_list ? NULL : begin_watch,
      .received = is_list ? receive_list : receive_watch,
      .done = is_list ? list_done : watch_done,
      .context = collection,
  };

  if (path->failed)
    return no_memory(err);
  if (requests_send(collection->requests, &request, err) < 0)
    return -1;
  collection->is_asked = true;
  collection->is_begun = false;
  collection->has_event = false;
  collection->is_broken = false;
  collection->wait_ms = 0;
  collection->asked_ms = collection->clock();
  return 0;
}

static void add_selector(const struct collection *collection, struct text_buffer *path) {
  if (!*collection->selector)
    return;
  text_buffer_append_string(path, "&labelSelector=");
  percent_text_append_string(path, collection->selector);
}

static int32_t send_list(struct collection *collection, struct hg_error *err) {
  struct text_buffer path;
  int32_t result;

  if (collection->more.length == 0) {
    collection->relists = false;
    collection->listed_ms = collection->clock();
    collection->owner.listing(collection->owner.context, ++collection->round);
  }
  list_reader_finish(&collection->list);
  list_reader_init(&collection->list, take_item, collection);
  collection->has_item = false;
  text_buffer_init(&path);
  text_buffer_printf(&path, "%s?limit=%d", collection->path, COLLECTION_PAGE);
  if (collection->more.length > 0) {
    text_buffer_append_string(&path, "&continue=");
    percent_text_append_string(&path, collection->more.data);
  }
  add_selector(collection, &path);
  result = send(collection, &path, true, 0, err);
  text_buffer_finish(&path);
  return result;
}

static int32_t send_watch(struct collection *collection, struct hg_error *err) {
  int64_t lasts_s =
      COLLECTION_LEAST_WATCH_S + rand_r(&collection->seed) % (COLLECTION_LEAST_WATCH_S + 1);
  struct text_buffer path;
  int32_t result;

  line_reader_finish(&collection->lines);
  line_reader_init(&collection->lines, COLLECTION_MOST_LINE, take_line, collection);
  text_buffer_init(&path);
  text_buffer_printf(&path, "%s?watch=true&allowWatchBookmarks=true&timeoutSeconds=%d",
                     collection->path, (int)lasts_s);
  text_buffer_append_string(&path, "&resourceVersion=");
  percent_text_append_string(&path, collection->version);
  add_selector(collection, &path);
  result = send(collection, &path, false, lasts_s, err);
  text_buffer_finish(&path);
  return result;
}

int32_t collection_step(struct collection *collection, struct hg_error *err) {
  if (collection->state == COLLECTION_LOST)
    return 0;
  if (collection->is_asked)
    trust_what_lives(collection);
  if (collection->relists && collection->state != COLLECTION_LISTS &&
      collection->clock() - collection->listed_ms >= COLLECTION_LEAST_RELIST_MS) {
    if (collection->is_asked) {
      requests_end(collection->requests, collection);
      collection->is_asked = false;
    }
    text_buffer_reset(&collection->more);
    collection->state = COLLECTION_LISTS;
  }
  if (collection->is_asked || collection->state == COLLECTION_HELD ||
      collection->clock() < collection->not_before_ms)
    return 0;
  return collection->state == COLLECTION_LISTS ? send_list(collection, err)
                                               : send_watch(collection, err);
}

void collection_watch(struct collection *collection) {
  collection->holds = false;
  if (collection->state == COLLECTION_HELD)
    collection->state = COLLECTION_WATCHES;
}

void collection_relist(struct collection *collection) {
  collection->relists = true;
}

void collection_init(struct collection *collection, struct requests *requests,
                     int64_t (*clock)(void), const char *path, const char *selector,
                     int64_t timeout_ms, bool holds, const struct collection_owner *owner) {
  memset(collection, 0, sizeof *collection);
  collection->requests = requests;
  collection->clock = clock;
  collection->path = path;
  collection->selector = selector;
  collection->timeout_ms = timeout_ms;
  collection->holds = holds;
  collection->owner = *owner;
  collection->seed = (unsigned)clock();
  collection->problem = (struct hg_error)HG_ERROR_INIT;
  text_buffer_init(&collection->more);
  list_reader_init(&collection->list, take_item, collection);
  line_reader_init(&collection->lines, COLLECTION_MOST_LINE, take_line, collection);
}

void collection_finish(struct collection *collection) {
  text_buffer_finish(&collection->more);
  list_reader_finish(&collection->list);
  line_reader_finish(&collection->lines);
}
