/* SPDX-License-Identifier: Apache-2.0 */
#include "report/passed_over_tally.h"

#include "text/utf8.h"

#include <inttypes.h>
#include <string.h>

void passed_over_tally_add(struct passed_over_tally *tally, const struct hg_passed_over *object) {
  const char *kind = *object->kind ? object->kind : "file without a document";
  size_t length = utf8_piece(kind, strlen(kind), TALLY_KIND_SIZE - 1);
  uint32_t i = 0;

  tally->count++;
  while (i < tally->kind_count &&
         (strncmp(tally->kinds[i].name, kind, length) != 0 || tally->kinds[i].name[length]))
    i++;
  if (i == TALLY_KINDS)
    return;
  if (i == tally->kind_count) {
    memcpy(tally->kinds[i].name, kind, length);
    tally->kinds[i].name[length] = '\0';
    tally->kind_count++;
  }
  tally->kinds[i].count++;
}

void passed_over_tally_append(struct text_buffer *text, const struct passed_over_tally *tally) {
  uint64_t others = tally->count;

  text_buffer_printf(text, "%" PRIu64, tally->count);
  for (uint32_t i = 0; i < tally->kind_count; i++) {
    text_buffer_printf(text, "%s%s %" PRIu64, i == 0 ? " (" : ", ", tally->kinds[i].name,
                       tally->kinds[i].count);
    others -= tally->kinds[i].count;
  }
  if (others > 0)
    text_buffer_printf(text, ", others %" PRIu64, others);
  text_buffer_append_string(text, tally->kind_count > 0 ? ")" : "");
}
