/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of both configurations: which there are, and what each takes. */
#ifndef GENERATE_SESSION_SESSION_KEYS_H
#define GENERATE_SESSION_SESSION_KEYS_H

#include "session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The two files; bits. */
#define SESSION_IN_ORCHESTRATOR 1u
#define SESSION_IN_KUBERNETES 2u
#define SESSION_IN_BOTH (SESSION_IN_ORCHESTRATOR | SESSION_IN_KUBERNETES)

enum session_value_type {
  SESSION_VALUE_TEXT,      /* const char *, not empty */
  SESSION_VALUE_CHOICE,    /* the same, one of `choices` */
  SESSION_VALUE_COUNT,     /* int64_t from `least` to `most` */
  SESSION_VALUE_RESOURCES, /* mapping of requests and limits to struct session_pairs */
  SESSION_VALUE_VARIABLES  /* mapping to struct session_pairs */
};

struct session_key {
  const char *name;
  enum session_value_type type;
  uint8_t known_in;    /* SESSION_IN_*: the files that may have it */
  uint8_t required_in; /* those that must */
  uint8_t decides_in;  /* the one whose value counts; the other's is only checked for its type */
  bool should_agree;   /* a difference between the files is worth a warning */
  size_t offset;       /* in struct session; not used for SESSION_VALUE_RESOURCES */
  const char *const *choices;
  int64_t least;
  int64_t most;
  const char *(*problem)(const char *text); /* asked in the file that decides; may be NULL */
};

/* SESSION_KEY_COUNT rows, in the order of enum session_key_id. */
extern const struct session_key session_keys[];

/* The row of `name`; NULL where there is none. */
const struct session_key *session_key_find(const char *name);

/* The known key of that file which `name` resembles; NULL where none does. */
const char *session_key_nearest(const char *name, uint8_t file);

/* "orchestrator config", "Kubernetes config". */
const char *session_file_name(uint8_t file);

/* Why `text` can be no session's name, as kubernetes_names.h says it; NULL: it can. It becomes the
 * value of a label, and its beginning a part of the Jobs' names. */
const char *session_id_problem(const char *text);

#endif
