/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/kubeconfig_files.h"

#include "files/input_file.h"
#include "kubeconfig/kubeconfig_fields.h"
#include "memory/name_table.h"
#include "memory/no_memory.h"
#include "yaml/yaml_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST_FILE = 3 << 20, MOST_FILES = 1000 };

typedef struct kubeconfig_entry *read_function(const struct kubeconfig_place *place,
                                               const struct hg_node *item, struct hg_error *err);

/* A list of a file goes behind what the files before it had. A name that stands twice in one file
 * is not forgiven. */
static int32_t take_list(const struct kubeconfig_place *place, const struct hg_node *root,
                         const char *name, read_function *read, struct kubeconfig_entry **entries,
                         struct hg_error *err) {
  struct kubeconfig_entry **end = entries;
  struct name_table names;
  const struct hg_node *list;

  name_table_init(&names);
  if (kubeconfig_field(place, root, name, HG_NODE_SEQUENCE, &list, err) < 0)
    return -1;
  while (*end)
    end = &(*end)->next;
  for (const struct hg_node *item = list ? list->first : NULL; item; item = item->next) {
    struct kubeconfig_entry *entry = read(place, item, err);
    void **known;

    if (!entry)
      return -1;
    known = name_table_entry(&names, place->arena, entry->name, (uint32_t)strlen(entry->name));
    if (!known)
      return no_memory(err);
    if (*known)
      return hg_error_set(err, HG_ERROR_INVALID,
                          "%.480s:%u:%u: the name \"%.240s\" stands twice, first in line %u",
                          place->path, entry->line, entry->column, entry->name,
                          ((const struct kubeconfig_entry *)*known)->line);
    *known = entry;
    *end = entry;
    end = &entry->next;
  }
  return 0;
}

/* kubectl reads other kinds as nothing it knows, and stops. */
static int32_t check_kind(const struct kubeconfig_place *place, const struct hg_node *root,
                          struct hg_error *err) {
  static const struct hg_pair expected[] = {{"apiVersion", "v1"}, {"kind", "Config"}};

  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    const struct hg_node *node;

    if (kubeconfig_field(place, root, expected[i].name, HG_NODE_SCALAR, &node, err) < 0)
      return -1;
    if (node && *node->text && strcmp(node->text, expected[i].value) != 0)
      return kubeconfig_wrong_at(place, node, err, "no kubeconfig: '%s' is '%.40s', not '%s'",
                                 expected[i].name, node->text, expected[i].value);
  }
  return 0;
}

static int32_t take_document(struct kubeconfig_files *files, const struct kubeconfig_place *place,
                             const struct hg_node *root, struct hg_error *err) {
  const struct hg_node *unused;
  const char *current;

  if (root->kind != HG_NODE_MAPPING)
    return kubeconfig_wrong_at(place, root, err, "no kubeconfig: not a mapping");
  if (check_kind(place, root, err) < 0 ||
      kubeconfig_field(place, root, "preferences", HG_NODE_MAPPING, &unused, err) < 0 ||
      kubeconfig_field(place, root, "extensions", HG_NODE_SEQUENCE, &unused, err) < 0 ||
      kubeconfig_text(place, root, "current-context", &current, err) < 0 ||
      take_list(place, root, "contexts", kubeconfig_context_read, &files->contexts, err) < 0 ||
      take_list(place, root, "clusters", kubeconfig_cluster_read, &files->clusters, err) < 0 ||
      take_list(place, root, "users", kubeconfig_user_read, &files->users, err) < 0)
    return -1;
  if (!*files->current_context)
    files->current_context = current;
  return 0;
}

/* Missing, not: unreachable. */
static bool is_missing(const char *path) {
  struct stat status;

  return stat(path, &status) < 0 && errno == ENOENT;
}

static int32_t read_file(struct kubeconfig_files *files, const struct kubeconfig_place *place,
                         bool must_exist, struct hg_error *err) {
  struct hg_error reason = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_tree *tree = NULL;
  char *bytes = NULL;
  size_t length = 0;
  int32_t found;
  int32_t result;

  /* An empty file, to kubectl too: the way to say that there is none. */
  if (strcmp(place->path, "/dev/null") == 0)
    return 0;
  if (input_file_read(place->path, LARGEST_FILE, &bytes, &length, &reason) < 0) {
    if (reason.code == HG_ERROR_NOT_FOUND && !must_exist && is_missing(place->path))
      return 0;
    return hg_error_set(err, reason.code, "kubeconfig %s", reason.message);
  }
  found = yaml_file_first(&tree, place->path, bytes, length, &document, err);
  /* kubectl reads the first document alone, even where it is empty and another follows. */
  result = found < 0                           ? -1
           : found == 0 || document.offset > 0 ? 0
                                               : take_document(files, place, document.root, err);
  yaml_tree_destroy(tree);
  if (bytes)
    explicit_bzero(bytes, length);
  free(bytes);
  return result;
}

int32_t kubeconfig_files_read(struct kubeconfig_files *files,
                              const struct kubeconfig_sources *sources, struct hg_error *err) {
  struct kubeconfig_place place = {.arena = &files->arena};
  size_t next = 0;
  int32_t found;

  memset(files, 0, sizeof *files);
  arena_init(&files->arena);
  files->current_context = "";
  while ((found = kubeconfig_next_path(sources, &files->arena, &next, &place.path)) > 0) {
    if (place.file++ == MOST_FILES)
      return hg_error_set(err, HG_ERROR_LIMIT, "KUBECONFIG names more than %d files", MOST_FILES);
    if (read_file(files, &place, sources->kubeconfig && *sources->kubeconfig, err) < 0)
      return -1;
  }
  return found < 0 ? no_memory(err) : 0;
}

void kubeconfig_files_finish(struct kubeconfig_files *files) {
  arena_erase(&files->arena);
  memset(files, 0, sizeof *files);
}

/* The list is in the order of the files. */
static const void *find(const struct kubeconfig_entry *entry, const char *name) {
  while (entry && strcmp(entry->name, name) != 0)
    entry = entry->next;
  return entry;
}

const struct kubeconfig_context *kubeconfig_files_context(const struct kubeconfig_files *files,
                                                          const char *name) {
  return find(files->contexts, name);
}

const struct kubeconfig_cluster *kubeconfig_files_cluster(const struct kubeconfig_files *files,
                                                          const char *name) {
  return find(files->clusters, name);
}

const struct kubeconfig_user *kubeconfig_files_user(const struct kubeconfig_files *files,
                                                    const char *name) {
  return find(files->users, name);
}
