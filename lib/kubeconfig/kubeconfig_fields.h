/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a YAML mapping, taken as client-go's types want them. */
#ifndef LIB_KUBECONFIG_KUBECONFIG_FIELDS_H
#define LIB_KUBECONFIG_KUBECONFIG_FIELDS_H

#include "kubeconfig/kubeconfig_entries.h"

/* Says what is wrong at `node`, with file, line and column. Always -1. */
__attribute__((format(printf, 4, 5))) int32_t
kubeconfig_wrong_at(const struct kubeconfig_place *place, const struct hg_node *node,
                    struct hg_error *err, const char *format, ...);

bool kubeconfig_is_null(const struct hg_node *node);

/* The value of `name`, of `kind` (HG_NODE_*): NULL where there is none, or null. Numbers and
 * booleans pass for text: where kubectl refuses them, it says so itself. */
int32_t kubeconfig_field(const struct kubeconfig_place *place, const struct hg_node *mapping,
                         const char *name, uint8_t kind, const struct hg_node **found,
                         struct hg_error *err);

/* A copy of a text; "" where there is none. */
int32_t kubeconfig_text(const struct kubeconfig_place *place, const struct hg_node *mapping,
                        const char *name, const char **text, struct hg_error *err);

/* A path, absolute: a relative one starts at the directory of the file. "" where there is none. */
int32_t kubeconfig_path(const struct kubeconfig_place *place, const struct hg_node *mapping,
                        const char *name, const char **path, struct hg_error *err);

/* Bytes that the file spells in base64; none where there are none. */
int32_t kubeconfig_data(const struct kubeconfig_place *place, const struct hg_node *mapping,
                        const char *name, struct hg_bytes *bytes, struct hg_error *err);

int32_t kubeconfig_boolean(const struct kubeconfig_place *place, const struct hg_node *mapping,
                           const char *name, bool *value, struct hg_error *err);

/* A list of texts, NULL-terminated. */
int32_t kubeconfig_texts(const struct kubeconfig_place *place, const struct hg_node *mapping,
                         const char *name, const char ***texts, uint32_t *count,
                         struct hg_error *err);

#endif
