/* SPDX-License-Identifier: Apache-2.0 */
/* A Job that cannot be changed so: what it would be if it were deleted and made again.
 *
 * The server is asked, by a dry run too, for a Job of the same manifest under a name that the
 * server makes up (metadata.generateName): it fills in what it fills in, and nothing is guessed
 * here.
 */
#ifndef APPLY_SERVER_MADE_ANEW_H
#define APPLY_SERVER_MADE_ANEW_H

#include "passage.h"

/* Where the errand wants to see it, and the answer is that fields of a Job that is there cannot be
 * changed: asks, settles the flight once that is known, and returns true. */
bool made_anew_ask(struct flight *flight, const struct answer *refused);

#endif
