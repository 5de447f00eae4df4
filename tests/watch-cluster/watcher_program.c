/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the built plugin as the host does, and prints what its sink is told, a JSON line each, for
 * the tests in Python.
 *
 *   watcher-program KEY=VALUE... NAMESPACE/NAME[@UID]...
 *
 * Keys: plugin (its file), server, token, fresh-token (what the host gives after a 401),
 * log-streams, timeout (seconds), logs (a directory: their bytes are kept there, POD.CONTAINER.RUN
 * each, and a file that is there is gone on with), selector with namespace (instead of Jobs),
 * snapshot, tail, wanted (what the sink says of each Job at first: follow, not-yet, ...; follow
 * where nothing is said), most (bytes of a log after which no more is kept).
 *
 * Lines on standard input change that: "NUMBER WORD" what is wanted of a Job, "* WORD" of all,
 * "stop" makes the next tick say so, "cancel" is a user's wish to stop.
 */
#include "files/write_fully.h"
#include "told_arguments.h"
#include "json/json_text.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <headgate/plugin.h>
#include <headgate/watcher.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_JOBS = 20000 };

static uint32_t wanted[MOST_JOBS];
static uint64_t found_count;
static bool is_stopped;
static bool is_cancelled;
static bool is_silent; /* nothing is printed but counts */
static uint64_t calls[8];

/* --- The host -----------------------------------------------------------------------------------
 */

static const char *option(const struct hg_host *host, const char *name) {
  (void)host;
  if (*told(name))
    return told(name);
  return strcmp(name, "log-streams") == 0 ? "64" : "30";
}

static int32_t cancelled(const struct hg_host *host) {
  (void)host;
  return is_cancelled ? 1 : 0;
}

static void say(const char *what, json_t *value) {
  char *text = json_dumps(value, JSON_COMPACT | JSON_PRESERVE_ORDER);

  if (!text)
    abort();
  printf("{\"%s\":%s}\n", what, text);
  (void)fflush(stdout);
  free(text);
  json_decref(value);
}

static void host_log(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  say("said", json_pack("{s:i,s:o}", "level", (int)level, "text", json_of_text(message)));
}

/* --- The sink -----------------------------------------------------------------------------------
 */

static uint32_t word_value(const char *word) {
  static const char *const words[] = {"not-yet", "follow", "never", "enough"};

  for (uint32_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strncmp(words[i], word, strlen(words[i])) == 0)
      return i;
  abort();
}

static void obey(const char *line) {
  const char *word = strchr(line, ' ');

  if (strncmp(line, "stop", 4) == 0)
    is_stopped = true;
  else if (strncmp(line, "cancel", 6) == 0)
    is_cancelled = true;
  else if (!word)
    abort();
  else if (*line == '*')
    for (size_t i = 0; i < MOST_JOBS; i++)
      wanted[i] = word_value(word + 1);
  else
    wanted[strtoul(line, NULL, 10)] = word_value(word + 1);
}

static void read_commands(void) {
  static char line[256];
  static size_t length;
  static bool is_over;
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};

  while (!is_over && poll(&input, 1, 0) > 0) {
    if (read(STDIN_FILENO, &line[length], 1) != 1) {
      is_over = true;
    } else if (line[length] == '\n' || length + 2 == sizeof line) {
      line[length] = '\0';
      length = 0;
      obey(line);
    } else {
      length++;
    }
  }
}

static uint32_t sink_wanted(const struct hg_watch_sink *sink, uint64_t item) {
  (void)sink;
  return wanted[item];
}

static int32_t sink_found(const struct hg_watch_sink *sink, const char *job_namespace,
                          const char *job_name, uint64_t *item) {
  (void)sink;
  *item = found_count++;
  say("found", json_pack("{s:I,s:s,s:s}", "item", (json_int_t)*item, "namespace", job_namespace,
                         "name", job_name));
  return 0;
}

static int32_t sink_job(const struct hg_watch_sink *sink, const struct hg_job_state *job) {
  static const char *const phases[] = {"",         "PENDING", "RUNNING", "SUSPENDED", "ENDING",
                                       "COMPLETE", "FAILED",  "DELETED", "UNKNOWN"};

  (void)sink;
  calls[0]++;
  if (is_silent)
    return 0;
  say("job", json_pack("{s:I,s:s,s:i,s:[iiiiiii],s:s,s:s,s:s,s:[ss],s:[sss]}", "item",
                       (json_int_t)job->item, "phase", phases[job->phase], "flags", (int)job->flags,
                       "counts", (int)job->completions, (int)job->active, (int)job->ready,
                       (int)job->succeeded, (int)job->failed, (int)job->terminating,
                       (int)job->backoff_limit, "uid", job->uid, "reason", job->reason, "message",
                       job->message, "indexes", job->completed_indexes, job->failed_indexes,
                       "times", job->created_at, job->started_at, job->finished_at));
  return 0;
}

static json_t *containers_of(const struct hg_pod_state *pod) {
  static const char *const states[] = {"", "waiting", "running", "terminated"};
  static const char *const kinds[] = {"", "main", "init", "sidecar"};
  json_t *rows = json_array();

  for (uint32_t i = 0; i < pod->container_count; i++) {
    const struct hg_container_state *run = pod->containers[i];

    (void)json_array_append_new(
        rows,
        json_pack("{s:s,s:s,s:s,s:i,s:i,s:i,s:s,s:s,s:s,s:s,s:[ss]}", "name", run->name, "kind",
                  kinds[run->kind], "state", states[run->state], "restart", (int)run->restart,
                  "exit_code", (int)run->exit_code, "signal", (int)run->signal, "image", run->image,
                  "image_id", run->image_id, "reason", run->reason, "message", run->message,
                  "times", run->started_at, run->finished_at));
  }
  return rows;
}

static int32_t sink_pod(const struct hg_watch_sink *sink, const struct hg_pod_state *pod) {
  (void)sink;
  calls[1]++;
  if (is_silent)
    return 0;
  say("pod",
      json_pack("{s:I,s:s,s:s,s:i,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "item", (json_int_t)pod->item,
                "name", pod->name, "phase", pod->phase, "flags", (int)pod->flags, "index",
                (int)pod->completion_index, "uid", pod->uid, "job_uid", pod->job_uid, "node",
                pod->node, "reason", pod->reason, "message", pod->message, "created_at",
                pod->created_at, "containers", containers_of(pod)));
  return 0;
}

static int32_t sink_event(const struct hg_watch_sink *sink, const struct hg_cluster_event *event) {
  (void)sink;
  calls[2]++;
  if (is_silent)
    return 0;
  say("event",
      json_pack("{s:I,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:[ss]}", "item", (json_int_t)event->item,
                "count", (int)event->count, "uid", event->uid, "type", event->type, "reason",
                event->reason, "message", event->message, "kind", event->kind, "name", event->name,
                "object_uid", event->object_uid, "times", event->first_at, event->last_at));
  return 0;
}

/* A log that is kept: a file. */
struct kept {
  int fd;
  uint64_t length;
  char name[600];
};

/* Where the file goes on: the second of its last line that has a time, and how many lines are of
 * that second or later. */
static void find_end(const char *path, struct hg_log_resume *resume) {
  FILE *file = fopen(path, "re");
  char *line = NULL;
  size_t room = 0;
  char second[24] = "";
  uint64_t count = 0;

  while (file && getline(&line, &room, file) > 0) {
    if (strncmp(line, second, 19) != 0) {
      (void)snprintf(second, sizeof second, "%.19sZ", line);
      count = 0;
    }
    count++;
  }
  if (file)
    (void)fclose(file);
  free(line);
  memcpy(resume->second, second, sizeof second);
  resume->lines = count;
}

static void path_of(const struct kept *kept, char path[1200]) {
  (void)snprintf(path, 1200, "%s/%s", told("logs"), kept->name);
}

static int32_t sink_log_open(const struct hg_watch_sink *sink, uint64_t item, const char *pod_uid,
                             const char *container, uint32_t restart, struct hg_log_resume *resume,
                             void **log) {
  struct kept *kept = calloc(1, sizeof *kept);
  char path[1200];

  (void)sink;
  if (!kept || resume->struct_size != sizeof *resume)
    abort();
  (void)snprintf(kept->name, sizeof kept->name, "%s.%s.%u", pod_uid, container, (unsigned)restart);
  path_of(kept, path);
  find_end(path, resume);
  kept->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (kept->fd < 0)
    abort();
  *log = kept;
  say("log_open", json_pack("{s:I,s:s,s:s}", "item", (json_int_t)item, "log", kept->name, "second",
                            resume->second));
  return 0;
}

static int32_t sink_log_append(const struct hg_watch_sink *sink, void *log, struct hg_bytes lines,
                               uint32_t *more) {
  struct kept *kept = log;
  uint64_t most = strtoul(told("most"), NULL, 10);

  (void)sink;
  if (write_fully(kept->fd, lines.data, lines.length, NULL) < 0)
    abort();
  kept->length += lines.length;
  *more = most == 0 || kept->length < most;
  return 0;
}

static int32_t sink_log_resume(const struct hg_watch_sink *sink, void *log,
                               struct hg_log_resume *resume) {
  struct kept *kept = log;
  char path[1200];

  (void)sink;
  path_of(kept, path);
  find_end(path, resume);
  say("log_resume", json_pack("{s:s,s:s,s:I}", "log", kept->name, "second", resume->second, "lines",
                              (json_int_t)resume->lines));
  return 0;
}

static int32_t sink_log_close(const struct hg_watch_sink *sink, void *log, uint32_t end,
                              const char *why) {
  static const char *const ends[] = {"", "complete", "broken", "gone"};
  struct kept *kept = log;

  (void)sink;
  (void)close(kept->fd);
  say("log_close",
      json_pack("{s:s,s:s,s:o}", "log", kept->name, "end", ends[end], "why", json_of_text(why)));
  free(kept);
  return 0;
}

static int32_t sink_done(const struct hg_watch_sink *sink, uint64_t item, const char *uid) {
  (void)sink;
  calls[3]++;
  if (!is_silent)
    say("done", json_pack("{s:I,s:s}", "item", (json_int_t)item, "uid", uid));
  return 0;
}

static int32_t sink_connection(const struct hg_watch_sink *sink, uint32_t ok, const char *why) {
  (void)sink;
  say("connection", json_pack("{s:b,s:o}", "ok", (int)ok, "why", json_of_text(why)));
  return 0;
}

static int32_t sink_tick(const struct hg_watch_sink *sink) {
  (void)sink;
  calls[4]++;
  read_commands();
  return is_stopped ? -1 : 0;
}

/* --- The run ------------------------------------------------------------------------------------
 */

static struct hg_plan_item items[MOST_JOBS];
static const struct hg_plan_item *pointers[MOST_JOBS];
static const char *uids[MOST_JOBS];

/* NAMESPACE/NAME[@UID], or NAMESPACE/PREFIX*COUNT for PREFIX0, PREFIX1, ... True: it has a uid. */
static bool add_job(struct hg_plan *plan, char *word) {
  char *name = strchr(word, '/');
  char *uid = strchr(word, '@');
  char *many = strchr(word, '*');
  unsigned long count = many ? strtoul(many + 1, NULL, 10) : 1;

  *name++ = '\0';
  if (uid)
    *uid++ = '\0';
  for (unsigned long i = 0; i < count; i++) {
    struct hg_plan_item *item = &items[plan->total_jobs];
    char *numbered = NULL;

    if (many && asprintf(&numbered, "%.*s%lu", (int)(many - name), name, i) < 0)
      abort();
    *item = (struct hg_plan_item){.struct_size = sizeof *item,
                                  .job_name = many ? numbered : name,
                                  .job_namespace = word,
                                  .yaml_path = ""};
    pointers[plan->total_jobs] = item;
    uids[plan->total_jobs++] = uid;
  }
  return uid != NULL;
}

static void say_end(const char *what, int32_t result, const struct hg_error *error) {
  say(what, json_pack("{s:i,s:i,s:o}", "result", (int)result, "code", (int)error->code, "error",
                      json_of_text(error->message)));
}

static const struct hg_plugin *load(void) {
  void *library = dlopen(told("plugin"), RTLD_NOW | RTLD_LOCAL);
  const struct hg_plugin *(*entry)(void) = NULL;

  if (!library)
    (void)fprintf(stderr, "%s\n", dlerror());
  *(void **)&entry = library ? dlsym(library, "headgate_plugin_v1") : NULL;
  if (!entry)
    abort();
  return entry();
}

/* watch() has a thread of its own, as in the host. */
struct watch_call {
  const struct hg_watcher_ops *ops;
  const struct hg_watch_sink *sink;
  void *self;
  struct hg_error *error;
  int32_t result;
};

static void *call_watch(void *context) {
  struct watch_call *call = context;

  call->result = call->ops->watch(call->self, call->sink, call->error);
  return NULL;
}

static int32_t watch(const struct hg_watcher_ops *ops, void *self, const struct hg_watch_sink *sink,
                     struct hg_error *error) {
  struct watch_call call = {ops, sink, self, error, -1};
  pthread_t thread;

  if (pthread_create(&thread, NULL, call_watch, &call) != 0 || pthread_join(thread, NULL) != 0)
    abort();
  return call.result;
}

int main(int argc, char **argv) {
  const struct hg_host host = {.struct_size = sizeof host,
                               .log = host_log,
                               .cancelled = cancelled,
                               .option = option,
                               .credentials = told_give,
                               .credentials_release = told_take_back};
  const struct hg_watch_sink sink = {.struct_size = sizeof sink,
                                     .wanted = sink_wanted,
                                     .found = sink_found,
                                     .job = sink_job,
                                     .pod = sink_pod,
                                     .event = sink_event,
                                     .log_open = sink_log_open,
                                     .log_append = sink_log_append,
                                     .log_resume = sink_log_resume,
                                     .log_close = sink_log_close,
                                     .done = sink_done,
                                     .connection = sink_connection,
                                     .tick = sink_tick};
  struct hg_plan plan = {.struct_size = sizeof plan, .jobs = pointers};
  struct hg_watch_request request = {
      .struct_size = sizeof request, .selector = "", .job_namespace = ""};
  struct hg_error error = HG_ERROR_INIT;
  const struct hg_watcher_ops *ops;
  void *self = NULL;
  int32_t result;
  bool has_uids = false;

  (void)argc;
  told_arguments_begin(argv);
  told_credentials_are((struct hg_credentials){.struct_size = sizeof(struct hg_credentials),
                                               .server = told("server"),
                                               .tls_server_name = "",
                                               .proxy_url = "",
                                               .default_namespace = "default",
                                               .token = told("token"),
                                               .impersonate_user = "",
                                               .impersonate_uid = "",
                                               .ca = {"", 0},
                                               .certificate = {"", 0},
                                               .key = {"", 0}});
  is_silent = *told("silent") != '\0';
  for (size_t i = 0; i < MOST_JOBS; i++)
    wanted[i] = *told("wanted") ? word_value(told("wanted")) : HG_WATCH_FOLLOW;
  for (char **word = argv + 1; *word; word++)
    if (!strchr(*word, '=') && strchr(*word, '/'))
      has_uids |= add_job(&plan, *word);
  if (*told("selector")) {
    request.selector = told("selector");
    request.job_namespace = told("namespace");
  } else {
    request.plan = &plan;
    request.uids = has_uids ? uids : NULL;
  }
  request.flags = (*told("logs") ? HG_WATCH_LOGS : 0) | (*told("snapshot") ? HG_WATCH_SNAPSHOT : 0);
  request.log_tail = (uint32_t)strtoul(told("tail"), NULL, 10);
  ops = load()->ops;
  if (ops->create(&host, &self, &error) < 0)
    abort();
  result = ops->open(self, &request, &sink, &error);
  say_end("open", result, &error);
  if (result == 0) {
    error = (struct hg_error)HG_ERROR_INIT;
    result = watch(ops, self, &sink, &error);
    say_end("watch", result, &error);
  }
  ops->destroy(self);
  if (is_silent)
    printf("{\"calls\":[%d,%d,%d,%d]}\n", (int)calls[0], (int)calls[1], (int)calls[2],
           (int)calls[3]);
  if (told_handed_out() != 0)
    abort();
  return result == 0 ? 0 : 1;
}
