/* SPDX-License-Identifier: Apache-2.0 */
#include "extra_labels.h"

#include "memory/no_memory.h"
#include "metric_text.h"

#include <stdbool.h>
#include <string.h>

/* Those that the samples have already. */
static const char *const taken[] = {
    "command", "document", "file",    "job_name", "kubernetes_version", "mode", "namespace",
    "number",  "status",   "verdict", "version"};

static bool is_name(const char *name, size_t length) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

  if (length == 0 || !strchr(letters, name[0]))
    return false;
  for (size_t i = 1; i < length; i++)
    if (!strchr(letters, name[i]) && (name[i] < '0' || name[i] > '9'))
      return false;
  return length < 2 || name[0] != '_' || name[1] != '_';
}

static bool is_taken(const char *name) {
  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
    if (strcmp(name, taken[i]) == 0)
      return true;
  return false;
}

/* Whether an item before `end` has the same name. `items` are "NAME=VALUE", a NUL after each. */
static bool is_repeated(const char *items, const char *end, const char *name) {
  for (; items < end; items += strlen(items) + 1)
    if (strncmp(items, name, strlen(name)) == 0 && items[strlen(name)] == '=')
      return true;
  return false;
}

/* `item` is one of `items`; it is "NAME" and "VALUE" for a moment. */
static int32_t read_item(const char *items, char *item, struct text_buffer *labels,
                         struct hg_error *err) {
  char *equals = strchr(item, '=');
  int32_t status = -1;

  if (!equals || !is_name(item, (size_t)(equals - item)))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "report-prometheus.labels: '%.240s' is not NAME=VALUE with a name of "
                        "letters, digits and _",
                        item);
  *equals = '\0';
  if (is_taken(item))
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "report-prometheus.labels: the metrics have a label '%.240s' already", item);
  else if (is_repeated(items, item, item))
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "report-prometheus.labels: the label '%.240s' comes twice", item);
  else
    status = 0;
  if (status == 0)
    (void)metric_append_label(labels, item, equals + 1);
  *equals = '=';
  return status;
}

int32_t extra_labels_read(const char *option, struct text_buffer *labels, struct hg_error *err) {
  struct text_buffer items;
  int32_t status = 0;

  if (!option || !*option)
    return 0;
  text_buffer_init(&items);
  text_buffer_append_string(&items, option);
  if (items.failed) {
    status = no_memory(err);
    goto done;
  }
  for (size_t i = 0; i < items.length; i++)
    if (items.data[i] == ',')
      items.data[i] = '\0';
  for (size_t i = 0; status == 0 && i <= items.length; i += strlen(items.data + i) + 1)
    status = read_item(items.data, items.data + i, labels, err);
  if (status == 0 && labels->failed)
    status = no_memory(err);
done:
  text_buffer_finish(&items);
  return status;
}
