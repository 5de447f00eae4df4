/* SPDX-License-Identifier: Apache-2.0 */
/* Loads: a reporter for a later minor, whose structs are longer, that is content with 1.0. */
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <string.h>

struct later_option {
  struct hg_option v1_0;
  const char *unit;
  uint64_t smallest;
};

struct later_ops {
  struct hg_reporter_ops v1_0;
  int32_t (*job_retried)(void *self, const struct hg_job_result *result, struct hg_error *err);
};

struct later_plugin {
  struct hg_plugin v1_0;
  const char *home_page;
};

static const struct hg_host *the_host;
static const struct hg_output *the_output;

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  (void)err;
  the_host = host;
  the_output = output;
  *self = NULL;
  return 0;
}

/* Shows that the second row of its option table was read right. */
static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  const char *colour = the_host->option(the_host, "colour");

  (void)self;
  (void)result;
  if (!colour)
    return hg_error_set(err, HG_ERROR_FAILED, "the option colour has no value");
  if (the_output->write(the_output, colour, strlen(colour), err) < 0)
    return -1;
  return the_output->write(the_output, "\n", 1, err);
}

static int32_t job_retried(void *self, const struct hg_job_result *result, struct hg_error *err) {
  (void)self;
  (void)result;
  return hg_error_set(err, HG_ERROR_UNSUPPORTED, "no host of 1.0 calls this");
}

static void destroy(void *self) {
  (void)self;
}

static const struct later_option options[] = {
    {{sizeof(struct later_option), HG_OPTION_INTEGER, "width", "80", NULL, "How wide it is", 0, 0},
     "columns",
     20},
    {{sizeof(struct later_option), HG_OPTION_CHOICE, "colour", "green", "red,green", "Its colour",
      0, 0},
     NULL,
     0},
};

static const struct later_ops ops = {
    {
        .struct_size = sizeof(struct later_ops),
        .create = create,
        .run_finished = run_finished,
        .destroy = destroy,
    },
    job_retried,
};

static const struct later_plugin plugin = {
    {
        .magic = HG_PLUGIN_MAGIC,
        .struct_size = sizeof(struct later_plugin),
        .abi_major = HG_ABI_MAJOR,
        .abi_minor = HG_ABI_MINOR + 1,
        .abi_minor_required = 0,
        .stage = HG_STAGE_REPORTER,
        .option_count = 2,
        .name = PLUGIN_FILE_NAME,
        .version = "2.0.0",
        .description = "Says what colour it is",
        .options = &options[0].v1_0,
        .ops = &ops,
    },
    "https://headgate.invalid/",
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin.v1_0;
}
