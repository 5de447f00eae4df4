/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a history's tables, views and indexes are those that the migrations make: anything else
 * under their names could answer what is not so, or never. */
#ifndef HOST_HISTORY_HISTORY_SCHEMA_H
#define HOST_HISTORY_HISTORY_SCHEMA_H

#include "history/history_migration.h"

/* Compares with what the first `version` of the migrations make. What a user keeps beside it is
 * his, but for triggers, which act on what Headgate writes. */
int32_t history_schema_check(const struct history *history,
                             const struct history_migration *migrations, int32_t version,
                             struct hg_error *err);

#endif
