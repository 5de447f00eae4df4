/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/cluster_uid.h"

#include "cluster/requests.h"
#include "json/json_members.h"

#include <string.h>

enum { MOST_MS = 10000 /* what is not said by then is not known */ };

static const char letters[] = "0123456789abcdefABCDEFghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ-._";

/* What nobody could show or compare is not known. */
static void take_uid(struct json_slice object, char uid[HG_CLUSTER_UID_SIZE]) {
  static const char *const metadata_name[] = {"metadata"};
  static const char *const uid_name[] = {"uid"};
  struct json_slice metadata;
  struct json_slice value;
  size_t length;

  if (json_members(object, metadata_name, &metadata, 1) < 0 || !metadata.at ||
      json_members(metadata, uid_name, &value, 1) < 0 || !value.at || value.length < 3)
    return;
  length = value.length - 2; /* without the quotes */
  if (length >= HG_CLUSTER_UID_SIZE)
    return;
  memcpy(uid, value.at + 1, length);
  uid[length] = '\0';
  if (strspn(uid, letters) != length)
    *uid = '\0';
}

static void namespace_done(void *context, const struct answer *answer) {
  if (answer->end == EXCHANGE_ANSWERED && answer->status == 200)
    take_uid((struct json_slice){answer->body, answer->length}, context);
}

void cluster_uid_read(struct requests *requests, int64_t timeout_ms,
                      char uid[HG_CLUSTER_UID_SIZE]) {
  const struct request request = {
      .method = "GET",
      .path = "/api/v1/namespaces/kube-system",
      .timeout_ms = timeout_ms < MOST_MS ? timeout_ms : MOST_MS,
      .done = namespace_done,
      .context = uid,
  };

  *uid = '\0';
  if (requests && requests_send(requests, &request, NULL) == 0)
    requests_finish(requests);
}
