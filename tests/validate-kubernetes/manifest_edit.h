/* SPDX-License-Identifier: Apache-2.0 */
/* A good manifest, changed in one place. */
#ifndef TESTS_MANIFEST_EDIT_H
#define TESTS_MANIFEST_EDIT_H

#include "validator_fixture.h"

/* A Job that every version accepts. */
extern const char good_manifest[];

/* The good manifest with the first `from` replaced by `to`; the caller frees it. A manifest that
 * has no `from` ends the test. */
char *edit_manifest(const char *from, const char *to);

/* "line:column rule field: message" of every finding, a line each, warnings marked; the caller
 * frees it. */
char *describe_findings(const struct findings *findings);

#endif
