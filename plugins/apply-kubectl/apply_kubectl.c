/* SPDX-License-Identifier: Apache-2.0 */
/* The applier: its options, and the two things that it can be asked to do. */
#include "apply_loop.h"
#include "errand.h"
#include "memory/no_memory.h"
#include "program.h"
#include "text/text_buffer.h"
#include "text/visible_text.h"

#include <headgate/applier.h>
#include <headgate/credentials.h>
#include <headgate/plugin.h>
#include <stdlib.h>
#include <string.h>

struct applier {
  struct program program;
  struct apply_loop loop;
};

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_PATH, "kubectl", NULL, NULL,
     "the kubectl to execute; without it, the first one in PATH", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "timeout", "30", NULL,
     "seconds after which a kubectl that still runs is terminated", 1, 86400},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "grace", "5", NULL,
     "seconds from its termination until it is killed", 0, 600},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "parallel", "4", NULL,
     "kubectls that work at one time", 1, 64},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "batch", "1", NULL,
     "Jobs that one kubectl applies; each further one adds a tenth of the timeout", 1, 100},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retries", "2", NULL,
     "further tries of a Job after failures that are known to pass", 0, 20},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retry-delay", "1000", NULL,
     "milliseconds before the first further try, at most; doubled for each next one", 0,
     BACKOFF_MOST_MS},
};

static int64_t number(const struct hg_host *host, const char *option) {
  return hg_option_number(host->option(host, option));
}

static void read_limits(const struct hg_host *host, struct apply_limits *limits) {
  limits->child.timeout_ms = number(host, "timeout") * 1000;
  limits->child.grace_ms = number(host, "grace") * 1000;
  limits->parallel = (uint32_t)number(host, "parallel");
  limits->batch = (uint32_t)number(host, "batch");
  limits->retries = (uint32_t)number(host, "retries");
  limits->retry_delay_ms = number(host, "retry-delay");
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

/* Whether the other applier could do it: the kubeconfig names a server, and says who one is. */
static bool can_ask_server(const struct hg_host *host) {
  const struct hg_credentials *credentials;
  bool can;

  if (!HG_HAS(host, credentials_release) || !host->credentials ||
      host->credentials(host, NULL, NULL, NULL, &credentials, NULL) < 0)
    return false;
  can = strcmp(credentials->server, "http://localhost:8080") != 0; /* that of no kubeconfig */
  host->credentials_release(host, credentials);
  return can;
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct applier *applier = calloc(1, sizeof *applier);
  const char *kubectl = host->option(host, "kubectl");
  struct apply_limits limits;

  if (!applier)
    return no_memory(err);
  program_init(&applier->program);
  if (kubectl && !*kubectl) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "--kubectl needs a path, not an empty text");
    goto fail;
  }
  read_limits(host, &limits);
  if (program_find(&applier->program, kubectl, getenv("PATH"), err) < 0 ||
      apply_loop_init(&applier->loop, host, &applier->program, &limits, err) < 0)
    goto fail;
  if (!applier->program.path && can_ask_server(host))
    text_buffer_append_string(&applier->program.problem,
                              ", or ask the API server without it: --applier server");
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
  struct apply_errand errand;

  apply_errand_init(&errand, sink);
  return apply_loop_run(&applier->loop, plan, &errand.errand, err);
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  struct applier *applier = self;
  struct preflight_errand errand;

  preflight_errand_init(&errand, plan, sink);
  return apply_loop_run(&applier->loop, plan, &errand.errand, err);
}

static const struct hg_applier_ops ops = {
    .struct_size = sizeof(struct hg_applier_ops),
    .create = create,
    .apply = apply,
    .preflight = preflight,
    .destroy = destroy,
};

HG_PLUGIN(APPLIER, "apply-kubectl", HEADGATE_VERSION, "Applies each Job with kubectl", ops,
          HG_TABLE(options), HG_NO_TABLE);
