/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/log_view.h"

#include "memory/no_memory.h"
#include "text/visible_text.h"
#include "watch/log_line_time.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };

/* Where the last `tail` lines begin; the file's own last line feed ends the last of them. */
static off_t find_tail(int file, int64_t tail) {
  struct stat status;
  char block[BLOCK];
  off_t end;

  if (fstat(file, &status) < 0 || tail < 0)
    return 0;
  if (tail == 0)
    return status.st_size;
  end = status.st_size;
  for (off_t last = end - 1; end > 0;) {
    size_t size = end < BLOCK ? (size_t)end : BLOCK;
    ssize_t length = pread(file, block, size, end - (off_t)size);

    if (length != (ssize_t)size)
      return 0;
    for (size_t i = size; i > 0; i--) {
      off_t at = end - (off_t)size + (off_t)i - 1;

      if (block[i - 1] == '\n' && at != last && --tail == 0)
        return at + 1;
    }
    end -= (off_t)size;
  }
  return 0;
}

int32_t log_view_open(struct log_view *view, struct log_store *store, const char *path,
                      int64_t tail, const struct log_look *look, struct hg_error *err) {
  const char *below = strchr(path, '/');

  view->look = *look;
  text_buffer_init(&view->line);
  view->file = log_store_open(store, below ? below + 1 : path, false, err);
  if (view->file < 0)
    return -1;
  if (lseek(view->file, find_tail(view->file, tail), SEEK_SET) < 0) {
    log_view_close(view);
    return hg_error_set(err, HG_ERROR_IO, "%.600s: %s", path, strerror(errno));
  }
  return 0;
}

void log_view_close(struct log_view *view) {
  if (view->file >= 0)
    (void)close(view->file);
  view->file = -1;
  text_buffer_finish(&view->line);
}

/* A line with its line feed, where it has one. */
static int32_t show_line(struct log_view *view, log_sink *sink, void *context,
                         struct hg_error *err) {
  const char *line = text_buffer_string(&view->line);
  size_t length = view->line.length;
  struct text_buffer visible;
  int64_t second;
  size_t stamp;
  int32_t result;

  if (view->line.failed)
    return no_memory(err);
  if (!view->look.has_times && log_line_time(line, length, &second, &stamp)) {
    stamp += stamp < length && line[stamp] == ' ';
    line += stamp;
    length -= stamp;
  }
  if (!view->look.is_terminal)
    return sink(context, line, length, err);
  text_buffer_init(&visible);
  length -= length > 0 && line[length - 1] == '\n';
  visible_text_append(&visible, line, length);
  text_buffer_append_char(&visible, '\n');
  result = visible.failed ? no_memory(err) : sink(context, visible.data, visible.length, err);
  text_buffer_finish(&visible);
  return result;
}

int32_t log_view_show(struct log_view *view, bool is_over, log_sink *sink, void *context,
                      struct hg_error *err) {
  char block[BLOCK];
  ssize_t length;

  while ((length = read(view->file, block, sizeof block)) > 0)
    for (const char *next = block; next < block + length;) {
      size_t left = (size_t)(block + length - next);
      const char *feed = memchr(next, '\n', left);
      size_t size = feed ? (size_t)(feed - next) + 1 : left;

      text_buffer_append(&view->line, next, size);
      next += size;
      if (!feed)
        continue;
      if (show_line(view, sink, context, err) < 0)
        return -1;
      text_buffer_reset(&view->line);
    }
  if (length < 0)
    return hg_error_set(err, HG_ERROR_IO, "a kept log cannot be read: %s", strerror(errno));
  if (!is_over || view->line.length == 0)
    return 0;
  if (show_line(view, sink, context, err) < 0)
    return -1;
  text_buffer_reset(&view->line);
  return 0;
}
