/* The user's wish to stop: SIGINT, SIGTERM, SIGHUP. */
#ifndef HOST_INTERRUPT_H
#define HOST_INTERRUPT_H

#include <stdbool.h>

/* Installs the handlers, and makes a broken pipe and a file that grows beyond its limit errors of
 * write() instead of signals. Signals
 * that were ignored when the program started (nohup) stay ignored. Main thread, once. */
void interrupt_install(void);

/* Whether one of the signals has come. Any thread. */
bool interrupt_requested(void);

#endif
