/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen of a Job's Pods, as far as a verdict needs it: which of them wait, and for what
 * since when; whether anything of it ever ran; and the newest container that failed.
 *
 * A Pod that only runs and succeeds costs its names; texts are kept of what went wrong alone.
 */
#ifndef HOST_WATCH_EVIDENCE_H
#define HOST_WATCH_EVIDENCE_H

#include "watch/failure_class.h"

#include <headgate/error.h>
#include <headgate/watcher.h>
#include <stdbool.h>
#include <stdint.h>

enum {
  KEPT_MESSAGE = 4096, /* bytes of a text of the cluster; more is cut between two characters */
  KEPT_NAME = 256
};

/* What a Pod, or the Job for want of one, waits for. The strings are its own; NULL: none. */
struct waiting {
  const struct failure_class *class; /* NULL: nothing is wrong */
  int64_t since_ms;                  /* without a break */
  uint32_t kind;                     /* HG_CONTAINER_*; 0: no container's */
  char *reason;
  char *container;
  char *message;
};

struct kept_pod {
  struct kept_pod *next;
  struct waiting waiting;
  const struct failure_class *event_class; /* what an event says that it waits for */
  char *event_reason;
  int64_t failed_ms;   /* when its newest failure was first seen, by our clock */
  uint64_t failed_run; /* of which container and run of it; 0: none failed */
  char event_at[20];   /* the cluster's time of the newest event that counted */
  bool is_seen;        /* itself, not only an event of it */
  bool is_over;        /* it has failed, or is being deleted */
  bool has_run;
  bool runs;        /* a container that is no sidecar runs now */
  bool is_starting; /* it has a node, and no container says what it waits for */
  const char *name; /* behind uid */
  char uid[];
};

/* Of two failures the one with the higher rank decides, of equals the later. */
enum rank {
  RANK_SIDECAR,  /* its end says nothing of the Job's */
  RANK_DELETED,  /* it was stopped: most often since the Job had failed already */
  RANK_BY_ITSELF /* the program's, or the node's */
};

/* The newest container that failed, or Pod that did without one. */
struct failure {
  const struct failure_class *class;
  enum rank rank;
  int64_t seen_ms;
  int32_t exit_code;
  int32_t signal;
  uint32_t restart;
  uint32_t kind;  /* HG_CONTAINER_*; 0: no container's */
  bool is_of_pod; /* the Pod failed, whatever its container did */
  char created_at[20];
  char finished_at[20];
  char *pod;
  char *pod_uid;
  char *container; /* "": none */
  char *reason;
  char *message; /* what the container wrote */
  char *said;    /* the node's words, of a Pod that was evicted */
};

struct evidence {
  char *uid; /* the Job's; "" before it was seen */
  struct kept_pod *pods;
  struct failure *failure;
  struct waiting refused; /* the Job: an event said that its Pods are refused */
  struct waiting last;    /* of the newest Pod that is gone and never ran */
  char *last_pod;         /* its name */
  char *failed_indexes;   /* as the server writes them; NULL: none */
  int64_t suspended_since_ms;
  int64_t no_pod_since_ms;  /* no Pod of it was seen since; -1: one was, or it is suspended */
  int32_t gone_without_run; /* Pods that are gone, and nothing of them ever ran */
  int32_t failed;           /* Pods, by the Job's newest state */
  int32_t active;           /* the same */
  uint32_t job_flags;       /* HG_JOB_*, of all its states */
  bool has_run;             /* a main container of it runs or ran */
  bool has_pods;            /* some were seen since it was last resumed */
  bool is_suspended;
  bool has_job; /* its state was seen, not only Pods of it */
  bool changed; /* since the verdict was last worded */
};

/* A copy that ends between two characters, of at most `most` bytes. NULL: no memory. */
char *kept_text(const char *text, size_t most);

struct evidence *evidence_create(void);
/* -1: no memory. */
int32_t evidence_set_uid(struct evidence *evidence, const char *uid);
int32_t evidence_set_indexes(struct evidence *evidence, const char *failed_indexes);

/* Accepts NULL. */
void evidence_destroy(struct evidence *evidence);

/* -1: no memory. */
int32_t evidence_take_pod(struct evidence *evidence, const struct hg_pod_state *pod, int64_t now_ms,
                          struct hg_error *err);
int32_t evidence_take_event(struct evidence *evidence, const struct hg_cluster_event *event,
                            int64_t now_ms, struct hg_error *err);

/* It was suspended, or is so no more: all clocks start anew. */
void evidence_restart_clocks(struct evidence *evidence, int64_t now_ms);

/* Whether a container of it runs, is known to have run, or may have. */
bool evidence_has_run(const struct evidence *evidence);

/* Whether a container that is no sidecar runs now. */
bool evidence_runs(const struct evidence *evidence);

#endif
