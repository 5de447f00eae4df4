/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines on standard error.
 *
 * There is one standard error, and every room and thread writes to it: so the log is the process's,
 * not a parameter of every function.
 */
#ifndef HOST_TERMINAL_LOG_H
#define HOST_TERMINAL_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* The tags that start a line, one a stage. */
#define LOG_GENERATE "D29_K8S"
#define LOG_VALIDATE "D30_K8S_EXEC"
#define LOG_APPLY "D31_K8S_APPLY"
#define LOG_WATCH "D32_K8S_MONITOR"
#define LOG_HEALTH "D33_K8S_HEALTH"
#define LOG_ALERT "D35_K8S_ALERT"

enum log_color { LOG_COLOR_AUTO, LOG_COLOR_ALWAYS, LOG_COLOR_NEVER };

/* What is shown from now on, and how. Call before the first thread starts. */
void log_init(bool quiet, bool verbose, enum log_color color);

/* Writes "[TAG] message" as one line, in one write, above the last line that was set. `level` is
 * one of HG_LOG_* (headgate/host.h); `tag` NULL writes "headgate: message" instead. Control
 * characters in the message are made visible. Any thread. */
__attribute__((format(printf, 3, 4))) void log_line(uint32_t level, const char *tag,
                                                    const char *format, ...);

/* A run of many Jobs begins: from now on, where standard error is a terminal, lines of what went
 * well give way to the progress line and to what the report counts. Any thread. */
void log_let_success_give_way(void);

/* The level of such lines: HG_LOG_INFO, or HG_LOG_DEBUG where they give way. Any thread. */
uint32_t log_success_level(void);

enum { LOG_MOST_SUCCESSES = 40 }; /* Jobs of a run whose success is told one by one on a terminal */

/* Whether `descriptor` should get colours: what log_init was told, else a terminal without NO_COLOR
 * (no-color.org) that is not dumb. */
bool log_wants_color(int descriptor);

/* Whether log lines are coloured: what log_init found. Any thread. */
bool log_is_colored(void);

/* Keeps `text` as the last line of the terminal that standard error is: log lines are written above
 * it. Each call puts `text` in the place of the one before; "" takes it away. It has no line feed,
 * is narrower than the terminal, and is copied; it is cut to 511 bytes. Only for a terminal. Any
 * thread. */
void log_set_last_line(const char *text);

#endif
