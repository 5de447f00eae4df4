/* SPDX-License-Identifier: Apache-2.0 */
/* What kubectl makes of a file before it looks at what is in it.
 *
 * kubectl cuts its input at lines that start with `---` before it parses anything. So it takes
 * directives for a document of their own, and refuses whatever but a comment follows the three
 * dashes (k8s.io/apimachinery, pkg/util/yaml). Said here, it stops the run before the first apply.
 */
#ifndef SCAN_DIRECTORY_KUBECTL_STREAM_H
#define SCAN_DIRECTORY_KUBECTL_STREAM_H

#include "yaml/yaml_tree.h"

#include <stddef.h>

/* The N of a version of Kubernetes, "1.N"; UINT32_MAX for "", the newest. */
uint32_t kubectl_stream_minor(const char *version);

/* How the kubectl that belongs to the version 1.`minor` reads a text that starts with {. */
enum yaml_json kubectl_stream_json(uint32_t minor);

/* The first line of a text that starts with `---` and goes on with something else than a comment;
 * NULL where there is none. */
const char *kubectl_stream_bad_separator(const char *text, size_t length);

#endif
