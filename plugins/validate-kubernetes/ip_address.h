/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses as the versions of the server judge them. */
#ifndef VALIDATE_KUBERNETES_IP_ADDRESS_H
#define VALIDATE_KUBERNETES_IP_ADDRESS_H

#include "validation.h"

/* Reports a text that is none; and one that can be read in two ways, as an error or as a warning.
 * (apimachinery, util/validation: IsValidIPForLegacyField, GetWarningsForIP.) */
void check_ip_address(struct validation *v, struct place place, struct text text);

#endif
