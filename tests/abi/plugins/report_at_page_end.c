/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter each of whose structs and tables ends where its memory ends: a host that reads more of
 * one than was compiled is killed by it.
 *
 * CMake defines PLUGIN_NAME and CLAIMED_EXTRA: by how many bytes struct_size says too much.
 */
#include "page_end.h"

#include <headgate/diagnostic.h>
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <string.h>

/* The distance of rows is their size, so only a table of one row can claim more than there is. */
enum { ROW_COUNT = CLAIMED_EXTRA > 0 ? 1 : 2 };

static const struct hg_output *the_output;
static const struct hg_host *the_host;

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  (void)err;
  the_host = host;
  the_output = output;
  *self = NULL;
  return 0;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  const char *second = the_host->option(the_host, "second");

  (void)self;
  (void)result;
  if (!second)
    second = "one row";
  return the_output->write(the_output, second, strlen(second), err);
}

static void destroy(void *self) {
  (void)self;
}

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof ops + CLAIMED_EXTRA,
    .create = create,
    .run_finished = run_finished,
    .destroy = destroy,
};

static const struct hg_option options[] = {
    {
        .struct_size = sizeof(struct hg_option) + CLAIMED_EXTRA,
        .type = HG_OPTION_STRING,
        .name = "first",
        .help = "The first row",
    },
    {
        .struct_size = sizeof(struct hg_option) + CLAIMED_EXTRA,
        .type = HG_OPTION_STRING,
        .name = "second",
        .default_value = "two rows",
        .help = "The second row",
    },
};

static const struct hg_rule rules[] = {
    {
        .struct_size = sizeof(struct hg_rule) + CLAIMED_EXTRA,
        .severity = HG_SEVERITY_WARNING,
        .name = "first",
        .what = "The first row",
    },
    {
        .struct_size = sizeof(struct hg_rule) + CLAIMED_EXTRA,
        .severity = HG_SEVERITY_WARNING,
        .name = "second",
        .what = "The second row",
    },
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  const struct hg_plugin plugin = {
      .magic = HG_PLUGIN_MAGIC,
      .struct_size = sizeof plugin + CLAIMED_EXTRA,
      .abi_major = HG_ABI_MAJOR,
      .abi_minor = HG_ABI_MINOR,
      .abi_minor_required = 0,
      .stage = HG_STAGE_REPORTER,
      .option_count = ROW_COUNT,
      .name = PLUGIN_NAME,
      .version = "1.0.0",
      .description = "Ends where its memory ends",
      .options = page_end_copy(options, ROW_COUNT * sizeof *options),
      .ops = page_end_copy(&ops, sizeof ops),
      .rules = page_end_copy(rules, ROW_COUNT * sizeof *rules),
      .rule_count = ROW_COUNT,
  };
  static const struct hg_plugin *placed;

  if (!placed)
    placed = page_end_copy(&plugin, sizeof plugin);
  return placed;
}
