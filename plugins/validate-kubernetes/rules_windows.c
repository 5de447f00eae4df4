/* SPDX-License-Identifier: Apache-2.0 */
/* windowsOptions of security contexts. */
#include "rules.h"

#include "formats.h"

enum { MOST_GMSA = 64 * 1024, DOMAIN_BELOW = 256, MOST_USER = 104 };

static bool has_control(struct text text) {
  for (size_t i = 0; i < text.length; i++)
    if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
      return true;
  return false;
}

static bool has_any(struct text text, const char *characters) {
  for (size_t i = 0; i < text.length; i++)
    if (text.data[i] != '\0' && strchr(characters, text.data[i]))
      return true;
  return false;
}

static void complain(struct validation *v, struct place place, struct text name,
                     const char *words) {
  report_invalid(v, RULE_WINDOWS_OPTIONS, place, show_text(name), words);
}

/* A NetBIOS name, or a DNS name. */
static bool is_domain(struct validation *v, struct text domain) {
  size_t start = 0;

  if (domain.length > 0 && domain.length <= 15 && domain.data[0] != '.' &&
      !has_any(domain, "\\/:*?\"<>|"))
    return true;
  for (size_t i = 0; i <= domain.length; i++)
    if (i == domain.length || domain.data[i] == '.') {
      if (!is_dns_label(lower_text(v, (struct text){domain.data + start, i - start})))
        return false;
      start = i + 1;
    }
  return true;
}

static void check_user(struct validation *v, struct place place, struct text name,
                       struct text user) {
  size_t dots = 0;

  while (dots < user.length && (user.data[dots] == '.' || user.data[dots] == ' '))
    dots++;
  if (user.length == 0)
    complain(v, place, name, "runAsUserName's User cannot be empty");
  else if (user.length > MOST_USER)
    complain(v, place, name, "runAsUserName's User length must not be longer than 104 characters");
  if (user.length > 0 && dots == user.length)
    complain(v, place, name, "runAsUserName's User cannot contain only periods or spaces");
  if (has_any(user, "\"/\\:;|=,+*?<>@[]"))
    complain(v, place, name,
             "runAsUserName's User cannot contain the following characters: "
             "\"/\\:;|=,+*?<>@[]");
}

/* [DOMAIN\]USER */
static void check_user_name(struct validation *v, struct place place, struct text name) {
  const char *slash = memchr(name.data, '\\', name.length);
  struct text domain = {name.data, slash ? (size_t)(slash - name.data) : 0};
  struct text user = name;

  if (slash)
    user = (struct text){slash + 1, name.length - domain.length - 1};
  if (name.length == 0) {
    complain(v, place, name, "runAsUserName cannot be an empty string");
  } else if (has_control(name)) {
    complain(v, place, name, "runAsUserName cannot contain control characters");
  } else if (memchr(user.data, '\\', user.length)) {
    complain(v, place, name, "runAsUserName cannot contain more than one backslash");
  } else {
    if (domain.length >= DOMAIN_BELOW)
      complain(v, place, name, "runAsUserName's Domain length must be under 256 characters");
    if (slash && !is_domain(v, domain))
      complain(v, place, name,
               "runAsUserName's Domain doesn't match the NetBios nor the DNS format");
    check_user(v, place, name, user);
  }
}

void check_windows_options(struct validation *v, const struct object *options) {
  struct text name = get_text(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_GMSA_CREDENTIAL_SPEC_NAME);
  struct text spec = get_text(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_GMSA_CREDENTIAL_SPEC);
  struct place place;

  if (!options)
    return;
  if (has(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_GMSA_CREDENTIAL_SPEC_NAME))
    (void)check_dns_subdomain(
        v, at_field(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_GMSA_CREDENTIAL_SPEC_NAME), name);
  place = at_field(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_GMSA_CREDENTIAL_SPEC);
  if (place.node && spec.length == 0)
    complain(v, place, spec, "gmsaCredentialSpec cannot be an empty string");
  else if (spec.length > MOST_GMSA)
    complain(v, place, spec, "gmsaCredentialSpec size must be under 64 KiB");
  place = at_field(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_RUN_AS_USER_NAME);
  if (place.node)
    check_user_name(v, place, get_text(options, WINDOWS_SECURITY_CONTEXT_OPTIONS_RUN_AS_USER_NAME));
}
