/* SPDX-License-Identifier: Apache-2.0 */
/* What the host gives to a plugin: log lines, cancellation, option values, credentials. Never the
 * history, never the gate. */
#ifndef HEADGATE_HOST_H
#define HEADGATE_HOST_H

#include <stdint.h>

struct hg_credentials; /* credentials.h */
struct hg_error;       /* error.h */

/* Values of `level` for hg_host.log. */
#define HG_LOG_ERROR 1u   /* always shown */
#define HG_LOG_WARNING 2u /* always shown */
#define HG_LOG_INFO 3u    /* shown unless -q */
#define HG_LOG_DEBUG 4u   /* shown with -v */

/* One per plugin; valid until the plugin's object is destroyed. All functions take the struct
 * itself as their first parameter and may be called from any thread. */
struct hg_host {
  uint32_t struct_size; /* sizeof(struct hg_host) as the host compiled it */
  uint32_t abi_minor;   /* the host's HG_ABI_MINOR */
  void *context;        /* the host's own; plugins leave it alone */

  /* Writes one line to standard error, after the stage's tag. `message` is UTF-8 without a line
   * feed; control characters are made visible. */
  void (*log)(const struct hg_host *host, uint32_t level, const char *message);

  /* 0; 1 once the user has asked to stop (SIGINT, SIGTERM): nothing new is begun, what was begun
   * may end; 2 once the user has asked again: what was begun is ended too. Work that takes longer
   * than a tenth of a second asks now and then and returns HG_ERROR_CANCELLED. */
  int32_t (*cancelled)(const struct hg_host *host);

  /* The value of the plugin's option `name` in the text form of its type (option.h): what the user
   * set, else the default, else NULL. The text is valid as long as `host`. */
  const char *(*option)(const struct hg_host *host, const char *name);

  /* Hands out how to reach `cluster` as `user`, both entries of the user's kubeconfig by name;
   * NULL: those of the run's target. `refused` is NULL, or what this function gave before and the
   * server answered 401 to: then files are read and the credential program is run again, unless
   * that happened since; ask once a request, and take a second 401 for an answer. Give each back.
   *
   * Takes as long as a credential program does, at most a minute where it asks nobody anything;
   * calls from several threads wait for one another, and a wish to stop ends the wait. -1:
   * HG_ERROR_UNSUPPORTED where the plugin is neither applier nor watcher, or the kubeconfig asks
   * for what only kubectl can (the message names it); HG_ERROR_CANCELLED; else as for reading
   * files. */
  int32_t (*credentials)(const struct hg_host *host, const char *cluster, const char *user,
                         const struct hg_credentials *refused,
                         const struct hg_credentials **credentials, struct hg_error *err);

  /* Gives credentials back, which then may be erased at any time. Accepts NULL. */
  void (*credentials_release)(const struct hg_host *host, const struct hg_credentials *credentials);
};

#endif
