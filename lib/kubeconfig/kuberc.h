/* SPDX-License-Identifier: Apache-2.0 */
/* kubectl's preferences, the file kuberc (kubectl 1.33 and newer), as far as they decide what
 * Headgate says or does: where kubectl would go, and which exec plugins may run.
 */
#ifndef LIB_KUBECONFIG_KUBERC_H
#define LIB_KUBECONFIG_KUBERC_H

#include "kubeconfig/kubeconfig_sources.h"

#include <headgate/error.h>

/* credentialPluginPolicy (kubectl 1.35): 0 where `command`, as a kubeconfig names it, may run; -1,
 * HG_ERROR_UNSUPPORTED or what is wrong with the file, where not: what a kubectl would refuse to
 * run, Headgate does not run. */
int32_t kuberc_check_plugin(const struct kubeconfig_sources *sources, const char *command,
                            struct hg_error *err);

/* -1 where it has a default for `kubectl apply` that leads it elsewhere, or as somebody else, than
 * its command line and the kubeconfig say: then nobody knows the target. */
int32_t kuberc_check_apply(const struct kubeconfig_sources *sources, struct hg_error *err);

#endif
