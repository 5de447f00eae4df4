/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin that does nothing, a reporter unless its includer says otherwise, and in which nothing
 * is wrong but what its includer says.
 *
 * Define a macro before including this to change that one thing. PLUGIN_FILE_NAME comes from CMake:
 * the NAME of headgate-NAME.so.
 */
#ifndef TESTS_PLUGINS_PLUGIN_SKELETON_H
#define TESTS_PLUGINS_PLUGIN_SKELETON_H

#include <headgate/plugin.h>
#include <headgate/reporter.h>

#ifndef PLUGIN_MAGIC
#define PLUGIN_MAGIC HG_PLUGIN_MAGIC
#endif
#ifndef PLUGIN_STRUCT_SIZE
#define PLUGIN_STRUCT_SIZE sizeof(struct hg_plugin)
#endif
#ifndef PLUGIN_MAJOR
#define PLUGIN_MAJOR HG_ABI_MAJOR
#endif
#ifndef PLUGIN_MINOR
#define PLUGIN_MINOR HG_ABI_MINOR
#endif
#ifndef PLUGIN_MINOR_REQUIRED
#define PLUGIN_MINOR_REQUIRED 0
#endif
#ifndef PLUGIN_REVISION
#define PLUGIN_REVISION 0
#endif
#ifndef PLUGIN_STAGE
#define PLUGIN_STAGE HG_STAGE_REPORTER
#endif
#ifndef PLUGIN_NAME
#define PLUGIN_NAME PLUGIN_FILE_NAME
#endif
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION "1.0.0"
#endif
#ifndef PLUGIN_DESCRIPTION
#define PLUGIN_DESCRIPTION "Does nothing"
#endif
#ifndef PLUGIN_OPTIONS
#define PLUGIN_OPTIONS NULL
#define PLUGIN_OPTION_COUNT 0
#endif
#ifndef PLUGIN_RULES
#define PLUGIN_RULES NULL
#define PLUGIN_RULE_COUNT 0
#endif
#ifndef OPS_STRUCT_SIZE
#define OPS_STRUCT_SIZE sizeof(struct hg_reporter_ops)
#endif
#ifndef OPS_CREATE
#define OPS_CREATE skeleton_create
#endif
#ifndef OPS_RUN_FINISHED
#define OPS_RUN_FINISHED skeleton_run_finished
#endif
#ifndef OPS_DESTROY
#define OPS_DESTROY skeleton_destroy
#endif
#ifndef PLUGIN_OPS
#define PLUGIN_OPS &skeleton_ops
#endif
#ifndef PLUGIN_ENTRY
#define PLUGIN_ENTRY() (&skeleton_plugin)
#endif

/* create and destroy of the stages that write nothing. */
__attribute__((unused)) static int32_t skeleton_stage_create(const struct hg_host *host,
                                                             void **self, struct hg_error *err) {
  (void)host;
  (void)err;
  *self = NULL;
  return 0;
}

__attribute__((unused)) static void skeleton_destroy(void *self) {
  (void)self;
}

__attribute__((unused)) static int32_t skeleton_create(const struct hg_host *host,
                                                       const struct hg_output *output, void **self,
                                                       struct hg_error *err) {
  (void)host;
  (void)output;
  (void)err;
  *self = NULL;
  return 0;
}

__attribute__((unused)) static int32_t
skeleton_run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  (void)self;
  (void)result;
  (void)err;
  return 0;
}

__attribute__((unused)) static const struct hg_reporter_ops skeleton_ops = {
    .struct_size = OPS_STRUCT_SIZE,
    .create = OPS_CREATE,
    .run_finished = OPS_RUN_FINISHED,
    .destroy = OPS_DESTROY,
};

static const struct hg_plugin skeleton_plugin = {
    .magic = PLUGIN_MAGIC,
    .struct_size = PLUGIN_STRUCT_SIZE,
    .abi_major = PLUGIN_MAJOR,
    .abi_minor = PLUGIN_MINOR,
    .abi_minor_required = PLUGIN_MINOR_REQUIRED,
    .stage = PLUGIN_STAGE,
    .stage_revision = PLUGIN_REVISION,
    .option_count = PLUGIN_OPTION_COUNT,
    .name = PLUGIN_NAME,
    .version = PLUGIN_VERSION,
    .description = PLUGIN_DESCRIPTION,
    .options = PLUGIN_OPTIONS,
    .ops = PLUGIN_OPS,
    .rules = PLUGIN_RULES,
    .rule_count = PLUGIN_RULE_COUNT,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return PLUGIN_ENTRY();
}

#endif
