/* SPDX-License-Identifier: Apache-2.0 */
#include "generate/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct config_position whole_file = {0, 0};

void config_file_init(struct config_file *file) {
  text_buffer_init(&file->text);
  file->tree = NULL;
  file->root = NULL;
}

void config_file_finish(struct config_file *file) {
  yaml_tree_destroy(file->tree);
  text_buffer_finish(&file->text);
  config_file_init(file);
}

static int fail(struct config_problems *problems, int32_t code, const char *message) {
  text_buffer_append_string(config_problems_begin(problems), message);
  config_problems_end(problems, whole_file, code);
  return -1;
}

__attribute__((format(printf, 3, 4))) static int fail_as(struct config_problems *problems,
                                                         int32_t code, const char *format, ...) {
  char message[256];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return fail(problems, code, message);
}

static int fail_by_errno(struct config_problems *problems, int number) {
  text_buffer_printf(config_problems_begin(problems), "cannot be read: %s", strerror(number));
  config_problems_end(problems, whole_file, number == ENOENT ? HG_ERROR_NOT_FOUND : HG_ERROR_IO);
  return -1;
}

/* Waits for a pipe's writer, a tenth of a second at a time. */
static int wait_for_text(int fd, struct config_problems *problems) {
  struct pollfd waiting = {fd, POLLIN, 0};

  if (problems->host->cancelled(problems->host))
    return fail(problems, HG_ERROR_CANCELLED, "stopped while it was being read");
  if (poll(&waiting, 1, 100) < 0 && errno != EINTR)
    return fail_by_errno(problems, errno);
  return 0;
}

static int read_text(int fd, struct text_buffer *text, const struct config_kind *kind,
                     struct config_problems *problems) {
  char bytes[16384];

  for (;;) {
    ssize_t count = read(fd, bytes, sizeof bytes);

    if (count == 0)
      break;
    if (count > 0)
      text_buffer_append(text, bytes, (size_t)count);
    else if (errno == EAGAIN || errno == EINTR) {
      if (wait_for_text(fd, problems) != 0)
        return -1;
    } else {
      return fail_by_errno(problems, errno);
    }
    if (text->length > (size_t)kind->most_mib * 1024 * 1024)
      return fail_as(problems, HG_ERROR_LIMIT,
                     "is larger than %u MiB, so it is no %s: name another file", kind->most_mib,
                     kind->name);
  }
  return text->failed ? fail(problems, HG_ERROR_NO_MEMORY, "out of memory") : 0;
}

/* Without O_NONBLOCK a FIFO that nobody writes to would be waited for without end. */
int config_file_read_text(struct text_buffer *text, const struct config_kind *kind,
                          struct config_problems *problems) {
  struct stat status;
  int result = -1;
  int fd = open(problems->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    return fail_by_errno(problems, errno);
  if (fstat(fd, &status) != 0)
    (void)fail_by_errno(problems, errno);
  else if (S_ISDIR(status.st_mode))
    (void)fail(problems, HG_ERROR_INVALID, "is a directory: name a file in it");
  else
    result = read_text(fd, text, kind, problems);
  (void)close(fd);
  return result;
}

/* Reads the next document. 1: there is one; 0: there is none; -1: said in `problems`. */
static int next_document(struct config_file *file, struct yaml_tree_document *document,
                         struct config_problems *problems) {
  struct yaml_problem problem;
  struct config_position position;
  int32_t found = yaml_tree_next(file->tree, document, &problem);

  if (found >= 0)
    return found;
  position.line = problem.line;
  position.column = problem.column;
  text_buffer_append_string(config_problems_begin(problems), problem.message);
  config_problems_end(problems, position,
                      strcmp(problem.rule, "no-memory") == 0    ? HG_ERROR_NO_MEMORY
                      : strcmp(problem.rule, "yaml-limit") == 0 ? HG_ERROR_LIMIT
                                                                : HG_ERROR_INVALID);
  return -1;
}

/* Reads the text's first document. */
static int first_document(struct config_file *file, const struct config_kind *kind,
                          struct yaml_tree_document *document, struct config_problems *problems) {
  struct hg_error err = HG_ERROR_INIT;
  int found;

  if (yaml_tree_open(file->tree, text_buffer_string(&file->text), file->text.length, &err) < 0)
    return fail(problems, err.code, err.message);
  found = next_document(file, document, problems);
  if (found == 0)
    return fail_as(problems, HG_ERROR_INVALID, "is empty: write %s into it", kind->content);
  return found < 0 ? -1 : 0;
}

/* Such a file is one document. */
static int check_last(struct config_file *file, const struct config_kind *kind,
                      struct config_problems *problems) {
  struct yaml_tree_document document;
  int found = next_document(file, &document, problems);

  if (found > 0) {
    config_problems_add(problems, document.root,
                        "a second document begins here, but a %s is one: remove it", kind->name);
    return -1;
  }
  return found;
}

/* The first document is read twice, as its tree lives only until the next is asked for. */
static int parse_text(struct config_file *file, const struct config_kind *kind,
                      struct config_problems *problems) {
  struct yaml_tree_document document;

  if (first_document(file, kind, &document, problems) < 0 || check_last(file, kind, problems) < 0 ||
      first_document(file, kind, &document, problems) < 0)
    return -1;
  if (document.root->kind != HG_NODE_MAPPING) {
    config_problems_add(problems, document.root,
                        "must be a mapping of keys to values, such as \"%s\"", kind->example);
    return -1;
  }
  file->root = document.root;
  return 0;
}

int config_file_read(struct config_file *file, const struct config_kind *kind,
                     struct config_problems *problems) {
  struct hg_error err = HG_ERROR_INIT;

  if (config_file_read_text(&file->text, kind, problems) < 0)
    return -1;
  if (yaml_tree_create(&file->tree, &err) < 0)
    return fail(problems, err.code, err.message);
  return parse_text(file, kind, problems);
}
