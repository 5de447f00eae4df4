/* SPDX-License-Identifier: Apache-2.0 */
/* What stands among the manifests and is no Job: a ConfigMap, a Secret, a file without a document.
 */
#ifndef HEADGATE_PASSED_OVER_H
#define HEADGATE_PASSED_OVER_H

#include <stdint.h>

/* Strings are UTF-8, never NULL, and the maker's: valid during the call. */
struct hg_passed_over {
  uint32_t struct_size;         /* sizeof(struct hg_passed_over) as its maker compiled it */
  uint32_t document_number;     /* 1-based number in its file; 0: the file holds no document */
  uint32_t line;                /* 1-based, where it starts; 0 where there is no document */
  uint32_t column;              /* the same, in characters */
  uint32_t last_line;           /* of the lines that are nothing but this object; 0: there are no
                                 * such lines (an item of a list), or it is not known */
  uint32_t first_line;          /* the same: its first, which may be before `line` */
  const char *yaml_path;        /* the file, as the user will see it */
  const char *api_version;      /* "" where there is no document, as for the next three */
  const char *kind;             /* "ConfigMap" */
  const char *name;             /* metadata.name; "" where there is none */
  const char *object_namespace; /* metadata.namespace; "" where there is none. A reporter is told
                                 * the default of the run's target instead */
  /* Filled in for reporters: how many Jobs of the run name it (as ConfigMap, Secret, claim or
   * service account), and then the command that applies it first; else 0 and "". */
  uint64_t needed_by;
  const char *advice;
};

#endif
