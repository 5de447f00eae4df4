/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

#include "generate/kubernetes_names.h"
#include "memory/no_memory.h"
#include "text/shown_text.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_SHOWN_ROW = 160 };

/* The hash of a name (FNV-1a of 64 bits). */
static uint64_t hash_of(const char *name, size_t length) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);

  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
  return hash ^ (hash >> 32);
}

void batch_init(struct batch *batch, struct job_template *template) {
  memset(batch, 0, sizeof *batch);
  batch->template = template;
  batch->sweep = template->sweep;
  batch->count = template->is_indexed ? 1 : template->sweep->count;
  job_text_init(&batch->job, template);
  text_buffer_init(&batch->name);
  text_buffer_init(&batch->other_name);
  arena_init(&batch->arena);
  batch_demand_init(&batch->demand, &batch->arena);
  name_table_init(&batch->known_namespaces);
  name_table_init(&batch->known_queues);
}

void batch_finish(struct batch *batch) {
  free(batch->hashes);
  free(batch->slots);
  free(batch->exists);
  arena_finish(&batch->arena);
  text_buffer_finish(&batch->other_name);
  text_buffer_finish(&batch->name);
  job_text_finish(&batch->job);
}

/* --- Names ----------------------------------------------------------------------------------- */

/* The node of metadata.name. */
static const struct hg_node *name_node(const struct batch *batch) {
  return hg_node_get(hg_node_get(batch->template->file.root, "metadata"), "name");
}

/* "index 3 ({"lr":"0.1"})" */
static void append_row(const struct batch *batch, uint64_t row, struct text_buffer *out) {
  struct text_buffer json;
  size_t length;

  text_buffer_printf(out, "index %" PRIu64, row);
  if (batch->sweep->parameter_count == 0)
    return;
  text_buffer_init(&json);
  (void)job_text_append_json(batch->sweep, row, 40, &json);
  text_buffer_append_string(out, " (");
  length = utf8_piece(text_buffer_string(&json), json.length, LONGEST_SHOWN_ROW);
  text_buffer_append(out, text_buffer_string(&json), length);
  text_buffer_append_string(out, length == json.length ? ")" : "...)");
  text_buffer_finish(&json);
}

/* Ends a message about a row's name. Always -1. */
static int32_t end_of_name(struct batch *batch) {
  config_problems_end(&batch->template->problems, config_position_of(name_node(batch)),
                      HG_ERROR_INVALID);
  return -1;
}

static int32_t complain_of_twins(struct batch *batch, uint64_t first, uint64_t second) {
  struct text_buffer *text = config_problems_begin(&batch->template->problems);

  append_row(batch, first, text);
  text_buffer_append_string(text, " and ");
  append_row(batch, second, text);
  text_buffer_append_string(text, " both make the Job ");
  shown_text_append(text, text_buffer_string(&batch->name), batch->name.length);
  text_buffer_append_string(text, batch->template->name
                                      ? ": put {{ index }} into metadata.name"
                                      : ": put {{ index }}, {{ hash }} or a parameter into "
                                        "metadata.name");
  return end_of_name(batch);
}

/* Notes the name in batch->name. -1: an earlier Job has it (said). */
static int32_t note_name(struct batch *batch, uint64_t row) {
  uint64_t hash = hash_of(batch->name.data, batch->name.length);
  uint32_t at = (uint32_t)hash & batch->mask;

  for (; batch->slots[at] != 0; at = (at + 1) & batch->mask) {
    uint64_t other = batch->slots[at] - 1;

    if (batch->hashes[other] != hash)
      continue;
    text_buffer_reset(&batch->other_name);
    job_text_start(&batch->job, other);
    job_text_name(&batch->job, other, &batch->other_name);
    if (batch->other_name.length == batch->name.length &&
        memcmp(batch->other_name.data, batch->name.data, batch->name.length) == 0)
      return complain_of_twins(batch, other, row);
    job_text_start(&batch->job, row);
  }
  batch->slots[at] = (uint32_t)row + 1;
  batch->hashes[row] = hash;
  return 0;
}

/* The Job of that name; UINT64_MAX where there is none. */
static uint64_t find_name(struct batch *batch, const char *name, size_t length) {
  uint64_t hash = hash_of(name, length);

  for (uint32_t at = (uint32_t)hash & batch->mask; batch->slots[at] != 0;
       at = (at + 1) & batch->mask) {
    uint64_t row = batch->slots[at] - 1;

    if (batch->hashes[row] != hash)
      continue;
    text_buffer_reset(&batch->other_name);
    job_text_start(&batch->job, row);
    job_text_name(&batch->job, row, &batch->other_name);
    if (batch->other_name.length == length && memcmp(batch->other_name.data, name, length) == 0)
      return row;
  }
  return UINT64_MAX;
}

static int32_t check_name(struct batch *batch, uint64_t row) {
  struct text_buffer *text;
  const char *problem;

  text_buffer_reset(&batch->name);
  job_text_name(&batch->job, row, &batch->name);
  problem = kubernetes_job_name_problem(text_buffer_string(&batch->name));
  if (!problem)
    return batch->name.failed ? -1 : note_name(batch, row);
  text = config_problems_begin(&batch->template->problems);
  append_row(batch, row, text);
  text_buffer_append_string(text, " makes the name ");
  shown_text_append(text, text_buffer_string(&batch->name), batch->name.length);
  text_buffer_printf(text, ", which cannot be used: %s", problem);
  if (batch->template->name)
    text_buffer_append_string(text, "; {{ index }} and {{ hash }} always can");
  return end_of_name(batch);
}

/* --- Values ---------------------------------------------------------------------------------- */

/* The parameter that the scalar's text comes from, the first of them; SIZE_MAX: none. */
static size_t parameter_of(const struct batch *batch, const struct template_scalar *scalar) {
  for (size_t i = 0; i < scalar->count; i++)
    if (scalar->pieces[i].number < batch->sweep->parameter_count)
      return scalar->pieces[i].number;
  return SIZE_MAX;
}

/* Says so at the value, or in the template where no value is to blame. */
static void report_misfit(struct batch *batch, const struct template_scalar *scalar, uint64_t row,
                          const char *wanted) {
  struct job_template *template = batch->template;
  size_t parameter = parameter_of(batch, scalar);
  struct config_problems *problems =
      parameter == SIZE_MAX ? &template->problems
                            : &batch->sweep->problems[batch->sweep->parameters[parameter].source];
  struct text_buffer *text = config_problems_begin(problems);

  shown_text_append(text, text_buffer_string(&batch->job.scalar), batch->job.scalar.length);
  text_buffer_printf(text, " does not fit %s, which takes %s", scalar->path, wanted);
  if (parameter == SIZE_MAX) {
    config_problems_end(problems, config_position_of(scalar->node), HG_ERROR_INVALID);
    return;
  }
  text_buffer_printf(text, " (parameter %s, ", batch->sweep->parameters[parameter].name);
  shown_path_append(text, template->problems.path, 60);
  text_buffer_printf(text, ":%u:%u)", scalar->node->line, scalar->node->column);
  sweep_problem_at(batch->sweep, parameter, sweep_value_at(batch->sweep, row, parameter));
}

/* Whether the text of a scalar is another one than in the row before: most are not. */
static bool is_new(const struct batch *batch, const struct template_scalar *scalar, uint64_t row) {
  if (row == 0)
    return true;
  for (size_t i = 0; i < scalar->count; i++) {
    size_t number = scalar->pieces[i].number;

    if (number == BUILTIN_INDEX || number == BUILTIN_HASH)
      return true;
    if (number < batch->sweep->parameter_count &&
        sweep_value_at(batch->sweep, row, number) != sweep_value_at(batch->sweep, row - 1, number))
      return true;
  }
  return false;
}

/* A value may be wrong in many rows: it is told once for each run of them, and not without end. */
static void check_values(struct batch *batch, uint64_t row) {
  for (const struct template_scalar *scalar = batch->template->first; scalar;
       scalar = scalar->next) {
    const char *wanted;

    if (!scalar->is_counted || !is_new(batch, scalar, row))
      continue;
    job_text_scalar(&batch->job, scalar, row);
    wanted = job_text_misfit(&batch->job, scalar);
    if (wanted && batch->misfits++ < SWEEP_MOST_PROBLEMS)
      report_misfit(batch, scalar, row, wanted);
  }
}

/* --- What they ask for ----------------------------------------------------------------------- */

static int32_t note_text(struct batch *batch, struct string_list *list, struct name_table *known,
                         const char *text) {
  uint32_t length = (uint32_t)strlen(text);
  void **entry;
  char *copy;

  if (length == 0 || name_table_find(known, text, length))
    return 0;
  copy = arena_copy(&batch->arena, text, length);
  entry = copy ? name_table_entry(known, &batch->arena, copy, length) : NULL;
  if (!entry)
    return -1;
  *entry = copy;
  return string_list_add(list, &batch->arena, copy);
}

static int32_t add_demand(struct batch *batch, uint64_t row, struct arena *arena) {
  static const struct demand_defaults none;
  const struct hg_node *root = batch->template->file.root;
  const struct hg_node *namespace = hg_node_get(hg_node_get(root, "metadata"), "namespace");
  const struct job_demand *found;
  struct job_demand demand;

  if (job_text_fill_tree(&batch->job, row, arena) < 0)
    return -1;
  found = job_demand_read(root, arena);
  if (!found)
    return -1;
  demand = *found;
  if (batch->template->is_indexed && demand.pods > batch->sweep->count)
    demand.pods = batch->sweep->count; /* the tree has no completions yet */
  if (batch_demand_add(&batch->demand, &demand, &none) < 0)
    return -1;
  if (namespace && namespace->kind == HG_NODE_SCALAR &&
      note_text(batch, &batch->namespaces, &batch->known_namespaces, namespace->text) < 0)
    return -1;
  return note_text(batch, &batch->queues, &batch->known_queues, batch_queue_of(root));
}

static int32_t sum_up(struct batch *batch) {
  struct arena arena;
  int32_t result = 0;

  arena_init(&arena);
  for (uint64_t row = 0; row < batch->count && result == 0; row++) {
    result = add_demand(batch, row, &arena);
    arena_reset(&arena);
  }
  arena_finish(&arena);
  return result;
}

/* --- All of it ------------------------------------------------------------------------------- */

/* Values that are too long for the annotation are in the Job alone. */
static void warn_of_long_values(struct batch *batch) {
  for (size_t i = 0; i < batch->sweep->parameter_count; i++) {
    struct sweep_parameter *parameter = &batch->sweep->parameters[i];
    struct config_problems *problems = &batch->sweep->problems[parameter->source];
    size_t at = 0;

    while (at < parameter->count && parameter->values[at].length <= LONGEST_ANNOTATED_VALUE)
      at++;
    if (at == parameter->count)
      continue;
    text_buffer_printf(config_problems_begin(problems),
                       "a value of %s has more than %d bytes: the Job gets it, and annotation %s "
                       "and the history do not",
                       parameter->name, LONGEST_ANNOTATED_VALUE, PARAMETERS_ANNOTATION);
    config_problems_end_warning(problems, (struct config_position){parameter->values[at].line,
                                                                   parameter->values[at].column});
  }
}

static int32_t make_room(struct batch *batch, struct hg_error *err) {
  uint32_t capacity = 16;

  while (capacity < batch->count * 2)
    capacity *= 2;
  batch->mask = capacity - 1;
  batch->slots = calloc(capacity, sizeof *batch->slots);
  batch->hashes = calloc(batch->count, sizeof *batch->hashes);
  batch->exists = calloc(batch->count / 8 + 1, 1);
  return batch->slots && batch->hashes && batch->exists ? 0 : no_memory(err);
}

int32_t batch_check(struct batch *batch, struct hg_error *err) {
  const struct hg_host *host = batch->template->problems.host;
  bool is_valid = true;

  if (make_room(batch, err) < 0)
    return -1;
  for (uint64_t row = 0; row < batch->count; row++) {
    if (row % 1024 == 0 && host->cancelled(host))
      return hg_error_set(err, HG_ERROR_CANCELLED, "stopped before the first manifest");
    job_text_start(&batch->job, row);
    check_values(batch, row);
    if (check_name(batch, row) == 0)
      continue;
    is_valid = false; /* one such name rarely comes alone */
    break;
  }
  if (batch->misfits > 0 || !is_valid)
    return sweep_check_problems(batch->sweep, &batch->template->problems, err) < 0 ? -1
                                                                                   : no_memory(err);
  if (!batch->template->is_indexed)
    warn_of_long_values(batch);
  return sum_up(batch) < 0 ? no_memory(err) : 0;
}

/* --- The directory --------------------------------------------------------------------------- */

static bool is_expected(const void *context, const char *file) {
  struct batch *batch = (struct batch *)context; /* it notes what it finds */
  uint64_t row = find_name(batch, file, strlen(file) - strlen(".yaml"));

  if (row == UINT64_MAX)
    return false;
  batch->exists[row / 8] |= (uint8_t)(1u << row % 8);
  return true;
}

bool batch_file_exists(const struct batch *batch, uint64_t number) {
  return batch->exists[number / 8] >> number % 8 & 1;
}

int32_t batch_check_directory(struct batch *batch, const struct output_directory *directory,
                              struct hg_error *err) {
  const struct hg_host *host = batch->template->problems.host;
  char first[256];
  uint64_t count;

  if (output_directory_leftovers(directory, is_expected, batch, &count, first, sizeof first, err) <
      0)
    return -1;
  for (uint64_t row = 0; row < batch->count; row++) {
    bool exists;

    if (!batch_file_exists(batch, row))
      continue;
    text_buffer_reset(&batch->name);
    job_text_start(&batch->job, row);
    job_text_name(&batch->job, row, &batch->name);
    text_buffer_append_string(&batch->name, ".yaml");
    if (batch->name.failed)
      return no_memory(err);
    if (output_directory_check(directory, batch->name.data, &exists, err) < 0)
      return -1;
  }
  if (count == 0)
    return 0;
  text_buffer_reset(&batch->name);
  shown_path_append(&batch->name, directory->path, SIZE_MAX);
  text_buffer_printf(&batch->name,
                     " holds %" PRIu64 " manifest%s of an earlier sweep, the first is ", count,
                     count == 1 ? "" : "s");
  shown_path_append(&batch->name, first, SIZE_MAX);
  text_buffer_printf(&batch->name,
                     ": `headgate apply` of the directory applies %s too; remove what "
                     "is not wanted",
                     count == 1 ? "it" : "them");
  host->log(host, HG_LOG_WARNING, text_buffer_string(&batch->name));
  return 0;
}
