/* SPDX-License-Identifier: Apache-2.0 */
#include "confirmation.h"

#include <stddef.h>
#include <string.h>

static const char prefix[] = "job.batch/";
static const char dry_run_suffix[] = " (server dry run)";

static const struct {
  const char *word;
  enum confirmation confirmation;
} words[] = {
    {"created", CONFIRMATION_CREATED},
    {"unchanged", CONFIRMATION_UNCHANGED},
    {"configured", CONFIRMATION_CONFIGURED},
    {"serverside-applied", CONFIRMATION_SERVERSIDE_APPLIED},
};

/* Moves over `word` where the text from *at to `end` begins with it. */
static bool skip(const char **at, const char *end, const char *word) {
  size_t length = strlen(word);

  if ((size_t)(end - *at) < length || memcmp(*at, word, length) != 0)
    return false;
  *at += length;
  return true;
}

/* What the text from `at`, which is behind the prefix, to the end of its line says of the Job.
 * *end is then behind the line feed. */
static enum confirmation read_line(const char *at, const char **end, const char *name,
                                   bool is_dry_run) {
  if (!skip(&at, *end, name) || !skip(&at, *end, " "))
    return CONFIRMATION_NONE;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const char *after = at;

    if (skip(&after, *end, words[i].word) && (!is_dry_run || skip(&after, *end, dry_run_suffix)) &&
        skip(&after, *end, "\n")) {
      *end = after;
      return words[i].confirmation;
    }
  }
  return CONFIRMATION_NONE;
}

enum confirmation confirmation_find(const struct hg_bytes *output, const char *name,
                                    bool is_dry_run, struct hg_bytes *line) {
  const char *const last = output->data + output->length;
  const char *at = output->data;

  line->data = "";
  line->length = 0;
  while ((at = memmem(at, (size_t)(last - at), prefix, sizeof prefix - 1))) {
    const char *start = at;
    const char *end = last;
    enum confirmation found = CONFIRMATION_NONE;

    at += sizeof prefix - 1;
    if (start == output->data || start[-1] == '\n')
      found = read_line(at, &end, name, is_dry_run);
    if (found == CONFIRMATION_NONE)
      continue;
    line->data = start;
    line->length = (uint64_t)(end - start);
    return found;
  }
  return CONFIRMATION_NONE;
}
