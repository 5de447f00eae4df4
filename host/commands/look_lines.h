/* SPDX-License-Identifier: Apache-2.0 */
/* A look as people read it, in the form that the first monitors gave it (D32, D33), and as JSON.
 * Everything from outside is made visible. */
#ifndef HOST_COMMANDS_LOOK_LINES_H
#define HOST_COMMANDS_LOOK_LINES_H

#include "text/text_buffer.h"
#include "watch/health.h"
#include "watch/selector_look.h"

#include <jansson.h>

/* How well the Jobs of a look are. */
struct look_judgement {
  enum health overall;
  struct job_health *jobs; /* one for each of the look's */
  uint64_t counts[HEALTH_ERROR + 1];
};

/* The Job's phase by its conditions, in the words of the first monitor: "SUCCEEDED" for one that is
 * complete. The text is constant. */
const char *look_phase_name(const struct looked_job *job);

/* What to do about it, or "". Of no run's Job logs are kept, nor can Headgate run it again. */
const char *look_advice(const struct looked_job *job);

/* Takes the next label off *rest, which begins as looked_job.labels. False: there is none. */
struct look_label {
  const char *name;
  size_t name_length;
  const char *value;
  size_t value_length;
};
bool look_label_next(const char **rest, struct look_label *label);

void look_append_snapshot(struct text_buffer *text, const struct selector_look *look);
void look_append_health(struct text_buffer *text, const struct selector_look *look,
                        const struct look_judgement *judgement);

/* NULL: no memory. */
json_t *look_snapshot_json(const struct selector_look *look, int exit_code);
json_t *look_health_json(const struct selector_look *look, const struct look_judgement *judgement,
                         int exit_code);
json_t *look_errors_json(const struct selector_look *look);

#endif
