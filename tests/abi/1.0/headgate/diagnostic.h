/* SPDX-License-Identifier: Apache-2.0 */
/* What a validator says of a document. */
#ifndef HEADGATE_DIAGNOSTIC_H
#define HEADGATE_DIAGNOSTIC_H

#include <headgate/job.h>
#include <stdint.h>

/* Values of hg_diagnostic.severity. */
#define HG_SEVERITY_ERROR 1u   /* the Job must not be applied */
#define HG_SEVERITY_WARNING 2u /* it may be; with --strict it must not */

/* Strings are UTF-8 and the maker's, valid during the call; the host copies them. Text taken from
 * the manifest may stand in `message` as it is: whoever prints it makes it safe. */
struct hg_diagnostic {
  uint32_t struct_size; /* sizeof(struct hg_diagnostic) as its maker compiled it */
  uint32_t severity;    /* one of HG_SEVERITY_* */
  uint32_t line;        /* 1-based, of the very value; 0 where there is none */
  uint32_t column;      /* 1-based, in characters; 0 where there is none */
  const char *rule;     /* stable name of the rule, such as "required" */
  const char *field;    /* Kubernetes field path, "spec.template.spec.containers[0].image"; or "" */
  const char *message;  /* "Required value", "Invalid value: -1: must be ...": without the field */
  const char *advice;   /* what to do, such as "did you mean backoffLimit?"; NULL: nothing to add */
};

/* What became of one document (D30's validation; D30 is the stage between generating and applying
 * Jobs, which validates and plans). */
struct hg_validation {
  uint32_t struct_size;      /* sizeof(struct hg_validation) as the host compiled it */
  uint32_t valid;            /* 1 or 0 */
  uint32_t document_number;  /* 1-based number in its file; 0 where the file could not be read */
  uint32_t error_count;      /* rows in `errors` */
  uint32_t warning_count;    /* rows in `warnings` */
  uint32_t parameter_count;  /* rows in `parameters` */
  const char *job_name;      /* metadata.name; "" where there is none */
  const char *job_namespace; /* where the manifest names none, the default of the run's target; ""
                              * where that is not known */
  const char *yaml_path;     /* the file */
  const struct hg_diagnostic *const *errors;   /* in document order */
  const struct hg_diagnostic *const *warnings; /* in document order */
  const struct hg_job_details *details;        /* NULL where the host was not asked for details */
  /* What annotation headgate.dev/parameters says, in its order; NULL where parameter_count is 0. */
  const struct hg_pair *parameters;
};

#endif
