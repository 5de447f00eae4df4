/* SPDX-License-Identifier: Apache-2.0 */
#include "files/temporary_file.h"

#include "memory/no_memory.h"
#include "text/text_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *directory_name(void) {
  const char *directory = secure_getenv("TMPDIR");

  return directory && *directory ? directory : "/tmp";
}

int32_t temporary_file_error(const char *what, struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_IO,
                      "cannot %s the report's temporary file in %.400s: %s; set TMPDIR to a "
                      "directory with room",
                      what, directory_name(), strerror(errno));
}

int temporary_file_open(struct hg_error *err) {
  struct text_buffer name;
  int fd = -1;

  text_buffer_init(&name);
  text_buffer_printf(&name, "%s/headgate-report-XXXXXX", directory_name());
  if (name.failed) {
    (void)no_memory(err);
    goto done;
  }
  fd = mkostemp(name.data, O_CLOEXEC);
  if (fd < 0)
    (void)temporary_file_error("make", err);
  else
    (void)unlink(name.data);
done:
  text_buffer_finish(&name);
  return fd;
}
