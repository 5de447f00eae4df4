/* SPDX-License-Identifier: Apache-2.0 */
/* Strict decoding, as the server does it before it looks at any rule: YAML to JSON to Go structs
 * (sigs.k8s.io/yaml, sigs.k8s.io/json), here straight from nodes by the field table. */
#ifndef VALIDATE_KUBERNETES_DECODE_H
#define VALIDATE_KUBERNETES_DECODE_H

#include "validation.h"

/* Decodes the document, reporting everything that the server would refuse to decode. Returns the
 * Job, whose values may be read only where nothing was reported; NULL where memory is out, or where
 * the document is no batch/v1 Job at all (which was reported). */
struct object *decode_job(struct validation *v, const struct hg_node *root);

/* For decode.c: one value of a field that is no object, list or map. Reports what does not fit. */
void decode_leaf(struct validation *v, const struct field_info *field, const struct hg_node *node,
                 struct place place, struct value *value);

/* Reports that `node` is not of the Go type `go_type`. */
void report_wrong_type(struct validation *v, struct place place, const struct hg_node *node,
                       const char *shown, const char *go_type);

/* A node that stands for `like` with another text: same position, a plain string. NULL where memory
 * is out. */
struct hg_node *substitute_node(struct validation *v, const struct hg_node *like, const char *text,
                                size_t length);

/* The key as the server understands it: itself where it is a string, else a substitute ({1: a} is
 * {"1": a}). NULL where it can be no key (reported) or memory is out. */
const struct hg_node *decode_key(struct validation *v, const struct hg_node *key,
                                 struct place place);

#endif
