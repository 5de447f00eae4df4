/* The applier: one kubectl a Job. */
#include "apply_loop.h"
#include "child.h"
#include "program.h"
#include "text_buffer.h"
#include "visible_text.h"

#include <errno.h>
#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* How many kubectls run at one time. */
enum { PARALLEL = 1 };

struct applier {
  struct program program;
  struct apply_loop loop;
};

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_PATH, "kubectl", NULL, NULL,
     "the kubectl to execute; without it, the first one in PATH"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "timeout", "30", NULL,
     "seconds after which a kubectl that still runs is terminated, 1 to 86400"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "grace", "5", NULL,
     "seconds from its termination until it is killed, 0 to 600"},
};

/* Reads the option `name` of `least` to `most` seconds, as milliseconds. */
static int32_t read_seconds(const struct hg_host *host, const char *name, int64_t least,
                            int64_t most, int64_t *ms, struct hg_error *err) {
  const char *text = host->option(host, name);
  char *end = NULL;
  long long seconds = 0;

  errno = 0;
  if (text)
    seconds = strtoll(text, &end, 10);
  if (!text || end == text || *end || errno != 0 || seconds < least || seconds > most)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "apply-kubectl.%s must be a number of seconds from %" PRId64 " to %" PRId64
                        ", not '%s'",
                        name, least, most, text ? text : "");
  *ms = seconds * 1000;
  return 0;
}

static void destroy(void *self) {
  struct applier *applier = self;

  if (!applier)
    return;
  apply_loop_finish(&applier->loop);
  program_finish(&applier->program);
  free(applier);
}

static void log_program(const struct hg_host *host, const struct program *program) {
  struct text_buffer line;

  text_buffer_init(&line);
  text_buffer_append_string(&line, "kubectl is ");
  visible_text_append(&line, program->path, strlen(program->path));
  if (!line.failed)
    host->log(host, HG_LOG_DEBUG, text_buffer_string(&line));
  text_buffer_finish(&line);
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct applier *applier = calloc(1, sizeof *applier);
  const char *kubectl = host->option(host, "kubectl");
  struct child_limits limits;

  if (!applier)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "no memory for the applier");
  program_init(&applier->program);
  if (kubectl && !*kubectl) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "--kubectl needs a path, not an empty text");
    goto fail;
  }
  if (read_seconds(host, "timeout", 1, 86400, &limits.timeout_ms, err) != 0 ||
      read_seconds(host, "grace", 0, 600, &limits.grace_ms, err) != 0 ||
      program_find(&applier->program, kubectl, getenv("PATH"), err) != 0 ||
      apply_loop_init(&applier->loop, host, &applier->program, &limits, PARALLEL, err) != 0)
    goto fail;
  if (applier->program.path)
    log_program(host, &applier->program);
  *self = applier;
  return 0;

fail:
  destroy(applier);
  return -1;
}

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  struct applier *applier = self;

  return apply_loop_run(&applier->loop, plan, sink, err);
}

static const struct hg_applier_ops ops = {
    .struct_size = sizeof(struct hg_applier_ops),
    .create = create,
    .apply = apply,
    .destroy = destroy,
};

static const struct hg_plugin plugin = {
    .magic = HG_PLUGIN_MAGIC,
    .struct_size = sizeof(struct hg_plugin),
    .abi_major = HG_ABI_MAJOR,
    .abi_minor = HG_ABI_MINOR,
    .abi_minor_required = HG_ABI_MINOR,
    .stage = HG_STAGE_APPLIER,
    .option_count = sizeof options / sizeof *options,
    .name = "apply-kubectl",
    .version = HEADGATE_VERSION,
    .description = "Applies each Job with kubectl",
    .options = options,
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}
