/* SPDX-License-Identifier: Apache-2.0 */
/* One document after it was scanned and validated: all that stays of it. */
#ifndef HOST_VALIDATION_JUDGED_DOCUMENT_H
#define HOST_VALIDATION_JUDGED_DOCUMENT_H

#include "digest/digest.h"
#include "job/job_demand.h"
#include "job/job_ref.h"
#include "memory/arena.h"
#include "validation/job_facts.h"
#include "validation/object_references.h"

#include <headgate/diagnostic.h>
#include <headgate/document.h>
#include <headgate/job.h>
#include <headgate/passed_over.h>
#include <stdbool.h>
#include <stdint.h>

/* A diagnostic of the document, in the order in which it was found. */
struct judged_diagnostic {
  struct hg_diagnostic diagnostic; /* the strings are the arena's */
  struct judged_diagnostic *next;
};

/* Everything it points to is the arena's, but for the path, which is the scanner's. */
struct judged_document {
  struct judged_document *next;
  struct job_ref job;
  uint64_t offset; /* of the document's bytes in the file */
  uint64_t length;
  uint32_t document_count;
  uint32_t name_line; /* of metadata.name */
  uint32_t name_column;
  uint32_t namespace_line; /* of metadata.namespace; 0: it names none */
  uint32_t namespace_column;
  uint32_t error_count;
  uint32_t warning_count;
  bool vanishes;      /* the cluster removes the Job itself once it ended */
  bool has_document;  /* false: a place where none could be read */
  bool is_unselected; /* its labels are not those that are asked for: it was not judged */
  bool errors_left_out;
  bool warnings_left_out;
  uint8_t sha256[DIGEST_SIZE];
  const struct hg_pair *parameters;
  uint32_t parameter_count;
  /* Of the bytes that it was derived from, which are at `offset` in its file; NULL: it is those. */
  const uint8_t *source_sha256;
  const struct hg_job_details *details; /* NULL unless they were asked for */
  const struct job_demand *demand;      /* the same */
  const char *queue;                    /* Kueue's, "" for none; NULL without demand */
  struct job_facts *facts;              /* the same; NULL too where it is not valid */
  const char *kept; /* its bytes, which no file gives again; NULL: a file does */
  struct object_reference *references;
  const struct hg_passed_over *object; /* NULL unless it is no Job: then nothing else is set */
  struct judged_diagnostic *first;
  struct judged_diagnostic *last;
};

/* Copies what is to stay of `document`; its digest only `with_digest`, else that is all zero. A Job
 * that names no namespace gets `default_namespace`, "" where that is not known. NULL where memory
 * is out. */
struct judged_document *judged_document_create(struct arena *arena,
                                               const struct hg_document *document,
                                               const char *yaml_path, const char *default_namespace,
                                               bool with_digest, bool with_details);

/* A row for what could not be read. NULL where memory is out. */
struct judged_document *judged_document_create_unread(struct arena *arena, uint32_t document,
                                                      const char *yaml_path,
                                                      const char *default_namespace);

/* A row for what is no Job; its path is `yaml_path`. NULL where memory is out. */
struct judged_document *judged_document_create_object(struct arena *arena,
                                                      const struct hg_passed_over *object,
                                                      const char *yaml_path);

/* Copies `diagnostic`. -1 where memory is out. */
int32_t judged_document_add(struct arena *arena, struct judged_document *judged,
                            const struct hg_diagnostic *diagnostic);

/* For a diagnostic that is one too many: says once a document and severity that some are left out,
 * at the place of the first. -1 where memory is out. */
int32_t judged_document_leave_out(struct arena *arena, struct judged_document *judged,
                                  const struct hg_diagnostic *diagnostic);

/* Makes the struct that reporters get, its lists in document order: by line and column, and in the
 * order of finding where these are equal. With `strict` a warning makes it invalid. NULL where
 * memory is out. */
struct hg_validation *judged_document_validation(struct arena *arena,
                                                 const struct judged_document *judged, bool strict);

#endif
