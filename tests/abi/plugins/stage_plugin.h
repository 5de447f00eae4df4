/* SPDX-License-Identifier: Apache-2.0 */
/* What the plugins of the four stages that are still moving have in common: an option that names a
 * file, into which each writes what it was given, and two Jobs in one manifest.
 *
 * CMake defines PLUGIN_NAME.
 */
#ifndef TESTS_ABI_STAGE_PLUGIN_H
#define TESTS_ABI_STAGE_PLUGIN_H

#include "fields.h"

#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/plugin.h>

/* The manifest that the generator writes and the scanner hands over. */
#define MANIFEST_NAME "two-jobs.yaml"
#define MANIFEST_JOB(name, namespace)                                                              \
  "apiVersion: batch/v1\n"                                                                         \
  "kind: Job\n"                                                                                    \
  "metadata:\n"                                                                                    \
  "  name: " name "\n"                                                                             \
  "  namespace: " namespace "\n"                                                                   \
                            "spec:\n"                                                              \
                            "  template:\n"                                                        \
                            "    spec:\n"                                                          \
                            "      restartPolicy: Never\n"                                         \
                            "      containers:\n"                                                  \
                            "      - name: main\n"                                                 \
                            "        image: registry.example/main:1\n"                             \
                            "        command: [run, \"" name "\"]\n"

/* Opens the file that the plugin's option "trace" names, at its end, and writes a line with the
 * event's name. Never NULL: what nobody asked for goes to /dev/null. */
FILE *stage_trace(const struct hg_host *host, const char *event);

/* `create` of a plugin that needs nothing but its host, which is its object. */
int32_t stage_create(const struct hg_host *host, void **self, struct hg_error *err);
void stage_destroy(void *self);

/* The plugin's description, but for its stage and its functions. */
#define STAGE_PLUGIN                                                                               \
  .magic = HG_PLUGIN_MAGIC, .struct_size = sizeof(struct hg_plugin), .abi_major = HG_ABI_MAJOR,    \
  .abi_minor = HG_ABI_MINOR, .name = PLUGIN_NAME, .version = "1.0.0",                              \
  .description = "Writes down what it is given", .options = &stage_option, .option_count = 1

static const struct hg_option stage_option = {
    .struct_size = sizeof(struct hg_option),
    .type = HG_OPTION_PATH,
    .name = "trace",
    .help = "The file for what it is given",
};

#endif
