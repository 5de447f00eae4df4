/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 6: follows Jobs in the cluster until they have ended. Loaded and called only with --wait,
 * and by the commands that look at what runs.
 *
 * A watcher asks and changes nothing: each of its requests is a GET. What it sees goes to the sink.
 * The host writes it down, keeps the logs' bytes, measures the time, and alone decides what became
 * of a Job: a watcher has no opinion, and no clock that matters.
 */
#ifndef HEADGATE_WATCHER_H
#define HEADGATE_WATCHER_H

#include <headgate/bytes.h>
#include <headgate/completion.h>
#include <headgate/credentials.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/plan.h>
#include <stdint.h>

/* Of this header, in hg_plugin.stage_revision: raised by each change that is not a field or an
 * optional function at an end. */
#define HG_WATCHER_REVISION 1u

/* Bits of hg_job_state.flags. */
#define HG_JOB_RELISTED 1u /* found by a new list: what happened in between was not seen */
#define HG_JOB_SUCCEEDS 2u /* condition SuccessCriteriaMet, or Complete */
#define HG_JOB_DELETING 4u /* has a deletionTimestamp */
#define HG_JOB_HAS_TTL 8u  /* has spec.ttlSecondsAfterFinished: it goes by itself */
#define HG_JOB_MANAGED 16u /* spec.managedBy names another controller than Kubernetes' own */
#define HG_JOB_QUEUED 32u  /* has Kueue's label: suspended, it waits to be admitted */
#define HG_JOB_IDLE 64u    /* spec.parallelism is 0: suspended, it asks for no Pod */

/* A Job as the server showed it. Times are the cluster's, RFC 3339 as the server wrote them, ""
 * where there is none. Strings are UTF-8, never NULL. Borrowed, valid during the call. */
struct hg_job_state {
  uint32_t struct_size; /* sizeof(struct hg_job_state) as the watcher compiled it */
  uint32_t phase;       /* one of HG_PHASE_* (completion.h) */
  uint64_t item;        /* which Job: an index into plan->jobs, or what sink->found gave */
  uint32_t flags;       /* HG_JOB_* */
  int32_t completions;  /* asked for; -1 where the Job names none */
  int32_t active;       /* Pods that wait or run */
  int32_t ready;        /* Pods that are ready; -1 where the server does not count them */
  int32_t succeeded;    /* Pods */
  int32_t failed;       /* Pods */
  int32_t terminating;  /* Pods; -1 where the server does not count them */
  int32_t backoff_limit;
  const char *uid;     /* metadata.uid: a Job of the same name with another is another Job */
  const char *reason;  /* of the condition that decides, "BackoffLimitExceeded"; or "" */
  const char *message; /* of the same condition; or "" */
  const char *completed_indexes; /* as the server writes them, "0,2-5"; or "" */
  const char *failed_indexes;    /* the same */
  const char *created_at;
  const char *started_at;
  const char *finished_at; /* completionTime, else the Failed condition's transition */
  const char *labels; /* only where the request has a selector: "app=test,mode=live", as the server
                       * orders them; else "" */
};

/* Values of hg_container_state.state. */
#define HG_CONTAINER_WAITING 1u
#define HG_CONTAINER_RUNNING 2u
#define HG_CONTAINER_TERMINATED 3u

/* Values of hg_container_state.kind. */
#define HG_CONTAINER_MAIN 1u
#define HG_CONTAINER_INIT 2u
#define HG_CONTAINER_SIDECAR 3u /* an init container with restartPolicy Always */

/* One run of one container of a Pod. Borrowed, valid during the call. */
struct hg_container_state {
  uint32_t struct_size; /* sizeof(struct hg_container_state) as the watcher compiled it */
  uint32_t kind;        /* one of HG_CONTAINER_MAIN, _INIT, _SIDECAR */
  uint32_t state;       /* one of HG_CONTAINER_WAITING, _RUNNING, _TERMINATED */
  uint32_t restart;     /* which run of it, from 0; the server tells of the newest two */
  int32_t exit_code;    /* where terminated; else -1 */
  int32_t signal;       /* the same; 0: none */
  const char *name;
  const char *image;
  const char *image_id; /* what ran; "" until it was pulled */
  const char *reason;   /* of the state: "ImagePullBackOff", "OOMKilled", "Error"; or "" */
  const char *message;  /* where it waits, why, as the node says it; where terminated, what it wrote
                         * to its termination file */
  const char *started_at;
  const char *finished_at;
};

/* Bits of hg_pod_state.flags. */
#define HG_POD_DELETED 1u  /* the server has it no longer */
#define HG_POD_DELETING 2u /* has a deletionTimestamp */

/* A Pod of a Job: one whose controller is the Job's uid. Borrowed, valid during the call. */
struct hg_pod_state {
  uint32_t struct_size;     /* sizeof(struct hg_pod_state) as the watcher compiled it */
  uint32_t flags;           /* HG_POD_* */
  uint64_t item;            /* whose Pod */
  int32_t completion_index; /* of an Indexed Job; -1: none */
  uint32_t container_count; /* pointers in `containers` */
  const char *job_uid;
  const char *uid;
  const char *name;
  const char *node;    /* "" until it is scheduled */
  const char *phase;   /* "Pending", "Running", "Succeeded", "Failed" */
  const char *reason;  /* status.reason ("Evicted"), else of DisruptionTarget or PodScheduled */
  const char *message; /* of the same */
  const char *created_at;
  const struct hg_container_state *const *containers; /* in the Pod's order, init containers first;
                                                       * of one container the older run first */
};

/* What a component of the cluster said of a Job or a Pod: best effort, gone after an hour. */
struct hg_cluster_event {
  uint32_t struct_size; /* sizeof(struct hg_cluster_event) as the watcher compiled it */
  uint32_t count;       /* how often so far */
  uint64_t item;        /* which Job it is about, itself or by its Pod */
  const char *uid;      /* the event's own: the same one comes again with a higher count */
  const char *type;     /* "Normal", "Warning" */
  const char *reason;   /* "FailedCreate", "FailedScheduling", "FailedMount" */
  const char *message;
  const char *kind;       /* "Job" or "Pod" */
  const char *name;       /* of that object */
  const char *object_uid; /* the same */
  const char *first_at;
  const char *last_at;
};

/* Values of `end` for log_close. */
#define HG_LOG_COMPLETE 1u /* the container has ended, and its log was read to the end */
#define HG_LOG_BROKEN 2u   /* it may go on: the connection, the watch or the time ended */
#define HG_LOG_GONE 3u     /* the server could not give (the rest of) it: `why` says what it said */

/* Where a log is to go on. Filled in by the host. */
struct hg_log_resume {
  uint32_t struct_size; /* sizeof(struct hg_log_resume) as the watcher compiled it */
  uint32_t reserved;    /* 0 */
  uint64_t lines;       /* kept lines of the second `second` or later: that many are skipped */
  char second[24];      /* of the last line that is kept, and that one is whole: RFC 3339, whole
                         * seconds, in UTC ("Z"; a node may write another zone). "": from the start
                         */
};

/* What sink->wanted says of a Job. */
#define HG_WATCH_NOT_YET 0u /* it was not applied yet */
#define HG_WATCH_FOLLOW 1u  /* it was applied */
#define HG_WATCH_NEVER 2u   /* it was not applied, and will not be */
#define HG_WATCH_ENOUGH 3u  /* all that is wanted of it is known: ask nothing more */

/* The host's; called on the thread of open() or watch(), with the sink itself as first parameter.
 * All copy what they need before they return. Where one returns -1, nothing more is wanted of
 * anything: close the logs and return. */
struct hg_watch_sink {
  uint32_t struct_size; /* sizeof(struct hg_watch_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* Whether this Job is to be followed: one of HG_WATCH_*. The answer changes as the run goes on:
   * it is asked for again whenever watch() would otherwise be done, and after each tick. */
  uint32_t (*wanted)(const struct hg_watch_sink *sink, uint64_t item);

  /* A Job of the selector was found that has no number yet: gives it one. Only where the request
   * has a selector. */
  int32_t (*found)(const struct hg_watch_sink *sink, const char *job_namespace,
                   const char *job_name, uint64_t *item);

  /* A Job is seen for the first time, or looks otherwise than before. The same state may come
   * twice. One that is wanted and never was seen, though all were listed since, is told as
   * HG_PHASE_DELETED with nothing known of it: its uid is the request's, or "". */
  int32_t (*job)(const struct hg_watch_sink *sink, const struct hg_job_state *state);

  /* The same for a Pod. Its Job came before it. That it is gone, a new list may be the first to
   * show: then nothing but names and uids is told again, and no container. */
  int32_t (*pod)(const struct hg_watch_sink *sink, const struct hg_pod_state *state);

  /* Somebody said something. Its Job came before it. */
  int32_t (*event)(const struct hg_watch_sink *sink, const struct hg_cluster_event *event);

  /* Opens the log of one run of one container, which pod() told of before, and says from where it
   * is wanted. *log is the host's, NULL where it is not wanted (limits, or it is complete). */
  int32_t (*log_open)(const struct hg_watch_sink *sink, uint64_t item, const char *pod_uid,
                      const char *container, uint32_t restart, struct hg_log_resume *resume,
                      void **log);

  /* Appends lines, each with the server's timestamp in front and a line feed at its end; only the
   * last one that is ever appended may have none. *more becomes 0 where no more of this log is
   * kept. */
  int32_t (*log_append)(const struct hg_watch_sink *sink, void *log, struct hg_bytes lines,
                        uint32_t *more);

  /* Where the log is to go on after its connection broke off: as log_open says it. */
  int32_t (*log_resume)(const struct hg_watch_sink *sink, void *log, struct hg_log_resume *resume);

  /* Once for each log_open that gave a log. `why` is "" for HG_LOG_COMPLETE. */
  int32_t (*log_close)(const struct hg_watch_sink *sink, void *log, uint32_t end, const char *why);

  /* This Job (the one with this uid) has ended or is gone, its Pods have too, and its logs are
   * read: nothing more will be said of it. */
  int32_t (*done)(const struct hg_watch_sink *sink, uint64_t item, const char *uid);

  /* The server could not be asked (ok 0, `why`), or can be again (ok 1). For the record and the
   * screen: the watcher goes on by itself. */
  int32_t (*connection)(const struct hg_watch_sink *sink, uint32_t ok, const char *why);

  /* Called at least each tenth of a second during watch(), whatever is waited for: the host's
   * clocks go by it. */
  int32_t (*tick)(const struct hg_watch_sink *sink);

  /* Where the request has a plan: the Job of number `item`, which is how many there were so far, as
   * Jobs are tried again by others. HG_WATCH_FOLLOW: it is *added, which lives as the plan does;
   * HG_WATCH_NOT_YET: it may come yet, and watch() is not done; HG_WATCH_NEVER: there will be none.
   * Ask whenever `wanted` is asked, until the answer is HG_WATCH_NEVER. Its namespace is that of
   * another Job. NULL: there will never be any. */
  uint32_t (*further)(const struct hg_watch_sink *sink, uint64_t item,
                      const struct hg_plan_item **added);
};

/* Bits of hg_watch_request.flags. */
#define HG_WATCH_LOGS 1u /* logs are wanted */
/* Only what is there now, each log up to now; then watch() returns. */
#define HG_WATCH_SNAPSHOT 2u

/* What is to be followed. Valid until destroy returns. */
struct hg_watch_request {
  uint32_t struct_size; /* sizeof(struct hg_watch_request) as the host compiled it */
  uint32_t flags;       /* HG_WATCH_* */
  /* Its Jobs by name and namespace. NULL where there is a selector. */
  const struct hg_plan *plan;
  /* The uid of each of the plan's Jobs as it is known from before, NULL where it is not: a Job of
   * that name with another uid is another Job. NULL: none is known. */
  const char *const *uids;
  const char *job_namespace; /* the selector's; "" without one */
  const char *selector;      /* a label selector as kubectl takes it; "": the plan's Jobs */
  uint32_t log_tail;         /* with HG_WATCH_SNAPSHOT, lines of each log; 0: all */
  uint32_t reserved;         /* 0 */
};

/* All functions are mandatory. create, open and destroy are called on the main thread, watch on one
 * of its own, while the main thread may be applying; it is over before destroy. open and watch are
 * called at most once each. */
struct hg_watcher_ops {
  uint32_t struct_size; /* sizeof(struct hg_watcher_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object. `host` outlives it. */
  int32_t (*create)(const struct hg_host *host, void **self, struct hg_error *err);

  /* Before the first launch: tries the rights to list and watch Jobs, Pods and events and to read
   * logs, and tells sink->job of each wanted Job that is there already. -1 where it could not
   * follow these Jobs, with what is missing: then nothing is applied. */
  int32_t (*open)(void *self, const struct hg_watch_request *request,
                  const struct hg_watch_sink *sink, struct hg_error *err);

  /* Follows until sink->done was said of every Job that is wanted and none is HG_WATCH_NOT_YET, the
   * sink says stop, or host->cancelled does. Lost connections are taken up again. 0 also where Jobs
   * failed; -1 only where it could not go on: rights or credentials lost for good. */
  int32_t (*watch)(void *self, const struct hg_watch_sink *sink, struct hg_error *err);

  /* Accepts NULL. No thread and no connection of the watcher is left when it returns. */
  void (*destroy)(void *self);

  /* Optional: as hg_applier_ops.cluster_uid; between create and open. */
  void (*cluster_uid)(void *self, char uid[HG_CLUSTER_UID_SIZE]);
};

#endif
