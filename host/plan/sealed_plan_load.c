/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/sealed_plan.h"

#include "files/input_file.h"
#include "memory/name_table.h"
#include "memory/no_memory.h"
#include "plan/job_index.h"
#include "plan/plan_builder.h"
#include "plan/sealed_plan_members.h"

#include <stdlib.h>
#include <string.h>

/* Commas and brackets in the file, more than a plan of the most Jobs has. Each makes a JSON value,
 * which needs far more memory than the byte that stands for it. */
enum { MOST_VALUES = 2000000 };

static bool has_too_many_values(const char *text, size_t length) {
  bool in_string = false;
  size_t values = 0;

  for (size_t i = 0; i < length && values <= MOST_VALUES; i++) {
    if (in_string && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && (text[i] == ',' || text[i] == '[' || text[i] == '{'))
      values++;
  }
  return values > MOST_VALUES;
}

/* NULL with *err set. */
static json_t *read_json(const char *path, struct hg_error *err) {
  char *text = NULL;
  json_error_t problem;
  json_t *root = NULL;
  size_t length;

  if (input_file_read(path, SEALED_PLAN_MOST_BYTES, &text, &length, err) < 0)
    return NULL;
  if (has_too_many_values(text, length)) {
    (void)hg_error_set(err, HG_ERROR_LIMIT, "%.480s: is too large for a plan", path);
  } else {
    root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
      (void)hg_error_set(err, HG_ERROR_INVALID, "%.400s:%d:%d: %.480s", path,
                         problem.line > 0 ? problem.line : 1,
                         problem.column > 0 ? problem.column : 1, problem.text);
  }
  free(text);
  return root;
}

static int32_t check_seal(const char *path, json_t *root, struct hg_error *err) {
  char *saved = strdup(json_string_value(json_object_get(root, "digest")));
  char digest[SHA256_HEX_SIZE];
  int32_t result = -1;

  (void)json_object_del(root, "digest");
  if (!saved || sealed_plan_digest(root, digest) < 0)
    (void)no_memory(err);
  else if (strcmp(saved, digest) != 0)
    (void)hg_error_set(err, HG_ERROR_INVALID,
                       "%.480s: the plan was edited after it was saved: plan again", path);
  else
    result = 0;
  free(saved);
  return result;
}

static const char *string_of(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

/* A copy of that member in *copy; NULL stays NULL. */
static int32_t keep(struct sealed_plan *sealed, const json_t *root, const char *name,
                    const char **copy) {
  const char *text = string_of(root, name);

  *copy = text ? arena_copy(&sealed->arena, text, strlen(text)) : NULL;
  return text && !*copy ? -1 : 0;
}

static int32_t keep_target(struct sealed_plan *sealed, const json_t *object) {
  struct target_record *target = &sealed->target;

  if (json_is_null(object)) {
    *target = (struct target_record){"", "", "", "", ""};
    return 0;
  }
  if (keep(sealed, object, "context", &target->context) < 0 ||
      keep(sealed, object, "server", &target->server) < 0 ||
      keep(sealed, object, "user", &target->user) < 0 ||
      keep(sealed, object, "namespace", &target->default_namespace) < 0)
    return -1;
  return keep(sealed, object, "cluster_uid", &target->cluster_uid);
}

static int32_t keep_operands(struct sealed_plan *sealed, const json_t *list) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (string_list_add(&sealed->operands, &sealed->arena,
                        json_string_value(json_array_get(list, i))) < 0)
      return -1;
  return 0;
}

static int32_t keep_header(struct sealed_plan *sealed, const json_t *root, struct hg_error *err) {
  if (keep(sealed, root, "created_at", &sealed->created_at) < 0 ||
      keep(sealed, root, "headgate_version", &sealed->headgate_version) < 0 ||
      keep(sealed, root, "kubernetes_version", &sealed->kubernetes_version) < 0 ||
      keep(sealed, root, "working_dir", &sealed->working_dir) < 0 ||
      keep(sealed, root, "jobs_dir", &sealed->jobs_dir) < 0 ||
      keep(sealed, root, "kubeconfig", &sealed->kubeconfig) < 0 ||
      keep(sealed, root, "context", &sealed->context) < 0 ||
      keep(sealed, root, "namespace", &sealed->namespace_name) < 0 ||
      keep_operands(sealed, json_object_get(root, "operands")) < 0 ||
      keep(sealed, root, "applier", &sealed->applier) < 0 ||
      keep_target(sealed, json_object_get(root, "target")) < 0)
    return no_memory(err);
  return 0;
}

static bool is_command(const json_t *command, const struct hg_plan_item *item) {
  if (json_array_size(command) != item->kubectl_command_count)
    return false;
  for (uint32_t i = 0; i < item->kubectl_command_count; i++)
    if (strcmp(json_string_value(json_array_get(command, i)), item->kubectl_command[i]) != 0)
      return false;
  return true;
}

/* What the Jobs of a plan must be, beyond their shape. */
struct job_check {
  const char *path;
  struct arena arena;            /* holds the tables */
  struct name_table operands;    /* as they are */
  struct name_table directories; /* the same without the slashes at their end */
  struct plan_builder builder;   /* makes the command that would be run */
  struct job_index index;
};

/* Whether `rest` of a path, from a slash on, names something and does not go up again. */
static bool stays_below(const char *rest) {
  for (const char *part = rest; *part; part += strcspn(part, "/")) {
    part += strspn(part, "/");
    if (!*part || (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2])))
      return false;
  }
  return true;
}

/* Whether the manifest is an operand, or one of a directory that is one, as a scan of that gives
 * its path. */
static bool is_within_any(const struct job_check *check, const char *path) {
  if (name_table_find(&check->operands, path, (uint32_t)strlen(path)))
    return true;
  for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/'))
    if (name_table_find(&check->directories, path, (uint32_t)(at - path)) && stays_below(at))
      return true;
  return false;
}

static int32_t note_operands(struct job_check *check, const struct string_list *operands) {
  for (size_t i = 0; i < operands->count; i++) {
    const char *operand = operands->items[i];
    size_t length = strlen(operand);
    void **as_it_is = name_table_entry(&check->operands, &check->arena, operand, (uint32_t)length);
    void **directory;

    while (length > 0 && operand[length - 1] == '/')
      length--;
    directory = name_table_entry(&check->directories, &check->arena, operand, (uint32_t)length);
    if (!as_it_is || !directory)
      return -1;
    *as_it_is = *directory = check;
  }
  return 0;
}

/* A command that reads its standard input: the document stands in no file as it is applied. */
static bool is_kept(const json_t *object) {
  const char *path =
      json_string_value(json_array_get(json_object_get(object, "kubectl_command"), 3));

  return path && strcmp(path, "-") == 0;
}

static int32_t add_job(struct job_check *check, const json_t *object, size_t nth,
                       struct expected_jobs *expected, struct hg_error *err) {
  struct expected_job job = {
      .job.name = string_of(object, "job_name"),
      .job.namespace = string_of(object, "namespace"),
      .job.path = string_of(object, "yaml_path"),
      .job.document_number = (uint32_t)json_integer_value(json_object_get(object, "document")),
      .document_count = (uint32_t)json_integer_value(json_object_get(object, "document_count")),
  };
  const struct judged_document document = {
      .job = job.job, .document_count = job.document_count, .kept = is_kept(object) ? "" : NULL};
  const struct job_place place = {.job = job.job};
  const struct job_place *earlier;
  const struct planned_job *planned;
  struct hg_error problem = HG_ERROR_INIT;

  if (job.job.document_number > job.document_count)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.480s: jobs[%zu].document: is more than document_count", check->path,
                        nth);
  if (!is_within_any(check, job.job.path))
    return hg_error_set(err, HG_ERROR_INVALID, "%.480s: jobs[%zu].yaml_path: is not in operands",
                        check->path, nth);
  planned = plan_builder_add(&check->builder, &document, 1);
  if (!planned)
    return no_memory(err);
  if (!is_command(json_object_get(object, "kubectl_command"), &planned->item))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.480s: jobs[%zu].kubectl_command: is not what this Headgate runs for "
                        "that manifest: plan again",
                        check->path, nth);
  if (job_index_add(&check->index, &place, &earlier, err) < 0)
    return -1;
  if (earlier)
    return hg_error_set(err, HG_ERROR_INVALID, "%.400s: jobs[%zu]: %.240s/%.240s is there twice",
                        check->path, nth, job.job.namespace, job.job.name);
  (void)sha256_from_hex(string_of(object, "sha256"), job.sha256);
  if (expected_jobs_add(expected, &job, &problem) < 0)
    return hg_error_set(err, problem.code, "%.320s: jobs[%zu]: %s", check->path, nth,
                        problem.message);
  return 0;
}

static int32_t add_jobs(const char *path, const struct sealed_plan *sealed, const json_t *root,
                        struct expected_jobs *expected, struct hg_error *err) {
  const json_t *jobs = json_object_get(root, "jobs");
  struct job_check check = {.path = path};
  int32_t result = 0;

  if (json_integer_value(json_object_get(root, "total_jobs")) != (json_int_t)json_array_size(jobs))
    return hg_error_set(err, HG_ERROR_INVALID, "%.480s: total_jobs: is not the number of jobs",
                        path);
  plan_builder_init(&check.builder, sealed->kubeconfig, sealed->context);
  check.builder.namespace_name = sealed->namespace_name;
  if (strcmp(sealed->applier, PLAN_SERVER_APPLIER) == 0 &&
      plan_builder_use_server(&check.builder, sealed->target.server) < 0)
    result = no_memory(err);
  job_index_init(&check.index);
  arena_init(&check.arena);
  name_table_init(&check.operands);
  name_table_init(&check.directories);
  if (note_operands(&check, &sealed->operands) < 0)
    result = no_memory(err);
  for (size_t i = 0; i < json_array_size(jobs) && result == 0; i++)
    result = add_job(&check, json_array_get(jobs, i), i, expected, err);
  job_index_finish(&check.index);
  arena_finish(&check.arena);
  plan_builder_finish(&check.builder);
  return result;
}

int32_t sealed_plan_load(const char *path, struct expected_jobs *expected,
                         struct sealed_plan *sealed, struct hg_error *err) {
  json_t *root = read_json(path, err);
  int32_t result = -1;

  if (root && sealed_plan_check_members(path, root, err) == 0 && check_seal(path, root, err) == 0 &&
      keep_header(sealed, root, err) == 0)
    result = add_jobs(path, sealed, root, expected, err);
  json_decref(root);
  return result;
}
