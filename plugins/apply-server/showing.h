/* SPDX-License-Identifier: Apache-2.0 */
/* What a preflight shows of a Job beside its verdict: as it is, as it would be, and which fields
 * cannot be changed. */
#ifndef APPLY_SERVER_SHOWING_H
#define APPLY_SERVER_SHOWING_H

#include "cluster/requests.h"
#include "echoed_values.h"
#include "memory/arena.h"
#include "text/text_buffer.h"

#include <headgate/bytes.h>
#include <stdint.h>

/* Embedded in its owner. Zeroed, it shows nothing. */
struct showing {
  struct hg_bytes before; /* length 0: not there, or not known */
  struct hg_bytes after;
  const char *const *immutable_fields; /* NULL: none */
  uint32_t immutable_count;
};

/* The fields of an answer 422 that it says cannot be changed, in `arena`; NULL: none. */
const char *const *immutable_fields(const struct answer *answer, struct arena *arena,
                                    uint32_t *count);

/* `live` is the Job as it is, empty where it is not there; `answer` the server's to the dry run;
 * `anew` what it said of the Job made again, length 0 where it was not asked. All are borrowed.
 * Fields show none of `values`. What memory is out for is not shown. */
void showing_init(struct showing *showing, const struct text_buffer *live,
                  const struct answer *answer, struct hg_bytes anew,
                  const struct echoed_values *values, struct arena *arena);

#endif
