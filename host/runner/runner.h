/* SPDX-License-Identifier: Apache-2.0 */
/* `headgate plugin-runner FILE`: loads a stranger's plugin in a process of its own and hands it the
 * events that come on standard input, first the configuration (runner_configuration.h). What it has
 * to say goes to descriptor 3 (runner_answer.h). Headgate starts it; people do not. */
#ifndef HOST_RUNNER_RUNNER_H
#define HOST_RUNNER_RUNNER_H

/* Returns the exit code: 0 where all went well. The plugin must not be able to do harm by
 * allocating without end: data is limited to RUNNER_MEMORY. Main thread. */
int plugin_runner(const char *path);

/* What it says where there are no more events and the run is not over. */
#define RUNNER_EVENTS_STOPPED "the events stopped before the run was over"

/* Bytes of data that the process may have. */
#define RUNNER_MEMORY (UINT64_C(1) << 30)

#endif
