/* SPDX-License-Identifier: Apache-2.0 */
/* Name resolution: dnsPolicy, dnsConfig, hostAliases. */
#include "rules.h"

#include "formats.h"
#include "ip_address.h"

enum {
  MOST_NAMESERVERS = 3,
  MOST_SEARCHES = 32,
  MOST_SEARCH_BYTES = 2048,
  ALIAS_INDEX_SINCE = 30,
  UNDERSCORES_SINCE = 33,
};

static const char *const dns_policies[] = {"ClusterFirstWithHostNet", "ClusterFirst", "Default",
                                           "None", NULL};

static void check_searches(struct validation *v, const struct object *config) {
  const struct list *searches = get_list(config, POD_DNS_CONFIG_SEARCHES);
  size_t bytes = 0;

  if (searches->count == 0)
    return;
  if (searches->count > MOST_SEARCHES)
    report_invalid(v, RULE_DNS_CONFIG, at_field(config, POD_DNS_CONFIG_SEARCHES), show_nothing(),
                   "must not have more than 32 search paths");
  for (uint32_t i = 0; i < searches->count; i++)
    bytes += searches->items[i].node->length + (i > 0);
  if (bytes > MOST_SEARCH_BYTES)
    report_invalid(v, RULE_DNS_CONFIG, at_field(config, POD_DNS_CONFIG_SEARCHES), show_nothing(),
                   "must not have more than 2048 characters (including spaces) in the search list");
  for (uint32_t i = 0; i < searches->count; i++) {
    struct text search = item_text(&searches->items[i]);

    struct place place = at_item(config, POD_DNS_CONFIG_SEARCHES, i);
    bool relaxed = v->minor >= UNDERSCORES_SINCE;

    if (relaxed && text_is(search, "."))
      continue;
    if (text_ends(search, "."))
      search.length--;
    if (relaxed)
      (void)check_underscored_subdomain(v, place, search);
    else
      (void)check_dns_subdomain(v, place, search);
  }
}

static void check_dns_config(struct validation *v, const struct object *spec) {
  const struct object *config = get_object(spec, POD_SPEC_DNS_CONFIG);
  const struct list *servers = get_list(config, POD_DNS_CONFIG_NAMESERVERS);
  const struct list *options = get_list(config, POD_DNS_CONFIG_OPTIONS);

  if (text_is(get_text(spec, POD_SPEC_DNS_POLICY), "None")) {
    if (!config)
      report_required(v, RULE_DNS_CONFIG, at_field(spec, POD_SPEC_DNS_CONFIG),
                      "must provide `dnsConfig` when `dnsPolicy` is None");
    else if (servers->count == 0)
      report_required(v, RULE_DNS_CONFIG, at_field(config, POD_DNS_CONFIG_NAMESERVERS),
                      "must provide at least one DNS nameserver when `dnsPolicy` is None");
    if (servers->count == 0)
      return;
  }
  if (!config)
    return;
  if (servers->count > MOST_NAMESERVERS)
    report_invalid(v, RULE_DNS_CONFIG, at_field(config, POD_DNS_CONFIG_NAMESERVERS), show_nothing(),
                   "must not have more than 3 nameservers");
  for (uint32_t i = 0; i < servers->count; i++)
    check_ip_address(v, at_item(config, POD_DNS_CONFIG_NAMESERVERS, i),
                     item_text(&servers->items[i]));
  check_searches(v, config);
  for (uint32_t i = 0; i < options->count; i++)
    if (get_text(options->items[i].as.object, POD_DNS_CONFIG_OPTION_NAME).length == 0)
      report_required(v, RULE_REQUIRED, at_item(config, POD_DNS_CONFIG_OPTIONS, i),
                      "must not be empty");
}

void check_dns(struct validation *v, const struct object *spec) {
  struct text policy = get_text(spec, POD_SPEC_DNS_POLICY);

  /* Empty means ClusterFirst. */
  if (policy.length > 0 && !text_is_one_of(policy, dns_policies))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(spec, POD_SPEC_DNS_POLICY),
                         show_text(policy), dns_policies);
  check_dns_config(v, spec);
}

/* Older servers leave the indexes out of these paths. */
void check_host_aliases(struct validation *v, const struct object *spec) {
  const struct list *aliases = get_list(spec, POD_SPEC_HOST_ALIASES);

  for (uint32_t i = 0; i < aliases->count; i++) {
    struct object *alias = aliases->items[i].as.object;
    const struct list *names = get_list(alias, HOST_ALIAS_HOSTNAMES);

    alias->hidden = v->minor < ALIAS_INDEX_SINCE ? HIDE_ITEM : 0;
    check_ip_address(v, at_field(alias, HOST_ALIAS_IP), get_text(alias, HOST_ALIAS_IP));
    for (uint32_t n = 0; n < names->count; n++) {
      struct place place =
          v->minor < ALIAS_INDEX_SINCE
              ? positioned(at_field(alias, HOST_ALIAS_HOSTNAMES), names->items[n].node)
              : at_item(alias, HOST_ALIAS_HOSTNAMES, n);

      (void)check_dns_subdomain(v, place, item_text(&names->items[n]));
    }
  }
}
