/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings of ports that several containers of a Pod claim (pkg/api/pod/warnings.go). */
#include "rules_warning.h"

/* Ports beyond the first MOST_COMPARED are not held against each other, and of one port not more
 * than MOST_CLASHES are told. */
enum { PORTS_SINCE = 28, NAMES_SINCE = 33, MOST_COMPARED = 1000, MOST_CLASHES = 8 };

static struct text protocol_of(const struct object *port) {
  struct text protocol = get_text(port, CONTAINER_PORT_PROTOCOL);

  return protocol.length > 0 ? protocol : TEXT("TCP");
}

static const char *path_of(struct validation *v, const struct object *port) {
  struct place place = at_object(port);

  return place_path(v, &place);
}

/* How two definitions of one port clash; NULL where they do not. */
static const char *clash(const struct object *a, const struct object *b) {
  int64_t number_a = get_integer(a, CONTAINER_PORT_HOST_PORT);
  int64_t number_b = get_integer(b, CONTAINER_PORT_HOST_PORT);
  struct text ip_a = get_text(a, CONTAINER_PORT_HOST_IP);
  struct text ip_b = get_text(b, CONTAINER_PORT_HOST_IP);

  if (get_integer(a, CONTAINER_PORT_CONTAINER_PORT) !=
          get_integer(b, CONTAINER_PORT_CONTAINER_PORT) ||
      !text_equal(protocol_of(a), protocol_of(b)))
    return NULL;
  if (number_a == number_b && text_equal(ip_a, ip_b))
    return "duplicate";
  if (number_a == 0 || number_b == 0)
    return "overlapping";
  return number_a == number_b && (ip_a.length == 0) != (ip_b.length == 0) ? "dangerously ambiguous"
                                                                          : NULL;
}

static void compare(struct validation *v, const struct object *const *ports, size_t count,
                    const struct object *port) {
  struct text name = get_text(port, CONTAINER_PORT_NAME);
  bool named = false;
  unsigned clashes = 0;

  for (size_t i = 0; i < count && clashes < MOST_CLASHES; i++) {
    const char *kind = clash(port, ports[i]);
    bool same_name = v->minor >= NAMES_SINCE && name.length > 0 && !named &&
                     text_equal(name, get_text(ports[i], CONTAINER_PORT_NAME));

    clashes += kind != NULL;
    if (kind)
      report_warning(v, RULE_PORT_CLASH, at_object(port),
                     say(v, "%s port definition with %s", kind, path_of(v, ports[i])));
    if (same_name) {
      const char *other = path_of(v, ports[i]);

      named = true;
      report_warning(v, RULE_PORT_CLASH,
                     positioned(at_object(port), port->values[CONTAINER_PORT_NAME].node),
                     say(v,
                         "duplicate port name %s with %s, services and probes that select ports by "
                         "name will use %s",
                         quoted(v, name), other, other));
    }
  }
}

static void warn_of_lonely_ip(struct validation *v, const struct object *port) {
  struct text ip = get_text(port, CONTAINER_PORT_HOST_IP);

  if (ip.length > 0 && get_integer(port, CONTAINER_PORT_HOST_PORT) == 0)
    report_warning(v, RULE_PORT_CLASH, at_object(port),
                   say(v,
                       "hostIP set without hostPort: {Name:%s HostPort:0 ContainerPort:%lld "
                       "Protocol:%s HostIP:%s}",
                       get_text(port, CONTAINER_PORT_NAME).data,
                       (long long)get_integer(port, CONTAINER_PORT_CONTAINER_PORT),
                       protocol_of(port).data, ip.data));
}

void warn_of_ports(struct validation *v, const struct object *spec) {
  static const uint8_t lists[] = {POD_SPEC_INIT_CONTAINERS, POD_SPEC_CONTAINERS};
  const struct object **ports = NULL;
  size_t count = 0;

  for (size_t n = 0; n < sizeof lists && v->minor >= PORTS_SINCE; n++)
    for (uint32_t i = 0; i < get_list(spec, lists[n])->count; i++) {
      const struct list *list =
          get_list(get_list(spec, lists[n])->items[i].as.object, CONTAINER_PORTS);

      for (uint32_t k = 0; k < list->count; k++) {
        warn_of_lonely_ip(v, list->items[k].as.object);
        if (!ports)
          ports = scratch(v, MOST_COMPARED * sizeof *ports);
        if (!ports || count == MOST_COMPARED)
          return;
        compare(v, ports, count, list->items[k].as.object);
        ports[count++] = list->items[k].as.object;
      }
    }
}
