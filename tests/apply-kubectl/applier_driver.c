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

  driver->times_asked++;
  if (driver->asked)
    driver->asked(driver);
  for (uint64_t i = 0; i < driver->plan.total_jobs; i++)
    started += driver->jobs[i].starts;
  return driver->cancel_after > 0 && started >= driver->cancel_after;
}

static const char *host_option(const struct hg_host *host, const char *name) {
  struct driver *driver = host->context;

  if (strcmp(name, "kubectl") == 0)
    return driver->kubectl;
  if (strcmp(name, "timeout") == 0)
    return driver->timeout;
  return strcmp(name, "grace") == 0 ? driver->grace : NULL;
}

static int32_t sink_start(const struct hg_apply_sink *sink, uint64_t item, uint32_t attempt,
                          struct hg_launch *launch) {
  struct driver *driver = sink->context;
  struct driver_job *job = &driver->jobs[item];

  assert_int_equal(attempt, 1);
  assert_int_equal(launch->struct_size, sizeof *launch);
  job->starts++;
  append(&driver->events, "start", driver->items[item]->job_name);
  if (job->answer == HG_START_GO && ++driver->running > driver->most_running)
    driver->most_running = driver->running;
  if (job->input.data) {
    launch->has_standard_input = 1;
    launch->standard_input = job->input;
  }
  return job->answer;
}

static int32_t sink_finish(const struct hg_apply_sink *sink, uint64_t item, uint32_t last,
                           const struct hg_job_result *result) {
  struct driver *driver = sink->context;
  struct driver_job *job = &driver->jobs[item];

  assert_int_equal(last, 1);
  assert_int_equal(result->struct_size, sizeof *result);
  driver->running--;
  job->finishes++;
  append(&driver->events, "finish", driver->items[item]->job_name);
  job->result = *result;
  job->result.reason = keep_string(result->reason);
  job->result.timestamp = keep_string(result->timestamp);
  job->result.stdout_text.data = keep(result->stdout_text.data, result->stdout_text.length);
  job->result.stderr_text.data = keep(result->stderr_text.data, result->stderr_text.length);
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
                                        .finish = sink_finish};
  driver->plan = (struct hg_plan){.struct_size = sizeof driver->plan, .jobs = driver->items};
  driver->kubectl = FAKE_KUBECTL;
  driver->timeout = "30";
  driver->grace = "5";
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
  item->document = item->document_count = 1;
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

int32_t driver_run(struct driver *driver) {
  void *library = dlopen(APPLIER_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  const struct hg_plugin *(*entry)(void) = NULL;
  const struct hg_applier_ops *ops;
  void *self = NULL;
  int32_t result;

  assert_non_null(library);
  *(void **)&entry = dlsym(library, "headgate_plugin_v1");
  assert_non_null(entry);
  assert_int_equal(entry()->stage, HG_STAGE_APPLIER);
  ops = entry()->ops;
  result = ops->create(&driver->host, &self, &driver->error);
  if (result == 0)
    result = ops->apply(self, &driver->plan, &driver->sink, &driver->error);
  ops->destroy(self);
  return result;
}

void driver_expect(struct driver *driver, uint64_t index, uint32_t status, int32_t return_code,
                   int32_t signal, const char *reason) {
  struct driver_job *job = &driver->jobs[index];

  assert_int_equal(job->starts, 1);
  assert_int_equal(job->finishes, 1);
  assert_string_equal(job->result.reason, reason);
  assert_int_equal(job->result.status, status);
  assert_int_equal(job->result.return_code, return_code);
  assert_int_equal(job->result.signal, signal);
  assert_int_equal(job->result.attempt, 1);
}
