/* SPDX-License-Identifier: Apache-2.0 */
#include "webhook_address.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_PART = 4 }; /* bytes of a part of the address that would give it away */

/* A file that comes with the manifests must not say where messages about them go. */
static bool is_in_working_directory(const char *file) {
  char directory[WEBHOOK_ADDRESS_SIZE];
  size_t length = (size_t)(strrchr(file, '/') - file);
  struct stat of_file;
  struct stat working;

  if (length >= sizeof directory)
    return true;
  memcpy(directory, file, length);
  (void)strcpy(directory + length, length == 0 ? "/" : "");
  return stat(directory, &of_file) == 0 && stat(".", &working) == 0 &&
         of_file.st_dev == working.st_dev && of_file.st_ino == working.st_ino;
}

static int32_t read_file(struct webhook_address *address, const char *file, struct hg_error *err) {
  struct stat status;
  ssize_t length = -1;
  int fd;

  if (*file != '/' || is_in_working_directory(file))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "url-file %.600s: name an absolute path, outside the working directory",
                        file);
  fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat(fd, &status) < 0) {
    (void)hg_error_set(err, HG_ERROR_IO, "url-file %.720s: %s", file, strerror(errno));
  } else if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IWGRP | S_IWOTH)) ||
             (status.st_uid != 0 && status.st_uid != geteuid())) {
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "url-file %.480s: must be a file of yours or root's that nobody else can "
                       "write",
                       file);
  } else {
    length = read(fd, address->url, sizeof address->url - 1);
    if (length < 0)
      (void)hg_error_set(err, HG_ERROR_IO, "url-file %.720s: %s", file, strerror(errno));
  }
  if (fd >= 0)
    (void)close(fd);
  if (length < 0)
    return -1;
  address->url[length] = '\0';
  address->url[strcspn(address->url, "\r\n")] = '\0';
  return 0;
}

static bool is_loopback(const char *host) {
  unsigned rest[3];
  char more;

  return strcmp(host, "[::1]") == 0 ||
         sscanf(host, "127.%3u.%3u.%3u%c", &rest[0], &rest[1], &rest[2], &more) == 3;
}

static int32_t check(struct webhook_address *address, struct hg_error *err) {
  CURLU *parts = curl_url();
  char *scheme = NULL;
  char *host = NULL;
  int32_t result = -1;

  for (const char *at = address->url; *at; at++)
    if (iscntrl((unsigned char)*at) || *at == ' ')
      *address->url = '\0';
  if (!parts || curl_url_set(parts, CURLUPART_URL, address->url, 0) != CURLUE_OK ||
      curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
      curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "what it is given is no address: https://HOST/PATH");
  } else if (strcmp(scheme, "https") == 0) {
    address->is_secure = true;
    result = 0;
  } else if (strcmp(scheme, "http") == 0 && is_loopback(host)) {
    result = 0;
  } else {
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "the address must be one of https; http goes to 127.0.0.1 and [::1] alone");
  }
  curl_free(scheme);
  curl_free(host);
  curl_url_cleanup(parts);
  return result;
}

int32_t webhook_address_read(struct webhook_address *address, const char *file,
                             struct hg_error *err) {
  const char *given = getenv(WEBHOOK_VARIABLE);

  memset(address, 0, sizeof *address);
  if (file && *file) {
    if (read_file(address, file, err) < 0)
      return -1;
  } else if (!given || !*given) {
    return hg_error_set(err, HG_ERROR_INVALID,
                        "there is no address to send to: set " WEBHOOK_VARIABLE
                        ", or --set report-webhook.url-file=/abs/FILE");
  } else if (strlen(given) >= sizeof address->url) {
    return hg_error_set(err, HG_ERROR_LIMIT, WEBHOOK_VARIABLE " is too long");
  } else {
    (void)strcpy(address->url, given);
  }
  if (check(address, err) == 0)
    return 0;
  webhook_address_finish(address);
  return -1;
}

void webhook_address_finish(struct webhook_address *address) {
  explicit_bzero(address, sizeof *address);
}

bool webhook_address_is_in(const struct webhook_address *address, const char *text, size_t length) {
  const char *at = strstr(address->url, "://");

  for (at = at ? at + 3 : address->url; *at; at += strspn(at, "/?&=@:")) {
    size_t part = strcspn(at, "/?&=@:");

    if (part >= LEAST_PART && memmem(text, length, at, part))
      return true;
    at += part;
  }
  return false;
}
