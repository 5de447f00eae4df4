/* SPDX-License-Identifier: Apache-2.0 */
/* From what came of a request to the class of its failure, and to words for the user.
 *
 * Classes are the kubectl applier's, and a Status gets the one that kubectl's words for the same
 * Status get: what failed is called the same whoever asked.
 */
#ifndef APPLY_SERVER_REPLY_H
#define APPLY_SERVER_REPLY_H

#include "apply/failure_class.h"
#include "cluster/requests.h"
#include "echoed_values.h"
#include "memory/arena.h"
#include "text/text_buffer.h"

#include <stdbool.h>

/* Classes an answer that confirmed nothing, and appends the reason, one plain sentence, to
 * `reason`, and the server's own words, or what else is known, to `words`. `name` is the Job's;
 * `may_be_made`: it was sent, so that a server may have obeyed whose answer says nothing. Of
 * `values` neither has any. `scratch` is used and left for the caller to reset. */
const struct failure_class *reply_class(const struct answer *answer, const char *name,
                                        bool may_be_made, const struct echoed_values *values,
                                        struct arena *scratch, struct text_buffer *reason,
                                        struct text_buffer *words);

#endif
