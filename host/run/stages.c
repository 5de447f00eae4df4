/* SPDX-License-Identifier: Apache-2.0 */
#include "run/stages.h"

#include "memory/no_memory.h"
#include "plugins/plugin_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Longest name of an applier, with its NUL; a longer one is nobody that a validator knows. */
enum { MOST_NAME = 256 };

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
  const char *path;
  bool is_own;

  /* Only found, not loaded: a name that is misspelt would be judged for as for kubectl. Who
   * validates for the server need not have its applier. */
  if (strcmp(request->kept.applier, "apply-server") != 0 &&
      plugin_find(stages->plugins, request->kept.applier, &path, &is_own, err) < 0)
    return -1;
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

/* "kubectl" of apply-kubectl, and of a file of that name; another's name as it is. The name alone
 * decides: without --apply no applier is loaded. */
static void name_applier(const struct run_request *request, char word[MOST_NAME]) {
  const char *slash = strrchr(request->kept.applier, '/');
  const char *name = slash ? slash + 1 : request->kept.applier;
  size_t length;

  if (slash && strncmp(name, "headgate-", 9) == 0)
    name += 9;
  if (strncmp(name, "apply-", 6) == 0)
    name += 6;
  length = strlen(name);
  if (slash && length > 3 && strcmp(name + length - 3, ".so") == 0)
    length -= 3;
  (void)snprintf(word, MOST_NAME, "%.*s", (int)length, name);
}

/* The files of the expected Jobs, those that are there: nothing else need be looked at. NULL: no
 * memory; the caller's to free. */
static const char **list_expected(const struct expected_jobs *expected, uint32_t *count) {
  const char **files = calloc(expected->count + 1, sizeof *files);
  struct stat status;

  *count = 0;
  for (size_t i = 0; files && i < expected->count; i++) {
    const char *path = expected->jobs[i].job.path;

    if ((*count == 0 || strcmp(files[*count - 1], path) != 0) && stat(path, &status) == 0 &&
        !S_ISDIR(status.st_mode) && !S_ISFIFO(status.st_mode))
      files[(*count)++] = path;
  }
  return files;
}

static int32_t open_scan(struct stages *stages, const struct run_request *request,
                         const struct expected_jobs *expected, struct hg_error *err) {
  const struct plugin *scanner = stages->scanner;
  struct hg_scan_request scanned = {
      .struct_size = sizeof scanned,
      .operand_count = (uint32_t)request->operands.count,
      .operands = request->operands.items,
      .exclude_count = (uint32_t)request->excludes.count,
      .excludes = request->excludes.items,
  };
  const char **files = NULL;
  uint32_t count = 0;
  int32_t result;

  if (expected) {
    files = list_expected(expected, &count);
    if (!files)
      return no_memory(err);
  }
  if (expected) {
    scanned.operand_count = count;
    scanned.operands = files;
  }
  result = scanned.operand_count == 0
               ? 0
               : scanner->ops.scanner.create(&scanner->host, &scanned, &stages->scan, err);
  free(files);
  return result;
}

int32_t stages_open(struct stages *stages, const struct run_request *request,
                    const struct expected_jobs *expected, struct hg_error *err) {
  char applier[MOST_NAME];
  const struct hg_validate_request validated = {sizeof validated, 0, applier};

  name_applier(request, applier);
  for (size_t i = 0; i < stages->validator_count; i++) {
    const struct plugin *validator = stages->validators[i];

    if (validator->ops.validator.create(&validator->host, &validated, &stages->validator_objects[i],
                                        err) < 0)
      return -1;
  }
  return open_scan(stages, request, expected, err);
}

uint64_t stages_file_count(const struct stages *stages) {
  return stages->scan ? stages->scanner->ops.scanner.count(stages->scan) : 0;
}

const char *stages_file_path(const struct stages *stages, uint64_t index) {
  return stages->scanner->ops.scanner.path(stages->scan, index);
}

int32_t stages_open_applier(struct stages *stages, const struct plugin *applier,
                            struct hg_error *err) {
  if (applier->ops.applier.create(&applier->host, &stages->applier_object, err) < 0)
    return -1;
  stages->applier = applier;
  return 0;
}
