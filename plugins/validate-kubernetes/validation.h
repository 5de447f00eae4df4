/* SPDX-License-Identifier: Apache-2.0 */
/* One worker's state while it judges a document, and how rules report.
 *
 * Reporting is the only costly thing here: a rule that finds nothing builds no path and formats
 * no text.
 */
#ifndef VALIDATE_KUBERNETES_VALIDATION_H
#define VALIDATE_KUBERNETES_VALIDATION_H

#include "memory/arena.h"
#include "rule.h"
#include "text/text_buffer.h"
#include "typed_tree.h"

#include <headgate/validator.h>
#include <stdbool.h>
#include <stdint.h>

/* Memory that a document may need to be judged, in bytes: that of more than 100,000 fields. */
enum { LARGEST_DOCUMENT = 16 * 1024 * 1024 };

/* One thread's. */
struct validation {
  const struct hg_diagnostic_sink *sink;
  const struct hg_document *document;
  unsigned minor;      /* the Kubernetes version that is asked for, 1.minor */
  bool is_server_side; /* applied by server-side apply; else by kubectl, on its side */
  struct arena arena;  /* emptied before each document */
  struct text_buffer field;
  struct text_buffer message;
  struct text_buffer advice;
  uint32_t error_count; /* of this document */
  bool failed;          /* memory is out or the sink said stop: give up */
  bool too_large;       /* because the document needs more memory than any Job should */
};

/* Where something is wrong. Made on the stack by the functions below. */
struct place {
  const struct object *object;
  unsigned field;             /* of the object, or NO_FIELD */
  int32_t item;               /* of the field, or NO_ITEM */
  const struct hg_node *node; /* whose position is reported; NULL: the nearest that there is */
  struct text key;            /* a map's key, written [key]; data NULL: none */
  struct text tail;           /* what follows after a point; data NULL: nothing */
  struct text tail_key;       /* a key after that, written [key]; data NULL: none */
};

struct place at_object(const struct object *object);
struct place at_field(const struct object *object, unsigned field);

/* Item `item` of a list field. */
struct place at_item(const struct object *object, unsigned field, uint32_t item);

/* The entry `entry` of a map field, field[key]. */
struct place at_entry(const struct object *object, unsigned field, const struct value *entry);

/* A path that the server spells in its own way: the object's, a point, `tail`. The position is that
 * of `node`, or the object's where it is NULL. */
struct place at_tail(const struct object *object, const char *tail, const struct hg_node *node);

/* The same place, reported at the position of `node`. */
struct place positioned(struct place place, const struct hg_node *node);

/* The field path in words, in the arena; never NULL. */
const char *place_path(struct validation *v, const struct place *place);

/* A value as it appears in a message. */
struct shown {
  enum { SHOWN_NOTHING, SHOWN_TEXT, SHOWN_INTEGER, SHOWN_RAW } kind;
  struct text text; /* SHOWN_TEXT: written in quotes; SHOWN_RAW: as it is */
  int64_t integer;
};

struct shown show_nothing(void);
struct shown show_text(struct text text);
struct shown show_integer(int64_t integer);
struct shown show_bool(bool boolean);
struct shown show_raw(const char *text);

/* Each reports one error in the server's words (apimachinery, util/validation/field): the kind, the
 * value and the detail. `detail` may be NULL. */
void report_required(struct validation *v, enum rule rule, struct place place, const char *detail);
void report_invalid(struct validation *v, enum rule rule, struct place place, struct shown shown,
                    const char *detail);
void report_duplicate(struct validation *v, enum rule rule, struct place place, struct shown shown);
void report_not_found(struct validation *v, enum rule rule, struct place place, struct shown shown);
void report_forbidden(struct validation *v, enum rule rule, struct place place, const char *detail);
void report_too_long(struct validation *v, enum rule rule, struct place place, uint64_t most);
void report_too_long_and(struct validation *v, enum rule rule, struct place place, uint64_t most,
                         const char *advice);
void report_too_many(struct validation *v, enum rule rule, struct place place, uint64_t count,
                     uint64_t most);

/* A text that must be there and not empty. */
void require_text(struct validation *v, const struct object *object, unsigned field);

/* `supported` ends with NULL and stands in the order in which the server prints it. The nearest of
 * them is suggested. */
void report_not_supported(struct validation *v, enum rule rule, struct place place,
                          struct shown shown, const char *const *supported);

/* An error in words of its own. `advice` may be NULL. */
void report_error(struct validation *v, enum rule rule, struct place place, const char *message,
                  const char *advice);

/* A warning, as the server sends it along with a Job that it accepts. */
void report_warning(struct validation *v, enum rule rule, struct place place, const char *message);

/* Text for `detail` and `message`, in the arena; never NULL. For the path where an error was found.
 */
__attribute__((format(printf, 2, 3))) const char *say(struct validation *v, const char *format,
                                                      ...);

/* The text in the server's quotes, in the arena; never NULL. */
const char *quoted(struct validation *v, struct text text);

/* Memory for the document's time; NULL where it is out, and then v->failed is set. */
void *scratch(struct validation *v, size_t size);

/* The object in that field, or an absent one: what the server, whose structs are never missing,
 * validates. NULL where memory is out. */
struct object *object_or_absent(struct validation *v, const struct object *parent, unsigned field);

#endif
