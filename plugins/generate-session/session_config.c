/* SPDX-License-Identifier: Apache-2.0 */
#include "session_config.h"

#include "config_entries.h"
#include "generate/config_file.h"
#include "generate/config_problems.h"
#include "memory/count.h"
#include "session_keys.h"
#include "session_values.h"
#include "text/shown_text.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <string.h>

static const struct config_kind session_file = {
    .name = "session configuration",
    .content = "the session's keys",
    .example = "workers: 2",
    .most_mib = 1,
};

static void report_unknown(const char *name, const struct hg_node *key, uint8_t file,
                           struct config_problems *problems) {
  const char *nearest = session_key_nearest(name, file);
  struct text_buffer *text = config_problems_begin(problems);

  text_buffer_append_string(text, "unknown key ");
  shown_text_append(text, name, strlen(name));
  if (session_key_find(name))
    text_buffer_printf(text, ": it belongs in the %s, move it there",
                       session_file_name(SESSION_IN_BOTH & (unsigned char)~file));
  else if (nearest)
    text_buffer_printf(text, ": did you mean %s?", nearest);
  else
    text_buffer_append_string(text, ": remove it");
  config_problems_end(problems, config_position_of(key), HG_ERROR_INVALID);
}

/* Reads the keys of one file into *session. */
static void read_keys(const struct hg_node *root, uint8_t file, struct arena *arena,
                      struct config_problems *problems, struct session *session) {
  bool there[SESSION_KEY_COUNT] = {false};
  struct config_entries entries;

  if (config_entries_read(root, arena, problems, &entries) != 0)
    return;
  for (size_t i = 0; i < entries.count; i++) {
    const struct hg_node *value = entries.items[i].value;
    const struct session_key *key = session_key_find(entries.items[i].name);

    if (!key || !(key->known_in & file)) {
      report_unknown(entries.items[i].name, value->key, file, problems);
      continue;
    }
    there[key - session_keys] = true;
    session_value_read(key, file, value, arena, problems, session);
  }
  for (size_t i = 0; i < SESSION_KEY_COUNT; i++)
    if (session_keys[i].required_in & file && !there[i])
      config_problems_add(problems, root, "the key %s is missing: add it", session_keys[i].name);
}

static void read_file(uint8_t file, struct arena *arena, struct config_problems *problems,
                      struct session *session) {
  struct config_file config;

  memset(session, 0, sizeof *session);
  config_file_init(&config);
  if (config_file_read(&config, &session_file, problems) == 0)
    read_keys(config.root, file, arena, problems, session);
  config_file_finish(&config);
}

static const void *field(const struct session *session, const struct session_key *key) {
  return (const char *)session + key->offset;
}

static bool agree(const struct session *a, const struct session *b, const struct session_key *key) {
  if (key->type == SESSION_VALUE_COUNT)
    return *(const int64_t *)field(a, key) == *(const int64_t *)field(b, key);
  return strcmp(*(const char *const *)field(a, key), *(const char *const *)field(b, key)) == 0;
}

static void append_value(struct text_buffer *text, const struct session *session,
                         const struct session_key *key) {
  if (key->type == SESSION_VALUE_COUNT) {
    text_buffer_printf(text, "%" PRId64, *(const int64_t *)field(session, key));
  } else {
    const char *value = *(const char *const *)field(session, key);

    visible_text_append(text, value, strlen(value));
  }
}

/* Points, in the file that does not decide, at a value that will not count. */
static void warn_of_difference(const struct session_key *key, const struct session *ignored,
                               const struct session *used, struct config_problems *problems) {
  struct text_buffer *text = config_problems_begin(problems);

  text_buffer_printf(text, "%s is ", key->name);
  append_value(text, ignored, key);
  text_buffer_append_string(text, " here, but ");
  append_value(text, used, key);
  text_buffer_printf(text, " in the %s, which decides: make them agree",
                     session_file_name(key->decides_in));
  config_problems_end_warning(problems, ignored->at[key - session_keys]);
}

static void warn_of_empty_shares(const struct session *session, struct config_problems *problems) {
  struct text_buffer *text = config_problems_begin(problems);

  if (session->workers <= session->total_iterations)
    return;
  text_buffer_printf(text,
                     "%" PRId64 " workers share %" PRId64 " iterations, so %" PRId64
                     " of their Jobs will do none: ",
                     session->workers, session->total_iterations,
                     session->workers - session->total_iterations);
  if (session->total_iterations > 0)
    text_buffer_printf(text, "lower workers to %" PRId64, session->total_iterations);
  else
    text_buffer_append_string(text, "raise total_iterations");
  config_problems_end_warning(problems, session->at[SESSION_WORKERS]);
}

/* extra_env goes over everything, as it should; but these three say what the Job is. */
static void warn_of_overridden(const struct session *session, struct config_problems *problems) {
  const struct {
    const char *name;
    const char *value; /* NULL: differs from Job to Job */
  } identity[] = {
      {"SESSION_ID", session->session_id}, {"WORKER_ID", NULL}, {"MODE", session->mode}};

  for (size_t i = 0; i < session->extra_env.count; i++) {
    const struct session_pair *pair = &session->extra_env.items[i];

    for (size_t j = 0; j < sizeof identity / sizeof identity[0]; j++) {
      struct text_buffer *text;

      if (strcmp(pair->name, identity[j].name) != 0 ||
          (identity[j].value && strcmp(pair->value, identity[j].value) == 0))
        continue;
      text = config_problems_begin(problems);
      text_buffer_printf(
          text,
          "extra_env sets %s to another value in every Job, but its arguments and labels say ",
          pair->name);
      if (identity[j].value)
        shown_text_append(text, identity[j].value, strlen(identity[j].value));
      else
        text_buffer_append_string(text, "which worker it is");
      config_problems_end_warning(problems, pair->at);
    }
  }
}

int32_t session_config_read(const struct hg_host *host, const char *orchestrator_config,
                            const char *k8s_config, struct arena *arena, struct session *session,
                            struct hg_error *err) {
  struct config_problems of_orchestrator;
  struct config_problems of_kubernetes;
  struct config_problems *const files[] = {&of_orchestrator, &of_kubernetes};
  struct session orchestrator;
  int32_t result = -1;

  config_problems_init(&of_orchestrator, host, orchestrator_config);
  config_problems_init(&of_kubernetes, host, k8s_config);
  read_file(SESSION_IN_ORCHESTRATOR, arena, &of_orchestrator, &orchestrator);
  read_file(SESSION_IN_KUBERNETES, arena, &of_kubernetes, session);
  if (config_problems_conclude(files, COUNT(files), err) < 0)
    goto out;
  for (size_t i = 0; i < SESSION_KEY_COUNT; i++) {
    const struct session_key *key = &session_keys[i];

    if (!key->should_agree || agree(&orchestrator, session, key))
      continue;
    if (key->decides_in == SESSION_IN_KUBERNETES)
      warn_of_difference(key, &orchestrator, session, &of_orchestrator);
    else
      warn_of_difference(key, session, &orchestrator, &of_kubernetes);
  }
  session->total_iterations = orchestrator.total_iterations;
  session->workers = orchestrator.workers;
  warn_of_overridden(session, &of_kubernetes);
  warn_of_empty_shares(&orchestrator, &of_orchestrator);
  result = 0;
out:
  config_problems_finish(&of_orchestrator);
  config_problems_finish(&of_kubernetes);
  return result;
}
