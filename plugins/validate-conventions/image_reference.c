/* SPDX-License-Identifier: Apache-2.0 */
#include "image_reference.h"

#include <string.h>

enum image_pinning image_pinning_of(const char *reference) {
  const char *last;
  const char *colon;

  if (strchr(reference, '@'))
    return IMAGE_PINNED;
  /* A colon before the last slash belongs to the registry's port. */
  last = strrchr(reference, '/');
  colon = strchr(last ? last : reference, ':');
  if (!colon || colon[1] == '\0')
    return IMAGE_UNTAGGED;
  return strcmp(colon + 1, "latest") == 0 ? IMAGE_LATEST : IMAGE_PINNED;
}
