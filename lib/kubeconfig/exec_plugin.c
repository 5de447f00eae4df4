/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/exec_plugin.h"

#include "memory/no_memory.h"
#include "process/launch.h"
#include "process/process_end.h"
#include "text/timestamp.h"
#include "text/visible_text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEADLINE_MS = 60000, ASKING_DEADLINE_MS = 300000, SLICE_MS = 100, LONGEST_LINE = 4096 };

/* A plugin that runs. */
struct running {
  const struct kubeconfig_exec *exec;
  const struct exec_surroundings *surroundings;
  struct launched process;
  char *answer; /* EXEC_PLUGIN_MOST + 1 bytes */
  size_t length;
  size_t said; /* bytes of standard error */
  struct text_buffer line;
};

const char *exec_plugin_find(const char *command, struct arena *arena) {
  const char *list = getenv("PATH");

  if (strchr(command, '/'))
    return access(command, X_OK) == 0 ? command : NULL;
  while (list && *list) {
    size_t length = strcspn(list, ":");
    size_t size = length + strlen(command) + 2;
    char *path = arena_alloc(arena, size);
    struct stat status;

    if (!path)
      return NULL;
    (void)snprintf(path, size, "%.*s/%s", (int)length, list, command);
    if (*list == '/' && access(path, X_OK) == 0 && stat(path, &status) == 0 &&
        S_ISREG(status.st_mode))
      return path;
    list += length + (list[length] == ':');
  }
  return NULL;
}

static void say_line(struct running *running) {
  struct text_buffer shown;

  if (running->line.length == 0)
    return;
  text_buffer_init(&shown);
  visible_text_append(&shown, running->line.data, running->line.length);
  if (!shown.failed && running->surroundings->say)
    running->surroundings->say(running->surroundings->context, text_buffer_string(&shown));
  text_buffer_finish(&shown);
  text_buffer_reset(&running->line);
}

/* Passes on what came on standard error, line by line; what comes beyond the limit is dropped. */
static void take_words(struct running *running, const char *bytes, size_t length) {
  for (size_t i = 0; i < length && running->said < EXEC_PLUGIN_MOST; i++, running->said++) {
    if (bytes[i] == '\n' || bytes[i] == '\r' || running->line.length == LONGEST_LINE)
      say_line(running);
    if (bytes[i] != '\n' && bytes[i] != '\r')
      text_buffer_append_char(&running->line, bytes[i]);
  }
}

/* Reads what is there. -1 where the answer is too long. */
static int32_t drain(struct running *running) {
  struct launched *process = &running->process;
  char bytes[4096];
  ssize_t count;

  while (process->output >= 0 && running->length <= EXEC_PLUGIN_MOST) {
    count = read(process->output, running->answer + running->length,
                 EXEC_PLUGIN_MOST + 1 - running->length);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
      launched_close(&process->output);
    if (count <= 0)
      break;
    running->length += (size_t)count;
  }
  while (process->error >= 0) {
    count = read(process->error, bytes, sizeof bytes);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
      launched_close(&process->error);
    if (count <= 0)
      break;
    take_words(running, bytes, (size_t)count);
    if (count < (ssize_t)sizeof bytes)
      break;
  }
  return running->length > EXEC_PLUGIN_MOST ? -1 : 0;
}

/* Waits until it has ended. -1, and it still runs, where it must not go on. */
static int32_t attend(struct running *running, bool is_interactive, enum process_ending *ending,
                      int *status, struct hg_error *err) {
  const struct exec_surroundings *surroundings = running->surroundings;
  int64_t allowed = surroundings->deadline_ms;
  int64_t deadline;
  int descriptor = process_descriptor(running->process.pid);
  int32_t result = 0;

  if (allowed == 0)
    allowed = is_interactive ? ASKING_DEADLINE_MS : DEADLINE_MS;
  deadline = timestamp_steady_ms() + allowed;
  while (!process_has_ended(running->process.pid, false, ending, status)) {
    struct pollfd watched[] = {{running->process.output, POLLIN, 0},
                               {running->process.error, POLLIN, 0},
                               {descriptor, POLLIN, 0}};
    int ready = poll(watched, 3, SLICE_MS);

    if (ready == 0)
      say_line(running); /* a question, without a line feed */
    if (drain(running) < 0)
      result = hg_error_set(err, HG_ERROR_LIMIT,
                            "exec plugin %.480s: answers more than %d bytes: stopped",
                            running->exec->command, EXEC_PLUGIN_MOST);
    else if (surroundings->is_cancelled && surroundings->is_cancelled(surroundings->context))
      result = hg_error_set(err, HG_ERROR_CANCELLED, "exec plugin %.480s: interrupted",
                            running->exec->command);
    else if (timestamp_steady_ms() >= deadline)
      result =
          hg_error_set(err, HG_ERROR_FAILED, "exec plugin %.480s: no answer within %lld s: stopped",
                       running->exec->command, (long long)((allowed + 999) / 1000));
    if (result < 0)
      break;
  }
  if (descriptor >= 0)
    (void)close(descriptor);
  return result;
}

/* Lets the plugin's group read the terminal, or takes that back. */
static void give_terminal(pid_t group) {
  sigset_t stop;
  sigset_t before;

  (void)sigemptyset(&stop);
  (void)sigaddset(&stop, SIGTTOU);
  (void)pthread_sigmask(SIG_BLOCK, &stop, &before);
  (void)tcsetpgrp(STDIN_FILENO, group);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static int32_t run(struct running *running, const char *program, const char *const *environment,
                   bool is_interactive, struct arena *arena, struct hg_error *err) {
  const struct kubeconfig_exec *exec = running->exec;
  enum process_ending ending = PROCESS_LOST;
  struct launch launch = {
      .program = program, .environment = environment, .with_terminal = is_interactive};
  const char **argv;
  size_t count = 0;
  int status = 0;
  int cause;
  int32_t result;

  while (exec->args[count])
    count++;
  argv = arena_alloc(arena, (count + 2) * sizeof *argv);
  if (!argv)
    return no_memory(err);
  argv[0] = exec->command;
  memcpy(argv + 1, exec->args, (count + 1) * sizeof *argv);
  launch.argv = argv;
  if (launch_program(&launch, &running->process, &cause) < 0)
    return hg_error_set(err, HG_ERROR_FAILED, "exec plugin %.480s: cannot be started: %s",
                        exec->command, strerrordesc_np(cause));
  if (is_interactive) {
    give_terminal(running->process.pid);
    (void)kill(-running->process.pid, SIGCONT);
  }
  result = attend(running, is_interactive, &ending, &status, err);
  if (result < 0) {
    process_kill(running->process.pid);
    (void)process_has_ended(running->process.pid, true, &ending, &status);
  } else if (drain(running) < 0) {
    result = hg_error_set(err, HG_ERROR_LIMIT, "exec plugin %.480s: answers more than %d bytes",
                          exec->command, EXEC_PLUGIN_MOST);
  }
  process_reap(running->process.pid, ending);
  if (is_interactive)
    give_terminal(getpgrp());
  say_line(running);
  launched_close(&running->process.output);
  launched_close(&running->process.error);
  if (result < 0)
    return -1;
  if (ending == PROCESS_SIGNALED)
    return hg_error_set(err, HG_ERROR_FAILED, "exec plugin %.480s: ended by signal %d",
                        exec->command, status);
  if (ending == PROCESS_EXITED && status != 0)
    return hg_error_set(err, HG_ERROR_FAILED, "exec plugin %.480s: failed with exit code %d",
                        exec->command, status);
  return 0;
}

/* Puts "NAME=VALUE" into the environment of *count variables, over one of that name. */
static void put_variable(const char **environment, size_t *count, const char *variable) {
  size_t length = strcspn(variable, "=");
  size_t place = 0;

  while (place < *count &&
         (strncmp(environment[place], variable, length) != 0 || environment[place][length] != '='))
    place++;
  environment[place] = variable;
  *count += place == *count;
}

/* The same of its two halves; of the name, what stands before a "=". -1: no memory. */
static int32_t put_pair(const char **environment, size_t *count, const char *name,
                        const char *value, struct arena *arena) {
  size_t name_length = strcspn(name, "=");
  size_t size = name_length + strlen(value) + 2;
  char *variable = arena_alloc(arena, size);

  if (!variable)
    return -1;
  (void)snprintf(variable, size, "%.*s=%s", (int)name_length, name, value);
  put_variable(environment, count, variable);
  return 0;
}

/* This process's environment, with the plugin's variables over it. */
static const char *const *make_environment(const struct kubeconfig_exec *exec, const char *info,
                                           struct arena *arena) {
  size_t own = 0;
  size_t count = 0;
  const char **environment;

  while (environ[own])
    own++;
  environment = arena_alloc(arena, (own + exec->environment_count + 2) * sizeof *environment);
  if (!environment)
    return NULL;
  for (size_t i = 0; i < own; i++)
    put_variable(environment, &count, environ[i]);
  for (size_t i = 0; i < exec->environment_count; i++)
    if (put_pair(environment, &count, exec->environment[i].name, exec->environment[i].value,
                 arena) < 0)
      return NULL;
  if (put_pair(environment, &count, "KUBERNETES_EXEC_INFO", info, arena) < 0)
    return NULL;
  environment[count] = NULL;
  return environment;
}

static int32_t check(const struct kubeconfig_exec *exec,
                     const struct exec_surroundings *surroundings, bool *is_interactive,
                     struct hg_error *err) {
  static const char *const versions[] = {"client.authentication.k8s.io/v1",
                                         "client.authentication.k8s.io/v1beta1"};

  if (strcmp(exec->api_version, versions[0]) != 0 && strcmp(exec->api_version, versions[1]) != 0)
    return hg_error_set(
        err, HG_ERROR_UNSUPPORTED,
        "exec plugin %.320s: apiVersion %.240s: neither Headgate nor today's kubectl "
        "speaks it: update the plugin and the kubeconfig to v1",
        exec->command, exec->api_version);
  if (strcmp(exec->interactive_mode, "Always") == 0 && !surroundings->has_terminal)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "exec plugin %.480s: asks a person, and standard input is no terminal: run "
                        "it in one",
                        exec->command);
  *is_interactive = surroundings->has_terminal && strcmp(exec->interactive_mode, "Never") != 0;
  return 0;
}

int32_t exec_plugin_run(const struct kubeconfig_exec *exec,
                        const struct kubeconfig_cluster *cluster, struct hg_bytes ca,
                        const struct exec_surroundings *surroundings, struct arena *arena,
                        struct exec_credential *credential, struct hg_error *err) {
  struct running running = {.exec = exec, .surroundings = surroundings};
  struct hg_error reason = HG_ERROR_INIT;
  const char *const *environment;
  struct text_buffer info;
  const char *program;
  bool is_interactive = false;
  int32_t result = -1;

  if (check(exec, surroundings, &is_interactive, err) < 0)
    return -1;
  program = exec_plugin_find(exec->command, arena);
  if (!program)
    return hg_error_set(err, HG_ERROR_NOT_FOUND, "exec plugin %.320s: %s%s%.480s", exec->command,
                        strchr(exec->command, '/') && access(exec->command, F_OK) == 0
                            ? "it is there, and may not be executed (chmod +x)"
                            : "there is no such program",
                        *exec->install_hint ? ": " : "", exec->install_hint);
  text_buffer_init(&info);
  text_buffer_init(&running.line);
  exec_credential_ask(exec->api_version, exec->provides_cluster ? cluster : NULL, ca,
                      is_interactive, &info);
  environment = info.failed ? NULL : make_environment(exec, text_buffer_string(&info), arena);
  running.answer = malloc(EXEC_PLUGIN_MOST + 1);
  if (!environment || !running.answer) {
    (void)no_memory(err);
    goto out;
  }
  result = run(&running, program, environment, is_interactive, arena, err);
  if (result == 0 && exec_credential_read(exec->api_version, running.answer, running.length, arena,
                                          credential, &reason) < 0)
    result = hg_error_set(err, reason.code, "exec plugin %.400s: its answer: %s", exec->command,
                          reason.message);
out:
  if (running.answer)
    explicit_bzero(running.answer, running.length);
  free(running.answer);
  text_buffer_finish(&running.line);
  text_buffer_finish(&info);
  return result;
}
