/* SPDX-License-Identifier: Apache-2.0 */
/* The user's wish to stop: SIGINT, SIGTERM, SIGHUP. */
#ifndef HOST_TERMINAL_INTERRUPT_H
#define HOST_TERMINAL_INTERRUPT_H

/* Installs the handlers, and makes a broken pipe and a file that grows beyond its limit errors of
 * write() instead of signals. What the parent left blocked is unblocked, and SIGCHLD has its
 * default action; of the handled ones, those that were ignored when the program started (nohup)
 * stay ignored. Main thread, once. */
void interrupt_install(void);

/* How often the user has asked: 0; 1: begin nothing new, what runs may end; 2: end what runs too.
 * Any thread. */
int interrupt_requested(void);

#endif
