/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "webhook": tells a chat channel or any other receiver of JSON how well the Jobs are,
 * once when a state begins, once when it ends, and once how a run that waited for its Jobs ended.
 * What is to be told is the host's to say; here it gets its words and is sent. A dry run, which
 * shows the messages and sends none, unless option `send` is true. */
#include "alert_message.h"
#include "delivery_queue.h"
#include "memory/no_memory.h"

#include <headgate/alert.h>
#include <headgate/option.h>
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct report_webhook {
  const struct hg_host *host;
  const struct hg_output *output;
  struct webhook_address address;
  struct post_manner manner;
  struct delivery_queue queue;
  bool sends;
  bool is_slack;
  uint64_t told;
  uint64_t failed;
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  const char *form = host->option(host, "form");
  struct report_webhook *report = calloc(1, sizeof *report);

  if (!report)
    return no_memory(err);
  report->host = host;
  report->output = output;
  report->sends = hg_option_is_true(host->option(host, "send"));
  report->is_slack = !form || strcmp(form, "slack") == 0;
  report->manner.host = host;
  report->manner.address = &report->address;
  report->manner.timeout_ms = hg_option_number(host->option(host, "timeout")) * 1000;
  if (report->sends &&
      (post_init(err) < 0 ||
       webhook_address_read(&report->address, host->option(host, "url-file"), err) < 0))
    goto fail;
  if (delivery_queue_init(&report->queue, &report->manner, err) < 0)
    goto fail;
  *self = report;
  return 0;
fail:
  webhook_address_finish(&report->address);
  free(report);
  return -1;
}

/* One line, where the message would have gone. */
static int32_t show(struct report_webhook *report, struct text_buffer *json, struct hg_error *err) {
  report->host->log(report->host, HG_LOG_INFO,
                    "report-webhook: a dry run: this would be sent (--set report-webhook.send=true "
                    "sends it)");
  text_buffer_append_char(json, '\n');
  if (json->failed)
    return no_memory(err);
  return report->output->write(report->output, json->data, json->length, err);
}

static int32_t alert_raised(void *self, const struct hg_alert *alert, struct hg_error *err) {
  struct report_webhook *report = self;
  struct text_buffer json;

  text_buffer_init(&json);
  alert_append_message(&json, alert, report->is_slack);
  if (!report->sends && show(report, &json, err) < 0) {
    text_buffer_finish(&json);
    return -1;
  }
  report->told++;
  return delivery_queue_add(&report->queue, alert->number, &json, report->sends, err);
}

static int32_t next_delivery(void *self, int32_t waits, struct hg_delivery *delivery) {
  struct report_webhook *report = self;
  const struct queued_message *message = delivery_queue_take(&report->queue, waits != 0);

  if (!message)
    return 0;
  delivery->number = message->number;
  delivery->channel = report->is_slack ? "slack" : "webhook";
  delivery->http_status = message->outcome.http_status;
  delivery->error = *message->outcome.problem ? message->outcome.problem : NULL;
  delivery->sent_at = report->sends && !delivery->error ? message->sent_at : NULL;
  report->failed += delivery->error != NULL;
  return 1;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  const struct report_webhook *report = self;

  (void)result;
  if (report->failed == 0)
    return 0;
  return hg_error_set(err, HG_ERROR_FAILED, "%" PRIu64 " of %" PRIu64 " messages did not arrive",
                      report->failed, report->told);
}

static void destroy(void *self) {
  struct report_webhook *report = self;

  if (!report)
    return;
  delivery_queue_finish(&report->queue);
  webhook_address_finish(&report->address);
  free(report);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_CONSENT, "send", "false", NULL,
     "Whether messages are sent; else they are shown only", 0, 0},
    {sizeof options[0], HG_OPTION_CHOICE, "form", "slack", "slack,json",
     "What is sent: what Slack's incoming webhooks take, or one plain JSON object", 0, 0},
    {sizeof options[0], HG_OPTION_PATH, "url-file", NULL, NULL,
     "A file with the address, by its absolute path; without it: the variable " WEBHOOK_VARIABLE, 0,
     0},
    {sizeof options[0], HG_OPTION_INTEGER, "timeout", "10", NULL,
     "Seconds that a server may take to answer", 1, 300},
};

static const struct hg_alert_ops alerts = {
    .struct_size = sizeof alerts,
    .revision = HG_ALERT_REVISION,
    .raised = alert_raised,
    .next_delivery = next_delivery,
};

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .run_finished = run_finished,
    .destroy = destroy,
    .alerts = &alerts,
};

HG_PLUGIN(REPORTER, "report-webhook", HEADGATE_VERSION,
          "Tells a chat channel or another webhook how well the Jobs are", ops, HG_TABLE(options),
          HG_NO_TABLE);
