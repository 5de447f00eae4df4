/* SPDX-License-Identifier: Apache-2.0 */
#include "text/same_prefix.h"

#include <stdint.h>
#include <string.h>

size_t text_same_prefix(const char *a, const char *b, size_t most) {
  size_t same = 0;
  uint64_t left;
  uint64_t right;

  for (; most - same >= sizeof left; same += sizeof left) {
    memcpy(&left, a + same, sizeof left);
    memcpy(&right, b + same, sizeof right);
    if (left != right)
      break;
  }
  while (same < most && a[same] == b[same])
    same++;
  return same;
}
