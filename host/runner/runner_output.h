/* SPDX-License-Identifier: Apache-2.0 */
/* Where a plugin in a runner writes its report: to the host, until the disk is "full". */
#ifndef HOST_RUNNER_RUNNER_OUTPUT_H
#define HOST_RUNNER_RUNNER_OUTPUT_H

#include "runner/runner_channel.h"
#include "runner/runner_configuration.h"

#include <headgate/reporter.h>
#include <stdbool.h>
#include <stdint.h>

/* Embedded in its owner; it must not move. */
struct runner_output {
  struct hg_output output; /* what the plugin is given */
  struct runner_channel *channel;
  uint64_t limit; /* bytes; 0: as many as there are */
  uint64_t written;
  const char *event; /* the function that the plugin is in; NULL: in none that may write */
  bool is_full;      /* a write has failed */
  char wrong[128];   /* the first thing that it did against headgate/reporter.h; "" nothing */
};

void runner_output_init(struct runner_output *output, struct runner_channel *channel,
                        const struct runner_configuration *configuration);

/* Around each call of the plugin's functions of events: `event` is the function's name, `status`
 * what it returned. */
void runner_output_begin(struct runner_output *output, const char *event);
void runner_output_end(struct runner_output *output, int32_t status);

#endif
