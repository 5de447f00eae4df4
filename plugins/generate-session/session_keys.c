/* SPDX-License-Identifier: Apache-2.0 */
#include "session_keys.h"

#include "generate/kubernetes_names.h"
#include "generate/nearest_name.h"

#include <string.h>

static const char *const modes[] = {"paper", "shadow", "live", NULL};
static const char *const optimizers[] = {"bayesian", "grid", "random", NULL};

#define AT(field) offsetof(struct session, field)

/* The orchestrator config decides how much is done and by how many, the Kubernetes config all else:
 * the two come from different stages and may name their sessions differently. */
/* clang-format off */
const struct session_key session_keys[] = {
    [SESSION_ID] = {
        .name = "session_id", .type = SESSION_VALUE_TEXT, .offset = AT(session_id),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_BOTH,
        .decides_in = SESSION_IN_KUBERNETES, .problem = session_id_problem},
    [SESSION_K8S_NAMESPACE] = {
        .name = "k8s_namespace", .type = SESSION_VALUE_TEXT, .offset = AT(k8s_namespace),
        .known_in = SESSION_IN_KUBERNETES, .required_in = SESSION_IN_KUBERNETES,
        .decides_in = SESSION_IN_KUBERNETES, .problem = kubernetes_label_name_problem},
    [SESSION_IMAGE] = {
        .name = "image", .type = SESSION_VALUE_TEXT, .offset = AT(image),
        .known_in = SESSION_IN_KUBERNETES, .required_in = SESSION_IN_KUBERNETES,
        .decides_in = SESSION_IN_KUBERNETES, .problem = kubernetes_image_problem},
    [SESSION_TOTAL_ITERATIONS] = {
        .name = "total_iterations", .type = SESSION_VALUE_COUNT, .offset = AT(total_iterations),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_BOTH,
        .decides_in = SESSION_IN_ORCHESTRATOR, .should_agree = true,
        .least = 0, .most = INT64_MAX},
    [SESSION_WORKERS] = {
        .name = "workers", .type = SESSION_VALUE_COUNT, .offset = AT(workers),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_BOTH,
        .decides_in = SESSION_IN_ORCHESTRATOR, .should_agree = true,
        .least = 1, .most = SESSION_MOST_WORKERS},
    [SESSION_MODE] = {
        .name = "mode", .type = SESSION_VALUE_CHOICE, .offset = AT(mode),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_BOTH,
        .decides_in = SESSION_IN_KUBERNETES, .should_agree = true, .choices = modes},
    [SESSION_ENV] = {
        .name = "env", .type = SESSION_VALUE_TEXT, .offset = AT(env),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_BOTH,
        .decides_in = SESSION_IN_KUBERNETES, .should_agree = true,
        .problem = kubernetes_label_value_problem},
    [SESSION_OPTIMIZER] = {
        .name = "optimizer", .type = SESSION_VALUE_CHOICE, .offset = AT(optimizer),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_BOTH,
        .decides_in = SESSION_IN_KUBERNETES, .should_agree = true, .choices = optimizers},
    [SESSION_CONFIG_PATH] = {
        .name = "config_path", .type = SESSION_VALUE_TEXT, .offset = AT(config_path),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_BOTH,
        .decides_in = SESSION_IN_KUBERNETES, .should_agree = true},
    [SESSION_BASE_OUTPUT_CSV] = {
        .name = "base_output_csv", .type = SESSION_VALUE_TEXT, .offset = AT(base_output_csv),
        .known_in = SESSION_IN_BOTH, .required_in = SESSION_IN_ORCHESTRATOR,
        .decides_in = SESSION_IN_KUBERNETES},
    [SESSION_RESOURCES] = {
        .name = "resources", .type = SESSION_VALUE_RESOURCES,
        .known_in = SESSION_IN_KUBERNETES, .decides_in = SESSION_IN_KUBERNETES},
    [SESSION_EXTRA_ENV] = {
        .name = "extra_env", .type = SESSION_VALUE_VARIABLES, .offset = AT(extra_env),
        .known_in = SESSION_IN_KUBERNETES, .decides_in = SESSION_IN_KUBERNETES},
};
/* clang-format on */

_Static_assert(sizeof session_keys / sizeof session_keys[0] == SESSION_KEY_COUNT,
               "one row for each key");

const struct session_key *session_key_find(const char *name) {
  for (size_t i = 0; i < SESSION_KEY_COUNT; i++)
    if (strcmp(session_keys[i].name, name) == 0)
      return &session_keys[i];
  return NULL;
}

const char *session_key_nearest(const char *name, uint8_t file) {
  const char *names[SESSION_KEY_COUNT + 1];
  size_t count = 0;

  for (size_t i = 0; i < SESSION_KEY_COUNT; i++)
    if (session_keys[i].known_in & file)
      names[count++] = session_keys[i].name;
  names[count] = NULL;
  return nearest_name(name, names);
}

const char *session_file_name(uint8_t file) {
  return file == SESSION_IN_ORCHESTRATOR ? "orchestrator config" : "Kubernetes config";
}

const char *session_id_problem(const char *text) {
  size_t allowed = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

  if (allowed < SESSION_SHORT_LENGTH && text[allowed] != '\0')
    return "its first 8 bytes become part of the Jobs' names, which are of a-z, 0-9 and '-'";
  return kubernetes_label_value_problem(text);
}
