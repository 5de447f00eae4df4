/* SPDX-License-Identifier: Apache-2.0 */
/* Where messages go. The address is a secret: whoever has it can write into the channel. It comes
 * from the environment or from a file of the user's, and nothing here shows it. */
#ifndef PLUGINS_REPORT_WEBHOOK_WEBHOOK_ADDRESS_H
#define PLUGINS_REPORT_WEBHOOK_WEBHOOK_ADDRESS_H

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEBHOOK_VARIABLE "HEADGATE_WEBHOOK_URL"

enum { WEBHOOK_ADDRESS_SIZE = 4096 };

/* Embedded in its owner. */
struct webhook_address {
  char url[WEBHOOK_ADDRESS_SIZE];
  bool is_secure; /* https; else http, to this machine itself */
};

/* From `file`, or where that is NULL, from the environment. -1: there is none, or none that may be
 * used; the message says which, and nothing of the address. */
int32_t webhook_address_read(struct webhook_address *address, const char *file,
                             struct hg_error *err);

/* Erases it. */
void webhook_address_finish(struct webhook_address *address);

/* Whether `text` repeats a part of the address that others must not see. */
bool webhook_address_is_in(const struct webhook_address *address, const char *text, size_t length);

#endif
