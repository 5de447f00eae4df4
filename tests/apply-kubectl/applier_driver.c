/* SPDX-License-Identifier: Apache-2.0 */
#include "applier_driver.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <headgate/plugin.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What lives as long as the driver: freed all together. */
struct keepsake {
  struct keepsake *next;
  char text[];
};

static struct keepsake *keepsakes;
static int descriptors_before;

static char *keep(const char *data, size_t length) {
  struct keepsake *kept = malloc(sizeof *kept + length + 1);

  assert_non_null(kept);
  memcpy(kept->text, data, length);
  kept->text[length] = '\0';
  kept->next = keepsakes;
  keepsakes = kept;
  return kept->text;
}

static char *keep_string(const char *text) {
  return keep(text, strlen(text));
}

static void append(char **text, const char *word, const char *name) {
  char *longer = NULL;

  assert_true(asprintf(&longer, "%s%s %s\n", *text ? *text : "", word, name) > 0);
  free(*text);
  *text = longer;
}

static int count_descriptors(void) {
  DIR *directory = opendir("/proc/self/fd");
  int count = 0;

  while (readdir(directory))
    count++;
  (void)closedir(directory);
  return count;
}

static void host_log(const struct hg_host *host, uint32_t level, const char *message) {
  static const char *const names[] = {"", "error", "warning", "info", "debug"};
  struct driver *driver = host->context;

  append(&driver->log, names[level], message);
}

static int32_t host_cancelled(const struct hg_host *host) {
  struct driver *driver = host->context;
  uint32_t started = 0;
  uint32_t finished = 0;
  uint32_t verdicts = 0;

  driver->times_asked++;
  if (driver->asked)
    driver->asked(driver);
  for (uint64_t i = 0; i < driver->plan.total_jobs; i++) {
    started += driver->jobs[i].starts;
    finished += driver->jobs[i].finishes;
    verdicts += driver->jobs[i].verdicts;
  }
  if ((driver->end_after > 0 && started >= driver->end_after) ||
      (driver->end_after_verdict > 0 && verdicts >= driver->end_after_verdict))
    return 2;
  return (driver->cancel_after > 0 && started >= driver->cancel_after) ||
         (driver->cancel_after_finish > 0 && finished >= driver->cancel_after_finish);
}

static const char *host_option(const struct hg_host *host, const char *name) {
  const struct driver *driver = host->context;
  const struct {
    const char *name;
    const char *value;
  } options[] = {
      {"kubectl", driver->kubectl},
      {"timeout", driver->timeout},
      {"grace", driver->grace},
      {"parallel", driver->parallel},
      {"batch", driver->batch},
      {"retries", driver->retries},
      {"retry-delay", driver->retry_delay},
  };

  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (strcmp(options[i].name, name) == 0)
      return options[i].value;
  fail_msg("the applier asked for an option that it does not have: %s", name);
  return NULL;
}

/* Every word and a space. */
static const char *joined(const char *const *words, uint32_t count) {
  char *text = NULL;
  size_t length = 0;
  FILE *memory = open_memstream(&text, &length);
  const char *kept;

  assert_non_null(memory);
  for (uint32_t i = 0; i < count; i++)
    (void)fprintf(memory, "%s ", words[i]);
  assert_null(words[count]);
  (void)fclose(memory);
  kept = keep(text, length);
  free(text);
  return kept;
}

/* Notes the question; returns how many of the Jobs are not to be started. */
static uint32_t answer_each(struct driver *driver, struct hg_launch *launches, uint32_t count) {
  uint32_t skipped = 0;

  for (uint32_t i = 0; i < count; i++) {
    struct driver_job *job = &driver->jobs[launches[i].item];

    assert_int_equal(launches[i].struct_size, sizeof *launches);
    assert_int_equal(launches[i].attempt, job->starts + 1);
    assert_int_equal(job->starts, job->finishes);
    assert_int_equal(job->last, 0);
    assert_ptr_equal(launches[i].command, launches[0].command);
    job->asked++;
    launches[i].answer = job->answer;
    if (job->answer != HG_LAUNCH_GO)
      skipped++;
  }
  return skipped;
}

static uint32_t sink_start(const struct hg_apply_sink *sink, struct hg_launch *launches,
                           uint32_t count) {
  struct driver *driver = sink->context;
  uint32_t skipped = answer_each(driver, launches, count);

  for (uint32_t i = 0; i < count; i++) {
    struct hg_launch *launch = &launches[i];
    struct driver_job *job = &driver->jobs[launch->item];

    append(&driver->events, skipped > 0 ? "ask" : "start", driver->items[launch->item]->job_name);
    if (job->answer == HG_START_STOP)
      return HG_START_STOP;
    if (skipped > 0 && job->answer == HG_LAUNCH_GO)
      launch->answer = HG_LAUNCH_AGAIN;
    if (skipped > 0)
      continue;
    job->starts++;
    job->command = joined(launch->command, launch->command_count);
    if (job->input.data) {
      launch->has_standard_input = 1;
      launch->standard_input = job->input;
    }
  }
  if (skipped == 0 && ++driver->running > driver->most_running)
    driver->most_running = driver->running;
  for (uint32_t i = 0; skipped == 0 && i < count; i++)
    driver->jobs[launches[i].item].ends_launch = i + 1 == count;
  return HG_START_GO;
}

static uint32_t sink_room(const struct hg_apply_sink *sink) {
  (void)sink;
  return UINT32_MAX;
}

static int32_t sink_finish(const struct hg_apply_sink *sink, uint64_t item, uint32_t last,
                           const struct hg_job_result *result) {
  struct driver *driver = sink->context;
  struct driver_job *job = &driver->jobs[item];

  assert_int_equal(result->struct_size, sizeof *result);
  assert_in_range(last, 0, 1);
  assert_true(last == 1 || result->status == HG_STATUS_FAILED);
  assert_int_equal(result->attempt, job->starts);
  assert_string_equal(joined(result->command, result->command_count), job->command);
  assert_true(result->status == HG_STATUS_FAILED || (!*result->failure_class && !*result->advice));
  assert_true(result->status == HG_STATUS_SUCCESS || *result->failure_class);
  if (job->ends_launch)
    driver->running--;
  job->finishes++;
  job->last = last;
  assert_int_equal(job->starts, job->finishes);
  append(&driver->events, last ? "finish" : "again", driver->items[item]->job_name);
  job->result = *result;
  job->result.reason = keep_string(result->reason);
  job->result.timestamp = keep_string(result->timestamp);
  job->result.stdout_text.data = keep(result->stdout_text.data, result->stdout_text.length);
  job->result.stderr_text.data = keep(result->stderr_text.data, result->stderr_text.length);
  return job->stop_after;
}

static int32_t sink_document(const struct hg_preflight_sink *sink, uint64_t item,
                             struct hg_bytes *document, struct hg_error *err) {
  struct driver *driver = sink->context;
  struct driver_job *job = &driver->jobs[item];

  append(&driver->events, "ask", driver->items[item]->job_name);
  job->asked++;
  if (job->changed)
    return hg_error_set(err, HG_ERROR_INVALID, "%s", job->changed);
  if (driver->items[item]->reads_standard_input)
    *document = job->input;
  return 0;
}

static int32_t sink_verdict(const struct hg_preflight_sink *sink, uint64_t item,
                            const struct hg_preflight_verdict *verdict) {
  struct driver *driver = sink->context;
  struct driver_job *job = &driver->jobs[item];

  assert_int_equal(verdict->struct_size, sizeof *verdict);
  assert_int_equal(++job->verdicts, 1);
  append(&driver->events, "verdict", driver->items[item]->job_name);
  job->verdict = *verdict;
  job->verdict.reason = keep_string(verdict->reason);
  job->verdict.failure_class = keep_string(verdict->failure_class);
  job->verdict.advice = keep_string(verdict->advice);
  return job->stop_after;
}

int driver_setup(void **state) {
  struct driver *driver = calloc(1, sizeof *driver);

  assert_non_null(driver);
  /* Loading the plugin may open descriptors that stay (a sanitizer's): before they are counted. */
  assert_non_null(dlopen(APPLIER_PLUGIN, RTLD_NOW | RTLD_LOCAL));
  descriptors_before = count_descriptors();
  /* Orphaned grandchildren become ours, so that the tear-down sees them. */
  assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
  strcpy(driver->directory, "/tmp/headgate-apply-XXXXXX");
  assert_non_null(mkdtemp(driver->directory));
  driver->host = (struct hg_host){.struct_size = sizeof driver->host,
                                  .abi_minor = HG_ABI_MINOR,
                                  .context = driver,
                                  .log = host_log,
                                  .cancelled = host_cancelled,
                                  .option = host_option};
  driver->sink = (struct hg_apply_sink){.struct_size = sizeof driver->sink,
                                        .context = driver,
                                        .start = sink_start,
                                        .finish = sink_finish,
                                        .room = sink_room};
  driver->preflight_sink = (struct hg_preflight_sink){.struct_size = sizeof driver->preflight_sink,
                                                      .context = driver,
                                                      .verdict = sink_verdict,
                                                      .document = sink_document};
  driver->plan = (struct hg_plan){.struct_size = sizeof driver->plan, .jobs = driver->items};
  driver->kubectl = FAKE_KUBECTL;
  driver->timeout = "30";
  driver->grace = "5";
  driver->parallel = "1";
  driver->batch = "1";
  driver->retries = "0";
  driver->retry_delay = "0";
  driver->error = (struct hg_error)HG_ERROR_INIT;
  (void)unsetenv("FAKE_KUBECTL_SCRIPT");
  (void)setenv("FAKE_KUBECTL_LOG", driver_path(driver, "starts"), 1);
  *state = driver;
  return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
  (void)status;
  (void)type;
  (void)ftw;
  return remove(path);
}

/* Orphans that were killed may take a moment to go; nothing else may be there. */
static void expect_no_processes(void) {
  const struct timespec moment = {0, 10000000};

  for (int i = 0; i < 1000; i++) {
    siginfo_t info;

    memset(&info, 0, sizeof info);
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0) {
      assert_int_equal(errno, ECHILD);
      return;
    }
    if (info.si_pid == 0)
      (void)nanosleep(&moment, NULL);
    else
      assert_int_equal(info.si_status, SIGKILL);
  }
  fail_msg("a process was left behind and lives");
}

int driver_teardown(void **state) {
  struct driver *driver = *state;

  (void)nftw(driver->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  expect_no_processes();
  assert_int_equal(count_descriptors(), descriptors_before);
  for (uint64_t i = 0; i < driver->plan.total_jobs; i++)
    free((void *)(uintptr_t)driver->items[i]);
  while (keepsakes) {
    struct keepsake *next = keepsakes->next;

    free(keepsakes);
    keepsakes = next;
  }
  free(driver->log);
  free(driver->events);
  free(driver);
  return 0;
}

const char *driver_path(struct driver *driver, const char *name) {
  char path[PATH_MAX];

  (void)snprintf(path, sizeof path, "%s/%s", driver->directory, name);
  return keep_string(path);
}

const char *driver_write(struct driver *driver, const char *name, const char *text, uint32_t mode) {
  const char *path = driver_path(driver, name);
  FILE *file = fopen(path, "we");

  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(path, mode), 0);
  return path;
}

const char *driver_read(struct driver *driver, const char *path) {
  char text[64 * 1024];
  FILE *file = fopen(path, "re");
  size_t length = 0;

  (void)driver;
  if (file) {
    length = fread(text, 1, sizeof text, file);
    (void)fclose(file);
  }
  return keep(text, length);
}

void driver_script(struct driver *driver, const char *script) {
  (void)setenv("FAKE_KUBECTL_SCRIPT", driver_write(driver, "script", script, 0600), 1);
}

uint64_t driver_add_command(struct driver *driver, const char *name, const char *const *command) {
  struct hg_plan_item *item = calloc(1, sizeof *item);
  uint64_t index = driver->plan.total_jobs++;

  assert_non_null(item);
  assert_in_range(index, 0, DRIVER_MAX_JOBS - 1);
  item->struct_size = sizeof *item;
  item->document_number = item->document_count = 1;
  item->job_name = keep_string(name);
  item->job_namespace = "default";
  item->yaml_path = "";
  item->kubectl_command = command;
  while (command[item->kubectl_command_count])
    item->kubectl_command_count++;
  driver->items[index] = item;
  return index;
}

uint64_t driver_add(struct driver *driver, const char *name) {
  const char *command[] = {"kubectl", "apply", "-f", NULL, NULL};
  char manifest[512];
  char file[PATH_MAX];

  (void)snprintf(file, sizeof file, "%s.yaml", name);
  (void)snprintf(manifest, sizeof manifest,
                 "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: %s\n", name);
  command[3] = driver_write(driver, file, manifest, 0600);
  return driver_add_command(
      driver, name, (const char *const *)(const void *)keep((char *)command, sizeof command));
}

void driver_add_many(struct driver *driver, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) {
    char name[32];

    (void)snprintf(name, sizeof name, "job-%02d", (int)i);
    driver_add(driver, name);
  }
}

uint32_t driver_launches(struct driver *driver) {
  const char *starts = driver_read(driver, driver_path(driver, "starts"));
  uint32_t count = 0;

  for (; (starts = strchr(starts, '\n')); starts++)
    count++;
  return count;
}

const struct hg_plugin *driver_plugin(struct driver *driver) {
  void *library = dlopen(APPLIER_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  const struct hg_plugin *(*entry)(void) = NULL;

  (void)driver;
  assert_non_null(library);
  *(void **)&entry = dlsym(library, "headgate_plugin_v1");
  assert_non_null(entry);
  assert_int_equal(entry()->stage, HG_STAGE_APPLIER);
  return entry();
}

static int32_t run(struct driver *driver, bool is_preflight) {
  const struct hg_applier_ops *ops = driver_plugin(driver)->ops;
  void *self = NULL;
  int32_t result;

  result = ops->create(&driver->host, &self, &driver->error);
  if (result == 0)
    result = is_preflight
                 ? ops->preflight(self, &driver->plan, &driver->preflight_sink, &driver->error)
                 : ops->apply(self, &driver->plan, &driver->sink, &driver->error);
  ops->destroy(self);
  return result;
}

int32_t driver_run(struct driver *driver) {
  return run(driver, false);
}

int32_t driver_preflight(struct driver *driver) {
  return run(driver, true);
}

void driver_expect(struct driver *driver, uint64_t index, uint32_t status, int32_t return_code,
                   int32_t signal, const char *reason) {
  struct driver_job *job = &driver->jobs[index];

  assert_int_equal(job->starts, 1);
  assert_int_equal(job->finishes, 1);
  assert_int_equal(job->last, 1);
  assert_string_equal(job->result.reason, reason);
  assert_int_equal(job->result.status, status);
  assert_int_equal(job->result.return_code, return_code);
  assert_int_equal(job->result.signal, signal);
  assert_int_equal(job->result.attempt, 1);
}

void driver_expect_after(struct driver *driver, uint64_t index, uint32_t attempts, uint32_t status,
                         const char *failure_class) {
  struct driver_job *job = &driver->jobs[index];

  assert_int_equal(job->starts, attempts);
  assert_int_equal(job->finishes, attempts);
  assert_int_equal(job->result.status, status);
  assert_string_equal(job->result.failure_class, failure_class);
}

void driver_expect_unconfirmed(struct driver *driver, uint64_t index) {
  const struct driver_job *job = &driver->jobs[index];

  assert_int_equal(job->starts, 1);
  assert_int_equal(job->finishes, 1);
  assert_int_equal(job->result.status, HG_STATUS_FAILED);
  assert_int_equal(job->result.return_code, 0);
  assert_string_equal(job->result.failure_class, "unconfirmed");
  assert_int_equal(job->result.verb, HG_VERB_NONE);
}
