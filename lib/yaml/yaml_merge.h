/* SPDX-License-Identifier: Apache-2.0 */
/* Merge keys (https://yaml.org/type/merge.html), applied as kubectl does. */
#ifndef LIB_YAML_YAML_MERGE_H
#define LIB_YAML_YAML_MERGE_H

#include "memory/arena.h"
#include "yaml/yaml_tree.h"

/* Set on the key of a merge entry while its mapping is read; no key with it stays in a tree. */
#define YAML_NODE_MERGE_KEY 0x8000u

/* Replaces the merge entries of `mapping`, which is complete and not shared yet, by what they bring
 * in. New nodes come from `nodes`; `scratch` is used and reset. `seed`: see name_table.h.
 *
 * kubectl reads with go-yaml v2, which goes by place: an entry replaces what a merge before it
 * brought in, and a merge replaces entries before it (where YAML lets the explicit entry win). Of a
 * sequence the earlier mapping wins. An entry that loses is not in the tree. */
int32_t yaml_merge(struct hg_node *mapping, struct arena *nodes, struct arena *scratch,
                   uint64_t seed, struct yaml_problem *problem);

#endif
