/* SPDX-License-Identifier: Apache-2.0 */
/* Two configuration files in a directory of their own, changed from good ones, and what reading
 * them says. */
#ifndef GENERATE_SESSION_CONFIG_CASES_H
#define GENERATE_SESSION_CONFIG_CASES_H

#include "session_config.h"

#include <headgate/host.h>
#include <stddef.h>

struct config_reading {
  char directory[64];
  char orchestrator[96];
  char kubernetes[96];
  struct hg_host host;
  struct hg_error err;
  struct arena arena;
  struct session session;
  char log[16384]; /* "error 3:7: ...", without the directory: "O" or "K" before a position */
};

/* Make and remove the directory. */
void config_reading_init(struct config_reading *reading);
void config_reading_finish(struct config_reading *reading);

/* Writes a file of `length` bytes. */
void config_reading_write(const char *path, const char *text, size_t length);

/* Writes both good files. */
void config_reading_write_good(struct config_reading *reading);

/* Writes the good file ('O' or 'K') with its line `line` replaced by `text`, or `text` appended
 * where `line` is 0. */
void config_reading_change(struct config_reading *reading, char file, int line, const char *text);

/* Reads both; the result is session_config_read's. */
int32_t config_reading_run(struct config_reading *reading);

#endif
