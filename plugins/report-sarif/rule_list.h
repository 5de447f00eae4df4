/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that occurred, each with its place in tool.driver.rules. */
#ifndef PLUGINS_REPORT_SARIF_RULE_LIST_H
#define PLUGINS_REPORT_SARIF_RULE_LIST_H

#include "memory/arena.h"
#include "json/json_stream.h"

#include <stdbool.h>
#include <stdint.h>

/* Results of applying have rules of their own, "apply/" and the kind of failure. */
#define RULE_LIST_APPLY "apply/"
/* The same for those of what became of a Job in the cluster. */
#define RULE_LIST_COMPLETION "completion/"

/* GitHub takes 25,000 rules of a run. */
enum { RULE_LIST_MOST = 25000 };

struct rule {
  const char *id;
  uint32_t index;
  bool is_error; /* what its first result was */
};

/* Embedded in its owner; one thread at a time. */
struct rule_list {
  struct arena arena;
  void *tree;          /* of tsearch(3): finds a rule by its id */
  struct rule **rules; /* in the order in which they occurred */
  uint32_t count;
  size_t capacity;
};

void rule_list_init(struct rule_list *list);
void rule_list_finish(struct rule_list *list);

/* The rule with that id, added where it is new. NULL where memory is out, or where the list is full
 * and the rule new. */
const struct rule *rule_list_find(struct rule_list *list, const char *id, bool is_error);

bool rule_list_is_full(const struct rule_list *list);

/* Writes the array "rules". */
void rule_list_write(const struct rule_list *list, struct json_stream *stream);

#endif
