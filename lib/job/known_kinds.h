/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of objects that stand beside Jobs in manifests.
 *
 * What a group of Kubernetes' own without a dot in its name serves is known ("v1", "apps/v1",
 * "batch/v1"), so a misspelt kind is seen there. What has a dot may be anybody's, and whether a
 * cluster knows it is the cluster's to say.
 */
#ifndef LIB_JOB_KNOWN_KINDS_H
#define LIB_JOB_KNOWN_KINDS_H

#include <stdbool.h>

/* Whether a server of 1.26 or later may serve it. "List" is served by every group. */
bool known_kind_is_served(const char *api_version, const char *kind);

/* The kind that `kind` is a list of, "ConfigMap" of "ConfigMapList", copied to `item`; false: it is
 * none that is served. */
bool known_kind_item(const char *api_version, const char *kind, char item[64]);

/* The known kind nearest to `kind`; NULL: none is near enough. */
const char *known_kind_nearest(const char *kind);

/* The version that serves `kind` and has no dot in its group; NULL: there is none. */
const char *known_kind_version(const char *kind);

#endif
