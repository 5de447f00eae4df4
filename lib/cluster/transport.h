/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials as options of libcurl, and libcurl's failures as words. */
#ifndef LIB_CLUSTER_TRANSPORT_H
#define LIB_CLUSTER_TRANSPORT_H

#include "cluster/requests.h"
#include "text/text_buffer.h"

#include <curl/curl.h>
#include <headgate/credentials.h>
#include <stdbool.h>

/* -1 where this libcurl cannot be used: without TLS by OpenSSL, say, which alone takes keys and
 * certificates from memory and trusts no others beside those of the kubeconfig. */
int32_t transport_check(struct hg_error *err);

/* A handle and what libcurl wants kept beside it. Embedded in its owner. */
struct transport {
  CURL *handle;
  struct curl_slist *headers;
  struct curl_slist *leads;  /* where the connection goes, where the address has another name */
  struct text_buffer target; /* of the request, as it is sent */
  bool is_secure;
  bool is_proxied;
  char detail[CURL_ERROR_SIZE];
};

/* Makes a handle with all options that do not depend on what is sent, for bodies of `content_type`;
 * "": for none. The credentials outlive it. -1: no memory, or a value that libcurl does not take;
 * then there is nothing to finish. */
int32_t transport_init(struct transport *transport, const struct hg_credentials *credentials,
                       const char *content_type, struct hg_error *err);
void transport_finish(struct transport *transport);

/* The next exchange is one at `path`. -1: no memory. `credentials` are those of before. */
int32_t transport_aim(struct transport *transport, const struct hg_credentials *credentials,
                      const char *path);

/* What a failure of libcurl means. */
enum exchange_end transport_end(const struct transport *transport, CURLcode code);

/* The same in one plain sentence, without anything secret; in `text` where libcurl knows more. */
const char *transport_sentence(const struct transport *transport, enum exchange_end end, char *text,
                               size_t size);

#endif
