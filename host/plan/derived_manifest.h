/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a Job that tries another one again: the same Job by another name. */
#ifndef HOST_PLAN_DERIVED_MANIFEST_H
#define HOST_PLAN_DERIVED_MANIFEST_H

#include "text/text_buffer.h"

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <stdint.h>

enum { DERIVED_NAME_SIZE = 64 }; /* a name that a Pod can bear as a label, with its NUL */

/* Writes "NAME-rN" to `derived`. Where that is longer than `most` characters (at most 63), NAME is
 * cut, and five hexadecimal digits of its digest stand behind it. */
void derived_name_make(const char *name, uint32_t number, uint32_t most,
                       char derived[DERIVED_NAME_SIZE]);

/* What a manifest says of the names that may be derived from it. */
struct derived_source {
  char name[256];   /* its Job's */
  uint32_t longest; /* characters that a Job's name may have for its Pods to have valid names */
};

int32_t derived_source_read(struct derived_source *source, const struct hg_bytes *document,
                            struct hg_error *err);

/* Appends the Job of `document` as JSON, by the name `name`, and without what a server or kubectl
 * wrote into it. The same bytes give the same bytes, always. HG_ERROR_INVALID where it would select
 * the other one's Pods, as it has a selector of its own (manualSelector). */
int32_t derived_manifest_append(struct text_buffer *json, const struct hg_bytes *document,
                                const char *name, struct hg_error *err);

#endif
