/* SPDX-License-Identifier: Apache-2.0 */
#include "generate/nearest_name.h"

#include "text/suggestion.h"

#include <stddef.h>
#include <string.h>

/* Shorter texts are part of too much. */
enum { SHORTEST_PART = 4 };

/* "namespace" for k8s_namespace, "session_id_prefix" for session_id. */
static const char *holding(const char *text, const char *const *names) {
  if (strlen(text) < SHORTEST_PART)
    return NULL;
  for (; *names; names++)
    if (strstr(*names, text) || (strlen(*names) >= SHORTEST_PART && strstr(text, *names)))
      return *names;
  return NULL;
}

const char *nearest_name(const char *text, const char *const *names) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, text);
  for (size_t i = 0; names[i]; i++)
    suggestion_consider(&suggestion, names[i]);
  return suggestion.nearest ? suggestion.nearest : holding(text, names);
}
