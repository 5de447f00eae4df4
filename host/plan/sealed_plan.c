/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/sealed_plan.h"

#include "files/output_file.h"
#include "memory/no_memory.h"
#include "plan/sealed_plan_members.h"
#include "json/json_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void sealed_plan_init(struct sealed_plan *sealed) {
  memset(sealed, 0, sizeof *sealed);
  arena_init(&sealed->arena);
}

void sealed_plan_finish(struct sealed_plan *sealed) {
  arena_finish(&sealed->arena);
  sealed_plan_init(sealed);
}

/* Sets a member; what is NULL becomes null. `where` names it in a message. */
static int32_t set_string(json_t *object, const char *name, const char *text,
                          struct hg_error *err) {
  json_t *value = text ? json_string(text) : json_null();

  if (!value)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "the plan cannot be saved: %s is not UTF-8, as JSON must be: %.480s", name,
                        text);
  if (json_object_set_new(object, name, value) < 0)
    return no_memory(err);
  return 0;
}

static json_t *json_of_command(const struct hg_plan_item *item) {
  json_t *command = json_array();

  for (uint32_t i = 0; command && i < item->kubectl_command_count; i++)
    if (json_array_append_new(command, json_string(item->kubectl_command[i])) < 0) {
      json_decref(command);
      return NULL;
    }
  return command;
}

static int32_t add_job(json_t *jobs, const struct hg_plan_item *item, struct hg_error *err) {
  char sha256[SHA256_HEX_SIZE];
  json_t *job = json_object();

  sha256_to_hex(item->sha256, sha256);
  if (!job || json_array_append_new(jobs, job) < 0)
    return no_memory(err);
  if (set_string(job, "job_name", item->job_name, err) < 0 ||
      set_string(job, "namespace", item->job_namespace, err) < 0 ||
      set_string(job, "yaml_path", item->yaml_path, err) < 0)
    return -1;
  if (json_object_set_new(job, "document", json_integer(item->document_number)) < 0 ||
      json_object_set_new(job, "document_count", json_integer(item->document_count)) < 0 ||
      json_object_set_new(job, "sha256", json_string(sha256)) < 0 ||
      json_object_set_new(job, "kubectl_command", json_of_command(item)) < 0)
    return no_memory(err);
  return 0;
}

static int32_t set_operands(json_t *root, const struct string_list *operands,
                            struct hg_error *err) {
  json_t *list = json_array();

  if (json_object_set_new(root, "operands", list) < 0)
    return no_memory(err);
  for (size_t i = 0; i < operands->count; i++) {
    json_t *word = json_string(operands->items[i]);

    if (!word)
      return hg_error_set(err, HG_ERROR_INVALID,
                          "the plan cannot be saved: a path is not UTF-8, as JSON must be: %.480s",
                          operands->items[i]);
    if (json_array_append_new(list, word) < 0)
      return no_memory(err);
  }
  return 0;
}

/* null where it is not known. */
static int32_t set_target(json_t *root, const struct target_record *target, struct hg_error *err) {
  json_t *object = target_record_is_known(target) ? json_object() : json_null();

  if (json_object_set_new(root, "target", object) < 0)
    return no_memory(err);
  if (json_is_null(object))
    return 0;
  if (set_string(object, "context", target->context, err) < 0 ||
      set_string(object, "server", target->server, err) < 0 ||
      set_string(object, "user", target->user, err) < 0 ||
      set_string(object, "namespace", target->default_namespace, err) < 0)
    return -1;
  return set_string(object, "cluster_uid", target->cluster_uid, err);
}

/* Everything but the digest. NULL, with *err set, where it cannot be made. */
static json_t *json_of_plan(const struct hg_plan *plan, const struct sealed_plan *about,
                            const char *working_dir, struct hg_error *err) {
  json_t *root = json_object();
  json_t *jobs = json_array();
  int32_t result = -1;

  if (!root || !jobs ||
      json_object_set_new(root, "format_version", json_integer(SEALED_PLAN_VERSION)) < 0) {
    (void)no_memory(err);
    goto done;
  }
  if (set_string(root, "created_at", about->created_at, err) < 0 ||
      set_string(root, "headgate_version", about->headgate_version, err) < 0 ||
      set_string(root, "kubernetes_version", about->kubernetes_version, err) < 0 ||
      set_string(root, "working_dir", working_dir, err) < 0 ||
      set_string(root, "jobs_dir", about->jobs_dir, err) < 0 ||
      set_operands(root, &about->operands, err) < 0 ||
      set_string(root, "kubeconfig", about->kubeconfig, err) < 0 ||
      set_string(root, "context", about->context, err) < 0 ||
      set_string(root, "namespace", about->namespace_name, err) < 0 ||
      set_string(root, "applier", about->applier, err) < 0 ||
      set_target(root, &about->target, err) < 0)
    goto done;
  for (uint64_t i = 0; i < plan->total_jobs; i++)
    if (add_job(jobs, plan->jobs[i], err) < 0)
      goto done;
  if (json_object_set_new(root, "total_jobs", json_integer((json_int_t)plan->total_jobs)) < 0 ||
      json_object_set(root, "jobs", jobs) < 0)
    (void)no_memory(err);
  else
    result = 0;
done:
  json_decref(jobs);
  if (result == 0)
    return root;
  json_decref(root);
  return NULL;
}

static int32_t write_text(const char *path, const struct output_manner *manner, const char *text,
                          size_t length, struct hg_error *err) {
  struct output_file file;

  if (output_file_open(&file, path, manner, err) < 0 ||
      output_file_write(&file, text, length, err) < 0) {
    output_file_abandon(&file);
    return -1;
  }
  return output_file_commit(&file, err);
}

int32_t sealed_plan_save(const char *path, const struct output_manner *manner,
                         const struct hg_plan *plan, const struct sealed_plan *about,
                         struct hg_error *err) {
  char digest[SHA256_HEX_SIZE];
  char *working_dir = getcwd(NULL, 0);
  struct text_buffer text;
  json_t *root = NULL;
  int32_t result = -1;

  text_buffer_init(&text);
  if (!working_dir) {
    (void)hg_error_set(err, HG_ERROR_IO, "the working directory: %s", strerror(errno));
    goto done;
  }
  if (plan->total_jobs > SEALED_PLAN_MOST_JOBS) {
    (void)hg_error_set(err, HG_ERROR_LIMIT, "a saved plan holds at most %d Jobs: save several",
                       SEALED_PLAN_MOST_JOBS);
    goto done;
  }
  root = json_of_plan(plan, about, working_dir, err);
  if (!root)
    goto done;
  if (sealed_plan_digest(root, digest) == 0 &&
      json_object_set_new(root, "digest", json_string(digest)) == 0)
    json_append_line(&text, json_incref(root), JSON_INDENT(2));
  if (text.length == 0 || text.failed) {
    (void)no_memory(err);
    goto done;
  }
  if (text.length > SEALED_PLAN_MOST_BYTES) {
    (void)hg_error_set(err, HG_ERROR_LIMIT, "a saved plan has at most %d bytes: save several",
                       SEALED_PLAN_MOST_BYTES);
    goto done;
  }
  result = write_text(path, manner, text.data, text.length, err);
done:
  json_decref(root);
  text_buffer_finish(&text);
  free(working_dir);
  return result;
}

int32_t sealed_plan_check_place(const char *path, const struct sealed_plan *sealed,
                                struct hg_error *err) {
  struct stat status;

  for (size_t i = 0; i < sealed->operands.count; i++) {
    const char *operand = sealed->operands.items[i];

    if (stat(operand, &status) == 0)
      continue;
    if (*operand == '/')
      return hg_error_set(err, HG_ERROR_NOT_FOUND,
                          "%.320s: its manifests were in %.480s, which is not there", path,
                          operand);
    return hg_error_set(
        err, HG_ERROR_NOT_FOUND,
        "%.240s: its manifests are in %.240s below the directory where it was made, "
        "%.320s: apply it there",
        path, operand, sealed->working_dir);
  }
  return 0;
}
