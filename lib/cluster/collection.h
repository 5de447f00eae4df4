/* SPDX-License-Identifier: Apache-2.0 */
/* A collection of objects (the Jobs of a namespace, its Pods, its events), listed and then watched:
 * whatever becomes of the connection, its owner hears in the end how each object is.
 *
 * A watch that broke off goes on at the last version that was read whole. Where the server does not
 * remember that version, or sent what cannot be read, the collection is listed again: then the
 * owner hears of every object that there is, and `listed`, upon which it knows what is gone. Where
 * the server cannot be asked, or somebody else answers (a captive portal), it is asked again, after
 * one second, two, and so on up to thirty.
 *
 * One thread.
 */
#ifndef LIB_CLUSTER_COLLECTION_H
#define LIB_CLUSTER_COLLECTION_H

#include "cluster/line_reader.h"
#include "cluster/list_reader.h"
#include "cluster/requests.h"
#include "json/json_members.h"

enum {
  COLLECTION_PAGE = 500,             /* objects of a list's page */
  COLLECTION_MOST_LINE = 4 << 20,    /* bytes of a watch's event */
  COLLECTION_SILENCE_MS = 150000,    /* without a byte, bookmarks included: the peer is gone */
  COLLECTION_LEAST_WATCH_S = 300,    /* how long a watch is asked to last; up to twice that */
  COLLECTION_MOST_DELAY_MS = 30000,  /* before the server is asked again */
  COLLECTION_LEAST_DELAY_MS = 1000,  /* the same, and between two watches that end at once */
  COLLECTION_PROVED_MS = 10000,      /* a watch that lived so long was none that failed */
  COLLECTION_LEAST_RELIST_MS = 5000, /* between two lists that its owner wants */
  COLLECTION_CALM_MS = 60000,        /* without a new list: the next one may begin at once */
};

/* What is said of an object. */
enum collection_news {
  COLLECTION_LISTED,  /* it is there, in a list */
  COLLECTION_CHANGED, /* it was made or changed */
  COLLECTION_DELETED, /* it is gone; this is how it was last */
};

struct collection_owner {
  void *context;

  /* An object. -1 with err set: it cannot be read, and the collection is listed again. */
  int32_t (*object)(void *context, enum collection_news news, struct json_slice json,
                    struct hg_error *err);

  /* A list has begun: `round` is 1 for the first, and grows. */
  void (*listing)(void *context, uint64_t round);

  /* The list is whole: what it did not name is gone. */
  void (*listed)(void *context, uint64_t round);

  /* The server could not be asked: `why`, one sentence. NULL: it can be again. */
  void (*trouble)(void *context, const char *why);
};

enum collection_state {
  COLLECTION_LISTS,   /* a list is to be asked for, or on its way */
  COLLECTION_WATCHES, /* the same of a watch */
  COLLECTION_HELD,    /* listed, as it was wanted; the watch waits for collection_watch */
  COLLECTION_LOST,    /* for good: no credentials (401) or no right (403) */
};

/* Embedded in its owner, and does not move. */
struct collection {
  struct requests *requests;
  int64_t (*clock)(void); /* milliseconds; never steps back */
  struct collection_owner owner;
  const char *path;     /* of the collection, below the server's address; borrowed */
  const char *selector; /* a label selector; "": none; borrowed */
  int64_t timeout_ms;   /* without a byte of a list's page */
  enum collection_state state;
  bool holds;     /* does not watch by itself */
  bool is_asked;  /* a request is on its way */
  bool is_broken; /* what came cannot be used */
  bool is_troubled;
  bool is_begun;      /* the server took the watch on */
  bool has_event;     /* and sent one */
  bool is_distrusted; /* the last watch was answered with something else: only an event, or a watch
                         that lives, is a sign that the server can be asked again */
  bool relists;       /* a list is wanted as soon as may be */
  bool has_item;      /* the page that is read has one */
  uint64_t round;     /* of lists */
  uint64_t whole;     /* the newest round that came to its end; 0: none yet */
  uint32_t failures;  /* one after the other */
  uint32_t spoiled;   /* lists, each soon after the one before, whose version was no good */
  int64_t listed_ms;  /* when the newest list began */
  int64_t asked_ms;   /* when the newest request was sent */
  int64_t not_before_ms;
  int64_t wait_ms;         /* what the server asked for; 0: nothing */
  unsigned seed;           /* of the jitter */
  char version[64];        /* where a watch goes on; "": nowhere */
  struct text_buffer more; /* the list's continue token; "": from the start */
  struct list_reader list;
  struct line_reader lines;
  struct hg_error problem; /* why is_broken */
};

/* `path` and `selector` outlive it. With `holds` it lists, and watches only once collection_watch
 * says so. */
void collection_init(struct collection *collection, struct requests *requests,
                     int64_t (*clock)(void), const char *path, const char *selector,
                     int64_t timeout_ms, bool holds, const struct collection_owner *owner);

/* The requests are cancelled or destroyed before. */
void collection_finish(struct collection *collection);

/* Sends what is due. Call it between two requests_wait, at least each tenth of a second. -1: no
 * memory. */
int32_t collection_step(struct collection *collection, struct hg_error *err);

void collection_watch(struct collection *collection);

/* Lists it again, as soon as may be. */
void collection_relist(struct collection *collection);

/* How long an answer that failed for the `failures`-th time, one after the other, is waited for:
 * one second, doubled each time up to thirty, and up to a quarter more. */
int64_t collection_delay(uint32_t failures, unsigned *seed);

#endif
