/* The user's wish to stop: SIGINT, SIGTERM, SIGHUP. */
#ifndef HOST_INTERRUPT_H
#define HOST_INTERRUPT_H

#include <stdbool.h>

/* Installs the handlers and makes a broken pipe an error of write() instead of a signal. Signals
 * that were ignored when the program started (nohup) stay ignored. Main thread, once. */
void interrupt_install(void);

/* Whether one of the signals has come. Any thread. */
bool interrupt_requested(void);

#endif
