/* SPDX-License-Identifier: Apache-2.0 */
/* usage: history_write_sample FILE: writes the sample history, as of today. */
#include "history_sample.h"
#include "text/timestamp.h"

#include <stdio.h>

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;

  if (argc != 2) {
    fprintf(stderr, "usage: %s FILE\n", argv[0]);
    return 2;
  }
  if (history_sample_write(argv[1], timestamp_now_ms(), &error) < 0 ||
      history_sample_watch(argv[1], 2, &error) < 0) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  return 0;
}
