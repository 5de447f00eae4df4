/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include "memory/no_memory.h"
#include "text/visible_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What execvp uses where PATH is not set, without the working directory. */
static const char default_search_path[] = "/usr/local/bin:/usr/bin:/bin";

void program_init(struct program *program) {
  program->path = NULL;
  program->cause = 0;
  text_buffer_init(&program->problem);
}

void program_finish(struct program *program) {
  free(program->path);
  text_buffer_finish(&program->problem);
  program_init(program);
}

/* The errno value of why `path` cannot be executed; EISDIR also for devices and the like; 0: it
 * can. */
static int refusal(const char *path) {
  struct stat status;

  if (stat(path, &status) != 0)
    return errno;
  if (!S_ISREG(status.st_mode))
    return EISDIR;
  return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/* Says why the file that the user named, or that PATH has, is not it. */
static void explain(struct program *program, const char *path, int cause) {
  struct text_buffer *problem = &program->problem;
  const char *description = strerrordesc_np(cause);

  program->cause = cause;
  text_buffer_reset(problem);
  visible_text_append(problem, path, strlen(path));
  switch (cause) {
  case ENOENT:
  case ENOTDIR:
    text_buffer_append_string(problem, " does not exist: give the path of kubectl");
    break;
  case EISDIR:
    text_buffer_append_string(problem, " is not a program but a directory or a special file: give "
                                       "the path of kubectl");
    break;
  case EACCES:
    text_buffer_append_string(problem, " may not be executed: make it executable (chmod +x), or "
                                       "give the path of another kubectl");
    break;
  default:
    text_buffer_printf(problem, " cannot be executed: %s",
                       description ? description : "unknown error");
  }
  text_buffer_append_string(problem, " with --kubectl PATH");
}

/* Looks into one directory. Returns true where the search is over: found, or memory is out. */
static bool look_into(struct program *program, const char *directory, size_t length,
                      const char *name) {
  struct text_buffer path;
  bool over = false;
  int cause;

  text_buffer_init(&path);
  text_buffer_append(&path, directory, length);
  text_buffer_printf(&path, "/%s", name);
  if (path.failed) {
    program->problem.failed = true;
    text_buffer_finish(&path);
    return true;
  }
  cause = refusal(path.data);
  if (cause == 0) {
    program->path = path.data;
    text_buffer_init(&path); /* handed over */
    over = true;
  } else if (cause != ENOENT && cause != ENOTDIR && program->problem.length == 0) {
    explain(program, path.data, cause); /* the first that nearly was it */
  }
  text_buffer_finish(&path);
  return over;
}

static void search(struct program *program, const char *name, const char *search_path) {
  const char *entry = search_path ? search_path : default_search_path;

  for (;;) {
    size_t length = strcspn(entry, ":");

    if (*entry == '/' && look_into(program, entry, length, name))
      return;
    if (entry[length] == '\0')
      break;
    entry += length + 1;
  }
  if (program->problem.length > 0)
    return;
  program->cause = ENOENT;
  visible_text_append(&program->problem, name, strlen(name));
  text_buffer_append_string(&program->problem,
                            " was not found in PATH: install it or give --kubectl PATH");
}

int32_t program_find(struct program *program, const char *name, const char *search_path,
                     struct hg_error *err) {
  if (!name)
    name = "kubectl";
  if (strchr(name, '/')) {
    int cause = refusal(name);

    if (cause != 0)
      explain(program, name, cause);
    else if (!(program->path = strdup(name)))
      program->problem.failed = true;
  } else {
    search(program, name, search_path);
  }
  if (program->problem.failed)
    return no_memory(err);
  if (program->path)
    text_buffer_reset(&program->problem);
  return 0;
}
