/* SPDX-License-Identifier: Apache-2.0 */
/* The whole history as one page for a browser (`headgate history page FILE`). Its size is bounded
 * whatever the history's: the newest runs and the Jobs that ran last, and what is left out is said.
 */
#ifndef HOST_COMMANDS_HISTORY_PAGE_H
#define HOST_COMMANDS_HISTORY_PAGE_H

#include "settings/settings.h"

/* Writes the page. Returns the exit code. */
int history_page(const struct settings *settings);

#endif
