/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run_origin.h"

#include "kubeconfig/target.h"
#include "text/text_buffer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An address is one word of what can be seen. */
static bool is_address(const char *text) {
  size_t length = strlen(text);

  if ((strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0) ||
      length >= CI_URL_SIZE)
    return false;
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] >= 0x7f)
      return false;
  return true;
}

static const char *variable(const char *name) {
  const char *value = getenv(name);

  return value ? value : "";
}

static void find_ci(char url[CI_URL_SIZE]) {
  struct text_buffer given;
  struct text_buffer shown;

  text_buffer_init(&given);
  text_buffer_init(&shown);
  if (*variable("GITHUB_SERVER_URL") && *variable("GITHUB_REPOSITORY") &&
      *variable("GITHUB_RUN_ID"))
    text_buffer_printf(&given, "%s/%s/actions/runs/%s", variable("GITHUB_SERVER_URL"),
                       variable("GITHUB_REPOSITORY"), variable("GITHUB_RUN_ID"));
  else
    text_buffer_append_string(&given, variable("CI_JOB_URL"));
  if (!given.failed && is_address(text_buffer_string(&given)))
    kubeconfig_append_server(&shown, text_buffer_string(&given));
  if (!shown.failed && shown.length < CI_URL_SIZE)
    memcpy(url, text_buffer_string(&shown), shown.length + 1);
  text_buffer_finish(&given);
  text_buffer_finish(&shown);
}

void run_origin_find(struct run_origin *origin) {
  char *directory = getcwd(NULL, 0);

  memset(origin, 0, sizeof *origin);
  if (directory)
    git_head_find(directory, &origin->head);
  free(directory);
  find_ci(origin->ci_url);
}
