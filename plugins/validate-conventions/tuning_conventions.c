/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning Jobs: their labels, and a name that says session, worker and index. */
#include "recommendation.h"

#include <stdio.h>
#include <string.h>

#define NAME_START "arb-tuning-"

enum { SESSION_LENGTH = 8 };

/* Steps over `length` bytes of `text` if they are next; NULL where they are not. */
static const char *step_over(const char *name, const char *text, size_t length) {
  return name && strncmp(name, text, length) == 0 ? name + length : NULL;
}

/* Whether the name is arb-tuning-{session, 8 bytes}-{worker}-{index}. */
static bool name_fits(const char *name, const char *session, const char *worker) {
  size_t session_length = strnlen(session, SESSION_LENGTH);
  const char *at = step_over(name, NAME_START, strlen(NAME_START));

  at = step_over(at, session, session_length);
  at = step_over(at, "-", 1);
  at = step_over(at, worker, strlen(worker));
  at = step_over(at, "-", 1);
  return at && *at && strspn(at, "0123456789") == strlen(at);
}

static void check_name(struct recommender *r, const struct hg_node *metadata,
                       const struct hg_node *labels) {
  const struct hg_node *name = find_set(metadata, "name");
  const struct hg_node *session = find_set(labels, "session_id");
  const struct hg_node *worker = find_set(labels, "worker_id");
  char advice[256];

  if (!name || !session || !worker || name->kind != HG_NODE_SCALAR ||
      session->kind != HG_NODE_SCALAR || worker->kind != HG_NODE_SCALAR ||
      name_fits(name->text, session->text, worker->text))
    return;
  snprintf(advice, sizeof advice, "call it " NAME_START "%.*s-%.63s-INDEX", SESSION_LENGTH,
           session->text, worker->text);
  recommend(r, "tuning-name", name, "", "metadata.name",
            "the name does not say session, worker and index", advice);
}

void check_tuning(struct recommender *r, const struct hg_node *metadata) {
  const struct settings *settings = r->settings;
  const struct hg_node *labels = find_set(metadata, "labels");
  const char **words;

  if (!settings->tuning_app[0] || !node_is_text(find_set(labels, "app"), settings->tuning_app))
    return;
  for (words = settings->required_labels.words; *words; words++) {
    char field[128];
    char message[128];

    if (find_set(labels, *words))
      continue;
    snprintf(field, sizeof field, "metadata.labels[%.64s]", *words);
    snprintf(message, sizeof message, "a tuning Job should have the label %.64s", *words);
    recommend(r, "tuning-label", labels, "", field, message, NULL);
  }
  if (settings->tuning_name)
    check_name(r, metadata, labels);
}
