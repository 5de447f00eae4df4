/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that must have a certain form: names, labels, keys, paths, addresses.
 *
 * Each function reports what does not fit at `place`, in the words of apimachinery's
 * util/validation, and returns how many errors it reported.
 */
#ifndef VALIDATE_KUBERNETES_FORMATS_H
#define VALIDATE_KUBERNETES_FORMATS_H

#include "validation.h"

/* RFC 1123 label: 63 bytes of a-z 0-9 '-', starting and ending with a letter or digit. */
unsigned check_dns_label(struct validation *v, struct place place, struct text text);

/* RFC 1123 subdomain: labels with points between them, 253 bytes. */
unsigned check_dns_subdomain(struct validation *v, struct place place, struct text text);

/* The same with '_' too, as search paths of resolvers have it. */
unsigned check_underscored_subdomain(struct validation *v, struct place place, struct text text);

/* [prefix/]name, as label and annotation keys are. */
unsigned check_qualified_name(struct validation *v, struct place place, struct text text);

/* The same where the message shows another text than the one that is checked. */
unsigned check_qualified_name_as(struct validation *v, struct place place, struct text text,
                                 struct text shown);

unsigned check_label_value(struct validation *v, struct place place, struct text text);

/* What is wrong with it as a label's value; NULL where nothing is. */
const char *label_value_fault(struct text text);

/* The name of a variable as it is shown (shown_key_length). */
struct text shown_variable(struct validation *v, struct text name);

/* Of 1.32 and later: any that can be printed and has no '='. */
unsigned check_env_name(struct validation *v, struct place place, struct text text);
unsigned check_config_key(struct validation *v, struct place place, struct text text);
unsigned check_port_name(struct validation *v, struct place place, struct text text);
unsigned check_http_header_name(struct validation *v, struct place place, struct text text);
unsigned check_port_number(struct validation *v, struct place place, int64_t port);

/* "must be greater than or equal to 0" */
unsigned check_not_negative(struct validation *v, struct place place, int64_t number);

/* "must be between LEAST and MOST, inclusive" */
unsigned check_range(struct validation *v, struct place place, int64_t number, int64_t least,
                     int64_t most);

/* Nothing reported: only whether it is one. */
bool is_dns_label(struct text text);
bool is_dns_subdomain(struct text text);
bool is_qualified_name(struct text text);
bool is_label_value(struct text text);

/* The text as the server judges it where more is to follow: a dash at its end, with what stands
 * before it, is taken for a letter. */
struct text as_name_prefix(struct validation *v, struct text text);

/* IPv4 or IPv6 as Go's net package reads it, leading zeros in IPv4 allowed. */
bool is_ip_address(struct text text);

/* Whether one of the steps between slashes is "..". */
bool has_backstep(struct text path);

/* A copy in lower case (ASCII only). */
struct text lower_text(struct validation *v, struct text text);

#endif
