/* SPDX-License-Identifier: Apache-2.0 */
/* The argv of a launch, made of the commands of the Jobs that it applies. */
#ifndef APPLY_KUBECTL_COMMAND_H
#define APPLY_KUBECTL_COMMAND_H

#include <headgate/plan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded in its owner; all zero is an empty one. */
struct command {
  const char **argv; /* NULL-terminated; the strings are the plan's */
  uint32_t argc;
  size_t capacity;
};

void command_init(struct command *command);
void command_finish(struct command *command);

/* Whether one kubectl may apply `next` together with `items`, of which there is at least one: each
 * has a file of its own, they differ in nothing but that file, and no two have the same name (which
 * they may in two namespaces), as kubectl confirms them by that. */
bool command_takes(const struct hg_plan_item *const *items, size_t count,
                   const struct hg_plan_item *next);

/* `count` items that command_takes joined: the words up to "-f" of the first, "-f PATH" for each,
 * and the first one's last words. One item: its own command. With `is_dry_run` the second word,
 * "apply", is followed by "--dry-run=server"; a command that is no "kubectl apply" is then an
 * error. -1: that, or no memory. */
int32_t command_make(struct command *command, const struct hg_plan_item *const *items, size_t count,
                     bool is_dry_run);

#endif
