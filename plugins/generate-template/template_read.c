/* SPDX-License-Identifier: Apache-2.0 */
/* A template from its file. */
#include "job_template.h"
#include "memory/no_memory.h"
#include "template_writer.h"
#include "text/shown_text.h"
#include "yaml/go_scalar.h"

#include <string.h>

static const struct config_kind template_file = {
    .name = "template",
    .content = "a Job manifest",
    .example = "kind: Job",
    .most_mib = 3,
};

static bool is_text(const struct hg_node *node, const char *text) {
  return node && node->kind == HG_NODE_SCALAR && strcmp(node->text, text) == 0;
}

/* Says of what kind the template is instead of a Job. */
static int32_t complain_of_kind(struct job_template *template, const struct hg_node *node,
                                const char *field, const char *wanted) {
  struct text_buffer *text = config_problems_begin(&template->problems);

  text_buffer_printf(text, "%s is ", field);
  if (node && node->kind == HG_NODE_SCALAR)
    shown_text_append(text, node->text, node->length);
  else
    text_buffer_append_string(text, "missing");
  text_buffer_printf(text, ": a template is one Job (%s: %s)", field, wanted);
  config_problems_end(&template->problems, config_position_of(node ? node : template->file.root),
                      HG_ERROR_INVALID);
  return -1;
}

/* A Job with a name. */
static int32_t check_job(struct job_template *template) {
  const struct hg_node *root = template->file.root;
  const struct hg_node *kind = hg_node_get(root, "kind");
  const struct hg_node *version = hg_node_get(root, "apiVersion");
  const struct hg_node *metadata = hg_node_get(root, "metadata");
  const struct hg_node *name = hg_node_get(metadata, "name");
  const struct hg_node *generated = hg_node_get(metadata, "generateName");

  if (!is_text(kind, "Job"))
    return complain_of_kind(template, kind, "kind", "Job");
  if (!is_text(version, "batch/v1"))
    return complain_of_kind(template, version, "apiVersion", "batch/v1");
  if (!metadata || metadata->kind != HG_NODE_MAPPING)
    return job_template_complain(template, metadata ? metadata : root, "the Job has no metadata");
  if (generated)
    return job_template_complain(template, generated->key,
                                 "kubectl apply takes no generateName: give metadata.name, such as "
                                 "train-{{ index }}");
  if (!name || name->kind != HG_NODE_SCALAR || node_is_null(name))
    return job_template_complain(template, name ? name : metadata,
                                 "the Job has no metadata.name: give one, such as "
                                 "train-{{ index }}");
  template->fixed_name = name->text;
  return 0;
}

/* A parameter that changes nothing is a slip in the template. */
static int32_t check_unused(struct job_template *template) {
  struct sweep *sweep = template->sweep;
  int32_t result = 0;

  for (size_t i = 0; i < sweep->parameter_count && !template->is_indexed; i++) {
    const struct sweep_parameter *parameter = &sweep->parameters[i];

    if (parameter->is_used)
      continue;
    text_buffer_printf(config_problems_begin(&sweep->problems[parameter->source]),
                       "%s is nowhere in the template: write {{ %s }} where it belongs, or remove "
                       "it",
                       parameter->name, parameter->name);
    config_problems_end(&sweep->problems[parameter->source], parameter->at, HG_ERROR_INVALID);
    result = -1;
  }
  return result;
}

int32_t job_template_read(struct job_template *template, const char *path, bool is_indexed,
                          struct hg_error *err) {
  template->problems.path = path;
  template->is_indexed = is_indexed;
  if (config_file_read(&template->file, &template_file, &template->problems) == 0 &&
      check_job(template) == 0 && template_write(template) == 0 && check_unused(template) == 0)
    return 0;
  return sweep_check_problems(template->sweep, &template->problems, err) < 0 ? -1 : no_memory(err);
}
