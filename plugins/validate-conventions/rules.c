/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <headgate/diagnostic.h>

#define HOUSE                                                                                      \
  "a convention of the house; `headgate plugin show validate-conventions` lists what sets it"

#define ROW(name, what, why, wrong, right, source)                                                 \
  { sizeof(struct hg_rule), HG_SEVERITY_WARNING, name, what, why, wrong, right, source }

const struct hg_rule convention_rules[CONVENTION_RULE_COUNT] = {
    ROW("namespace-missing", "The Job names no namespace.",
        "It goes to the one that kubectl happens to be set to.", "metadata:\n  name: a",
        "metadata:\n  name: a\n  namespace: batch",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"),
    ROW("backoff-limit-missing", "The Job does not say how often a failing Pod is tried again.",
        "Without backoffLimit that is 6 times, which is rarely meant.", "# no backoffLimit",
        "backoffLimit: 0",
        "https://kubernetes.io/docs/concepts/workloads/controllers/job/"
        "#pod-backoff-failure-policy"),
    ROW("image-untagged", "The image has neither a tag nor a digest.",
        "It means latest: what runs may change from day to day.", "image: registry.example/tool",
        "image: registry.example/tool:1.4.2",
        "https://kubernetes.io/docs/concepts/containers/images/#image-names"),
    ROW("image-latest", "The image's tag is latest.", "What runs may change from day to day.",
        "image: registry.example/tool:latest", "image: registry.example/tool:1.4.2",
        "https://kubernetes.io/docs/concepts/containers/images/#image-names"),
    ROW("command-missing", "The container has no command.",
        "The image decides what runs, and the manifest does not say it.",
        "name: main\nimage: registry.example/tool:1.4.2",
        "name: main\nimage: registry.example/tool:1.4.2\ncommand: [python]", HOUSE),
    ROW("args-missing", "The container has no arguments.",
        "A worker that is told nothing does what its image was built for.", "command: [python]",
        "command: [python]\nargs: [run.py]", HOUSE),
    ROW("env-missing", "The container has no environment variables.",
        "Workers find their session and their services through them.", "command: [python]",
        "command: [python]\nenv:\n- name: APP_ENV\n  value: docker", HOUSE),
    ROW("resources-missing", "The container does not say what it needs, or not all of it.",
        "Without requests a Pod may land on a node that is full; without limits it may fill one.",
        "resources:\n  requests: {cpu: 500m}",
        "resources:\n  requests: {cpu: 500m, memory: 256Mi}\n  limits: {cpu: \"1\", memory: 512Mi}",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"),
    ROW("replaced-bytes", "The text holds U+FFFD, which may stand for bytes that are no UTF-8.",
        "kubectl replaces each such byte and says nothing: the value in the cluster is another "
        "one.",
        "annotations: {owner: \"J\xEF\xBF\xBD"
        "rg\"}",
        "annotations: {owner: \"J\xC3\xB6"
        "rg\"}",
        "https://www.unicode.org/faq/utf_bom.html"),
    ROW("tuning-label", "A tuning Job lacks a label that its siblings are found by.",
        "Sessions, workers and components are selected by label.",
        "labels:\n  app: arbitrage-tuning",
        "labels:\n  app: arbitrage-tuning\n  session_id: s-2026-01\n  worker_id: worker-1\n"
        "  component: tuning",
        HOUSE),
    ROW("tuning-name", "A tuning Job's name does not say its session, worker and index.",
        "The name is what people see: it is arb-tuning-, the first 8 bytes of session_id, the "
        "worker_id and a number.",
        "name: tuning\nlabels: {app: arbitrage-tuning, session_id: s-2026-01, worker_id: worker-1}",
        "name: arb-tuning-s-2026-0-worker-1-0\n"
        "labels: {app: arbitrage-tuning, session_id: s-2026-01, worker_id: worker-1}",
        HOUSE),
};
