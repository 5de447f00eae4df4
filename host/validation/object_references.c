/* SPDX-License-Identifier: Apache-2.0 */
#include "validation/object_references.h"

#include "memory/count.h"

#include <string.h>

struct search {
  struct arena *arena;
  struct object_reference *first;
  int32_t result;
};

static const char config_map[] = "ConfigMap";
static const char secret[] = "Secret";

/* The reference that `owner` holds in its entry `field`; `field` NULL: `owner` is it. */
static void add(struct search *search, const struct hg_node *owner, const char *field,
                const char *kind, const char *name_field) {
  const struct hg_node *reference = field ? hg_node_get(owner, field) : owner;
  const struct hg_node *name = hg_node_get(reference, name_field);
  const struct hg_node *optional = hg_node_get(reference, "optional");
  struct object_reference *made;

  if (!name || name->kind != HG_NODE_SCALAR || name->length == 0 || search->result < 0 ||
      (optional && optional->kind == HG_NODE_SCALAR && strcmp(optional->text, "true") == 0))
    return;
  made = arena_alloc(search->arena, sizeof *made);
  if (made) {
    made->kind = kind;
    made->name = arena_copy(search->arena, name->text, name->length);
    made->next = search->first;
    search->first = made;
  }
  if (!made || !made->name)
    search->result = -1;
}

static const struct hg_node *first_of(const struct hg_node *owner, const char *field) {
  const struct hg_node *sequence = hg_node_get(owner, field);

  return sequence && sequence->kind == HG_NODE_SEQUENCE ? sequence->first : NULL;
}

static void add_container(struct search *search, const struct hg_node *container) {
  for (const struct hg_node *env = first_of(container, "env"); env; env = env->next) {
    const struct hg_node *from = hg_node_get(env, "valueFrom");

    add(search, from, "configMapKeyRef", config_map, "name");
    add(search, from, "secretKeyRef", secret, "name");
  }
  for (const struct hg_node *from = first_of(container, "envFrom"); from; from = from->next) {
    add(search, from, "configMapRef", config_map, "name");
    add(search, from, "secretRef", secret, "name");
  }
}

static void add_volume(struct search *search, const struct hg_node *volume) {
  add(search, volume, "configMap", config_map, "name");
  add(search, volume, "secret", secret, "secretName");
  add(search, volume, "persistentVolumeClaim", "PersistentVolumeClaim", "claimName");
  for (const struct hg_node *source = first_of(hg_node_get(volume, "projected"), "sources"); source;
       source = source->next) {
    add(search, source, "configMap", config_map, "name");
    add(search, source, "secret", secret, "name");
  }
}

int32_t object_references_find(const struct hg_node *root, struct arena *arena,
                               struct object_reference **first) {
  static const char *const containers[] = {"containers", "initContainers"};
  const struct hg_node *template = hg_node_get(hg_node_get(root, "spec"), "template");
  const struct hg_node *pod = hg_node_get(template, "spec");
  struct search search = {.arena = arena};

  for (size_t i = 0; i < COUNT(containers); i++)
    for (const struct hg_node *container = first_of(pod, containers[i]); container;
         container = container->next)
      add_container(&search, container);
  for (const struct hg_node *volume = first_of(pod, "volumes"); volume; volume = volume->next)
    add_volume(&search, volume);
  for (const struct hg_node *one = first_of(pod, "imagePullSecrets"); one; one = one->next)
    add(&search, one, NULL, secret, "name");
  add(&search, pod, NULL, "ServiceAccount", "serviceAccountName");
  *first = search.first;
  return search.result;
}
