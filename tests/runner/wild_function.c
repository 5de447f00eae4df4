/* SPDX-License-Identifier: Apache-2.0 */
/* One of its functions is a pointer to nowhere. */
#include <headgate/reporter.h>
#include <stdint.h>

typedef int32_t create_function(const struct hg_host *host, const struct hg_output *output,
                                void **self, struct hg_error *err);

#define OPS_CREATE ((create_function *)(uintptr_t)16)
#include "plugin_skeleton.h"
