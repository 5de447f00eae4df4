/* SPDX-License-Identifier: Apache-2.0 */
#include "run/stages.h"

#include "plugins/plugin_options.h"

#include <string.h>
#include <sys/stat.h>

void stages_init(struct stages *stages, struct plugin_set *plugins) {
  memset(stages, 0, sizeof *stages);
  stages->plugins = plugins;
}

void stages_finish(struct stages *stages) {
  if (stages->applier)
    stages->applier->ops.applier.destroy(stages->applier_object);
  for (size_t i = 0; i < stages->validator_count; i++)
    if (stages->validator_objects[i])
      stages->validators[i]->ops.validator.destroy(stages->validator_objects[i]);
  if (stages->scan)
    stages->scanner->ops.scanner.destroy(stages->scan);
  stages_init(stages, NULL);
}

int32_t stages_load(struct stages *stages, const struct run_request *request,
                    struct hg_error *err) {
  const struct string_list *validators = &request->kept.validators;

  if (plugin_load(stages->plugins, request->kept.scanner, HG_STAGE_SCANNER, &stages->scanner, err) <
      0)
    return -1;
  if (validators->count > MOST_VALIDATORS)
    return hg_error_set(err, HG_ERROR_LIMIT, "more than %d validators", MOST_VALIDATORS);
  for (size_t i = 0; i < validators->count; i++) {
    if (plugin_load(stages->plugins, validators->items[i], HG_STAGE_VALIDATOR,
                    &stages->validators[i], err) < 0)
      return -1;
    stages->validator_count++;
  }
  return 0;
}

const char *stages_kubernetes_version(const struct stages *stages) {
  const char *version = "";

  for (size_t i = 0; i < stages->validator_count; i++) {
    const char *value = plugin_options_get(stages->validators[i], "kubernetes-version");

    if (value)
      version = value;
  }
  return version;
}

/* "kubectl" of apply-kubectl; another name as it is. */
static const char *applier_word(const struct run_request *request) {
  const char *name = request->kept.applier;

  return strncmp(name, "apply-", 6) == 0 ? name + 6 : name;
}

int32_t stages_open(struct stages *stages, const struct run_request *request,
                    struct hg_error *err) {
  const struct plugin *scanner = stages->scanner;
  const struct hg_validate_request validated = {sizeof validated, 0, applier_word(request)};
  const struct hg_scan_request scanned = {sizeof scanned, (uint32_t)request->operands.count,
                                          request->operands.items};
  struct stat status;

  for (size_t i = 0; i < stages->validator_count; i++) {
    const struct plugin *validator = stages->validators[i];

    if (validator->ops.validator.create(&validator->host, &validated, &stages->validator_objects[i],
                                        err) < 0)
      return -1;
  }
  /* Where a directory is asked for; a scanner would take a file, too. */
  if (stat(request->operands.items[0], &status) == 0 && !S_ISDIR(status.st_mode))
    return hg_error_set(err, HG_ERROR_NOT_FOUND, "not a directory: %s", request->operands.items[0]);
  return scanner->ops.scanner.create(&scanner->host, &scanned, &stages->scan, err);
}

uint64_t stages_file_count(const struct stages *stages) {
  return stages->scanner->ops.scanner.count(stages->scan);
}

int32_t stages_open_applier(struct stages *stages, const struct plugin *applier,
                            struct hg_error *err) {
  if (applier->ops.applier.create(&applier->host, &stages->applier_object, err) < 0)
    return -1;
  stages->applier = applier;
  return 0;
}
