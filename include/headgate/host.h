/* SPDX-License-Identifier: Apache-2.0 */
/* What the host gives to a plugin: log lines, cancellation, option values. Never the history, never
 * the gate. */
#ifndef HEADGATE_HOST_H
#define HEADGATE_HOST_H

#include <stdint.h>

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
};

#endif
