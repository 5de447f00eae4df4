/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/plugin_file.h"

#include "memory/no_memory.h"
#include "settings/settings.h"
#include "text/suggestion.h"
#include "text/text_buffer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool plugin_name_is_valid(const char *name) {
  return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* HEADGATE_PLUGIN_DIR_FROM_BIN, seen from the directory of this executable. */
static const char *own_dir(struct arena *arena) {
  char executable[4096];
  ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
  struct text_buffer text;
  const char *dir;
  char *resolved;
  char *slash;

  if (length <= 0 || (size_t)length >= sizeof executable - 1)
    return NULL;
  executable[length] = '\0';
  slash = strrchr(executable, '/');
  if (!slash)
    return NULL;
  text_buffer_init(&text);
  text_buffer_append(&text, executable, (size_t)(slash - executable) + 1);
  text_buffer_append_string(&text, HEADGATE_PLUGIN_DIR_FROM_BIN);
  resolved = text.failed ? NULL : realpath(text.data, NULL);
  dir = resolved ? arena_copy(arena, resolved, strlen(resolved)) : NULL;
  free(resolved);
  text_buffer_finish(&text);
  return dir;
}

int32_t plugin_file_default_dirs(struct arena *arena, struct string_list *dirs, const char **own,
                                 struct hg_error *err) {
  struct hg_error no_home = HG_ERROR_INIT;
  const char *user_dir =
      settings_xdg_path(arena, "XDG_DATA_HOME", ".local/share", "plugins", &no_home);

  *own = own_dir(arena);
  if ((user_dir && string_list_add(dirs, arena, user_dir) < 0) ||
      (*own && string_list_add(dirs, arena, *own) < 0))
    return no_memory(err);
  return 0;
}

const char *plugin_file_name(struct arena *arena, const char *path) {
  const char *slash = strrchr(path, '/');
  const char *file = slash ? slash + 1 : path;
  size_t length = strlen(file);

  if (length > 12 && strncmp(file, "headgate-", 9) == 0 && strcmp(file + length - 3, ".so") == 0)
    return arena_copy(arena, file + 9, length - 12);
  return arena_copy(arena, file, length);
}

/* Opens `path` and checks it. -1 with err set: HG_ERROR_NOT_FOUND where there is no such file. */
static int open_checked(const char *path, struct hg_error *err) {
  struct stat status;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 && errno == ELOOP)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "plugin %.720s: is a symbolic link; name the file itself", path);
  if (fd < 0)
    return hg_error_set(err, errno == ENOENT || errno == ENOTDIR ? HG_ERROR_NOT_FOUND : HG_ERROR_IO,
                        "plugin %.720s: %s", path, strerror(errno));
  if (fstat(fd, &status) < 0)
    (void)hg_error_set(err, HG_ERROR_IO, "plugin %.720s: %s", path, strerror(errno));
  else if (!S_ISREG(status.st_mode))
    (void)hg_error_set(err, HG_ERROR_INVALID, "plugin %.720s: is not a regular file", path);
  else if (status.st_uid != 0 && status.st_uid != geteuid())
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "plugin %.640s: belongs to user %u, not to you or root", path,
                       (unsigned)status.st_uid);
  else if (status.st_mode & (S_IWGRP | S_IWOTH))
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "plugin %.640s: is writable by group or others: chmod go-w it", path);
  else
    return fd;
  (void)close(fd);
  return -1;
}

/* The name of a plugin there that is nearest to `name`; NULL where none is near. */
static const char *nearest_name(struct arena *arena, const struct string_list *dirs,
                                const char *name) {
  struct suggestion suggestion;
  const struct dirent *entry;

  suggestion_init(&suggestion, name);
  for (size_t i = 0; i < dirs->count; i++) {
    DIR *directory = opendir(dirs->items[i]);

    while (directory && (entry = readdir(directory))) {
      const char *candidate = plugin_file_name(arena, entry->d_name);

      if (candidate && strcmp(candidate, entry->d_name) != 0 && plugin_name_is_valid(candidate))
        suggestion_consider(&suggestion, candidate);
    }
    if (directory)
      (void)closedir(directory);
  }
  return suggestion.nearest;
}

static void tell_not_found(struct arena *arena, const struct string_list *dirs, const char *name,
                           struct hg_error *err) {
  const char *nearest = nearest_name(arena, dirs, name);
  struct text_buffer places;

  text_buffer_init(&places);
  for (size_t i = 0; i < dirs->count; i++)
    text_buffer_printf(&places, "%s%s", i > 0 ? ", " : "", dirs->items[i]);
  (void)hg_error_set(err, HG_ERROR_NOT_FOUND, "plugin '%.240s' was not found in %.640s%s%.240s%s",
                     name, text_buffer_string(&places), nearest ? ": did you mean '" : "",
                     nearest ? nearest : "",
                     nearest ? "'?" : ": `headgate plugin list` shows what is there");
  text_buffer_finish(&places);
}

int plugin_file_open(struct arena *arena, const struct string_list *dirs, const char *name,
                     const char **path, struct hg_error *err) {
  struct text_buffer text;
  int fd = -1;

  *path = name;
  if (*name == '/')
    return open_checked(name, err);
  if (!plugin_name_is_valid(name))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "plugin '%.400s': a plugin is a name ([a-z0-9-]+) or an absolute path",
                        name);
  text_buffer_init(&text);
  for (size_t i = 0; i < dirs->count && fd < 0; i++) {
    struct hg_error reason = HG_ERROR_INIT;

    text_buffer_reset(&text);
    text_buffer_printf(&text, "%s/headgate-%s.so", dirs->items[i], name);
    *path = text.failed ? NULL : arena_copy(arena, text.data, text.length);
    if (!*path) {
      (void)no_memory(err);
      goto out;
    }
    if (**path == '/')
      fd = open_checked(*path, &reason);
    else
      (void)hg_error_set(&reason, HG_ERROR_INVALID,
                         "plugin directory '%.600s' is not an absolute path", dirs->items[i]);
    if (fd < 0 && reason.code != HG_ERROR_NOT_FOUND) {
      (void)hg_error_set(err, reason.code, "%s", reason.message);
      goto out;
    }
  }
  if (fd < 0)
    tell_not_found(arena, dirs, name, err);
out:
  text_buffer_finish(&text);
  return fd;
}
