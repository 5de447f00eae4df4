/* SPDX-License-Identifier: Apache-2.0 */
/* The env values of the Job that was sent, where the server's words echo them: a webhook's
 * sentence, a patch that was refused, a proxy's page. They stay in the manifest and in the cluster.
 *
 * Words do not say what in them is a value, as hidden_values.h would have it: so each is looked
 * for, as it is and as JSON, Go, HTML or an address would write it, whole and in pieces. What the
 * manifest says elsewhere too (an image, a label) is no secret, and is left.
 */
#ifndef APPLY_SERVER_ECHOED_VALUES_H
#define APPLY_SERVER_ECHOED_VALUES_H

#include "memory/arena.h"
#include "text/text_buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct echoed_value;

/* Embedded in its owner. */
struct echoed_values {
  struct arena arena;
  struct echoed_value *by_first_byte[UINT8_MAX + 1]; /* the longest first */
  size_t elsewhere_length;                           /* of what the manifest says beside them */
  uint64_t looked_at;                                /* bytes of it so far */
  bool failed; /* memory is out: nobody knows what would have to be hidden */
};

/* `job` is the JSON that was sent; NULL, or empty, where nothing is to be hidden. */
void echoed_values_init(struct echoed_values *values, const struct text_buffer *job);
void echoed_values_finish(struct echoed_values *values);

/* Puts asterisks for each of them, and for what hidden_values.h knows. Nothing is left of the text
 * where memory was out; nor, but for "(hidden)", of one that would have to be searched for long. */
void echoed_values_hide(const struct echoed_values *values, struct text_buffer *text);

#endif
