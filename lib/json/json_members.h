/* SPDX-License-Identifier: Apache-2.0 */
/* Members of an object, found in its JSON without a tree of it: of an object of Kubernetes most is
 * of no interest, and a tree of all is ten times its size.
 *
 * What is skipped is not checked beyond its brackets and quotes. Names are compared as they are
 * spelled, without their escapes undone.
 */
#ifndef LIB_JSON_JSON_MEMBERS_H
#define LIB_JSON_JSON_MEMBERS_H

#include "memory/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MEMBERS_MOST_DEPTH = 1000 }; /* of brackets */

/* A value as it stands in the JSON. */
struct json_slice {
  const char *at; /* NULL: there is none */
  size_t length;
};

/* Finds the members called `names` of the object that `json` is; of several of one name the last. A
 * null is as good as none. -1: it is no object, or not whole. */
int32_t json_members(struct json_slice json, const char *const *names, struct json_slice *values,
                     size_t count);

/* The first item of an array, or the one behind the one in *item, which is zeroed at first. False:
 * there is none, or it is no array. */
bool json_next_item(struct json_slice array, struct json_slice *item);

/* Texts of an object, all given back together. Once memory is out, `failed` is set and each further
 * text is "": check it once, at the end. */
struct json_texts {
  struct arena arena;
  bool failed;
};

/* The text of a string, with NULs left out; "" of anything else, or where it is no UTF-8. */
const char *json_slice_text(struct json_slice slice, struct json_texts *texts);

/* Whether it is the string `text`, which holds nothing that JSON escapes. */
bool json_slice_is(struct json_slice slice, const char *text);

/* The number; `otherwise` of anything that is no integer. */
int64_t json_slice_integer(struct json_slice slice, int64_t otherwise);

bool json_slice_is_true(struct json_slice slice);

#endif
