/* SPDX-License-Identifier: Apache-2.0 */
/* Exports functions that are called like the host's own, and like those that it calls of others.
 * Whoever got one of these would end. */
#include <stdlib.h>

#define TAKEN(name)                                                                                \
  __attribute__((visibility("default"))) void taken_##name(void) __asm__(#name);                   \
  void taken_##name(void) {                                                                        \
    abort();                                                                                       \
  }

/* The host's. */
TAKEN(arena_alloc)
TAKEN(event_log_append)
TAKEN(hg_error_set)
TAKEN(history_open)
TAKEN(interrupt_requested)
TAKEN(log_line)
TAKEN(main)
TAKEN(plugin_load)
TAKEN(plugin_runner)
TAKEN(run_event_read)
TAKEN(runner_channel_report)
TAKEN(text_buffer_append)

/* Its libraries', and the system's. */
TAKEN(free)
TAKEN(getline)
TAKEN(json_dumps)
TAKEN(json_loadb)
TAKEN(malloc)
TAKEN(sqlite3_open_v2)
TAKEN(write)
TAKEN(yaml_parser_parse)
