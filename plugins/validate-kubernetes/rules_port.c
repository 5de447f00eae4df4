/* SPDX-License-Identifier: Apache-2.0 */
/* Ports of containers. */
#include "rules.h"

#include "formats.h"

/* Since then hostPort is what is wrong, and none is put in by the server. */
enum { HOST_PORT_NAMED_SINCE = 28 };

static const char *const protocols[] = {"SCTP", "TCP", "UDP", NULL};

void check_ports(struct validation *v, const struct object *container) {
  const struct list *ports = get_list(container, CONTAINER_PORTS);
  struct string_set names;

  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < ports->count && !v->failed; i++) {
    const struct object *port = ports->items[i].as.object;
    struct text name = get_text(port, CONTAINER_PORT_NAME);
    struct text protocol = get_text(port, CONTAINER_PORT_PROTOCOL);
    int64_t number = get_integer(port, CONTAINER_PORT_CONTAINER_PORT);
    int64_t host_port = get_integer(port, CONTAINER_PORT_HOST_PORT);

    if (name.length > 0 && check_port_name(v, at_field(port, CONTAINER_PORT_NAME), name) == 0) {
      int added = string_set_add(&names, name);

      if (added == 0)
        report_duplicate(v, RULE_DUPLICATE_VALUE, at_field(port, CONTAINER_PORT_NAME),
                         show_text(name));
      if (added < 0)
        v->failed = true;
    }
    if (number == 0)
      report_required(v, RULE_REQUIRED, at_field(port, CONTAINER_PORT_CONTAINER_PORT), NULL);
    else
      (void)check_port_number(v, at_field(port, CONTAINER_PORT_CONTAINER_PORT), number);
    if (host_port != 0)
      (void)check_port_number(v, at_field(port, CONTAINER_PORT_HOST_PORT), host_port);
    /* Empty means TCP. */
    if (protocol.length > 0 && !text_is_one_of(protocol, protocols))
      report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(port, CONTAINER_PORT_PROTOCOL),
                           show_text(protocol), protocols);
  }
}

void check_host_network(struct validation *v, const struct object *spec) {
  const struct list *containers = get_list(spec, POD_SPEC_CONTAINERS);

  if (!get_bool(spec, POD_SPEC_HOST_NETWORK))
    return;
  for (uint32_t i = 0; i < containers->count; i++) {
    const struct list *ports = get_list(containers->items[i].as.object, CONTAINER_PORTS);

    for (uint32_t n = 0; n < ports->count; n++) {
      const struct object *port = ports->items[n].as.object;
      int64_t number = get_integer(port, CONTAINER_PORT_CONTAINER_PORT);
      int64_t host_port = get_integer(port, CONTAINER_PORT_HOST_PORT);

      if (host_port == 0 || host_port == number)
        continue;
      if (v->minor < HOST_PORT_NAMED_SINCE)
        report_invalid(v, RULE_HOST_PORT, at_field(port, CONTAINER_PORT_CONTAINER_PORT),
                       show_integer(number), "must match `hostPort` when `hostNetwork` is true");
      else
        report_invalid(v, RULE_HOST_PORT, at_field(port, CONTAINER_PORT_HOST_PORT),
                       show_integer(host_port),
                       "must match `containerPort` when `hostNetwork` is true");
    }
  }
}

static void add_host_ports(struct validation *v, struct string_set *taken,
                           const struct object *container, bool host_network) {
  const struct list *ports = get_list(container, CONTAINER_PORTS);

  for (uint32_t i = 0; i < ports->count && !v->failed; i++) {
    const struct object *port = ports->items[i].as.object;
    struct text protocol = get_text(port, CONTAINER_PORT_PROTOCOL);
    int64_t number = get_integer(port, CONTAINER_PORT_HOST_PORT);
    const char *place;
    int added;

    /* On the host's network a container's port is the host's. */
    if (number == 0 && host_network && v->minor < HOST_PORT_NAMED_SINCE)
      number = get_integer(port, CONTAINER_PORT_CONTAINER_PORT);
    if (number == 0)
      continue;
    place = say(v, "%s/%s/%lld", protocol.length > 0 ? protocol.data : "TCP",
                get_text(port, CONTAINER_PORT_HOST_IP).data, (long long)number);
    added = string_set_add(taken, (struct text){place, strlen(place)});
    if (added == 0)
      report_duplicate(v, RULE_HOST_PORT, at_field(port, CONTAINER_PORT_HOST_PORT),
                       show_raw(say(v, "\"%s\"", place)));
    if (added < 0)
      v->failed = true;
  }
}

void check_host_ports(struct validation *v, const struct pod *pod, const struct list *containers,
                      uint32_t first, uint32_t count) {
  bool host_network = get_bool(pod->spec, POD_SPEC_HOST_NETWORK);
  struct string_set taken;

  string_set_init(&taken, &v->arena);
  for (uint32_t i = first; i < first + count; i++)
    if (get_list(containers->items[i].as.object, CONTAINER_PORTS)->count > 0)
      add_host_ports(v, &taken, containers->items[i].as.object, host_network);
}
