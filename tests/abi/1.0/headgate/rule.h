/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule asks for, for people who look up the name that a diagnostic gave them.
 *
 * A scanner or validator lists in its table (hg_plugin.rules) every name that it may put into
 * hg_diagnostic.rule. The host prints the table for `headgate validate --explain`.
 */
#ifndef HEADGATE_RULE_H
#define HEADGATE_RULE_H

#include <stdint.h>

/* One row of a plugin's rule table. The struct_size of the first row is the distance between rows:
 * a table that an older or newer header compiled is read right. All strings are UTF-8 and the
 * plugin's, valid for as long as it is loaded, which is until the process ends. Those that may hold
 * several lines have a line feed between them and none at the end. */
struct hg_rule {
  uint32_t struct_size; /* sizeof(struct hg_rule) as the plugin compiled it */
  uint32_t severity;    /* one of HG_SEVERITY_* (diagnostic.h): what breaking it mostly is */
  const char *name;     /* matches [a-z0-9-]+; hg_diagnostic.rule */
  const char *what;     /* what is wrong, one sentence */
  const char *why;      /* why that is not allowed or not wise; NULL: nothing to say */
  const char *wrong;    /* a piece of a manifest that breaks it, may be several lines; NULL: none */
  const char *right;    /* the same piece as it should be, may be several lines; NULL: none */
  const char *source;   /* where the rule comes from: an address, a document; NULL: the plugin */
};

#endif
