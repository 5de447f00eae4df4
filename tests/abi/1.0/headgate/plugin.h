/* SPDX-License-Identifier: Apache-2.0 */
/* The one symbol that a plugin exports, and what it returns.
 *
 *   #include <headgate/plugin.h>
 *   #include <headgate/reporter.h>
 *
 *   static const struct hg_option options[] = { ... };
 *   static const struct hg_reporter_ops ops = { ... };
 *
 *   HG_PLUGIN(REPORTER, "report-mine", "1.0.0", "Tells me", ops, HG_TABLE(options), HG_NO_TABLE);
 */
#ifndef HEADGATE_PLUGIN_H
#define HEADGATE_PLUGIN_H

#include <headgate/abi.h>
#include <headgate/option.h>
#include <headgate/rule.h>
#include <stdint.h>

/* "HEADGATE" in ASCII, first letter in the most significant byte. */
#define HG_PLUGIN_MAGIC UINT64_C(0x4845414447415445)

/* Values of hg_plugin.stage, and the type that `ops` then points to. reporter.h is stable within
 * the major. Each of the others has a revision of its own, and a plugin works with the host that
 * has the same: a change of one stage is none of another's. */
#define HG_STAGE_GENERATOR 1u /* struct hg_generator_ops, generator.h */
#define HG_STAGE_SCANNER 2u   /* struct hg_scanner_ops, scanner.h */
#define HG_STAGE_VALIDATOR 3u /* struct hg_validator_ops, validator.h */
#define HG_STAGE_APPLIER 4u   /* struct hg_applier_ops, applier.h */
#define HG_STAGE_REPORTER 5u  /* struct hg_reporter_ops, reporter.h */
#define HG_STAGE_WATCHER 6u   /* struct hg_watcher_ops, watcher.h */

/* All pointers are the plugin's and valid until the process ends: nothing is ever dlclose()d. The
 * host checks the fields in this order and refuses the plugin at the first that does not fit:
 * magic, abi_major, abi_minor_required, struct_size, the strings, the stage with its revision and
 * mandatory functions, the options, the rules. */
struct hg_plugin {
  uint64_t magic;                  /* HG_PLUGIN_MAGIC */
  uint32_t struct_size;            /* sizeof(struct hg_plugin) as the plugin compiled it */
  uint32_t abi_major;              /* HG_ABI_MAJOR of the headers it was built against */
  uint32_t abi_minor;              /* HG_ABI_MINOR of those headers */
  uint32_t abi_minor_required;     /* the oldest host minor that it can work with */
  uint32_t stage;                  /* one of HG_STAGE_* */
  uint32_t stage_revision;         /* HG_*_REVISION of the stage's header; 0 for a reporter */
  const char *name;                /* matches [a-z0-9-]+; the file is headgate-NAME.so */
  const char *version;             /* the plugin's own version, such as "1.4.0" */
  const char *description;         /* one line, without a full stop */
  const struct hg_option *options; /* NULL where option_count is 0 */
  const void *ops;                 /* the stage's function table, led by its own struct_size */
  const struct hg_rule *rules;     /* NULL where rule_count is 0 */
  uint32_t option_count;           /* rows in `options`, at most 256 */
  uint32_t rule_count;             /* rows in `rules`, at most 1,024 */
};

/* The last two arguments of HG_PLUGIN: an array of options or rules, or none. */
#define HG_ROWS(rows, count) (rows), (count)
#define HG_TABLE(rows) HG_ROWS(rows, (uint32_t)(sizeof(rows) / sizeof *(rows)))
#define HG_NO_TABLE HG_ROWS(NULL, 0)

/* hg_plugin.stage_revision of a reporter, whose stage goes by minors. */
#define HG_REPORTER_REVISION 0u

/* Defines the entry function and what it returns. `stage` is REPORTER, WATCHER, APPLIER, VALIDATOR,
 * SCANNER or GENERATOR, `ops` the function table itself; the two tables are HG_TABLE, HG_ROWS or
 * HG_NO_TABLE. A plugin that cannot work with an older minor of the host than its own fills in
 * struct hg_plugin itself. */
#define HG_PLUGIN(stage, name, version, description, ops, options, rules)                          \
  HG_PLUGIN_OF(HG_STAGE_##stage, HG_##stage##_REVISION, name, version, description, ops, options,  \
               rules)
#define HG_PLUGIN_OF(stage, revision, name, version, description, ops, options, option_count,      \
                     rules, rule_count)                                                            \
  const struct hg_plugin *headgate_plugin_v1(void) {                                               \
    static const struct hg_plugin plugin = {HG_PLUGIN_MAGIC,                                       \
                                            sizeof(struct hg_plugin),                              \
                                            HG_ABI_MAJOR,                                          \
                                            HG_ABI_MINOR,                                          \
                                            0,                                                     \
                                            stage,                                                 \
                                            revision,                                              \
                                            name,                                                  \
                                            version,                                               \
                                            description,                                           \
                                            options,                                               \
                                            &(ops),                                                \
                                            rules,                                                 \
                                            option_count,                                          \
                                            rule_count};                                           \
    return &plugin;                                                                                \
  }                                                                                                \
  HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void)

HG_BEGIN_DECLS

/* Returns the plugin's description: always the same pointer, never NULL. Called once, right after
 * loading, on the main thread; it must not do anything else. */
HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void);

HG_END_DECLS

#endif
