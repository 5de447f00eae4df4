/* SPDX-License-Identifier: Apache-2.0 */
/* Places of output that nothing more may be put to: what is written last would replace what was
 * written before. */
#ifndef LIB_FILES_TAKEN_PLACES_H
#define LIB_FILES_TAKEN_PLACES_H

#include "files/output_place.h"

#include <headgate/error.h>
#include <stddef.h>
#include <sys/types.h>

struct taken_place;

/* Embedded in its owner. */
struct taken_places {
  struct taken_place *rows;
  size_t count;
};

void taken_places_init(struct taken_places *taken);
void taken_places_finish(struct taken_places *taken);

/* Keeps the place that output_place_find found for `path`. Pipes, terminals and devices may be
 * shared and are passed over. `what` is what takes it: a string that stays, for messages. -1: it is
 * taken already. */
int32_t taken_places_add(struct taken_places *taken, const struct output_place *place,
                         const char *path, const char *what, struct hg_error *err);

#endif
