/* SPDX-License-Identifier: Apache-2.0 */
/* A validator plugin with workers, called as the host calls it, and held to its promises. */
#ifndef FUZZ_FUZZED_VALIDATOR_H
#define FUZZ_FUZZED_VALIDATOR_H

#include <headgate/document.h>
#include <headgate/plugin.h>
#include <headgate/validator.h>
#include <stdint.h>

struct fuzzed_validator {
  const struct hg_plugin *plugin;
  const struct hg_validator_ops *ops;
  struct hg_host host;
  char version[16]; /* the option kubernetes-version; "": not set */
  void *self;
  void *worker; /* used again for each document */
};

/* Says what promise was broken, and aborts: libFuzzer keeps the input. */
__attribute__((format(printf, 1, 2), noreturn)) void fuzz_finding(const char *format, ...);

/* Loads `file` and makes a validator for `version`. 0; -1 where the plugin does not know it. */
int fuzzed_validator_init(struct fuzzed_validator *validator, const char *file,
                          const char *version);

/* Validates the document twice, by a worker that has seen others and by one that has not: both must
 * say the same, in words that a report can print, of rules that can be looked up, at places that
 * are in a text of `lines` lines. */
void fuzzed_validator_run(struct fuzzed_validator *validator, const struct hg_document *document,
                          uint32_t lines);

#endif
