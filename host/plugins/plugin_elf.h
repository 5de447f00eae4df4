/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a shared object is whole. */
#ifndef HOST_PLUGINS_PLUGIN_ELF_H
#define HOST_PLUGINS_PLUGIN_ELF_H

#include <headgate/error.h>

/* Checks the file behind `fd` before the loader maps it: the dynamic loader trusts the headers, and
 * a file that was cut off (a copy that broke, a full disk) would end the process with SIGBUS.
 * `path` is for the message. Source: System V ABI, chapters 4 and 5. */
int32_t plugin_elf_check(int fd, const char *path, struct hg_error *err);

#endif
