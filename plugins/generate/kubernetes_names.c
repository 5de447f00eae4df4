/* SPDX-License-Identifier: Apache-2.0 */
#include "generate/kubernetes_names.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define SMALL "abcdefghijklmnopqrstuvwxyz0123456789"
#define ALPHANUMERIC SMALL "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { LONGEST_LABEL = 63 };

static bool is_one_of(char c, const char *set) {
  return c != '\0' && strchr(set, c);
}

/* Whether `text` is of `inner` alone and begins and ends with one of `outer`. */
static bool has_form(const char *text, const char *outer, const char *inner) {
  size_t length = strlen(text);

  return length > 0 && text[strspn(text, inner)] == '\0' && is_one_of(text[0], outer) &&
         is_one_of(text[length - 1], outer);
}

const char *kubernetes_label_name_problem(const char *text) {
  if (strlen(text) > LONGEST_LABEL)
    return "such a name has at most 63 characters";
  if (!has_form(text, SMALL, SMALL "-"))
    return "such a name is of a-z, 0-9 and '-', a letter or digit first and last";
  return NULL;
}

/* Whether each part between two dots begins and ends with a letter or digit. */
static bool has_parts(const char *text) {
  for (const char *dot = strchr(text, '.'); dot; dot = strchr(dot + 1, '.'))
    if (dot == text || dot[-1] == '-' || dot[1] == '-' || dot[1] == '.' || dot[1] == '\0')
      return false;
  return true;
}

const char *kubernetes_job_name_problem(const char *text) {
  if (*text == '\0')
    return "it is empty";
  if (strlen(text) > LONGEST_LABEL)
    return "a Job's name has at most 63 characters";
  if (!has_form(text, SMALL, SMALL "-.") || !has_parts(text))
    return "a Job's name is of a-z, 0-9, '-' and '.', a letter or digit first and last, and beside "
           "each dot";
  return NULL;
}

const char *kubernetes_label_value_problem(const char *text) {
  if (strlen(text) > LONGEST_LABEL)
    return "it becomes the value of a label, which has at most 63 characters";
  if (*text && !has_form(text, ALPHANUMERIC, ALPHANUMERIC "-_."))
    return "it becomes the value of a label, which is of letters, digits, '-', '_' and '.', a "
           "letter or digit first and last";
  return NULL;
}

const char *kubernetes_variable_problem(const char *text) {
  if (*text == '\0')
    return "a variable needs a name";
  for (; *text; text++)
    if (*text < 0x20 || *text > 0x7e || *text == '=')
      return "the name of a variable is of printable ASCII characters other than '='";
  return NULL;
}

const char *kubernetes_image_problem(const char *text) {
  static const char blank[] = " \t\n\v\f\r";
  size_t length = strlen(text);

  if (length > 0 && (is_one_of(text[0], blank) || is_one_of(text[length - 1], blank)))
    return "an image has no blank before or after its name";
  return NULL;
}
