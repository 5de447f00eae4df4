/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of a saved plan: which members it has, and what seals it. */
#ifndef HOST_PLAN_SEALED_PLAN_MEMBERS_H
#define HOST_PLAN_SEALED_PLAN_MEMBERS_H

#include "digest/digest.h"

#include <headgate/error.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { SHA256_HEX_SIZE = 2 * DIGEST_SIZE + 1 };

void sha256_to_hex(const uint8_t sha256[DIGEST_SIZE], char hex[SHA256_HEX_SIZE]);

/* false where `hex` is not 64 lower-case hexadecimal digits. */
bool sha256_from_hex(const char *hex, uint8_t sha256[DIGEST_SIZE]);

/* The digest of the plan, which has no member "digest" now: of its JSON with sorted members and
 * without blanks. -1: no memory. */
int32_t sealed_plan_digest(const json_t *plan, char hex[SHA256_HEX_SIZE]);

/* Whether `plan` is the object that the format wants: every member there, none unknown, each of its
 * type and within its limits. Errors begin with `path` and name the member. */
int32_t sealed_plan_check_members(const char *path, const json_t *plan, struct hg_error *err);

#endif
