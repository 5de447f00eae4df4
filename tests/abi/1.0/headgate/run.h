/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a run when it starts. */
#ifndef HEADGATE_RUN_H
#define HEADGATE_RUN_H

#include <stdint.h>

/* Values of hg_run.mode. */
#define HG_MODE_VALIDATE 1u /* validate and plan: nothing is or would be applied */
#define HG_MODE_DRY_RUN 2u  /* what --apply would do, without doing it */
#define HG_MODE_APPLY 3u

/* "validate", "dry-run" or "apply"; "" for a mode that is not known. The text is constant. Thread:
 * any. */
static inline const char *hg_mode_name(uint32_t mode) {
  return mode == HG_MODE_VALIDATE  ? "validate"
         : mode == HG_MODE_DRY_RUN ? "dry-run"
         : mode == HG_MODE_APPLY   ? "apply"
                                   : "";
}

/* The host's, valid until the run ends. Strings are UTF-8, never NULL. */
struct hg_run {
  uint32_t struct_size;     /* sizeof(struct hg_run) as the host compiled it */
  uint32_t mode;            /* one of HG_MODE_* */
  int64_t run_id;           /* the run's number in the history; 0 where there is no history */
  const char *command;      /* "run", "validate", "plan", "apply", "resume", "rerun", "watch" */
  const char *jobs_dir;     /* what was read: the operand; of several, all, as a shell takes them */
  const char *kubeconfig;   /* "" where not given */
  const char *context;      /* "" where not given */
  const char *started_at;   /* RFC 3339, UTC, milliseconds */
  const char *host_version; /* Headgate's own version */
  const char *kubernetes_version; /* judged for, "1.36"; "" without validate-kubernetes */
};

#endif
