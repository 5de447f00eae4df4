/* SPDX-License-Identifier: Apache-2.0 */
/* What a Pod's host is called: hostname, subdomain, hostnameOverride. */
#include "rules.h"

#include "formats.h"

enum { MOST_HOST_NAME = 64 }; /* Linux has room for no more */

static void check_label(struct validation *v, const struct object *spec, unsigned field) {
  struct text name = get_text(spec, field);

  if (name.length > 0)
    (void)check_dns_label(v, at_field(spec, field), name);
}

/* The whole name, instead of one that is put together. */
static void check_override(struct validation *v, const struct object *spec) {
  struct text name = get_text(spec, POD_SPEC_HOSTNAME_OVERRIDE);
  struct place place = at_field(spec, POD_SPEC_HOSTNAME_OVERRIDE);

  if (!has(spec, POD_SPEC_HOSTNAME_OVERRIDE))
    return;
  if (get_bool(spec, POD_SPEC_SET_HOSTNAME_AS_FQDN))
    report_forbidden(v, RULE_HOST_NAMESPACE, place,
                     "may not be specified when setHostnameAsFQDN is true");
  if (get_bool(spec, POD_SPEC_HOST_NETWORK))
    report_forbidden(v, RULE_HOST_NAMESPACE, place,
                     "may not be specified when hostNetwork is true");
  if (name.length > MOST_HOST_NAME)
    report_too_long(v, RULE_DNS_SUBDOMAIN, place, MOST_HOST_NAME);
  (void)check_dns_subdomain(v, place, name);
}

void check_host_names(struct validation *v, const struct object *spec) {
  check_override(v, spec);
  check_label(v, spec, POD_SPEC_HOSTNAME);
  check_label(v, spec, POD_SPEC_SUBDOMAIN);
}
