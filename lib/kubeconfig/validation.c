/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/validation.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* kubectl opens the files, to say so early. */
static int32_t check_readable(const char *path, const char *field, const char *name,
                              struct hg_error *err) {
  int fd;

  if (!*path)
    return 0;
  fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return hg_error_set(err, errno == ENOENT ? HG_ERROR_NOT_FOUND : HG_ERROR_IO,
                        "kubeconfig: unable to read %s %.480s of \"%.40s\": %s", field, path, name,
                        strerrordesc_np(errno));
  (void)close(fd);
  return 0;
}

static int32_t not_both(const char *left, const char *right, const char *kind, const char *name,
                        struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_INVALID,
                      "kubeconfig: %s \"%.320s\" has both %s and %s: kubectl takes one of them",
                      kind, name, left, right);
}

static int32_t check_cluster(const struct kubeconfig_cluster *cluster, struct hg_error *err) {
  const char *name = cluster->entry.name;
  const char *proxy = cluster->proxy_url;

  if (*proxy && strncasecmp(proxy, "http://", 7) != 0 && strncasecmp(proxy, "https://", 8) != 0 &&
      strncasecmp(proxy, "socks5://", 9) != 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "kubeconfig: proxy-url of cluster \"%.320s\" does not begin with http://, "
                        "https:// or socks5://",
                        name);
  if (*cluster->certificate_authority && cluster->certificate_authority_data.length > 0)
    return not_both("certificate-authority-data", "certificate-authority", "cluster", name, err);
  return check_readable(cluster->certificate_authority, "certificate-authority", name, err);
}

static int32_t check_certificate(const struct kubeconfig_user *user, struct hg_error *err) {
  const char *name = user->entry.name;

  if (!*user->client_certificate && user->client_certificate_data.length == 0)
    return 0;
  if (*user->client_certificate && user->client_certificate_data.length > 0)
    return not_both("client-certificate-data", "client-certificate", "user", name, err);
  if (*user->client_key && user->client_key_data.length > 0)
    return not_both("client-key-data", "client-key", "user", name, err);
  if (!*user->client_key && user->client_key_data.length == 0)
    return hg_error_set(
        err, HG_ERROR_INVALID,
        "kubeconfig: user \"%.320s\" has a client certificate and no client-key-data "
        "or client-key",
        name);
  if (check_readable(user->client_certificate, "client-certificate", name, err) < 0)
    return -1;
  return check_readable(user->client_key, "client-key", name, err);
}

static int32_t check_exec(const struct kubeconfig_user *user, struct hg_error *err) {
  static const char *const modes[] = {"Never", "IfAvailable", "Always"};
  const struct kubeconfig_exec *exec = user->exec;
  const char *name = user->entry.name;
  const char *missing = NULL;

  if (user->auth_provider)
    return not_both("exec", "auth-provider", "user", name, err);
  if (!*exec->command)
    missing = "command";
  else if (!*exec->api_version)
    missing = "apiVersion";
  else if (!*exec->interactive_mode)
    missing = "interactiveMode";
  for (uint32_t i = 0; i < exec->environment_count && !missing; i++)
    if (!*exec->environment[i].name)
      missing = "name in env";
  if (missing)
    return hg_error_set(err, HG_ERROR_INVALID, "kubeconfig: exec of user \"%.320s\" has no %s",
                        name, missing);
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
    if (strcmp(exec->interactive_mode, modes[i]) == 0)
      return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "kubeconfig: exec of user \"%.320s\" has interactiveMode \"%.40s\": it is "
                      "Never, IfAvailable or Always",
                      name, exec->interactive_mode);
}

static int32_t check_user(const struct kubeconfig_user *user, struct hg_error *err) {
  if (check_certificate(user, err) < 0 || (user->exec && check_exec(user, err) < 0))
    return -1;
  if (*user->token && (*user->username || *user->password))
    return not_both("a token", "username and password", "user", user->entry.name, err);
  if (!*user->impersonate_user && (*user->impersonate_uid || user->impersonate_group_count > 0 ||
                                   user->impersonate_extra_count > 0))
    return hg_error_set(
        err, HG_ERROR_INVALID,
        "kubeconfig: user \"%.320s\" has as-uid, as-groups or as-user-extra without "
        "'as'",
        user->entry.name);
  return 0;
}

int32_t kubeconfig_validate(const struct kubeconfig_cluster *cluster,
                            const struct kubeconfig_user *user, struct hg_error *err) {
  if (user && check_user(user, err) < 0)
    return -1;
  return cluster ? check_cluster(cluster, err) : 0;
}
