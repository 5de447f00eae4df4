/* SPDX-License-Identifier: Apache-2.0 */
#include "config_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* One key a line, so that line numbers are easily told. */
static const char *const good_orchestrator[] = {
    "session_id: d28-demo-session\n",
    "total_iterations: 6\n",
    "workers: 2\n",
    "mode: paper\n",
    "env: docker\n",
    "optimizer: bayesian\n",
    "config_path: configs/a.yaml\n",
    "base_output_csv: out\n",
};
static const char *const good_kubernetes[] = {
    "session_id: d29-k8s-demo-session\n",
    "k8s_namespace: trading-bots\n",
    "image: registry/app:1\n",
    "mode: paper\n",
    "env: docker\n",
    "total_iterations: 6\n",
    "workers: 2\n",
    "optimizer: bayesian\n",
    "config_path: configs/a.yaml\n",
};

/* Appends `text` with both paths shortened to O and K. */
static void log_shortened(struct config_reading *reading, const char *text) {
  size_t used = strlen(reading->log);

  while (*text && used + 1 < sizeof reading->log) {
    if (strncmp(text, reading->orchestrator, strlen(reading->orchestrator)) == 0) {
      reading->log[used++] = 'O';
      text += strlen(reading->orchestrator);
    } else if (strncmp(text, reading->kubernetes, strlen(reading->kubernetes)) == 0) {
      reading->log[used++] = 'K';
      text += strlen(reading->kubernetes);
    } else {
      reading->log[used++] = *text++;
    }
  }
  reading->log[used] = '\0';
}

static void keep_log(const struct hg_host *host, uint32_t level, const char *message) {
  static const char *const levels[] = {"", "error ", "warning ", "info ", "debug "};
  struct config_reading *reading = host->context;

  assert_null(strchr(message, '\n'));
  log_shortened(reading, levels[level]);
  log_shortened(reading, message);
  log_shortened(reading, "\n");
}

static int32_t never_cancelled(const struct hg_host *host) {
  (void)host;
  return 0;
}

void config_reading_init(struct config_reading *reading) {
  memset(reading, 0, sizeof *reading);
  strcpy(reading->directory, "/tmp/headgate-config-XXXXXX");
  assert_non_null(mkdtemp(reading->directory));
  (void)snprintf(reading->orchestrator, sizeof reading->orchestrator, "%s/orchestrator.yaml",
                 reading->directory);
  (void)snprintf(reading->kubernetes, sizeof reading->kubernetes, "%s/kubernetes.yaml",
                 reading->directory);
  reading->host.struct_size = sizeof reading->host;
  reading->host.context = reading;
  reading->host.log = keep_log;
  reading->host.cancelled = never_cancelled;
  arena_init(&reading->arena);
}

void config_reading_finish(struct config_reading *reading) {
  arena_finish(&reading->arena);
  (void)unlink(reading->orchestrator);
  (void)unlink(reading->kubernetes);
  assert_int_equal(rmdir(reading->directory), 0);
}

/* A new file, not a truncated one: some file systems write those to the disk at once. */
static FILE *make_file(const char *path) {
  (void)unlink(path);
  return fopen(path, "wb");
}

void config_reading_write(const char *path, const char *text, size_t length) {
  FILE *file = make_file(path);

  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void write_changed(const char *path, const char *const *lines, size_t count, int changed,
                          const char *text) {
  FILE *file = make_file(path);

  assert_non_null(file);
  for (size_t i = 0; i < count; i++)
    assert_true(fputs((int)i + 1 == changed ? text : lines[i], file) >= 0);
  if (changed == 0)
    assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

void config_reading_change(struct config_reading *reading, char file, int line, const char *text) {
  if (file == 'O')
    write_changed(reading->orchestrator, good_orchestrator,
                  sizeof good_orchestrator / sizeof good_orchestrator[0], line, text);
  else
    write_changed(reading->kubernetes, good_kubernetes,
                  sizeof good_kubernetes / sizeof good_kubernetes[0], line, text);
}

void config_reading_write_good(struct config_reading *reading) {
  config_reading_change(reading, 'O', -1, "");
  config_reading_change(reading, 'K', -1, "");
}

/* One error alone is in no line of the log, so that nobody reads it twice: here it is put behind
 * the others. */
int32_t config_reading_run(struct config_reading *reading) {
  int32_t result;

  reading->log[0] = '\0';
  reading->err = (struct hg_error)HG_ERROR_INIT;
  arena_reset(&reading->arena);
  result = session_config_read(&reading->host, reading->orchestrator, reading->kubernetes,
                               &reading->arena, &reading->session, &reading->err);
  if (result < 0 && !strstr(reading->log, "error "))
    keep_log(&reading->host, HG_LOG_ERROR, reading->err.message);
  return result;
}
