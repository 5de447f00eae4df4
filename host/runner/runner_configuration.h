/* SPDX-License-Identifier: Apache-2.0 */
/* What `headgate plugin-runner` is told before the first event: one JSON object in a line. */
#ifndef HOST_RUNNER_RUNNER_CONFIGURATION_H
#define HOST_RUNNER_RUNNER_CONFIGURATION_H

#include "plugins/plugin_options.h"
#include "text/text_buffer.h"

struct runner_configuration {
  bool describes_only;     /* load it, say what it is, and end */
  uint32_t output_flags;   /* HG_OUTPUT_* */
  uint32_t output_columns; /* as hg_output.columns */
  /* For `headgate plugin check`: */
  bool watches_conduct;  /* say what the plugin did that it must not do: runner_conduct.h */
  bool tells_calls;      /* say which function of the plugin is called */
  bool destroys_null;    /* call destroy(NULL), and end */
  uint64_t output_limit; /* bytes that can be written before the disk is "full"; 0: no limit */
};

/* Appends the line. Of `options`, those are in it that are for `plugin` (a name). */
int32_t runner_configuration_append(struct text_buffer *text,
                                    const struct runner_configuration *configuration,
                                    const struct option_list *options, const char *plugin,
                                    struct hg_error *err);

/* Reads the line, and adds its options to `options`, in `arena`. */
int32_t runner_configuration_read(const char *line, size_t length,
                                  struct runner_configuration *configuration,
                                  struct option_list *options, struct arena *arena,
                                  struct hg_error *err);

#endif
