/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/kubeconfig.h"

#include "files/input_file.h"
#include "text/suggestion.h"
#include "text/visible_text.h"
#include "yaml/yaml_null.h"
#include "yaml/yaml_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST_FILE = 3 << 20, MOST_FILES = 1000 };

/* An entry of the lists `contexts` and `clusters`, of any of the files. */
struct entry {
  const char *name;
  const char *cluster;         /* of a context */
  const char *namespace_name;  /* of a context */
  const char *server;          /* of a cluster */
  bool has_more_than_a_server; /* a cluster with a certificate, a proxy... */
  uint32_t file;               /* number of the file */
  uint32_t line;
  uint32_t column;
};

struct entries {
  struct entry *items;
  size_t count;
  size_t capacity;
};

/* The files while they are read and merged. */
struct merge {
  struct arena *arena;
  const char *path; /* of the file that is being read */
  uint32_t file;
  const char *current_context; /* the first file to set it wins */
  struct entries contexts;
  struct entries clusters;
};

/* Takes the entries of `value`, an item of a list. */
typedef int32_t take_function(struct merge *merge, struct entry *entry, const struct hg_node *value,
                              struct hg_error *err);

static bool is_given(const char *text) {
  return text && *text;
}

static int32_t no_memory(struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
}

/* Says what is wrong at `node`. Always -1. */
__attribute__((format(printf, 4, 5))) static int32_t wrong_at(const struct merge *merge,
                                                              const struct hg_node *node,
                                                              struct hg_error *err,
                                                              const char *format, ...) {
  char message[160];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return hg_error_set(err, HG_ERROR_INVALID, "%.180s:%u:%u: %s", merge->path, node->line,
                      node->column, message);
}

static bool is_null(const struct hg_node *node) {
  return !node ||
         (node->kind == HG_NODE_SCALAR && yaml_null_is(node->text, node->style, node->tag));
}

/* A value of `kind`; NULL where there is none, or null. Numbers and booleans pass for text: where
 * kubectl refuses them it says so itself. */
static int32_t find_value(const struct merge *merge, const struct hg_node *mapping,
                          const char *name, uint8_t kind, const struct hg_node **found,
                          struct hg_error *err) {
  static const char *const kinds[] = {"", "a text", "a list", "a mapping"};
  const struct hg_node *node = hg_node_get(mapping, name);

  *found = NULL;
  if (is_null(node))
    return 0;
  if (node->kind != kind || (kind == HG_NODE_SCALAR && strlen(node->text) != node->length))
    return wrong_at(merge, node, err, "'%s' is not %s", name, kinds[kind]);
  if (kind == HG_NODE_SCALAR && node->tag && strcmp(node->tag, "tag:yaml.org,2002:str") != 0)
    return wrong_at(merge, node, err, "'%s' has an unusual tag", name);
  *found = node;
  return 0;
}

/* A copy of a text; "" where there is none. */
static int32_t take_text(const struct merge *merge, const struct hg_node *mapping, const char *name,
                         const char **text, struct hg_error *err) {
  const struct hg_node *node;

  if (find_value(merge, mapping, name, HG_NODE_SCALAR, &node, err) < 0)
    return -1;
  *text = node ? arena_copy(merge->arena, node->text, node->length) : "";
  return *text ? 0 : no_memory(err);
}

static int32_t take_context(struct merge *merge, struct entry *entry, const struct hg_node *value,
                            struct hg_error *err) {
  const struct hg_node *context;

  if (find_value(merge, value, "context", HG_NODE_MAPPING, &context, err) < 0 ||
      take_text(merge, context, "cluster", &entry->cluster, err) < 0)
    return -1;
  return take_text(merge, context, "namespace", &entry->namespace_name, err);
}

static int32_t take_cluster(struct merge *merge, struct entry *entry, const struct hg_node *value,
                            struct hg_error *err) {
  const struct hg_node *cluster;

  if (find_value(merge, value, "cluster", HG_NODE_MAPPING, &cluster, err) < 0)
    return -1;
  for (const struct hg_node *field = cluster ? cluster->first : NULL; field; field = field->next)
    if (!is_null(field) &&
        (field->key->kind != HG_NODE_SCALAR || strcmp(field->key->text, "server") != 0))
      entry->has_more_than_a_server = true;
  return take_text(merge, cluster, "server", &entry->server, err);
}

static struct entry *add_entry(struct entries *entries) {
  struct entry *entry;

  if (entries->count == entries->capacity) {
    size_t capacity = entries->capacity ? entries->capacity * 2 : 16;
    struct entry *items = realloc(entries->items, capacity * sizeof *items);

    if (!items)
      return NULL;
    entries->items = items;
    entries->capacity = capacity;
  }
  entry = &entries->items[entries->count++];
  memset(entry, 0, sizeof *entry);
  return entry;
}

static int32_t take_list(struct merge *merge, const struct hg_node *root, const char *name,
                         struct entries *entries, take_function *take, struct hg_error *err) {
  const struct hg_node *list;

  if (find_value(merge, root, name, HG_NODE_SEQUENCE, &list, err) < 0)
    return -1;
  for (const struct hg_node *item = list ? list->first : NULL; item; item = item->next) {
    struct entry *entry = add_entry(entries);

    if (!entry)
      return no_memory(err);
    if (item->kind != HG_NODE_MAPPING && !is_null(item))
      return wrong_at(merge, item, err, "an item of '%s' is not a mapping", name);
    entry->file = merge->file;
    entry->line = item->line;
    entry->column = item->column;
    if (take_text(merge, item, "name", &entry->name, err) < 0 || take(merge, entry, item, err) < 0)
      return -1;
  }
  return 0;
}

/* kubectl reads other kinds as nothing it knows, and stops. */
static int32_t check_kind(const struct merge *merge, const struct hg_node *root,
                          struct hg_error *err) {
  static const struct {
    const char *name;
    const char *value;
  } expected[] = {{"apiVersion", "v1"}, {"kind", "Config"}};

  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    const struct hg_node *node;

    if (find_value(merge, root, expected[i].name, HG_NODE_SCALAR, &node, err) < 0)
      return -1;
    if (node && *node->text && strcmp(node->text, expected[i].value) != 0)
      return wrong_at(merge, node, err, "no kubeconfig: '%s' is '%.40s', not '%s'",
                      expected[i].name, node->text, expected[i].value);
  }
  return 0;
}

static int by_name(const void *left, const void *right) {
  const struct entry *a = left;
  const struct entry *b = right;
  int order = strcmp(a->name, b->name);

  if (order == 0)
    order = (a->file > b->file) - (a->file < b->file);
  if (order == 0)
    order = (a->line > b->line) - (a->line < b->line);
  return order ? order : (a->column > b->column) - (a->column < b->column);
}

/* Sorts the entries that came with one file, and finds names that stand in it twice, which kubectl
 * does not forgive. */
static int32_t check_names(const struct merge *merge, const struct entries *entries, size_t first,
                           struct hg_error *err) {
  size_t count = entries->count - first;
  struct entry *items;

  if (count < 2)
    return 0;
  items = entries->items + first;
  qsort(items, count, sizeof *items, by_name);
  for (size_t i = 1; i < count; i++)
    if (strcmp(items[i - 1].name, items[i].name) == 0)
      return hg_error_set(
          err, HG_ERROR_INVALID, "%.120s:%u:%u: the name \"%.60s\" stands twice, first in line %u",
          merge->path, items[i].line, items[i].column, items[i].name, items[i - 1].line);
  return 0;
}

static int32_t take_document(struct merge *merge, const struct hg_node *root,
                             struct hg_error *err) {
  size_t contexts = merge->contexts.count;
  size_t clusters = merge->clusters.count;
  const char *current;

  if (root->kind != HG_NODE_MAPPING)
    return wrong_at(merge, root, err, "no kubeconfig: not a mapping");
  if (check_kind(merge, root, err) < 0 ||
      take_text(merge, root, "current-context", &current, err) < 0 ||
      take_list(merge, root, "contexts", &merge->contexts, take_context, err) < 0 ||
      take_list(merge, root, "clusters", &merge->clusters, take_cluster, err) < 0 ||
      check_names(merge, &merge->contexts, contexts, err) < 0 ||
      check_names(merge, &merge->clusters, clusters, err) < 0)
    return -1;
  if (!*merge->current_context)
    merge->current_context = current;
  return 0;
}

/* Missing, not: unreachable. */
static bool is_missing(const char *path) {
  struct stat status;

  return stat(path, &status) < 0 && errno == ENOENT;
}

static int32_t read_file(struct merge *merge, const char *path, bool must_exist,
                         struct hg_error *err) {
  struct hg_error reason = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree = NULL;
  char *bytes = NULL;
  size_t length = 0;
  int32_t found;
  int32_t result = -1;

  merge->path = path;
  merge->file++;
  if (input_file_read(path, LARGEST_FILE, &bytes, &length, &reason) < 0) {
    if (reason.code == HG_ERROR_NOT_FOUND && !must_exist && is_missing(path))
      return 0;
    return hg_error_set(err, reason.code, "%s", reason.message);
  }
  if (yaml_tree_create(&tree, err) < 0 || yaml_tree_open(tree, bytes, length, err) < 0)
    goto out;
  found = yaml_tree_next(tree, &document, &problem);
  if (found < 0) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "%.100s:%u:%u: %.120s", path, problem.line,
                       problem.column, problem.message);
    goto out;
  }
  /* kubectl reads the first document alone, even where it is empty and another follows. */
  result = found == 0 || document.offset > 0 ? 0 : take_document(merge, document.root, err);
out:
  yaml_tree_destroy(tree);
  free(bytes);
  return result;
}

static int32_t read_files(struct merge *merge, const struct kubeconfig_sources *sources,
                          struct hg_error *err) {
  const char *path;
  size_t next = 0;
  int32_t found;

  while ((found = kubeconfig_next_path(sources, merge->arena, &next, &path)) > 0) {
    if (merge->file == MOST_FILES)
      return hg_error_set(err, HG_ERROR_LIMIT, "KUBECONFIG names more than %d files", MOST_FILES);
    if (read_file(merge, path, is_given(sources->kubeconfig), err) < 0)
      return -1;
  }
  return found < 0 ? no_memory(err) : 0;
}

/* The entry called `name` of the first file that has one: the whole of it counts, and nothing of
 * those in later files. */
static const struct entry *find_entry(const struct entries *entries, const char *name) {
  const struct entry *first = NULL;

  for (size_t i = 0; i < entries->count; i++)
    if (strcmp(entries->items[i].name, name) == 0 &&
        (!first || entries->items[i].file < first->file))
      first = &entries->items[i];
  return first;
}

static int32_t no_context(const struct merge *merge, const char *name, struct hg_error *err) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, name);
  for (size_t i = 0; i < merge->contexts.count && i < MOST_FILES; i++)
    suggestion_consider(&suggestion, merge->contexts.items[i].name);
  if (suggestion.nearest)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "context \"%.80s\" does not exist: did you mean \"%.80s\"?", name,
                        suggestion.nearest);
  return hg_error_set(err, HG_ERROR_NOT_FOUND,
                      "context \"%.80s\" does not exist: `kubectl config get-contexts` lists them",
                      name);
}

/* `path` in the Pod's directory of its service account. */
static int32_t service_account_path(const struct kubeconfig_sources *sources, const char *name,
                                    struct text_buffer *path, struct hg_error *err) {
  text_buffer_reset(path);
  text_buffer_printf(path, "%s/%s", sources->service_account, name);
  return path->failed ? no_memory(err) : 0;
}

/* The namespace that kubectl takes inside a Pod where no context names one, whichever cluster it
 * talks to. */
static int32_t pod_namespace(const struct kubeconfig_sources *sources, struct arena *arena,
                             struct text_buffer *path, const char **name, struct hg_error *err) {
  struct hg_error unreadable = HG_ERROR_INIT;
  char *bytes = NULL;
  size_t length = 0;
  size_t start = 0;

  *name = "default";
  if (is_given(sources->pod_namespace)) {
    *name = sources->pod_namespace;
    return 0;
  }
  if (service_account_path(sources, "namespace", path, err) < 0)
    return -1;
  if (input_file_read(text_buffer_string(path), 4096, &bytes, &length, &unreadable) < 0)
    return 0;
  while (length > 0 && strchr(" \t\r\n", bytes[length - 1]))
    length--;
  while (start < length && strchr(" \t\r\n", bytes[start]))
    start++;
  if (length > start)
    *name = arena_copy(arena, bytes + start, length - start);
  free(bytes);
  return *name ? 0 : no_memory(err);
}

/* What a Pod adds: its own cluster where the files say nothing, and its namespace. */
static int32_t apply_pod(const struct kubeconfig_sources *sources, struct arena *arena,
                         bool has_cluster, bool has_namespace, struct kubeconfig_target *target,
                         struct hg_error *err) {
  struct text_buffer text;
  struct stat status;
  int32_t result = -1;

  if (!is_given(sources->service_host) || !is_given(sources->service_port) ||
      !is_given(sources->service_account))
    return 0;
  text_buffer_init(&text);
  if (service_account_path(sources, "token", &text, err) < 0)
    goto out;
  if (stat(text_buffer_string(&text), &status) < 0 || S_ISDIR(status.st_mode)) {
    result = 0;
    goto out;
  }
  if (!has_namespace && pod_namespace(sources, arena, &text, &target->default_namespace, err) < 0)
    goto out;
  if (!has_cluster) {
    bool is_ipv6 = strchr(sources->service_host, ':') != NULL;

    text_buffer_reset(&text);
    text_buffer_printf(&text, "https://%s%s%s:%s", is_ipv6 ? "[" : "", sources->service_host,
                       is_ipv6 ? "]" : "", sources->service_port);
    target->server = text.failed ? NULL : arena_copy(arena, text.data, text.length);
    if (!target->server) {
      (void)no_memory(err);
      goto out;
    }
    target->is_default_server = false;
    target->is_pod = true;
  }
  result = 0;
out:
  text_buffer_finish(&text);
  return result;
}

static int32_t find_target(const struct merge *merge, const struct kubeconfig_sources *sources,
                           struct kubeconfig_target *target, struct hg_error *err) {
  const char *name = is_given(sources->context) ? sources->context : merge->current_context;
  const char *default_server =
      is_given(sources->default_server) ? sources->default_server : "http://localhost:8080";
  const struct entry *context = find_entry(&merge->contexts, name);
  const struct entry *cluster;
  bool has_namespace;

  if (!context && *name)
    return no_context(merge, name, err);
  target->context = name;
  target->cluster = context ? context->cluster : "";
  cluster = find_entry(&merge->clusters, target->cluster);
  target->is_default_server = !cluster || !*cluster->server;
  target->server = target->is_default_server ? default_server : cluster->server;
  target->is_pod = false;
  has_namespace = context && *context->namespace_name;
  target->default_namespace = has_namespace ? context->namespace_name : "default";
  return apply_pod(
      sources, merge->arena,
      cluster && (cluster->has_more_than_a_server || strcmp(target->server, default_server) != 0),
      has_namespace, target, err);
}

int32_t kubeconfig_find_target(const struct kubeconfig_sources *sources, struct arena *arena,
                               struct kubeconfig_target *target, struct hg_error *err) {
  struct merge merge = {.arena = arena, .current_context = ""};
  int32_t result = read_files(&merge, sources, err);

  if (result == 0)
    result = find_target(&merge, sources, target, err);
  free(merge.contexts.items);
  free(merge.clusters.items);
  return result;
}

void kubeconfig_append_server(struct text_buffer *text, const char *server) {
  size_t scheme_length = strcspn(server, ":/?#\\@");
  bool has_scheme = strncmp(server + scheme_length, "://", 3) == 0;
  const char *authority = has_scheme ? server + scheme_length + 3 : server;
  size_t authority_length = strcspn(authority, "/?#\\");
  const char *host = authority;

  for (size_t i = 0; i < authority_length; i++)
    if (authority[i] == '@')
      host = authority + i + 1;
  if (strchr(authority + authority_length, '@')) {
    text_buffer_append_string(text, "(not shown: it may hold a password)");
    return;
  }
  visible_text_append(text, server, (size_t)(authority - server));
  visible_text_append(text, host, strcspn(host, "?#"));
}
