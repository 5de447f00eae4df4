/* SPDX-License-Identifier: Apache-2.0 */
/* Which exec plugins the user lets run: credentialPluginPolicy of kubectl's preferences, the file
 * kuberc (kubectl 1.35 and newer). What a kubectl would refuse to run, Headgate does not run. */
#ifndef LIB_KUBECONFIG_PLUGIN_POLICY_H
#define LIB_KUBECONFIG_PLUGIN_POLICY_H

#include "kubeconfig/kubeconfig_sources.h"

#include <headgate/error.h>

/* 0 where `command`, as a kubeconfig names it, may run; -1, HG_ERROR_UNSUPPORTED or what is wrong
 * with the file, where not. */
int32_t plugin_policy_check(const struct kubeconfig_sources *sources, const char *command,
                            struct hg_error *err);

#endif
