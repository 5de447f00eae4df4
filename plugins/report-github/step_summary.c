/* SPDX-License-Identifier: Apache-2.0 */
#include "step_summary.h"

#include "files/write_fully.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct summary_file {
  const char *path;
  int fd;
};

static int32_t file_error(struct hg_error *err, const char *path, const char *why) {
  return hg_error_set(err, HG_ERROR_IO, "the step summary %.480s cannot be written: %s", path, why);
}

static int32_t write_file(const struct hg_output *output, const char *data, uint64_t length,
                          struct hg_error *err) {
  struct summary_file *file = output->context;

  return write_fully(file->fd, data, length, NULL) < 0
             ? file_error(err, file->path, strerror(errno))
             : 0;
}

/* What the step wrote before may end in the middle of a line. */
static int32_t write_report(struct summary_file *file, uint64_t before,
                            struct markdown_report *report, const struct hg_result *result,
                            bool *whole, struct hg_error *err) {
  const struct hg_output output = {
      .struct_size = sizeof output, .context = file, .write = write_file};
  uint64_t room = before < STEP_SUMMARY_MOST ? STEP_SUMMARY_MOST - before : 0;

  if (before > 0 && room > 1) {
    if (write_file(&output, "\n", 1, err) < 0)
      return -1;
    room--;
  }
  return markdown_report_write(report, result, &output, room, whole, err);
}

int32_t step_summary_append(const char *path, struct markdown_report *report,
                            const struct hg_result *result, bool *whole, struct hg_error *err) {
  /* Not to wait for the reader of a FIFO. */
  struct summary_file file = {
      path, open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644)};
  struct stat status;
  int32_t outcome = -1;

  if (file.fd < 0)
    return file_error(err, path, strerror(errno));
  if (fstat(file.fd, &status) != 0) {
    (void)file_error(err, path, strerror(errno));
    goto done;
  }
  if (!S_ISREG(status.st_mode)) {
    (void)file_error(err, path, "it is no regular file");
    goto done;
  }
  outcome = write_report(&file, (uint64_t)status.st_size, report, result, whole, err);
  if (outcome < 0)
    (void)!ftruncate(file.fd, status.st_size); /* rather nothing than half of it */
done:
  if (close(file.fd) != 0 && outcome == 0)
    outcome = file_error(err, path, strerror(errno));
  return outcome;
}
