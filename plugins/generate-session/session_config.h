/* SPDX-License-Identifier: Apache-2.0 */
/* The session that two configuration files describe together. */
#ifndef GENERATE_SESSION_SESSION_CONFIG_H
#define GENERATE_SESSION_SESSION_CONFIG_H

#include "memory/arena.h"
#include "session.h"

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdint.h>

/* Reads both files and checks all of both. The session's strings are the arena's. Each problem is a
 * line of the log, "FILE:LINE:COLUMN: what, what to do"; -1 and the first of them in `err` where
 * one is an error. Warns where the files differ in what they should agree on, and of settings that
 * make a session other than it seems. */
int32_t session_config_read(const struct hg_host *host, const char *orchestrator_config,
                            const char *k8s_config, struct arena *arena, struct session *session,
                            struct hg_error *err);

#endif
