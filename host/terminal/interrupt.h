/* SPDX-License-Identifier: Apache-2.0 */
/* The user's wish to stop: SIGINT, SIGTERM, SIGHUP.
 *
 * Signals are the process's, and whatever waits has to hear of them: so this is no parameter
 * either.
 */
#ifndef HOST_TERMINAL_INTERRUPT_H
#define HOST_TERMINAL_INTERRUPT_H

#include "files/write_fully.h"

#include <stdbool.h>
#include <stdint.h>

/* Installs the handlers, and makes a broken pipe and a file that grows beyond its limit errors of
 * write() instead of signals. What the parent left blocked is unblocked, and SIGCHLD has its
 * default action; of the handled ones, those that were ignored when the program started (nohup)
 * stay ignored. Main thread, once. */
void interrupt_install(void);

/* How often the user has asked: 0; 1: begin nothing new, what runs may end; 2: end what runs too.
 * Any thread. */
int interrupt_requested(void);

/* Whether what waits for somebody else since `waited_ms` may go on waiting: not once the user has
 * asked to stop, but for the second that a slow reader may need. Any thread. */
bool interrupt_allows(int64_t waited_ms);

/* The patience with whoever reads what Headgate writes. */
extern const struct write_patience interrupt_patience;

#endif
