/* SPDX-License-Identifier: Apache-2.0 */
#include "file_list.h"

#include "memory/no_memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const suffixes[] = {".yaml", ".yml", ".json"};

/* Entries between two questions whether the user wants to stop. */
enum { ENTRIES_A_LOOK = 1024 };

/* A subdirectory that is still to be listed. */
struct pending {
  struct pending *next;
  char name[]; /* seen from the directory, with a slash at the end; "" for itself */
};

struct listing {
  struct file_list *list;
  int directory;        /* descriptor */
  const char *root;     /* the directory's name, without slashes at the end */
  size_t prefix_length; /* bytes of each path up to the file's name, "DIRECTORY/" */
  struct pending *pending;
  const struct hg_host *host;
  const struct listing_rules *rules;
  uint64_t entries;
  uint64_t excluded;
};

void file_list_init(struct file_list *list) {
  memset(list, 0, sizeof *list);
  arena_init(&list->arena);
}

void file_list_finish(struct file_list *list) {
  for (size_t i = 0; i < list->directory_count; i++)
    (void)close(list->directories[i]);
  while (list->streams) {
    struct listed_stream *next = list->streams->next;

    file_text_finish(&list->streams->text);
    free(list->streams);
    list->streams = next;
  }
  free(list->directories);
  free(list->files);
  arena_finish(&list->arena);
  file_list_init(list);
}

static bool is_manifest(const char *name) {
  size_t length = strlen(name);

  for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
    size_t tail = strlen(suffixes[i]);
    if (length > tail && memcmp(name + length - tail, suffixes[i], tail) == 0)
      return true;
  }
  return false;
}

/* Copies `folder` and `name`, and `end` behind them, to `at`. */
static void join(char *at, const char *folder, size_t folder_length, const char *name,
                 const char *end) {
  size_t length = strlen(name);

  memcpy(at, folder, folder_length);
  memcpy(at + folder_length, name, length);
  memcpy(at + folder_length + length, end, strlen(end) + 1);
}

/* A NULL path is memory that was out. */
static int32_t append_file(struct file_list *list, const char *path, int directory,
                           size_t name_offset, struct hg_error *err) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? list->capacity * 2 : 256;
    struct listed_file *files = reallocarray(list->files, capacity, sizeof *files);

    if (!files)
      return no_memory(err);
    list->files = files;
    list->capacity = capacity;
  }
  if (!path)
    return no_memory(err);
  list->files[list->count++] = (struct listed_file){
      .path = path, .directory = directory, .name_offset = (uint32_t)name_offset};
  return 0;
}

static int32_t add_file(struct listing *listing, const char *folder, const char *name,
                        struct hg_error *err) {
  size_t prefix_length = listing->prefix_length;
  size_t folder_length = strlen(folder);
  char *path = arena_alloc(&listing->list->arena, prefix_length + folder_length + strlen(name) + 1);

  if (path) {
    memcpy(path, listing->root, prefix_length - 1);
    path[prefix_length - 1] = '/';
    join(path + prefix_length, folder, folder_length, name, "");
  }
  return append_file(listing->list, path, listing->directory, prefix_length, err);
}

static int32_t add_folder(struct listing *listing, const char *folder, const char *name,
                          struct hg_error *err) {
  size_t length = strlen(folder);
  struct pending *pending = malloc(sizeof *pending + length + strlen(name) + sizeof "/");

  if (!pending)
    return no_memory(err);
  join(pending->name, folder, length, name, *name ? "/" : "");
  pending->next = listing->pending;
  listing->pending = pending;
  return 0;
}

/* Whether the entry is a directory itself, not a symbolic link to one. */
static bool is_folder(int directory, const struct dirent *entry) {
  struct stat status;

  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type == DT_DIR;
  return fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

/* `folder` ends with a slash, or is "". A name that is too long to be held against a pattern is no
 * file's. */
static bool is_excluded(const struct listing_rules *rules, const char *folder, const char *name) {
  char path[PATH_MAX];
  bool is_cut = snprintf(path, sizeof path, "%s%s", folder, name) >= (int)sizeof path;

  for (uint32_t i = 0; i < rules->exclude_count; i++) {
    const char *pattern = rules->excludes[i];

    if (strchr(pattern, '/') ? !is_cut && fnmatch(pattern, path, FNM_PATHNAME) == 0
                             : fnmatch(pattern, name, 0) == 0)
      return true;
  }
  return false;
}

static int32_t add_entries(struct listing *listing, DIR *stream, const char *folder,
                           struct hg_error *err) {
  for (;;) {
    const struct dirent *entry;
    int32_t rc = 0;

    errno = 0;
    entry = readdir(stream);
    if (!entry)
      break;
    if (++listing->entries % ENTRIES_A_LOOK == 0 && listing->host->cancelled(listing->host))
      return hg_error_set(err, HG_ERROR_CANCELLED, "stopped while listing the manifests");
    if (entry->d_name[0] == '.')
      continue;
    if (is_excluded(listing->rules, folder, entry->d_name))
      listing->excluded++;
    else if (listing->rules->recursive && is_folder(dirfd(stream), entry))
      rc = add_folder(listing, folder, entry->d_name, err);
    else if (is_manifest(entry->d_name))
      rc = add_file(listing, folder, entry->d_name, err);
    if (rc < 0)
      return rc;
  }
  if (errno != 0)
    return hg_error_set(err, HG_ERROR_IO, "cannot read directory (%s): %s/%s", strerror(errno),
                        listing->root, folder);
  return 0;
}

/* Opens "A/B/", or "" itself, step by step: what has become a symbolic link since it was found
 * leads nowhere. (With a slash at the end O_NOFOLLOW would not look.) -1: errno. */
static int open_folder(int directory, const char *folder) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW;
  int fd = openat(directory, ".", flags);

  while (fd >= 0 && *folder) {
    const char *slash = strchrnul(folder, '/');
    char name[NAME_MAX + 1];
    int above = fd;
    int number;

    (void)snprintf(name, sizeof name, "%.*s", (int)(slash - folder), folder);
    fd = openat(above, name, flags);
    number = errno;
    (void)close(above);
    errno = number;
    folder = *slash ? slash + 1 : slash;
  }
  return fd;
}

static int32_t list_folder(struct listing *listing, const char *folder, struct hg_error *err) {
  int descriptor = open_folder(listing->directory, folder);
  DIR *stream;
  int32_t rc;

  if (descriptor < 0)
    return hg_error_set(err, HG_ERROR_IO, "cannot open directory (%s): %s/%s", strerror(errno),
                        listing->root, folder);
  stream = fdopendir(descriptor);
  if (!stream) {
    (void)close(descriptor);
    return no_memory(err);
  }
  rc = add_entries(listing, stream, folder, err);
  (void)closedir(stream);
  return rc;
}

/* Both are of one operand. */
static int compare_names(const void *a, const void *b) {
  const struct listed_file *first = a;
  const struct listed_file *second = b;

  return strcmp(first->path + first->name_offset, second->path + second->name_offset);
}

static int32_t cannot_open(const char *what, const char *path, struct hg_error *err) {
  if (errno == ENOENT)
    return hg_error_set(err, HG_ERROR_NOT_FOUND, "%s not found: %s",
                        is_manifest(path) ? "file" : what, path);
  if (errno == ENOTDIR)
    return hg_error_set(err, HG_ERROR_NOT_FOUND, "not a directory: %s", path);
  return hg_error_set(err, HG_ERROR_IO, "cannot open %s (%s): %s", what, strerror(errno), path);
}

/* The list keeps the descriptor, which files are opened from when they are read. */
static int32_t open_directory(struct listing *listing, const char *path, struct hg_error *err) {
  struct file_list *list = listing->list;
  int *all = reallocarray(list->directories, list->directory_count + 1, sizeof *all);

  if (!all)
    return no_memory(err);
  list->directories = all;
  listing->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  if (listing->directory < 0)
    return cannot_open("directory", path, err);
  list->directories[list->directory_count++] = listing->directory;
  return 0;
}

static int32_t list_directory(struct listing *listing, const char *path, struct hg_error *err) {
  struct file_list *list = listing->list;
  size_t before = list->count;
  size_t length = strlen(path);

  while (length > 0 && path[length - 1] == '/')
    length--;
  if (open_directory(listing, path, err) < 0)
    return -1;
  listing->root = arena_copy(&list->arena, path, length);
  listing->prefix_length = length + 1;
  if (!listing->root)
    return no_memory(err);
  if (add_folder(listing, "", "", err) < 0)
    return -1;
  while (listing->pending) {
    struct pending *next = listing->pending;
    int32_t rc;

    listing->pending = next->next;
    rc = list_folder(listing, next->name, err);
    free(next);
    if (rc < 0)
      return -1;
  }
  if (list->count == before)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "no manifest files (*.yaml, *.yml, *.json) in %s%s", path,
                        listing->excluded > 0 ? ": all that is in it is excluded" : "");
  qsort(list->files + before, list->count - before, sizeof *list->files, compare_names);
  return 0;
}

/* The writer is waited for where it is read, which can be stopped: an open() that waits goes on
 * after a signal. */
static int open_stream(const char *operand) {
  return strcmp(operand, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                   : open(operand, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

static int32_t add_stream(struct file_list *list, const char *operand, const struct hg_host *host,
                          struct hg_error *err) {
  struct listed_stream *stream;
  int descriptor;
  int32_t rc;

  for (size_t i = 0; i < list->count; i++)
    if (list->files[i].stream && strcmp(list->files[i].path, operand) == 0)
      return hg_error_set(err, HG_ERROR_INVALID, "%.800s is there twice, and can be read only once",
                          operand);
  stream = calloc(1, sizeof *stream);
  if (!stream)
    return no_memory(err);
  stream->next = list->streams;
  list->streams = stream;
  file_text_init(&stream->text);
  descriptor = open_stream(operand);
  if (descriptor < 0)
    return hg_error_set(err, HG_ERROR_IO, "cannot open %.800s (%s)", operand, strerror(errno));
  rc = file_text_read_stream(&stream->text, descriptor, host, &stream->fault);
  (void)close(descriptor);
  if (rc == FILE_TEXT_STOPPED)
    return hg_error_set(err, HG_ERROR_CANCELLED, "stopped while reading %.800s", operand);
  if (rc < 0 ||
      append_file(list, arena_copy(&list->arena, operand, strlen(operand)), AT_FDCWD, 0, err) < 0)
    return no_memory(err);
  list->files[list->count - 1].stream = stream;
  return 0;
}

int32_t file_list_add(struct file_list *list, const char *operand,
                      const struct listing_rules *rules, const struct hg_host *host,
                      struct hg_error *err) {
  struct listing listing = {.list = list, .host = host, .rules = rules};
  bool is_standard_input = strcmp(operand, "-") == 0;
  struct stat status;
  int32_t rc;

  if (is_standard_input || (stat(operand, &status) == 0 && S_ISFIFO(status.st_mode)))
    return add_stream(list, operand, host, err);
  if (stat(operand, &status) == 0 && !S_ISDIR(status.st_mode))
    return append_file(list, arena_copy(&list->arena, operand, strlen(operand)), AT_FDCWD, 0, err);
  rc = list_directory(&listing, operand, err);
  while (listing.pending) {
    struct pending *next = listing.pending;

    listing.pending = next->next;
    free(next);
  }
  return rc;
}
