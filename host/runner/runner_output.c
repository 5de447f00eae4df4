/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner_output.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static void note(struct runner_output *output,
                                                       const char *format, ...) {
  va_list args;

  if (*output->wrong)
    return;
  va_start(args, format);
  (void)vsnprintf(output->wrong, sizeof output->wrong, format, args);
  va_end(args);
}

static int32_t write_output(const struct hg_output *given, const char *data, uint64_t length,
                            struct hg_error *err) {
  struct runner_output *output = given->context;

  if (output->is_full)
    note(output, "wrote again after output->write had failed");
  else if (!output->event)
    note(output, "wrote outside of the events");
  if (output->is_full || (output->limit > 0 && length > output->limit - output->written)) {
    output->is_full = true;
    return hg_error_set(err, HG_ERROR_IO, "No space left on device");
  }
  output->written += length;
  if (runner_channel_report(output->channel, data, length) < 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "nobody takes the report any more");
  return 0;
}

void runner_output_init(struct runner_output *output, struct runner_channel *channel,
                        const struct runner_configuration *configuration) {
  memset(output, 0, sizeof *output);
  output->output.struct_size = sizeof output->output;
  output->output.flags = configuration->output_flags;
  output->output.columns = configuration->output_columns;
  output->output.context = output;
  output->output.write = write_output;
  output->channel = channel;
  output->limit = configuration->output_limit;
}

void runner_output_begin(struct runner_output *output, const char *event) {
  output->event = event;
}

void runner_output_end(struct runner_output *output, int32_t status) {
  if (output->is_full && status == 0)
    note(output, "%s returned 0 after output->write had failed", output->event);
  output->event = NULL;
}
