/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/failure_class.h"

#include "memory/count.h"

#include <stddef.h>
#include <string.h>

#define SEE_LOG "read its log: headgate logs --failed"
#define INFRASTRUCTURE "the program is not at fault: run the Job again, headgate rerun"

static const struct failure_class table[] = {
    [CLASS_PROGRAM_ERROR] = {.name = "program-error",
                             .clause = "exited",
                             .advice = SEE_LOG,
                             .is_passing = true},
    [CLASS_CANNOT_EXECUTE] =
        {.name = "cannot-execute",
         .clause = "could not be executed",
         .advice = "check command, args and workingDir of the container, and that its image has "
                   "that program for the node's architecture",
         .clock = CLOCK_CONTAINER,
         .waiting = " RunContainerError ",
         .ended = " StartError ContainerCannotRun RunContainerError "},
    [CLASS_KILLED] = {.name = "killed",
                      .clause = "was killed",
                      .advice = "see the Pod's events for who ended it, and " SEE_LOG,
                      .is_passing = true},
    [CLASS_BACKOFF_LIMIT] = {.name = "backoff-limit",
                             .clause = "the Job's Pods failed more often than backoffLimit allows",
                             .advice = SEE_LOG,
                             .is_passing = true,
                             .job = " BackoffLimitExceeded "},
    [CLASS_DEADLINE] = {.name = "deadline",
                        .clause = "the Job ran longer than activeDeadlineSeconds allows",
                        .advice = "raise spec.activeDeadlineSeconds, or give the Job less to do",
                        .is_passing = true,
                        .pod = " DeadlineExceeded ",
                        .job = " DeadlineExceeded "},
    [CLASS_POD_FAILURE_POLICY] =
        {.name = "pod-failure-policy",
         .clause = "a rule of the Job's podFailurePolicy says that it fails",
         .advice = "mend what the rule of spec.podFailurePolicy stands for; " SEE_LOG,
         .job = " PodFailurePolicy "},
    [CLASS_FAILED_INDEXES] = {.name = "failed-indexes",
                              .clause = "indexes of the Job failed",
                              .advice = "run a Job for these indexes alone; " SEE_LOG,
                              .job = " FailedIndexes MaxFailedIndexesExceeded "},
    [CLASS_JOB_FAILED] = {.name = "job-failed",
                          .clause = "its controller says that the Job failed",
                          .advice = "see its events: kubectl describe job"},
    [CLASS_MANAGED_ELSEWHERE] =
        {.name = "managed-elsewhere",
         .clause = "the controller that spec.managedBy names says that the Job failed",
         .advice = "ask that controller: its own objects and logs say more"},
    [CLASS_IMAGE_PULL] =
        {.name = "image-pull",
         .clause = "its image cannot be pulled",
         .advice = "check the image's name and tag, the registry, and spec.imagePullSecrets",
         .clock = CLOCK_IMAGE,
         .waiting = " ErrImagePull ImagePullBackOff RegistryUnavailable ErrImageNeverPull "
                    "ImageInspectError "},
    [CLASS_IMAGE_SIGNATURE] = {.name = "image-signature",
                               .clause = "the signature of its image is not valid",
                               .advice = "use an image that is signed as the node's policy asks",
                               .clock = CLOCK_IMAGE,
                               .waiting = " SignatureValidationFailed "},
    [CLASS_CONTAINER_CREATE] =
        {.name = "container-create",
         .clause = "the node's container runtime cannot start it",
         .advice = "see the Pod's events, kubectl describe pod; on another node it may start",
         .clock = CLOCK_CONTAINER,
         .is_passing = true,
         .waiting = " CreateContainerError PreCreateHookError PreStartHookError PostStartHookError "
                    "CreatePodSandboxError ConfigPodSandboxError FailedCreatePodSandBox "},
    [CLASS_QUOTA] = {.name = "quota",
                     .clause = "the namespace's quota leaves no room for a Pod of the Job",
                     .advice = "ask for less, wait until other Jobs have ended (--max-running), or "
                               "have the quota raised: kubectl describe quota",
                     .clock = CLOCK_PODS},
    [CLASS_PODS_FORBIDDEN] =
        {.name = "pods-forbidden",
         .clause = "the server refuses to make a Pod of the Job",
         .advice = "correct what the server's words name: a service account, a policy, a field",
         .clock = CLOCK_PODS},
    [CLASS_NOT_STARTED] = {.name = "not-started",
                           .clause = "no Pod of the Job was made",
                           .advice =
                               "see its events, kubectl describe job, and whether the cluster's "
                               "kube-controller-manager runs",
                           .clock = CLOCK_PODS},
    [CLASS_SUSPENDED] = {.name = "suspended",
                         .clause = "the Job is suspended",
                         .advice = "resume it: kubectl patch job NAME -p "
                                   "'{\"spec\":{\"suspend\":false}}'"},
    [CLASS_NO_PARALLELISM] = {.name = "no-parallelism",
                              .clause = "the Job asks for no Pod: its parallelism is 0",
                              .advice = "raise it: kubectl patch job NAME -p "
                                        "'{\"spec\":{\"parallelism\":1}}'"},
    [CLASS_QUEUED] = {.name = "queued",
                      .clause = "Kueue has not admitted the Job",
                      .advice = "see what its queue waits for: kubectl get workloads"},
    [CLASS_DELETED] = {.name = "deleted",
                       .clause = "the Job was deleted before it had ended",
                       .advice = "if that was not meant, run it again: headgate rerun",
                       .is_passing = true},
    [CLASS_GONE] = {.name = "gone",
                    .clause = "the Job is gone, and its end was not seen",
                    .advice = "see whether its results are there before you run it again: headgate "
                              "rerun"},
    [CLASS_TIMED_OUT] = {.name = "timed-out",
                         .clause = "the Job had not ended when the time to wait was over",
                         .advice = "the Job goes on: follow it with headgate watch"},
    [CLASS_LOST_SIGHT] = {.name = "lost-sight",
                          .clause = "the Job was not seen to the end",
                          .advice = "the Job may go on: look again with headgate watch"},
    {.name = "out-of-memory",
     .clause = "used more memory than its limit allows",
     .advice = "raise resources.limits.memory of the container, or let it use less",
     .ended = " OOMKilled "},
    {.name = "evicted",
     .clause = "was evicted from its node",
     .advice = INFRASTRUCTURE,
     .is_passing = true,
     .pod = " Evicted EvictionByEvictionAPI TerminationByKubelet "},
    {.name = "preempted",
     .clause = "had to make room for a more important one",
     .advice = INFRASTRUCTURE ", or give it a higher priorityClassName",
     .is_passing = true,
     .pod = " Preempting PreemptionByScheduler "},
    {.name = "node-lost",
     .clause = "was lost with its node",
     .advice = INFRASTRUCTURE,
     .is_passing = true,
     .ended = " ContainerStatusUnknown ",
     .pod = " NodeLost DeletionByTaintManager DeletionByPodGC "},
    {.name = "node-shutdown",
     .clause = "ended as its node was shut down",
     .advice = INFRASTRUCTURE,
     .is_passing = true,
     .pod = " Terminated NodeShutdown Shutdown "},
    {.name = "node-refused",
     .clause = "was refused by its node",
     .advice = INFRASTRUCTURE,
     .is_passing = true,
     .pod = " OutOfcpu OutOfmemory OutOfpods OutOfephemeral-storage UnexpectedAdmissionError "
            "NodeAffinity "},
    {.name = "image-name",
     .clause = "its image's name cannot be read",
     .advice = "correct the container's image: [REGISTRY/]NAME[:TAG]",
     .clock = CLOCK_NOW,
     .waiting = " InvalidImageName "},
    {.name = "config-missing",
     .clause = "something that it needs is not there",
     .advice = "make the ConfigMap, Secret, key or volume that the cluster's words name",
     .clock = CLOCK_CONFIG,
     .waiting = " CreateContainerConfigError FailedMount FailedAttachVolume FailedMapVolume "},
    {.name = "crash-loop",
     .clause = "fails again and again",
     .advice = SEE_LOG,
     .waiting = " CrashLoopBackOff "},
    {.name = "unschedulable",
     .clause = "no node takes it",
     .advice = "ask for less, correct nodeSelector and tolerations, or wait for a node",
     .clock = CLOCK_SCHEDULE,
     .waiting = " Unschedulable SchedulerError "},
    {.name = "gated",
     .clause = "somebody has to take away its schedulingGates",
     .advice = "see which: kubectl get pod NAME -o jsonpath={.spec.schedulingGates}",
     .waiting = " SchedulingGated "},
};

const struct failure_class *failure_class(enum failure_class_of which) {
  return &table[which];
}

const struct failure_class *failure_class_named(const char *name) {
  for (size_t i = 0; i < COUNT(table); i++)
    if (!strcmp(table[i].name, name))
      return &table[i];
  return NULL;
}

static bool has_word(const char *words, const char *word, size_t length) {
  if (!words || length == 0 || memchr(word, ' ', length))
    return false;
  for (const char *at = words; (at = strstr(at, word)); at++)
    if (at[-1] == ' ' && at[length] == ' ')
      return true;
  return false;
}

/* The row that has the word in the list that stands `offset` bytes from its beginning. */
static const struct failure_class *row_with(size_t offset, const char *word) {
  size_t length = strlen(word);
  for (size_t i = 0; i < COUNT(table); i++) {
    const char *words;
    memcpy(&words, (const char *)&table[i] + offset, sizeof words);
    if (has_word(words, word, length))
      return &table[i];
  }
  return NULL;
}

const struct failure_class *failure_class_of_waiting(const char *reason) {
  const struct failure_class *found = row_with(offsetof(struct failure_class, waiting), reason);
  size_t length = strlen(reason);
  /* The kubelet's other errors stand between the image and the program too. */
  if (!found && length > 5 && !strcmp(reason + length - 5, "Error"))
    found = &table[CLASS_CONTAINER_CREATE];
  return found;
}

const struct failure_class *failure_class_of_pod(const char *reason) {
  return row_with(offsetof(struct failure_class, pod), reason);
}

const struct failure_class *failure_class_of_job(const char *reason) {
  return row_with(offsetof(struct failure_class, job), reason);
}

const struct failure_class *failure_class_of_end(const char *reason, int32_t exit_code,
                                                 int32_t *signal) {
  const struct failure_class *found = row_with(offsetof(struct failure_class, ended), reason);
  /* A shell and a container runtime add 128 to a signal's number; there are 64 signals, and 255 is
   * what a program gets that exits with -1. */
  if (*signal <= 0)
    *signal = exit_code > 128 && exit_code <= 128 + 64 ? exit_code - 128 : 0;
  if (found)
    return found;
  if (*signal > 0)
    return &table[CLASS_KILLED];
  return &table[exit_code >= 126 && exit_code <= 128 ? CLASS_CANNOT_EXECUTE : CLASS_PROGRAM_ERROR];
}

const struct failure_class *failure_class_of_refusal(const char *message) {
  return &table[strstr(message, "exceeded quota") ? CLASS_QUOTA : CLASS_PODS_FORBIDDEN];
}

bool failure_class_is_passing(const char *name) {
  const struct failure_class *found = failure_class_named(name);
  return found && found->is_passing;
}
