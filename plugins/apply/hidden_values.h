/* SPDX-License-Identifier: Apache-2.0 */
/* The values of env variables, which kubectl or the server prints with a patch or a template that
 * was refused: they stay in the manifest and in the cluster. */
#ifndef APPLY_HIDDEN_VALUES_H
#define APPLY_HIDDEN_VALUES_H

#include <stddef.h>

/* Puts asterisks for every text that is called "value", in JSON, in JSON within JSON and as Go
 * prints it; to the end, where a text was cut. Returns the new length, which is no larger. */
size_t hidden_values_hide(char *data, size_t length);

#endif
