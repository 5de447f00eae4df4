/* SPDX-License-Identifier: Apache-2.0 */
/* The values of env variables, which kubectl prints with a patch or a template that was refused:
 * they stay in the manifest and in the cluster. */
#ifndef APPLY_KUBECTL_HIDDEN_VALUES_H
#define APPLY_KUBECTL_HIDDEN_VALUES_H

#include "capture.h"

/* Puts asterisks for every text that is called "value", in JSON, in JSON within JSON and as Go
 * prints it; to the end, where a text was cut. */
void hidden_values_hide(struct capture *capture);

#endif
