/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/plugin_elf.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_SEGMENTS = 128 };

static int32_t refuse(const char *path, const char *why, struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_UNSUPPORTED, "plugin %.560s: %s", path, why);
}

int32_t plugin_elf_check(int fd, const char *path, struct hg_error *err) {
  ElfW(Phdr) segments[MOST_SEGMENTS];
  ElfW(Ehdr) header;
  struct stat status;
  uint64_t size;
  ssize_t length;

  if (fstat(fd, &status) < 0 || status.st_size < 0)
    return refuse(path, "cannot be read", err);
  size = (uint64_t)status.st_size;
  if (pread(fd, &header, sizeof header, 0) != (ssize_t)sizeof header ||
      memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return refuse(path, "is no shared object", err);
  if (header.e_phentsize != sizeof *segments || header.e_phnum == 0 ||
      header.e_phnum > MOST_SEGMENTS)
    return refuse(path, "is no shared object of this machine", err);
  length = (ssize_t)(header.e_phnum * sizeof *segments);
  if (header.e_phoff > size || pread(fd, segments, (size_t)length, (off_t)header.e_phoff) != length)
    return refuse(path, "was cut off: copy or build it again", err);
  for (size_t i = 0; i < header.e_phnum; i++)
    if (segments[i].p_type == PT_LOAD &&
        (segments[i].p_offset > size || segments[i].p_filesz > size - segments[i].p_offset))
      return refuse(path, "was cut off: copy or build it again", err);
  return 0;
}
