/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin lets its user set.
 *
 * The host reads the values from the command line (--set PLUGIN.OPTION=VALUE) and from
 * configuration files, checks them against this table before the plugin sees one, prints the table
 * in --help, and hands a value over through hg_host.option.
 */
#ifndef HEADGATE_OPTION_H
#define HEADGATE_OPTION_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Values of hg_option.type, and the text that hg_host.option then returns. */
#define HG_OPTION_STRING 1u  /* any UTF-8 text */
#define HG_OPTION_BOOLEAN 2u /* "true" or "false" */
#define HG_OPTION_INTEGER 3u /* decimal int64_t, such as "-1" or "30" */
#define HG_OPTION_CHOICE 4u  /* one of `choices` */
#define HG_OPTION_LIST 5u    /* comma-separated texts, without spaces around them; may be empty */
#define HG_OPTION_PATH 6u    /* a file; never taken from a file in the working directory */
#define HG_OPTION_CONSENT 7u /* as BOOLEAN; not turned on by a file in the working directory */

/* One row of a plugin's option table. The struct_size of the first row is the distance between
 * rows: a table that an older or newer header compiled is read right. All strings are the plugin's,
 * valid for as long as it is loaded, which is until the process ends. */
struct hg_option {
  uint32_t struct_size;      /* sizeof(struct hg_option) as the plugin compiled it */
  uint32_t type;             /* one of HG_OPTION_* */
  const char *name;          /* matches [a-z][a-z0-9-]* */
  const char *default_value; /* in the text form of `type`; NULL: none */
  const char *choices;       /* for HG_OPTION_CHOICE: the values, comma-separated; else NULL */
  const char *help;          /* one line, without a full stop */
  int64_t least;             /* for HG_OPTION_INTEGER: the smallest and the largest value that */
  int64_t most;              /* the host lets pass; both 0: any */
};

/* Whether the value of a boolean option, as hg_host.option gives it, is "true": 1 or 0. NULL is
 * not. Thread: any. */
static inline int32_t hg_option_is_true(const char *value) {
  return value && strcmp(value, "true") == 0;
}

/* The value of an integer option, as hg_host.option gives it; 0 where it is NULL. Thread: any. */
static inline int64_t hg_option_number(const char *value) {
  return value ? (int64_t)strtoll(value, NULL, 10) : 0;
}

#endif
