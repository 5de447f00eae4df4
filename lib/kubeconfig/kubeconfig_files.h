/* SPDX-License-Identifier: Apache-2.0 */
/* Kubeconfig files, read and merged as client-go does it (tools/clientcmd/loader.go): the first
 * file that has an entry of a name has it whole, and the first that names a current context counts.
 */
#ifndef LIB_KUBECONFIG_KUBECONFIG_FILES_H
#define LIB_KUBECONFIG_KUBECONFIG_FILES_H

#include "kubeconfig/kubeconfig_entries.h"
#include "kubeconfig/kubeconfig_sources.h"
#include "memory/arena.h"

#include <headgate/error.h>
#include <stdint.h>

/* Embedded in its owner. It holds secrets: finish it soon. */
struct kubeconfig_files {
  struct arena arena;
  const char *current_context; /* "": none */
  struct kubeconfig_entry *contexts;
  struct kubeconfig_entry *clusters;
  struct kubeconfig_entry *users;
};

/* Reads what `sources` name. -1 where kubectl would refuse: HG_ERROR_NOT_FOUND for a file given by
 * --kubeconfig that is not there; HG_ERROR_INVALID, with file, line and column, for what is no
 * kubeconfig; HG_ERROR_IO and HG_ERROR_LIMIT (3 MiB a file) for files that cannot be read. To be
 * finished whatever comes out. */
int32_t kubeconfig_files_read(struct kubeconfig_files *files,
                              const struct kubeconfig_sources *sources, struct hg_error *err);

/* Erases everything. */
void kubeconfig_files_finish(struct kubeconfig_files *files);

/* The entries called `name`; NULL where there is none. */
const struct kubeconfig_context *kubeconfig_files_context(const struct kubeconfig_files *files,
                                                          const char *name);
const struct kubeconfig_cluster *kubeconfig_files_cluster(const struct kubeconfig_files *files,
                                                          const char *name);
const struct kubeconfig_user *kubeconfig_files_user(const struct kubeconfig_files *files,
                                                    const char *name);

#endif
