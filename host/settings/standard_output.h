/* SPDX-License-Identifier: Apache-2.0 */
/* Who writes to standard output: a document stands there alone, or it is none. */
#ifndef HOST_SETTINGS_STANDARD_OUTPUT_H
#define HOST_SETTINGS_STANDARD_OUTPUT_H

#include "settings/settings.h"

#include <headgate/error.h>
#include <stdbool.h>

/* `file` NULL: no. */
bool standard_output_is(const char *file);

/* -1 where two write there, and one of them a document. `is_typed`: the reporters stood on the
 * command line, and in no file. */
int32_t standard_output_check(const struct settings *settings, bool is_typed, struct hg_error *err);

#endif
