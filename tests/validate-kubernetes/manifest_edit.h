/* SPDX-License-Identifier: Apache-2.0 */
/* A good manifest, changed in one place. */
#ifndef TESTS_MANIFEST_EDIT_H
#define TESTS_MANIFEST_EDIT_H

#include "validator_fixture.h"

/* Field paths in it, and lines of it, to put more behind. */
#define POD "spec.template.spec"
#define MAIN POD ".containers[0]"
#define IN_JOB "backoffLimit: 0"
#define IN_POD "restartPolicy: Never"
#define IN_MAIN "image: busybox:1.36"

/* A Job that every version accepts. */
extern const char good_manifest[];

/* The good manifest with the first `from` replaced by `to`; the caller frees it. A manifest that
 * has no `from` ends the test. */
char *edit_manifest(const char *from, const char *to);

/* "line:column rule field: message" of every finding, a line each, warnings marked; the caller
 * frees it. */
char *describe_findings(const struct findings *findings);

#endif
