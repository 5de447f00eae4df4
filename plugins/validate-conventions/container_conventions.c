/* SPDX-License-Identifier: Apache-2.0 */
/* What every container should have: a pinned image, a command, arguments, environment, resources.
 */
#include "image_reference.h"
#include "recommendation.h"

#include <stdio.h>
#include <string.h>

/* "spec.template.spec.containers[4294967295]" fits. */
enum { PATH_SIZE = 64 };

static void check_image(struct recommender *r, const struct hg_node *container, const char *path) {
  const struct hg_node *image = find_set(container, "image");
  enum image_pinning pinning;

  if (!r->settings->image_tag || !image || image->kind != HG_NODE_SCALAR || image->length == 0)
    return;
  pinning = image_pinning_of(image->text);
  if (pinning == IMAGE_UNTAGGED)
    recommend(r, "image-untagged", image, path, ".image", "the image has no tag: it means latest",
              "name a version, or a digest");
  else if (pinning == IMAGE_LATEST)
    recommend(r, "image-latest", image, path, ".image",
              "the image's tag is latest: what runs may change from day to day",
              "name a version, or a digest");
}

static void check_list(struct recommender *r, bool wanted, const struct hg_node *container,
                       const char *path, const char *name, const char *rule, const char *message) {
  char field[16];

  if (!wanted || is_filled(find_set(container, name)))
    return;
  snprintf(field, sizeof field, ".%s", name);
  recommend(r, rule, container, path, field, message, NULL);
}

/* One of requests and limits. */
static void check_amounts(struct recommender *r, const struct hg_node *resources, const char *path,
                          const char *kind) {
  const struct hg_node *amounts = find_set(resources, kind);
  size_t length = strlen(kind);
  char field[128];
  char message[128];
  const char **words;

  if (!word_list_has_prefix(&r->settings->resources, kind))
    return;
  if (!is_filled(amounts)) {
    snprintf(field, sizeof field, ".resources.%s", kind);
    snprintf(message, sizeof message, "the container has no resource %s", kind);
    recommend(r, "resources-missing", resources, path, field, message, NULL);
    return;
  }
  for (words = r->settings->resources.words; *words; words++) {
    const char *name = *words + length + 1;

    if (strncmp(*words, kind, length) != 0 || (*words)[length] != '.' || find_set(amounts, name))
      continue;
    snprintf(field, sizeof field, ".resources.%s[%.64s]", kind, name);
    snprintf(message, sizeof message, "the resource %s name no %.64s", kind, name);
    recommend(r, "resources-missing", amounts, path, field, message, NULL);
  }
}

static void check_resources(struct recommender *r, const struct hg_node *container,
                            const char *path) {
  const struct hg_node *resources = find_set(container, "resources");

  if (!r->settings->resources.words[0])
    return;
  if (!is_filled(resources)) {
    recommend(r, "resources-missing", container, path, ".resources",
              "the container has neither resource requests nor limits", NULL);
    return;
  }
  if (resources->kind != HG_NODE_MAPPING)
    return;
  check_amounts(r, resources, path, "requests");
  check_amounts(r, resources, path, "limits");
}

void check_containers(struct recommender *r, const struct hg_node *pod_spec) {
  const struct hg_node *containers = find_set(pod_spec, "containers");
  const struct settings *settings = r->settings;
  uint32_t number = 0;

  if (!containers || containers->kind != HG_NODE_SEQUENCE)
    return;
  for (const struct hg_node *container = containers->first; container && !r->failed;
       container = container->next) {
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "spec.template.spec.containers[%u]", (unsigned)number++);
    if (container->kind != HG_NODE_MAPPING)
      continue;
    check_image(r, container, path);
    check_list(r, settings->require_command, container, path, "command", "command-missing",
               "the container has no command: the image decides what runs");
    check_list(r, settings->require_args, container, path, "args", "args-missing",
               "the container has no arguments");
    check_list(r, settings->require_env && !is_filled(find_set(container, "envFrom")), container,
               path, "env", "env-missing", "the container has no environment variables");
    check_resources(r, container, path);
  }
}
