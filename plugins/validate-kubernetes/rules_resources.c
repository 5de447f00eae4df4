/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, limits and claims. */
#include "rules_resources.h"

#include "formats.h"

enum { LIMIT_SHOWN_SINCE = 27 };

static const char *const standard_resources[] = {
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
    NULL,
};
static const char *const container_resources[] = {"cpu", "memory", "ephemeral-storage", NULL};
static const char *const byte_resources[] = {"memory", "ephemeral-storage", NULL};
static const char *const integer_resources[] = {
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
    NULL,
};

struct text amount_text(struct validation *v, const struct value *entry) {
  char room[QUANTITY_TEXT];
  const char *text =
      quantity_show(entry->node->text, entry->node->length, entry->as.quantity, room);
  const char *copy = text == room ? say(v, "%s", room) : text;

  return (struct text){copy, strlen(copy)};
}

bool is_huge_pages(struct text name) {
  return text_starts(name, "hugepages-");
}

/* Without a domain, or of kubernetes.io. */
static bool is_native(struct text name) {
  return !memchr(name.data, '/', name.length) ||
         memmem(name.data, name.length, "kubernetes.io/", 14);
}

/* A device or the like, counted by somebody outside of Kubernetes. Quotas put "requests." before
 * its name, which has to stay well-formed. */
static bool is_extended(struct text name) {
  char quota[9 + 253 + 1 + 63 + 1];

  if (is_native(name) || text_starts(name, "requests.") || name.length > sizeof quota - 10)
    return false;
  memcpy(quota, "requests.", 9);
  memcpy(quota + 9, name.data, name.length);
  return is_qualified_name((struct text){quota, name.length + 9});
}

unsigned check_standard_resource(struct validation *v, struct place place, struct text name) {
  unsigned errors = check_qualified_name(v, place, name);

  if (errors > 0 || memchr(name.data, '/', name.length) || is_huge_pages(name) ||
      text_is_one_of(name, standard_resources))
    return errors;
  report_invalid(v, RULE_RESOURCE_NAME, place, show_text(name),
                 "must be a standard resource type or fully qualified");
  return 1;
}

static void check_container_resource(struct validation *v, struct place place, struct text name) {
  if (text_is_one_of(name, container_resources))
    return;
  (void)check_standard_resource(v, place, name);
  if (!memchr(name.data, '/', name.length)) {
    if (!is_huge_pages(name))
      report_invalid(v, RULE_RESOURCE_NAME, place, show_text(name),
                     "must be a standard resource for containers");
  } else if (!is_native(name) && !is_extended(name)) {
    report_invalid(v, RULE_RESOURCE_NAME, place, show_text(name),
                   "doesn't follow extended resource name standard");
  }
}

static void check_huge_pages(struct validation *v, struct place place, const struct value *entry) {
  struct text name = item_key(entry);
  struct quantity page;
  const struct quantity *amount = entry->as.quantity;
  int64_t size; /* wraps to -1 too, which divides all; the processor does not divide INT64_MIN */

  if (quantity_parse(name.data + 10, name.length - 10, &page) != NULL || page.nano <= 0 ||
      !quantity_is_whole(&page) || (size = quantity_wrapped(&page, 1000000000)) == 0 ||
      (size != -1 && quantity_wrapped(amount, 1000000000) % size != 0))
    report_invalid(
        v, RULE_HUGE_PAGES, place, show_text(amount_text(v, entry)),
        say(v, "%s is not positive integer multiple of %s", amount_text(v, entry).data, name.data));
}

void warn_of_fraction(struct validation *v, struct place place, const struct value *entry) {
  if (!quantity_is_whole(entry->as.quantity))
    report_warning(v, RULE_FRACTIONAL_BYTES, place,
                   say(v, "fractional byte value %s is invalid, must be an integer",
                       quoted(v, amount_text(v, entry))));
}

/* Warns of parts of bytes of memory and disk. */
static void warn_of_fractions(struct validation *v, const struct object *object, unsigned field) {
  const struct list *list = get_list(object, field);

  for (uint32_t i = 0; i < list->count; i++)
    if (text_is_one_of(item_key(&list->items[i]), byte_resources))
      warn_of_fraction(v, at_entry(object, field, &list->items[i]), &list->items[i]);
}

static void check_amount(struct validation *v, struct place place, const struct value *entry,
                         check_resource_name_function *check_name) {
  struct text name = item_key(entry);
  const struct quantity *amount = entry->as.quantity;

  check_name(v, positioned(place, entry->node->key), name);
  if (quantity_is_negative(amount))
    report_invalid(v, RULE_NOT_NEGATIVE, place, show_text(amount_text(v, entry)),
                   "must be greater than or equal to 0");
  if (!quantity_is_whole(amount) && (text_is_one_of(name, integer_resources) || is_extended(name)))
    report_invalid(v, RULE_RESOURCE_AMOUNT, place, show_text(amount_text(v, entry)),
                   "must be an integer");
  if (is_huge_pages(name))
    check_huge_pages(v, place, entry);
}

/* Only what is counted in shares can be promised more than once. */
static bool overcommit_allowed(struct text name) {
  return is_native(name) && !is_huge_pages(name);
}

/* A request against the limit of the same name. The server names the map, not the entry. */
static void check_request(struct validation *v, const struct object *resources,
                          const struct value *request, const struct value *limit) {
  struct text name = item_key(request);
  struct place place =
      positioned(at_field(resources, RESOURCE_REQUIREMENTS_REQUESTS), request->node);
  bool overcommit = overcommit_allowed(name);
  int order;

  if (!limit) {
    if (!overcommit)
      report_required(v, RULE_RESOURCE_AMOUNT,
                      positioned(at_field(resources, RESOURCE_REQUIREMENTS_LIMITS), request->node),
                      "Limit must be set for non overcommitable resources");
    return;
  }
  order = quantity_compare(request->as.quantity, limit->as.quantity);
  if (order > 0 || (order != 0 && !overcommit))
    report_invalid(v, RULE_RESOURCE_AMOUNT, place, show_text(amount_text(v, request)),
                   say(v, "must be %s %s limit%s%s",
                       overcommit ? "less than or equal to" : "equal to", name.data,
                       v->minor < LIMIT_SHOWN_SINCE ? "" : " of ",
                       v->minor < LIMIT_SHOWN_SINCE ? "" : amount_text(v, limit).data));
}

/* Which kinds of resources a map names. */
struct kinds {
  bool compute;
  bool huge_pages;
};

static void note_kind(struct kinds *kinds, struct text name) {
  kinds->compute = kinds->compute || text_is(name, "cpu") || text_is(name, "memory");
  kinds->huge_pages = kinds->huge_pages || is_huge_pages(name);
}

/* What a container's claims named before: whole claims, single requests of them, and the claims of
 * which a request was named. */
struct named {
  struct string_set claims;
  struct string_set requests;
  struct string_set parts;
};

static int add_claim(struct validation *v, struct named *named, const struct object *claim,
                     struct place place) {
  struct text name = get_text(claim, RESOURCE_CLAIM_NAME);
  struct text request = get_text(claim, RESOURCE_CLAIM_REQUEST);
  const char *both = say(v, "%s/%s", name.data, request.data);
  struct text key = {both, strlen(both)};
  int added;

  if (string_set_has(&named->claims, name)) {
    report_duplicate(v, RULE_DUPLICATE_VALUE, place, show_text(name));
    return 0;
  }
  if (request.length == 0) {
    if (string_set_has(&named->parts, name))
      report_duplicate(v, RULE_DUPLICATE_VALUE, place, show_text(name));
    return string_set_add(&named->claims, name);
  }
  (void)check_dns_label(v, at_field(claim, RESOURCE_CLAIM_REQUEST), request);
  added = string_set_add(&named->requests, key);
  if (added == 0)
    report_duplicate(v, RULE_DUPLICATE_VALUE, place, show_text(key));
  return added < 0 ? -1 : string_set_add(&named->parts, name);
}

static void check_claims(struct validation *v, const struct pod *pod,
                         const struct object *resources) {
  const struct list *claims = get_list(resources, RESOURCE_REQUIREMENTS_CLAIMS);
  struct named named;

  string_set_init(&named.claims, &v->arena);
  string_set_init(&named.requests, &v->arena);
  string_set_init(&named.parts, &v->arena);
  for (uint32_t i = 0; i < claims->count && !v->failed; i++) {
    const struct object *claim = claims->items[i].as.object;
    struct text name = get_text(claim, RESOURCE_CLAIM_NAME);
    struct place place = at_item(resources, RESOURCE_REQUIREMENTS_CLAIMS, i);

    if (name.length == 0) {
      report_required(v, RULE_REQUIRED, place, NULL);
      continue;
    }
    if (add_claim(v, &named, claim, place) < 0)
      v->failed = true;
    if (!string_set_has(&pod->claims, name))
      report_error(v, RULE_RESOURCE_CLAIM, place,
                   say(v, "Not found: %s: must be one of the names in pod.spec.resourceClaims%s",
                       quoted(v, name), pod->claim_names),
                   NULL);
  }
}

void check_requirements(struct validation *v, const struct pod *pod, const struct object *resources,
                        check_resource_name_function *check_name) {
  const struct list *limits = get_list(resources, RESOURCE_REQUIREMENTS_LIMITS);
  const struct list *requests = get_list(resources, RESOURCE_REQUIREMENTS_REQUESTS);
  struct kinds kinds = {false, false};

  if (!resources)
    return;
  for (uint32_t i = 0; i < limits->count; i++) {
    check_amount(v, at_entry(resources, RESOURCE_REQUIREMENTS_LIMITS, &limits->items[i]),
                 &limits->items[i], check_name);
    note_kind(&kinds, item_key(&limits->items[i]));
  }
  for (uint32_t i = 0; i < requests->count; i++) {
    const struct value *request = &requests->items[i];

    check_amount(v, at_entry(resources, RESOURCE_REQUIREMENTS_REQUESTS, request), request,
                 check_name);
    check_request(v, resources, request, map_find(limits, item_key(request)));
    note_kind(&kinds, item_key(request));
  }
  warn_of_fractions(v, resources, RESOURCE_REQUIREMENTS_LIMITS);
  warn_of_fractions(v, resources, RESOURCE_REQUIREMENTS_REQUESTS);
  if (kinds.huge_pages && !kinds.compute)
    report_forbidden(v, RULE_HUGE_PAGES, at_object(resources), "HugePages require cpu or memory");
  check_claims(v, pod, resources);
}

void check_resources(struct validation *v, const struct pod *pod, const struct object *container) {
  check_requirements(v, pod, get_object(container, CONTAINER_RESOURCES), check_container_resource);
}

/* The server holds it against the rules for limits, and says so in the path: validateOverhead() in
 * pkg/apis/core/validation/validation.go of 1.26 and 1.36. */
void check_overhead(struct validation *v, const struct object *spec) {
  const struct list *overhead = get_list(spec, POD_SPEC_OVERHEAD);
  struct kinds kinds = {false, false};

  for (uint32_t i = 0; i < overhead->count; i++) {
    struct place place = at_tail(spec, "overhead.limits", overhead->items[i].node);

    place.tail_key = item_key(&overhead->items[i]);
    check_amount(v, place, &overhead->items[i], check_container_resource);
    note_kind(&kinds, item_key(&overhead->items[i]));
  }
  if (kinds.huge_pages && !kinds.compute)
    report_forbidden(v, RULE_HUGE_PAGES, at_field(spec, POD_SPEC_OVERHEAD),
                     "HugePages require cpu or memory");
  warn_of_fractions(v, spec, POD_SPEC_OVERHEAD);
}
