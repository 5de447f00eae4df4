/* SPDX-License-Identifier: Apache-2.0 */
/* An alert as the message that is sent: for Slack, or for whoever reads JSON. */
#ifndef PLUGINS_REPORT_WEBHOOK_ALERT_MESSAGE_H
#define PLUGINS_REPORT_WEBHOOK_ALERT_MESSAGE_H

#include "text/text_buffer.h"

#include <headgate/alert.h>
#include <stdbool.h>

/* Appends the JSON, without a line feed; control characters are made visible. `text` has failed
 * where memory was out. */
void alert_append_message(struct text_buffer *text, const struct hg_alert *alert, bool is_slack);

#endif
