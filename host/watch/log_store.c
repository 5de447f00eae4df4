/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/log_store.h"

#include "memory/no_memory.h"
#include "terminal/log.h"

#include <errno.h>
#include <fcntl.h>
#include <headgate/host.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The longest part of a name that is kept as it is: with what stands around it a file's name stays
 * under 255 bytes. */
enum { LONGEST_DIRECTORY = 200, LONGEST_POD = 130, LONGEST_CONTAINER = 70 };

/* The disk is looked at again after so many bytes, and must have this part of it free. */
enum { LOOK_BYTES = 1 << 20, FREE_PERCENT = 5 };

int32_t log_store_init(struct log_store *store, const char *history, int64_t run_id, uint64_t bytes,
                       struct hg_error *err) {
  struct text_buffer root;

  text_buffer_init(&root);
  text_buffer_printf(&root, "%s.logs", history);
  *store = (struct log_store){
      .run_id = run_id,
      .directory = -1,
      .container_limit = LOG_LIMIT_CONTAINER,
      .limit = LOG_LIMIT_ALL,
      .bytes = bytes,
      .looked_at_bytes = UINT64_MAX,
  };
  if (root.failed) {
    text_buffer_finish(&root);
    return no_memory(err);
  }
  store->root = root.data;
  return 0;
}

void log_store_finish(struct log_store *store) {
  if (store->directory >= 0)
    (void)close(store->directory);
  free(store->root);
  store->root = NULL;
  store->directory = -1;
}

static bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

/* FNV-1a, 32 bits. */
static uint32_t hash(const char *text) {
  uint32_t value = UINT32_C(2166136261);

  for (; *text; text++)
    value = (value ^ (unsigned char)*text) * UINT32_C(16777619);
  return value;
}

/* One part of a path. What Kubernetes lets a name be stays as it is; another one is made safe, and
 * told from its like by a hash behind a character that no name has. */
static void append_part(struct text_buffer *path, const char *part, size_t longest) {
  bool is_changed = !*part || *part == '.' || strlen(part) > longest;

  for (size_t i = 0; part[i] && i < longest; i++) {
    bool is_kept = is_plain(part[i]) && (i > 0 || part[i] != '.');

    is_changed = is_changed || !is_kept;
    text_buffer_append_char(path, is_kept ? part[i] : '_');
  }
  if (is_changed)
    text_buffer_printf(path, "~%08" PRIx32, hash(part));
}

void log_name_append(struct text_buffer *path, const struct log_name *name) {
  append_part(path, name->job_namespace, LONGEST_DIRECTORY);
  text_buffer_append_char(path, '/');
  append_part(path, name->job, LONGEST_DIRECTORY);
  text_buffer_append_char(path, '/');
  append_part(path, name->pod, LONGEST_POD);
  text_buffer_append_char(path, '.');
  append_part(path, name->container, LONGEST_CONTAINER);
  text_buffer_printf(path, ".%" PRIu32 ".log", name->restart);
}

const char *log_store_path(const struct log_store *store, const char *whole) {
  return *whole ? whole + strlen(store->root) + 1 : whole;
}

static int32_t refuse(const struct log_store *store, const char *path, struct hg_error *err) {
  return hg_error_set(err, errno == ENOENT ? HG_ERROR_NOT_FOUND : HG_ERROR_IO,
                      "%.400s/%" PRId64 "/%.400s: %s", store->root, store->run_id, path,
                      errno == ELOOP || errno == ENOTDIR ? "is no directory or file of its own"
                                                         : strerror(errno));
}

/* A directory below `above`, opened; made where it is missing, and then the one above is on disk.
 * -1 with errno set. */
static int open_directory(int above, const char *name, bool may_create) {
  enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
  int directory = openat(above, name, FLAGS);

  if (directory >= 0 || errno != ENOENT || !may_create)
    return directory;
  if (mkdirat(above, name, 0700) < 0 && errno != EEXIST)
    return -1;
  if (above != AT_FDCWD)
    (void)fsync(above);
  return openat(above, name, FLAGS);
}

static int32_t open_run(struct log_store *store, bool may_create, struct hg_error *err) {
  char name[24];
  int root;

  if (store->directory >= 0)
    return 0;
  root = open_directory(AT_FDCWD, store->root, may_create);
  if (root < 0)
    return refuse(store, "", err);
  (void)snprintf(name, sizeof name, "%" PRId64, store->run_id);
  store->directory = open_directory(root, name, may_create);
  if (store->directory < 0)
    (void)refuse(store, "", err);
  (void)close(root);
  return store->directory < 0 ? -1 : 0;
}

static int open_file(int directory, const char *name, bool may_create) {
  int flags =
      (may_create ? O_RDWR | O_CREAT : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  int file = openat(directory, name, flags, 0600);
  struct stat status;

  if (file < 0 || (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1))
    return file;
  (void)close(file);
  errno = ELOOP;
  return -1;
}

int log_store_open(struct log_store *store, const char *path, bool may_create,
                   struct hg_error *err) {
  char part[256];
  int directory;
  int file = -1;

  if (open_run(store, may_create, err) < 0)
    return -1;
  directory = fcntl(store->directory, F_DUPFD_CLOEXEC, 0);
  for (const char *rest = path; directory >= 0; rest += strcspn(rest, "/") + 1) {
    size_t length = strcspn(rest, "/");
    int next;

    (void)snprintf(part, sizeof part, "%.*s", (int)length, rest);
    if (!rest[length]) {
      file = open_file(directory, part, may_create);
      break;
    }
    next = open_directory(directory, part, may_create);
    if (next < 0)
      break;
    (void)close(directory);
    directory = next;
  }
  if (file < 0)
    (void)refuse(store, path, err);
  if (directory >= 0)
    (void)close(directory);
  return file;
}

void log_store_close_for(struct log_store *store, const char *why) {
  store->full = why;
  if (store->is_said)
    return;
  store->is_said = true;
  log_line(HG_LOG_WARNING, LOG_WATCH, "Logs are no longer kept: %s", why);
}

static bool disk_is_low(const struct log_store *store) {
  struct statvfs disk;

  return store->directory >= 0 && fstatvfs(store->directory, &disk) == 0 && disk.f_blocks > 0 &&
         disk.f_bavail < disk.f_blocks / 100 * FREE_PERCENT;
}

bool log_store_has_room(struct log_store *store, uint64_t length) {
  if (store->full)
    return false;
  if (store->bytes + length > store->limit) {
    log_store_close_for(store, "those of this history take 10 GiB");
  } else if (store->looked_at_bytes == UINT64_MAX ||
             store->bytes - store->looked_at_bytes >= LOOK_BYTES) {
    store->looked_at_bytes = store->bytes;
    if (disk_is_low(store))
      log_store_close_for(store, "less than 5% of the disk is free");
  }
  return !store->full;
}

void log_store_add(struct log_store *store, uint64_t length) {
  store->bytes += length;
}
