/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/kubeconfig_sources.h"

#include "text/text_buffer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_given(const char *text) {
  return text && *text;
}

void kubeconfig_sources_init(struct kubeconfig_sources *sources, const char *kubeconfig,
                             const char *context) {
  memset(sources, 0, sizeof *sources);
  sources->kubeconfig = kubeconfig;
  sources->context = context;
  sources->file_list = getenv("KUBECONFIG");
  sources->home = getenv("HOME");
  sources->default_server = getenv("KUBERNETES_MASTER");
  sources->service_host = getenv("KUBERNETES_SERVICE_HOST");
  sources->service_port = getenv("KUBERNETES_SERVICE_PORT");
  sources->pod_namespace = getenv("POD_NAMESPACE");
  sources->kuberc = getenv("KUBERC");
  sources->kuberc_switch = getenv("KUBECTL_KUBERC");
  sources->service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
}

/* Whether the path of `length` bytes at `offset` of the list stands before that, too. */
static bool stands_before(const char *list, size_t offset, size_t length) {
  for (size_t at = 0; at < offset; at += strcspn(list + at, ":") + 1)
    if (strcspn(list + at, ":") == length && memcmp(list + at, list + offset, length) == 0)
      return true;
  return false;
}

/* kubectl once had the file under another name, and still moves what it finds there. */
static const char *home_file(const struct kubeconfig_sources *sources, struct arena *arena) {
  static const char *const names[] = {"config", ".kubeconfig"};
  const char *path = NULL;
  struct text_buffer text;
  struct stat status;

  text_buffer_init(&text);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    text_buffer_reset(&text);
    text_buffer_printf(&text, "%s%s.kube/%s", is_given(sources->home) ? sources->home : "",
                       is_given(sources->home) ? "/" : "", names[i]);
    if (text.failed)
      path = NULL;
    else if (i == 0 || (stat(path, &status) < 0 && errno == ENOENT &&
                        stat(text.data, &status) == 0 && S_ISREG(status.st_mode)))
      path = arena_copy(arena, text.data, text.length);
    if (!path)
      break;
  }
  text_buffer_finish(&text);
  return path;
}

int32_t kubeconfig_next_path(const struct kubeconfig_sources *sources, struct arena *arena,
                             size_t *next, const char **path) {
  const char *list = sources->file_list;

  if (is_given(sources->kubeconfig)) {
    *path = sources->kubeconfig;
    return (*next)++ == 0;
  }
  if (is_given(list)) {
    size_t length;

    for (;;) {
      while (list[*next] == ':')
        ++*next;
      length = strcspn(list + *next, ":");
      if (length == 0)
        return 0;
      if (!stands_before(list, *next, length))
        break;
      *next += length;
    }
    *path = arena_copy(arena, list + *next, length);
    *next += length;
    return *path ? 1 : -1;
  }
  if ((*next)++ > 0)
    return 0;
  *path = home_file(sources, arena);
  return *path ? 1 : -1;
}

/* FNV-1a, 64 bits. */
static void mix(uint64_t *hash, const void *bytes, size_t length) {
  const unsigned char *byte = bytes;

  for (size_t i = 0; i < length; i++)
    *hash = (*hash ^ byte[i]) * 0x100000001b3u;
}

uint64_t kubeconfig_stamp(const struct kubeconfig_sources *sources) {
  uint64_t hash = 0xcbf29ce484222325u;
  struct arena arena;
  const char *path;
  size_t next = 0;

  arena_init(&arena);
  while (kubeconfig_next_path(sources, &arena, &next, &path) > 0) {
    struct stat status;

    memset(&status, 0, sizeof status);
    (void)stat(path, &status); /* a file that is not there has zeros for a stamp */
    mix(&hash, &status.st_dev, sizeof status.st_dev);
    mix(&hash, &status.st_ino, sizeof status.st_ino);
    mix(&hash, &status.st_size, sizeof status.st_size);
    mix(&hash, &status.st_mtim.tv_sec, sizeof status.st_mtim.tv_sec);
    mix(&hash, &status.st_mtim.tv_nsec, sizeof status.st_mtim.tv_nsec);
    mix(&hash, &status.st_ctim.tv_sec, sizeof status.st_ctim.tv_sec);
    mix(&hash, &status.st_ctim.tv_nsec, sizeof status.st_ctim.tv_nsec);
  }
  arena_finish(&arena);
  return hash;
}
