/* SPDX-License-Identifier: Apache-2.0 */
/* How long the JSON is that an applier makes of a document. */
#ifndef VALIDATE_KUBERNETES_JSON_SIZE_H
#define VALIDATE_KUBERNETES_JSON_SIZE_H

#include <headgate/node.h>
#include <stdint.h>

/* Bytes of `node` as compact JSON, as encoding/json writes it: with <, > and & escaped. The tree is
 * one that was decoded without a complaint. */
uint64_t json_size(const struct hg_node *node);

#endif
