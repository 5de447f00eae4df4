/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the objects in a manifest, found by reading lines and not YAML: good for what tests
 * write. */
#ifndef FAKE_KUBECTL_MANIFEST_NAMES_H
#define FAKE_KUBECTL_MANIFEST_NAMES_H

#include <stddef.h>

enum { MANIFEST_NAME_SIZE = 256 };

/* Finds metadata.name of the next document at or after *position in the NUL-terminated `text`, and
 * moves *position behind it. Returns 0 where there is no further document; a document without a
 * name gives "unnamed". Understands block style, `metadata: {name: x}` on one line, and JSON in
 * which "name" is the first string key "name" after "metadata". */
int manifest_next_name(const char *text, size_t *position, char name[MANIFEST_NAME_SIZE]);

#endif
