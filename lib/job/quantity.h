/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts of a resource: "500m", "1.5Gi", "2e3".
 *
 * Syntax and limits:
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
#ifndef LIB_JOB_QUANTITY_H
#define LIB_JOB_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory of the arena is aligned for 64-bit integers. */
__extension__ typedef __int128 quantity_amount __attribute__((aligned(8)));

/* In billionths, which is as fine as the server keeps them: anything finer is rounded away from
 * zero. Amounts over 1.7e29 are held at that. */
struct quantity {
  quantity_amount nano;
  uint8_t format; /* enum quantity_format */
  bool wide;      /* not of 18 digits: the server's int64 of it wraps, where a short one's is 0 */
};

/* How it was written, which decides how it is printed. */
enum quantity_format { QUANTITY_DECIMAL, QUANTITY_BINARY, QUANTITY_EXPONENT };

/* Returns NULL and sets *quantity, or the server's words for what is wrong with the text. */
const char *quantity_parse(const char *text, size_t length, struct quantity *quantity);

static inline bool quantity_is_negative(const struct quantity *quantity) {
  return quantity->nano < 0;
}

/* Whether the server's int64 of its thousandths, rounded up, is a whole number: 1Ei is not. */
bool quantity_is_whole(const struct quantity *quantity);

static inline int quantity_compare(const struct quantity *a, const struct quantity *b) {
  return a->nano < b->nano ? -1 : a->nano > b->nano;
}

/* Sums, held within what an amount can be. The first one's format stays, but that of nothing. */
void quantity_add(struct quantity *sum, const struct quantity *other);

/* `times` of it, held the same way. */
void quantity_multiply(struct quantity *quantity, uint64_t times);

/* Bytes of the longest amount in words, the NUL included. */
enum { QUANTITY_TEXT = 48 };

/* The amount as the server writes it: with the largest suffix of its format that leaves a whole
 * number; those of 1,024 are for whole numbers of at least 1,024. */
void quantity_print(const struct quantity *quantity, char text[QUANTITY_TEXT]);

/* What the server shows of an amount that was parsed from `written`: that very text where it is
 * short and has no zeros to spare. Returns `written` or `text`. */
const char *quantity_show(const char *written, size_t length, const struct quantity *quantity,
                          char text[QUANTITY_TEXT]);

/* The amount rounded up to a whole number, held within int64_t. */
int64_t quantity_value(const struct quantity *quantity);

/* The server's int64 of the amount divided by `unit` billionths, rounded away from zero: where it
 * does not fit, 0 or the lowest 64 bits. */
int64_t quantity_wrapped(const struct quantity *quantity, int64_t unit);

#endif
