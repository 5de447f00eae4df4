/* SPDX-License-Identifier: Apache-2.0 */
/* A Job manifest with placeholders, made ready to be written many times.
 *
 * Values go into the parsed tree, never into text: each scalar that holds a placeholder is written
 * anew for each Job, as the scalar that its field asks for, and nothing in a value can leave it.
 * All else is text that was written once, when the template was read.
 */
#ifndef GENERATE_TEMPLATE_JOB_TEMPLATE_H
#define GENERATE_TEMPLATE_JOB_TEMPLATE_H

#include "digest/digest.h"
#include "generate/config_file.h"
#include "generate/output_directory.h"
#include "job/batch_words.h"
#include "sweep.h"
#include "text/text_buffer.h"

/* How each manifest begins. */
#define GENERATED_HEADER GENERATED_MARKER "generate-template)."

#define SWEEP_LABEL "headgate.dev/sweep"
#define PARAMETERS_ANNOTATION "headgate.dev/parameters"

/* A value that is longer stands in the Job, and not in the annotation. */
enum { LONGEST_ANNOTATED_VALUE = 1024 };

/* Numbers of what is no parameter. */
enum { BUILTIN_INDEX = 1000, BUILTIN_COUNT, BUILTIN_HASH, BUILTIN_NONE };

/* One piece of a scalar: text, then a value. */
struct scalar_piece {
  const char *text;
  size_t length;
  size_t number; /* of a parameter, or BUILTIN_*; BUILTIN_NONE: no value */
};

/* A scalar with a placeholder, in the tree's order. */
struct template_scalar {
  struct template_scalar *next;
  struct hg_node *node; /* of the template's tree */
  const char *path;     /* "spec.backoffLimit" */
  struct scalar_piece *pieces;
  size_t count;
  size_t after;       /* bytes of `fixed` that stand before it */
  uint8_t kind;       /* enum field_kind */
  bool is_counted;    /* what the batch asks for depends on it */
  bool is_parameters; /* no scalar of the template: the annotation's value */
  uint32_t indent;    /* of lines that belong to it */
};

/* Embedded in its owner. */
struct job_template {
  struct arena arena;
  struct config_file file;
  struct config_problems problems;
  struct sweep *sweep; /* borrowed */
  struct text_buffer fixed;
  struct template_scalar *first;
  struct template_scalar **end;
  struct template_scalar *name; /* metadata.name, where it has a placeholder */
  const char *fixed_name;       /* where it has none */
  uint64_t rows_size;           /* of the JSON of an Indexed Job's rows; 0: there are none */
  bool uses_hash;
  bool is_indexed;
  bool is_counted; /* one of the scalars is */
};

void job_template_init(struct job_template *template, const struct hg_host *host,
                       struct sweep *sweep);
void job_template_finish(struct job_template *template);

/* Reads the file and gets it ready. With `is_indexed` it becomes one Indexed Job. */
int32_t job_template_read(struct job_template *template, const char *path, bool is_indexed,
                          struct hg_error *err);

/* Says at `node` what is wrong. Always -1. */
__attribute__((format(printf, 3, 4))) int32_t job_template_complain(struct job_template *template,
                                                                    const struct hg_node *node,
                                                                    const char *format, ...);

/* --- One Job --------------------------------------------------------------------------------- */

/* What is at hand while one Job after another is written. Embedded in its owner. */
struct job_text {
  const struct job_template *template;
  struct text_buffer text;   /* the manifest */
  struct text_buffer scalar; /* the text of one scalar */
  char hash[DIGEST_SHORT + 1];
  uint64_t hash_row; /* whose it is */
};

void job_text_init(struct job_text *job, const struct job_template *template);
void job_text_finish(struct job_text *job);

/* Begins with row `row`. */
void job_text_start(struct job_text *job, uint64_t row);

/* The text of a scalar with its values, in job->scalar. */
void job_text_scalar(struct job_text *job, const struct template_scalar *scalar, uint64_t row);

/* Appends the Job's name to `name`. */
void job_text_name(struct job_text *job, uint64_t row, struct text_buffer *name);

/* Writes the manifest of row `row` to job->text. Memory that was out shows in its `failed`. */
void job_text_write(struct job_text *job, uint64_t row);

/* Whether the text in job->scalar fits the scalar's field. NULL; else what it should be. */
const char *job_text_misfit(const struct job_text *job, const struct template_scalar *scalar);

/* Puts the counted scalars of the row into the template's tree. */
int32_t job_text_fill_tree(struct job_text *job, uint64_t row, struct arena *arena);

/* Appends the row's parameters as JSON, {"lr":"0.1"}; with `most` those alone whose values are no
 * longer. Returns how many were left out. */
size_t job_text_append_json(const struct sweep *sweep, uint64_t row, size_t most,
                            struct text_buffer *out);

#endif
