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

/* What the line from `at` to `end`, its line feed not included, says of the Job. */
static enum confirmation read_line(const char *at, const char *end, const char *name,
                                   bool is_dry_run) {
  if (!skip(&at, end, prefix) || !skip(&at, end, name) || !skip(&at, end, " "))
    return CONFIRMATION_NONE;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const char *after = at;

    if (skip(&after, end, words[i].word) && (!is_dry_run || skip(&after, end, dry_run_suffix)) &&
        after == end)
      return words[i].confirmation;
  }
  return CONFIRMATION_NONE;
}

enum confirmation confirmation_find(const struct hg_bytes *output, const char *name,
                                    bool is_dry_run, struct hg_bytes *line) {
  const char *at = output->data;
  const char *end = at + output->length;
  const char *feed;

  line->data = "";
  line->length = 0;
  for (; (feed = memchr(at, '\n', (size_t)(end - at))); at = feed + 1) {
    enum confirmation found = read_line(at, feed, name, is_dry_run);

    if (found == CONFIRMATION_NONE)
      continue;
    line->data = at;
    line->length = (uint64_t)(feed + 1 - at);
    return found;
  }
  return CONFIRMATION_NONE;
}
