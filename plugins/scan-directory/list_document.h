/* SPDX-License-Identifier: Apache-2.0 */
/* A document that is a list of objects: what kubectl takes apart, and what it refuses.
 *
 * kubectl gives each item to the server as an object of its own. It does so with the kind List of
 * any version that is served, and with JobList, ConfigMapList and so on, whose items may leave
 * their kind out (k8s.io/cli-runtime, pkg/resource; k8s.io/apimachinery, unstructured). A list in a
 * list it does not open. The items of the two kinds that it has a schema for (List of v1, JobList)
 * it checks itself, which is stricter than the server: an item of a list or a value of a map must
 * not be null, and a field that the schema requires must be written out, also where the server
 * would fill it in (k8s.io/kubectl, pkg/validation). */
#ifndef SCAN_DIRECTORY_LIST_DOCUMENT_H
#define SCAN_DIRECTORY_LIST_DOCUMENT_H

#include <headgate/diagnostic.h>
#include <headgate/node.h>
#include <stdbool.h>

/* A list. The strings are the tree's, or constants. */
struct list_document {
  const struct hg_node *root;
  const struct hg_node *items; /* a sequence, or NULL: none, as good as an empty one */
  const char *api_version;
  char item_kind[64]; /* of items that name none; "": they must */
};

/* Room for an item that gets what its list says of it. */
struct list_item {
  struct hg_node root;
  struct hg_node names[2];
  struct hg_node values[2];
};

/* Why the list, or one of its items, cannot be taken. */
struct list_fault {
  const struct hg_node *at;
  const char *field; /* "items", "metadata.name" */
  const char *advice;
  char message[200];
};

/* The text of the entry `name`, "" where it is none. */
const char *object_text(const struct hg_node *root, const char *name);

/* Whether the document is a list. *list is set then. */
bool list_document_is(const struct hg_node *root, struct list_document *list);

/* What kubectl refuses of the list itself. 1: *fault says. */
int list_document_check(const struct list_document *list, struct list_fault *fault);

/* The object that an item stands for: itself, or `room` with its kind filled in. */
const struct hg_node *list_document_object(const struct list_document *list,
                                           const struct hg_node *item, struct list_item *room);

/* What kubectl of version 1.`minor` refuses of an item that the server would take, or never sees.
 * 1: *fault says. */
int list_document_check_item(const struct list_document *list, const struct hg_node *item,
                             uint32_t minor, struct list_fault *fault);

#endif
