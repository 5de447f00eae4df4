/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80, LEAST_COLUMNS = 20 };

size_t screen_columns(int descriptor) {
  struct winsize size;

  if (isatty(descriptor) != 1)
    return 0;
  if (ioctl(descriptor, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
    return USUAL_COLUMNS;
  return size.ws_col < LEAST_COLUMNS ? LEAST_COLUMNS : size.ws_col;
}

bool screen_is_ascii(int descriptor) {
  static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

  if (isatty(descriptor) != 1)
    return false;
  /* The first that says anything decides, as everywhere. */
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
    const char *locale = getenv(variables[i]);

    if (locale && *locale)
      return !strcasestr(locale, "utf-8") && !strcasestr(locale, "utf8");
  }
  return true;
}
