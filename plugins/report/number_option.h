/* SPDX-License-Identifier: Apache-2.0 */
/* An option that is a whole number between two others. */
#ifndef PLUGINS_REPORT_NUMBER_OPTION_H
#define PLUGINS_REPORT_NUMBER_OPTION_H

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdint.h>

struct number_option {
  const char *plugin; /* for the message */
  const char *name;
  const char *otherwise; /* what counts where nothing is set: the option table's default */
  int64_t least;         /* at least 0 */
  int64_t most;
};

/* Sets *number to the option's value. -1: it is no number, or none of these. */
int32_t number_option_read(const struct hg_host *host, const struct number_option *option,
                           uint64_t *number, struct hg_error *err);

#endif
