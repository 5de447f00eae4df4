/* SPDX-License-Identifier: Apache-2.0 */
/* How many objects of which kinds a run passed over, in a few words. */
#ifndef PLUGINS_REPORT_PASSED_OVER_TALLY_H
#define PLUGINS_REPORT_PASSED_OVER_TALLY_H

#include "text/text_buffer.h"

#include <headgate/passed_over.h>
#include <headgate/result.h>
#include <stdint.h>

/* Kinds beyond these are counted together. */
enum { TALLY_KINDS = 12, TALLY_KIND_SIZE = 64 };

/* Embedded in its owner; zeroed, it is empty. */
struct passed_over_tally {
  uint64_t count;
  uint32_t kind_count;
  struct {
    char name[TALLY_KIND_SIZE]; /* cut where it is longer */
    uint64_t count;
  } kinds[TALLY_KINDS]; /* in the order in which they came */
};

void passed_over_tally_add(struct passed_over_tally *tally, const struct hg_passed_over *object);

/* Appends "3 (ConfigMap 2, CronJob 1)", as it came from outside: control characters are not made
 * visible. */
void passed_over_tally_append(struct text_buffer *text, const struct passed_over_tally *tally);

#endif
