/* SPDX-License-Identifier: Apache-2.0 */
/* Sends requests as the command line says, for requests_test.py.
 *
 *   requests-program KEY=VALUE... [METHOD PATH]...
 *
 * Keys: server, ca, certificate, key (files), token, fresh-token (what the host gives after a 401),
 * tls-server-name, proxy, insecure, group, connections, timeout, silence (milliseconds), stream
 * (its bytes are printed as they come), body (of all but GET), cancel-after (requests), one-by-one
 * (each is sent when the one before is over). Prints a line an answer:
 *
 *   PATH END STATUS LENGTH [warning=TEXT]... [problem]
 */
#include "cluster/requests.h"
#include "told_arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 65536 };

static char files[3][MOST_BYTES];
static struct requests *requests;
static long to_cancel = -1;
static long pending; /* requests of which `done` is still to come */

static long number_of(const char *key, long otherwise) {
  return *told(key) ? strtol(told(key), NULL, 10) : otherwise;
}

/* The bytes of the file that the key names, in `text`. */
static struct hg_bytes file_of(const char *key, char text[MOST_BYTES]) {
  struct hg_bytes bytes = {text, 0};
  FILE *file = *told(key) ? fopen(told(key), "rb") : NULL;

  if (!file)
    return bytes;
  bytes.length = fread(text, 1, MOST_BYTES, file);
  (void)fclose(file);
  return bytes;
}

static const char *const ends[] = {
    [EXCHANGE_ANSWERED] = "answered",
    [EXCHANGE_CLOSED] = "closed",
    [EXCHANGE_REFUSED] = "refused",
    [EXCHANGE_UNKNOWN_HOST] = "unknown-host",
    [EXCHANGE_UNREACHABLE] = "unreachable",
    [EXCHANGE_RESET] = "reset",
    [EXCHANGE_TIMEOUT] = "timeout",
    [EXCHANGE_UNTRUSTED] = "untrusted",
    [EXCHANGE_TLS] = "tls",
    [EXCHANGE_PROXY] = "proxy",
    [EXCHANGE_LIMIT] = "limit",
    [EXCHANGE_CANCELLED] = "cancelled",
    [EXCHANGE_FAILED] = "failed",
};

static void done(void *context, const struct answer *answer) {
  printf("%s %s %d %zu", (const char *)context, ends[answer->end], (int)answer->status,
         answer->length);
  for (size_t i = 0; i < answer->warning_count; i++)
    printf(" warning=%s", answer->warnings[i]);
  printf("%s%s\n", *answer->problem ? " " : "", answer->problem);
  pending--;
  if (to_cancel > 0)
    to_cancel--;
}

static int32_t received(void *context, const char *data, size_t length) {
  (void)context;
  (void)fwrite(data, 1, length, stdout);
  (void)fflush(stdout);
  return memmem(data, length, "enough", 6) ? -1 : 0;
}

int main(int argc, char **argv) {
  const struct hg_host host = {
      .struct_size = sizeof host, .credentials = told_give, .credentials_release = told_take_back};
  static const char *groups[1];
  struct hg_error error = HG_ERROR_INIT;
  char **words = argv + 1;

  (void)argc;
  told_arguments_begin(argv);
  groups[0] = told("group");
  told_credentials_are((struct hg_credentials){
      .struct_size = sizeof(struct hg_credentials),
      .flags = *told("insecure") ? HG_CREDENTIALS_INSECURE : 0,
      .server = told("server"),
      .tls_server_name = told("tls-server-name"),
      .proxy_url = told("proxy"),
      .default_namespace = "default",
      .token = told("token"),
      .impersonate_user = *groups[0] ? "somebody" : "",
      .impersonate_uid = "",
      .ca = file_of("ca", files[0]),
      .certificate = file_of("certificate", files[1]),
      .key = file_of("key", files[2]),
      .impersonate_groups = groups,
      .impersonate_group_count = *groups[0] ? 1 : 0,
  });
  to_cancel = number_of("cancel-after", -1);
  if (requests_create(&host, (uint32_t)number_of("connections", 4), &requests, &error) < 0) {
    printf("%s\n", error.message);
    return 1;
  }
  while (*words && strchr(*words, '='))
    words++;
  for (; words[0] && words[1]; words += 2) {
    bool has_body = *told("body") && strcmp(words[0], "GET") != 0;
    const struct request request = {
        .method = words[0],
        .path = words[1],
        .content_type = has_body ? "application/apply-patch+yaml" : NULL,
        .body = has_body ? told("body") : NULL,
        .body_length = strlen(told("body")),
        .timeout_ms = number_of("timeout", 60000),
        .silence_ms = number_of("silence", 0),
        .waits_when_told = true,
        .received = *told("stream") ? received : NULL,
        .done = done,
        .context = words[1],
    };

    if (requests_send(requests, &request, &error) < 0)
      abort();
    pending++;
    while (*told("one-by-one") && pending > 0)
      requests_wait(requests, 1000);
  }
  while (pending > 0 && to_cancel != 0)
    requests_wait(requests, 1000);
  requests_cancel(requests);
  requests_destroy(requests);
  printf("credentials not given back: %d\n", (int)told_handed_out());
  return 0;
}
