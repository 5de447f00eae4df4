/* SPDX-License-Identifier: Apache-2.0 */
/* An alert as the message that is sent: for Slack, or for whoever reads JSON. */
#ifndef PLUGINS_REPORT_WEBHOOK_ALERT_MESSAGE_H
#define PLUGINS_REPORT_WEBHOOK_ALERT_MESSAGE_H

#include "text/text_buffer.h"

#include <headgate/alert.h>
#include <stdbool.h>

/* Append one line of text each; control characters are made visible. */
void alert_append_title(struct text_buffer *text, const struct hg_alert *alert);
/* Sentences, then a line for each Job that is not well. */
void alert_append_text(struct text_buffer *text, const struct hg_alert *alert);

/* Appends the JSON, without a line feed. `text` has failed where memory was out. */
void alert_append_message(struct text_buffer *text, const struct hg_alert *alert, bool is_slack);

#endif
