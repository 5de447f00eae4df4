/* SPDX-License-Identifier: Apache-2.0 */
#include "report/number_option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

int32_t number_option_read(const struct hg_host *host, const struct number_option *option,
                           uint64_t *number, struct hg_error *err) {
  const char *text = host->option(host, option->name);
  char *end = NULL;
  long long value;

  if (!text)
    text = option->otherwise;
  errno = 0;
  value = strtoll(text, &end, 10);
  if (errno != 0 || end == text || *end || value < option->least || value > option->most)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s.%s: '%.40s' is not a number from %" PRId64 " to %" PRId64,
                        option->plugin, option->name, text, option->least, option->most);
  *number = (uint64_t)value;
  return 0;
}
