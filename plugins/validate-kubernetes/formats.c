/* SPDX-License-Identifier: Apache-2.0 */
#include "formats.h"

#include "text/shown_text.h"

#include <arpa/inet.h>
#include <ctype.h>

static const char label_words[] =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
static const char subdomain_words[] =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
static const char qualified_words[] =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
static const char label_value_words[] =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  "
    "or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
static const char env_words[] =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', "
    "or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or "
    "'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
static const char config_key_words[] =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
static const char header_words[] =
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', "
    "regex used for validation is '[-A-Za-z0-9]+')";

enum { RELAXED_ENV_SINCE = 32, UNDERSCORE_SHOWN_SINCE = 34 };

/* What a byte may be part of. */
enum { LOWER = 1, UPPER = 2, DIGIT = 4, DASH = 8, POINT = 16, UNDERSCORE = 32 };
enum { WORD = LOWER | UPPER | DIGIT, NAME = WORD | DASH | POINT | UNDERSCORE };

static unsigned class_of(char c) {
  if (c >= 'a' && c <= 'z')
    return LOWER;
  if (c >= 'A' && c <= 'Z')
    return UPPER;
  if (c >= '0' && c <= '9')
    return DIGIT;
  return c == '-' ? DASH : c == '.' ? POINT : c == '_' ? UNDERSCORE : 0;
}

static bool all_of(struct text text, unsigned classes) {
  for (size_t i = 0; i < text.length; i++)
    if (!(class_of(text.data[i]) & classes))
      return false;
  return true;
}

/* Starts and ends with `ends` and holds only `all`; not empty. */
static bool is_framed(struct text text, unsigned ends, unsigned all) {
  return text.length > 0 && (class_of(text.data[0]) & ends) &&
         (class_of(text.data[text.length - 1]) & ends) && all_of(text, all);
}

static bool is_label_form(struct text text) {
  return is_framed(text, LOWER | DIGIT, LOWER | DIGIT | DASH);
}

static bool is_subdomain_form(struct text text) {
  size_t start = 0;

  for (size_t i = 0; i <= text.length; i++)
    if (i == text.length || text.data[i] == '.') {
      if (!is_label_form((struct text){text.data + start, i - start}))
        return false;
      start = i + 1;
    }
  return true;
}

bool is_dns_label(struct text text) {
  return text.length <= 63 && is_label_form(text);
}

bool is_dns_subdomain(struct text text) {
  return text.length <= 253 && is_subdomain_form(text);
}

bool is_label_value(struct text text) {
  return text.length == 0 || (text.length <= 63 && is_framed(text, WORD, NAME));
}

/* Splits at the only slash; false where there are more. */
static bool split_name(struct text text, struct text *prefix, struct text *name) {
  const char *slash = memchr(text.data, '/', text.length);

  *prefix = (struct text){NULL, 0};
  *name = text;
  if (!slash)
    return true;
  *prefix = (struct text){text.data, (size_t)(slash - text.data)};
  *name = (struct text){slash + 1, text.length - prefix->length - 1};
  return memchr(name->data, '/', name->length) == NULL;
}

bool is_qualified_name(struct text text) {
  struct text prefix;
  struct text name;

  return split_name(text, &prefix, &name) && name.length <= 63 && is_framed(name, WORD, NAME) &&
         (!prefix.data || is_dns_subdomain(prefix));
}

static unsigned complain(struct validation *v, enum rule rule, struct place place,
                         struct text shown, const char *words) {
  report_invalid(v, rule, place, show_text(shown), words);
  return 1;
}

unsigned check_dns_label(struct validation *v, struct place place, struct text text) {
  unsigned errors = 0;

  if (text.length > 63)
    errors += complain(v, RULE_DNS_LABEL, place, text, "must be no more than 63 characters");
  if (!is_label_form(text))
    errors += complain(v, RULE_DNS_LABEL, place, text, label_words);
  return errors;
}

unsigned check_dns_subdomain(struct validation *v, struct place place, struct text text) {
  unsigned errors = 0;

  if (text.length > 253)
    errors += complain(v, RULE_DNS_SUBDOMAIN, place, text, "must be no more than 253 characters");
  if (!is_subdomain_form(text))
    errors += complain(v, RULE_DNS_SUBDOMAIN, place, text, subdomain_words);
  return errors;
}

/* Labels that may start with one '_' and hold more. */
static bool is_underscored_form(struct text text) {
  size_t start = 0;
  size_t i;

  for (i = 0; i <= text.length; i++)
    if (i == text.length || text.data[i] == '.') {
      size_t first = start + (start < i && text.data[start] == '_');

      if (!is_framed((struct text){text.data + first, i - first}, LOWER | DIGIT,
                     LOWER | DIGIT | DASH | UNDERSCORE))
        return false;
      start = i + 1;
    }
  return true;
}

unsigned check_underscored_subdomain(struct validation *v, struct place place, struct text text) {
  unsigned errors = 0;

  if (text.length > 253)
    errors += complain(v, RULE_DNS_SUBDOMAIN, place, text, "must be no more than 253 characters");
  if (!is_underscored_form(text))
    errors += complain(
        v, RULE_DNS_SUBDOMAIN, place, text,
        say(v,
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            "'_', '-' or '.', and must start and end with an alphanumeric character (e.g. "
            "'example.com', regex used for validation is '%s')",
            v->minor < UNDERSCORE_SHOWN_SINCE
                ? "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
                : "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*"));
  return errors;
}

static unsigned check_name_prefix(struct validation *v, struct place place, struct text prefix,
                                  struct text shown) {
  unsigned errors = 0;

  if (prefix.length == 0)
    return complain(v, RULE_QUALIFIED_NAME, place, shown, "prefix part must be non-empty");
  if (prefix.length > 253)
    errors += complain(v, RULE_QUALIFIED_NAME, place, shown,
                       "prefix part must be no more than 253 characters");
  if (!is_subdomain_form(prefix))
    errors +=
        complain(v, RULE_QUALIFIED_NAME, place, shown, say(v, "prefix part %s", subdomain_words));
  return errors;
}

unsigned check_qualified_name_as(struct validation *v, struct place place, struct text text,
                                 struct text shown) {
  struct text prefix;
  struct text name;
  unsigned errors = 0;

  if (is_qualified_name(text))
    return 0;
  if (!split_name(text, &prefix, &name))
    return complain(v, RULE_QUALIFIED_NAME, place, shown,
                    say(v,
                        "a qualified name %s with an optional DNS subdomain prefix and '/' (e.g. "
                        "'example.com/MyName')",
                        qualified_words));
  if (prefix.data)
    errors += check_name_prefix(v, place, prefix, shown);
  if (name.length == 0)
    errors += complain(v, RULE_QUALIFIED_NAME, place, shown, "name part must be non-empty");
  if (name.length > 63)
    errors += complain(v, RULE_QUALIFIED_NAME, place, shown,
                       "name part must be no more than 63 characters");
  if (!is_framed(name, WORD, NAME))
    errors +=
        complain(v, RULE_QUALIFIED_NAME, place, shown, say(v, "name part %s", qualified_words));
  return errors;
}

unsigned check_qualified_name(struct validation *v, struct place place, struct text text) {
  return check_qualified_name_as(v, place, text, text);
}

const char *label_value_fault(struct text text) {
  if (text.length > 63)
    return "must be no more than 63 characters";
  return text.length == 0 || is_framed(text, WORD, NAME) ? NULL : label_value_words;
}

unsigned check_label_value(struct validation *v, struct place place, struct text text) {
  unsigned errors = 0;

  if (text.length > 63)
    errors += complain(v, RULE_LABEL_VALUE, place, text, "must be no more than 63 characters");
  if (text.length > 0 && !is_framed(text, WORD, NAME))
    errors += complain(v, RULE_LABEL_VALUE, place, text, label_value_words);
  return errors;
}

static unsigned check_no_backstep_name(struct validation *v, enum rule rule, struct place place,
                                       struct text text) {
  if (text_is(text, "."))
    return complain(v, rule, place, text, "must not be '.'");
  if (text_is(text, ".."))
    return complain(v, rule, place, text, "must not be '..'");
  if (text_starts(text, ".."))
    return complain(v, rule, place, text, "must not start with '..'");
  return 0;
}

/* Anything that can be printed, but for the sign between name and value. */
static bool is_relaxed_env_name(struct text text) {
  for (size_t i = 0; i < text.length; i++)
    if (text.data[i] < ' ' || text.data[i] > '~' || text.data[i] == '=')
      return false;
  return true;
}

struct text shown_variable(struct validation *v, struct text name) {
  size_t length = shown_key_length(name.data, name.length);
  const char *shown = length < name.length ? say(v, "%.*s…", (int)length, name.data) : NULL;

  return shown ? (struct text){shown, strlen(shown)} : name;
}

unsigned check_env_name(struct validation *v, struct place place, struct text text) {
  struct text shown = shown_variable(v, text);
  unsigned errors = 0;

  if (v->minor >= RELAXED_ENV_SINCE) {
    if (!is_relaxed_env_name(text))
      errors += complain(v, RULE_ENV_NAME, place, shown,
                         "a valid environment variable name must consist only of printable ASCII "
                         "characters other than '='");
    return errors;
  }

  if (text.length == 0 || !all_of(text, NAME) || class_of(text.data[0]) == DIGIT)
    errors += complain(v, RULE_ENV_NAME, place, shown, env_words);
  return errors + check_no_backstep_name(v, RULE_ENV_NAME, place, shown);
}

unsigned check_config_key(struct validation *v, struct place place, struct text text) {
  unsigned errors = 0;

  if (text.length > 253)
    errors += complain(v, RULE_CONFIG_KEY, place, text, "must be no more than 253 characters");
  if (text.length == 0 || !all_of(text, NAME))
    errors += complain(v, RULE_CONFIG_KEY, place, text, config_key_words);
  return errors + check_no_backstep_name(v, RULE_CONFIG_KEY, place, text);
}

static bool has_letter(struct text text) {
  for (size_t i = 0; i < text.length; i++)
    if (class_of(text.data[i]) == LOWER)
      return true;
  return false;
}

unsigned check_port_name(struct validation *v, struct place place, struct text text) {
  unsigned errors = 0;

  if (text.length > 15)
    errors += complain(v, RULE_PORT_NAME, place, text, "must be no more than 15 characters");
  if (text.length == 0 || !all_of(text, LOWER | DIGIT | DASH))
    errors += complain(v, RULE_PORT_NAME, place, text,
                       "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!has_letter(text))
    errors += complain(v, RULE_PORT_NAME, place, text, "must contain at least one letter (a-z)");
  if (text.length > 1 && memmem(text.data, text.length, "--", 2))
    errors += complain(v, RULE_PORT_NAME, place, text, "must not contain consecutive hyphens");
  if (text.length > 0 && (text.data[0] == '-' || text.data[text.length - 1] == '-'))
    errors += complain(v, RULE_PORT_NAME, place, text, "must not begin or end with a hyphen");
  return errors;
}

unsigned check_http_header_name(struct validation *v, struct place place, struct text text) {
  if (text.length > 0 && all_of(text, WORD | DASH))
    return 0;
  return complain(v, RULE_HTTP_HEADER, place, text, header_words);
}

unsigned check_range(struct validation *v, struct place place, int64_t number, int64_t least,
                     int64_t most) {
  if (number >= least && number <= most)
    return 0;
  report_invalid(
      v, RULE_NUMBER_RANGE, place, show_integer(number),
      say(v, "must be between %lld and %lld, inclusive", (long long)least, (long long)most));
  return 1;
}

unsigned check_port_number(struct validation *v, struct place place, int64_t port) {
  return check_range(v, place, port, 1, 65535);
}

unsigned check_not_negative(struct validation *v, struct place place, int64_t number) {
  if (number >= 0)
    return 0;
  report_invalid(v, RULE_NOT_NEGATIVE, place, show_integer(number),
                 "must be greater than or equal to 0");
  return 1;
}

struct text as_name_prefix(struct validation *v, struct text text) {
  struct text masked = text;

  if (text.length > 1 && text_ends(text, "-")) {
    masked.data = say(v, "%.*sa", (int)(text.length - 2), text.data);
    masked.length = strlen(masked.data);
  }
  return masked;
}

/* Four numbers up to 255 with points between them. */
static bool is_ipv4(struct text text) {
  size_t at = 0;

  for (unsigned part = 0; part < 4; part++) {
    unsigned value = 0;
    size_t start;

    if (part > 0 && (at >= text.length || text.data[at++] != '.'))
      return false;
    for (start = at; at < text.length && class_of(text.data[at]) == DIGIT; at++) {
      value = value * 10 + (unsigned)(text.data[at] - '0');
      if (value > 255)
        return false;
    }
    if (at == start)
      return false;
  }
  return at == text.length;
}

bool is_ip_address(struct text text) {
  struct in6_addr address;

  if (!memchr(text.data, ':', text.length))
    return is_ipv4(text);
  return memchr(text.data, '\0', text.length) == NULL &&
         inet_pton(AF_INET6, text.data, &address) == 1;
}

bool has_backstep(struct text path) {
  size_t start = 0;

  for (size_t i = 0; i <= path.length; i++)
    if (i == path.length || path.data[i] == '/') {
      if (i - start == 2 && memcmp(path.data + start, "..", 2) == 0)
        return true;
      start = i + 1;
    }
  return false;
}

struct text lower_text(struct validation *v, struct text text) {
  char *copy = scratch(v, text.length + 1);

  if (!copy)
    return text;
  for (size_t i = 0; i < text.length; i++)
    copy[i] = (char)tolower((unsigned char)text.data[i]);
  copy[text.length] = '\0';
  return (struct text){copy, text.length};
}
