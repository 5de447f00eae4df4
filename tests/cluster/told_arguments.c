/* SPDX-License-Identifier: Apache-2.0 */
#include "told_arguments.h"

#include <stdlib.h>
#include <string.h>

static char **arguments;
static struct hg_credentials credentials[2];
static int32_t handed_out;

void told_arguments_begin(char **argv) {
  arguments = argv + 1;
}

const char *told(const char *key) {
  size_t length = strlen(key);

  for (char **argument = arguments; *argument; argument++)
    if (strncmp(*argument, key, length) == 0 && (*argument)[length] == '=')
      return *argument + length + 1;
  return "";
}

void told_credentials_are(struct hg_credentials first) {
  credentials[0] = first;
  credentials[1] = first;
  credentials[1].token = told("fresh-token");
}

int32_t told_give(const struct hg_host *host, const char *cluster, const char *user,
                  const struct hg_credentials *refused, const struct hg_credentials **given,
                  struct hg_error *err) {
  (void)host;
  (void)err;
  if (cluster || user)
    abort();
  *given = &credentials[refused ? 1 : 0];
  handed_out++;
  return 0;
}

void told_take_back(const struct hg_host *host, const struct hg_credentials *given) {
  (void)host;
  if (given)
    handed_out--;
}

int32_t told_handed_out(void) {
  return handed_out;
}
