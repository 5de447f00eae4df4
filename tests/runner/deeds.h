/* SPDX-License-Identifier: Apache-2.0 */
/* What a bad reporter does, by name. */
#ifndef TESTS_ISOLATION_DEEDS_H
#define TESTS_ISOLATION_DEEDS_H

#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/reporter.h>
#include <stdint.h>

/* What a reporter has where it does it; NULL where it is not loaded yet, or destroyed already. */
struct scene {
  const struct hg_host *host;
  const struct hg_output *output;
  struct hg_error *err;
};

/* Does it. What it returns is what the reporter's function then returns; a deed that there is not
 * ends the process with status 98. */
int32_t deed_do(const char *name, const struct scene *scene);

#endif
