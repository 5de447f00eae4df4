/* SPDX-License-Identifier: Apache-2.0 */
/* The applier: its options, and the two things that it can be asked to do. */
#include "cluster/cluster_uid.h"
#include "digest/digest.h"
#include "memory/no_memory.h"
#include "namespace_limits.h"
#include "passage.h"
#include "removal.h"

#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <stdlib.h>

struct applier {
  const struct hg_host *host;
  struct passage_limits limits;
  struct requests *requests; /* NULL: none was needed yet, or there can be none */
};

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "timeout", "30", NULL,
     "seconds after which a request without an answer is given up", 1, 86400},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "parallel", "16", NULL,
     "requests at one time, each on a connection of its own", 1, PASSAGE_MOST_PARALLEL},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retries", "2", NULL,
     "further tries of a Job after failures that are known to pass", 0, 20},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retry-delay", "1000", NULL,
     "milliseconds before the first further try, at most; doubled for each next one", 0,
     BACKOFF_MOST_MS},
};

static int64_t number(const struct hg_host *host, const char *option) {
  return hg_option_number(host->option(host, option));
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct applier *applier = calloc(1, sizeof *applier);

  if (!applier)
    return no_memory(err);
  if (digest_init(err) < 0) {
    free(applier);
    return -1;
  }
  applier->host = host;
  applier->limits = (struct passage_limits){
      .timeout_ms = number(host, "timeout") * 1000,
      .parallel = (uint32_t)number(host, "parallel"),
      .retries = (uint32_t)number(host, "retries"),
      .retry_delay_ms = number(host, "retry-delay"),
  };
  *self = applier;
  return 0;
}

static void destroy(void *self) {
  struct applier *applier = self;

  if (applier)
    requests_destroy(applier->requests);
  free(applier);
}

/* One pool of connections for whatever is asked. NULL: *absence says why there is none. */
static struct requests *requests_of(struct applier *applier, struct hg_error *absence) {
  if (!applier->requests &&
      requests_create(applier->host, applier->limits.parallel, &applier->requests, absence) < 0)
    applier->requests = NULL;
  return applier->requests;
}

static int32_t run_errand(struct applier *applier, const struct errand *errand,
                          struct hg_error *err) {
  struct hg_error absence = HG_ERROR_INIT;
  struct requests *requests = requests_of(applier, &absence);

  return passage_run(applier->host, requests, &absence, errand, &applier->limits, err);
}

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  const struct errand errand = {.plan = plan, .apply = sink};

  return run_errand(self, &errand, err);
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  const struct errand errand = {.plan = plan, .preflight = sink};

  return run_errand(self, &errand, err);
}

static int32_t namespace_limits(void *self, const char *namespace_name,
                                const struct hg_limits_sink *sink, struct hg_error *err) {
  struct applier *applier = self;
  struct hg_error absence = HG_ERROR_INIT;
  struct requests *requests = requests_of(applier, &absence);

  return namespace_limits_read(requests, &absence, namespace_name, applier->limits.timeout_ms, sink,
                               err);
}

static void cluster_uid(void *self, char uid[HG_CLUSTER_UID_SIZE]) {
  struct applier *applier = self;

  cluster_uid_read(requests_of(applier, NULL), applier->limits.timeout_ms, uid);
}

static int32_t remove_job(void *self, const struct hg_plan *plan, uint64_t item, const char *uid,
                          struct hg_error *err) {
  struct applier *applier = self;
  struct requests *requests = requests_of(applier, err);

  return requests ? removal_run(applier->host, requests, plan->jobs[item], uid,
                                applier->limits.timeout_ms, err)
                  : -1;
}

static const struct hg_applier_ops ops = {
    .struct_size = sizeof(struct hg_applier_ops),
    .create = create,
    .apply = apply,
    .preflight = preflight,
    .destroy = destroy,
    .remove = remove_job,
    .namespace_limits = namespace_limits,
    .cluster_uid = cluster_uid,
};

HG_PLUGIN(APPLIER, "apply-server", HEADGATE_VERSION,
          "Applies each Job by a request of its own, without kubectl", ops, HG_TABLE(options),
          HG_NO_TABLE);
