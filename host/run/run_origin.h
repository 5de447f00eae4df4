/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run was called from: the commit of the working directory, and the CI job. */
#ifndef HOST_RUN_RUN_ORIGIN_H
#define HOST_RUN_RUN_ORIGIN_H

#include "files/git_head.h"

enum { CI_URL_SIZE = 512 };

/* Embedded in its owner. Strings; "" where there is none. */
struct run_origin {
  struct git_head head;
  char ci_url[CI_URL_SIZE]; /* as GitHub Actions and GitLab CI tell it, without user and password */
};

void run_origin_find(struct run_origin *origin);

#endif
