/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/transport.h"

#include "cluster/environment_proxy.h"
#include "text/visible_text.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
  CONNECT_MS = 30000,
  KEEPALIVE_IDLE_S = 30,
  KEEPALIVE_INTERVAL_S = 10,
  UNANSWERED_MS = 60000, /* bytes that a peer did not acknowledge for so long: it is gone */
};

int32_t transport_check(struct hg_error *err) {
  const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);

  if (!version->ssl_version || strncmp(version->ssl_version, "OpenSSL/", 8) != 0)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "libcurl has no OpenSSL (it has %.240s): install the libcurl that has, or "
                        "use --applier kubectl",
                        version->ssl_version ? version->ssl_version : "no TLS");
  return 0;
}

/* A peer that vanished without a word is noticed by the kernel, not after its quarter of an hour.
 */
static int prepare_socket(void *context, curl_socket_t fd, curlsocktype purpose) {
  unsigned milliseconds = UNANSWERED_MS;

  (void)context;
  (void)purpose;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  return CURL_SOCKOPT_OK;
}

/* Appends a header. One without a value has a semicolon, else libcurl would leave it out; a value
 * that holds a line end is no value of a header. */
static int32_t add_header(struct curl_slist **headers, const char *name, const char *value) {
  struct text_buffer line;
  struct curl_slist *longer = NULL;

  if (strpbrk(value, "\r\n"))
    return -1;
  text_buffer_init(&line);
  text_buffer_append_string(&line, name);
  if (value[strspn(value, " \t")])
    text_buffer_printf(&line, ": %s", value);
  else
    text_buffer_append_char(&line, ';');
  if (!line.failed)
    longer = curl_slist_append(*headers, line.data);
  if (line.data)
    explicit_bzero(line.data, line.length);
  text_buffer_finish(&line);
  if (!longer)
    return -1;
  *headers = longer;
  return 0;
}

/* "Impersonate-Extra-KEY", with what a header's name cannot hold percent-encoded, as client-go
 * does (transport/round_trippers.go, headerKeyEscape). */
static int32_t add_extra(struct curl_slist **headers, const struct hg_pair *extra) {
  static const char plain[] = "!#$&'*+-.^_`|~";
  struct text_buffer name;
  int32_t result = -1;

  text_buffer_init(&name);
  text_buffer_append_string(&name, "Impersonate-Extra-");
  for (const unsigned char *key = (const unsigned char *)extra->name; *key; key++)
    if (isalnum(*key) || strchr(plain, *key))
      text_buffer_append_char(&name, (char)*key);
    else
      text_buffer_printf(&name, "%%%02X", *key);
  if (!name.failed)
    result = add_header(headers, name.data, extra->value);
  text_buffer_finish(&name);
  return result;
}

static int32_t add_headers(struct curl_slist **headers, const struct hg_credentials *credentials,
                           const char *content_type) {
  bool is_secure = strncmp(credentials->server, "https:", 6) == 0;

  if (add_header(headers, "Accept", "application/json") < 0 ||
      (*content_type && add_header(headers, "Content-Type", content_type) < 0))
    return -1;
  if (is_secure && *credentials->token) {
    struct text_buffer bearer;
    int32_t result = -1;

    text_buffer_init(&bearer);
    text_buffer_append_string(&bearer, "Bearer ");
    text_buffer_append_string(&bearer, credentials->token);
    if (!bearer.failed)
      result = add_header(headers, "Authorization", bearer.data);
    if (bearer.data)
      explicit_bzero(bearer.data, bearer.length);
    text_buffer_finish(&bearer);
    if (result < 0)
      return -1;
  }
  if (!*credentials->impersonate_user)
    return 0;
  if (add_header(headers, "Impersonate-User", credentials->impersonate_user) < 0 ||
      (*credentials->impersonate_uid &&
       add_header(headers, "Impersonate-Uid", credentials->impersonate_uid) < 0))
    return -1;
  for (uint32_t i = 0; i < credentials->impersonate_group_count; i++)
    if (add_header(headers, "Impersonate-Group", credentials->impersonate_groups[i]) < 0)
      return -1;
  for (uint32_t i = 0; i < credentials->impersonate_extra_count; i++)
    if (add_extra(headers, &credentials->impersonate_extras[i]) < 0)
      return -1;
  return 0;
}

/* Where the authority of `server` begins and ends. */
static const char *authority_of(const char *server, size_t *length) {
  const char *start = strstr(server, "://");

  start = start ? start + 3 : server;
  *length = strcspn(start, "/");
  return start;
}

/* The port of an authority; where it names none, the scheme's. */
static void split_authority(const char *server, const char **host, size_t *host_length,
                            const char **port) {
  size_t length;
  const char *start = authority_of(server, &length);
  const char *colon = memrchr(start, ':', length);

  if (colon && memchr(colon, ']', (size_t)(start + length - colon)))
    colon = NULL; /* inside an IPv6 address */
  *host = start;
  *host_length = colon ? (size_t)(colon - start) : length;
  *port = colon ? colon + 1 : strncmp(server, "https:", 6) == 0 ? "443" : "80";
}

/* The server's address, by the name of its certificate. */
static char *url_of(const struct hg_credentials *credentials) {
  struct text_buffer url;
  const char *host;
  const char *port;
  const char *rest;
  size_t host_length;
  size_t authority_length;

  text_buffer_init(&url);
  if (!*credentials->tls_server_name) {
    text_buffer_append_string(&url, credentials->server);
  } else {
    split_authority(credentials->server, &host, &host_length, &port);
    rest = authority_of(credentials->server, &authority_length) + authority_length;
    text_buffer_printf(&url, "https://%s:%.*s%s", credentials->tls_server_name,
                       (int)strcspn(port, "/"), port, rest);
  }
  if (url.failed) {
    text_buffer_finish(&url);
    return NULL;
  }
  return url.data;
}

/* The address names the certificate's host, while the connection goes to the server, and so does
 * the header Host. */
static int32_t lead_to_server(struct transport *transport,
                              const struct hg_credentials *credentials) {
  struct text_buffer lead;
  struct text_buffer name;
  const char *host;
  const char *port;
  size_t length;
  int32_t result = -1;

  split_authority(credentials->server, &host, &length, &port);
  text_buffer_init(&lead);
  text_buffer_init(&name);
  text_buffer_printf(&lead, "::%.*s:%.*s", (int)length, host, (int)strcspn(port, "/"), port);
  host = authority_of(credentials->server, &length);
  text_buffer_append(&name, host, length);
  if (!lead.failed && !name.failed && add_header(&transport->headers, "Host", name.data) == 0) {
    transport->leads = curl_slist_append(NULL, lead.data);
    if (transport->leads &&
        curl_easy_setopt(transport->handle, CURLOPT_CONNECT_TO, transport->leads) == CURLE_OK)
      result = 0;
  }
  text_buffer_finish(&lead);
  text_buffer_finish(&name);
  return result;
}

/* The proxy of the kubeconfig, else that of the environment. What is to go straight is decided
 * before: libcurl reads NO_PROXY otherwise than Go, and for the name of the certificate. */
static int32_t set_proxy(struct transport *transport, const struct hg_credentials *credentials) {
  CURL *handle = transport->handle;
  const char *proxy = credentials->proxy_url;
  struct text_buffer resolving;
  int32_t result = -1;

  if (!*proxy)
    proxy = environment_proxy(credentials->server);
  transport->is_proxied = *proxy != '\0';
  if (curl_easy_setopt(handle, CURLOPT_NOPROXY, "") != CURLE_OK)
    return -1;
  if (strncasecmp(proxy, "socks5://", 9) != 0)
    return curl_easy_setopt(handle, CURLOPT_PROXY, proxy) == CURLE_OK ? 0 : -1;
  text_buffer_init(&resolving); /* Go lets the proxy look names up */
  text_buffer_printf(&resolving, "socks5h://%s", proxy + 9);
  if (!resolving.failed && curl_easy_setopt(handle, CURLOPT_PROXY, resolving.data) == CURLE_OK)
    result = 0;
  if (resolving.data)
    explicit_bzero(resolving.data, resolving.length);
  text_buffer_finish(&resolving);
  return result;
}

static bool set_blob(CURL *handle, CURLoption option, const struct hg_bytes *bytes) {
  struct curl_blob blob = {(void *)(uintptr_t)bytes->data, (size_t)bytes->length, CURL_BLOB_NOCOPY};

  return bytes->length == 0 || curl_easy_setopt(handle, option, &blob) == CURLE_OK;
}

/* Only the roots of the kubeconfig, where it has any: without CAPATH off, those of the system would
 * be trusted beside them. */
static bool set_trust(CURL *handle, const struct hg_credentials *credentials) {
  long verifies = !(credentials->flags & HG_CREDENTIALS_INSECURE);

  if (curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, verifies) != CURLE_OK ||
      curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, verifies ? 2L : 0L) != CURLE_OK)
    return false;
  if (credentials->ca.length > 0 && (curl_easy_setopt(handle, CURLOPT_CAPATH, NULL) != CURLE_OK ||
                                     curl_easy_setopt(handle, CURLOPT_CAINFO, NULL) != CURLE_OK))
    return false;
  return set_blob(handle, CURLOPT_CAINFO_BLOB, &credentials->ca) &&
         set_blob(handle, CURLOPT_SSLCERT_BLOB, &credentials->certificate) &&
         set_blob(handle, CURLOPT_SSLKEY_BLOB, &credentials->key);
}

static bool set_connection(CURL *handle) {
  return curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_IDLE_S) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_INTERVAL_S) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, prepare_socket) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, (long)CURL_MAX_WRITE_SIZE) ==
             CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_USERAGENT, "headgate/" HEADGATE_VERSION) == CURLE_OK;
}

int32_t transport_init(struct transport *transport, const struct hg_credentials *credentials,
                       const char *content_type, struct hg_error *err) {
  char *url = url_of(credentials);
  bool is_set;

  memset(transport, 0, sizeof *transport);
  transport->is_secure = strncmp(credentials->server, "https:", 6) == 0;
  transport->handle = curl_easy_init();
  is_set =
      url && transport->handle && set_connection(transport->handle) &&
      set_trust(transport->handle, credentials) && set_proxy(transport, credentials) == 0 &&
      curl_easy_setopt(transport->handle, CURLOPT_ERRORBUFFER, transport->detail) == CURLE_OK &&
      curl_easy_setopt(transport->handle, CURLOPT_URL, url) == CURLE_OK &&
      add_headers(&transport->headers, credentials, content_type) == 0 &&
      (!*credentials->tls_server_name || lead_to_server(transport, credentials) == 0) &&
      curl_easy_setopt(transport->handle, CURLOPT_HTTPHEADER, transport->headers) == CURLE_OK;
  free(url);
  if (is_set)
    return 0;
  transport_finish(transport);
  return hg_error_set(err, HG_ERROR_FAILED, "libcurl does not take the kubeconfig's values");
}

/* A proxy is told where a request goes that nobody encrypts, and not only what it asks for. */
int32_t transport_aim(struct transport *transport, const struct hg_credentials *credentials,
                      const char *path) {
  bool is_for_proxy = transport->is_proxied && !transport->is_secure;
  CURLoption option = is_for_proxy ? CURLOPT_URL : CURLOPT_REQUEST_TARGET;
  const char *server = credentials->server;
  size_t length = 0;

  if (!is_for_proxy)
    server = authority_of(server, &length);
  text_buffer_reset(&transport->target);
  text_buffer_append_string(&transport->target, server + length);
  text_buffer_append_string(&transport->target, path);
  return !transport->target.failed &&
                 curl_easy_setopt(transport->handle, option, transport->target.data) == CURLE_OK
             ? 0
             : -1;
}

void transport_finish(struct transport *transport) {
  curl_easy_cleanup(transport->handle);
  for (struct curl_slist *header = transport->headers; header; header = header->next)
    explicit_bzero(header->data, strlen(header->data));
  curl_slist_free_all(transport->headers);
  curl_slist_free_all(transport->leads);
  text_buffer_finish(&transport->target);
  memset(transport, 0, sizeof *transport);
}

/* Whether this exchange got no further than to its proxy. */
static bool ended_at_proxy(const struct transport *transport, CURLcode code) {
  long answered = 0;
  long connections = 0;
  curl_off_t secured_us = 0;

  (void)curl_easy_getinfo(transport->handle, CURLINFO_HTTP_CONNECTCODE, &answered);
  (void)curl_easy_getinfo(transport->handle, CURLINFO_NUM_CONNECTS, &connections);
  (void)curl_easy_getinfo(transport->handle, CURLINFO_APPCONNECT_TIME_T, &secured_us);
  if (answered != 0 && answered / 100 != 2)
    return true;
  if (!transport->is_proxied)
    return false;
  return code == CURLE_COULDNT_CONNECT ||
         ((code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR) && transport->is_secure &&
          connections > 0 && answered == 0 && secured_us == 0);
}

/* A server that does not like the client's certificate says so once the client believes that all is
 * well; one that is just ending breaks off while TLS begins. */
static enum exchange_end end_of_tls(const struct transport *transport, enum exchange_end end) {
  if (strstr(transport->detail, " alert "))
    return EXCHANGE_TLS;
  return strstr(transport->detail, "SSL_ERROR_SYSCALL") ||
                 strstr(transport->detail, "Connection reset")
             ? EXCHANGE_RESET
             : end;
}

enum exchange_end transport_end(const struct transport *transport, CURLcode code) {
  long cause = 0;

  if (code != CURLE_OK && ended_at_proxy(transport, code))
    return EXCHANGE_PROXY;

  switch (code) {
  case CURLE_OK:
    return EXCHANGE_ANSWERED;
  case CURLE_COULDNT_RESOLVE_HOST:
    return EXCHANGE_UNKNOWN_HOST;
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_PROXY:
    return EXCHANGE_PROXY;
  case CURLE_COULDNT_CONNECT:
    (void)curl_easy_getinfo(transport->handle, CURLINFO_OS_ERRNO, &cause);
    if (cause == ENETUNREACH || cause == EHOSTUNREACH)
      return EXCHANGE_UNREACHABLE;
    return cause == ETIMEDOUT ? EXCHANGE_TIMEOUT : EXCHANGE_REFUSED;
  case CURLE_OPERATION_TIMEDOUT:
    return EXCHANGE_TIMEOUT;
  case CURLE_PEER_FAILED_VERIFICATION:
    return EXCHANGE_UNTRUSTED;
  case CURLE_SSL_CONNECT_ERROR:
    return end_of_tls(transport, EXCHANGE_TLS);
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CIPHER:
    return EXCHANGE_TLS;
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
    return end_of_tls(transport, EXCHANGE_RESET);
  case CURLE_ABORTED_BY_CALLBACK: /* it was to be sent a second time */
  case CURLE_GOT_NOTHING:
  case CURLE_PARTIAL_FILE:
    return EXCHANGE_RESET;
  default:
    return EXCHANGE_FAILED;
  }
}

const char *transport_sentence(const struct transport *transport, enum exchange_end end, char *text,
                               size_t size) {
  static const char *const sentences[] = {
      [EXCHANGE_ANSWERED] = "",
      [EXCHANGE_CLOSED] = "",
      [EXCHANGE_REFUSED] = "nothing accepts connections at the API server's address",
      [EXCHANGE_UNKNOWN_HOST] = "the API server's host name is not known",
      [EXCHANGE_UNREACHABLE] = "there is no way to the API server",
      [EXCHANGE_RESET] = "the connection to the API server broke off",
      [EXCHANGE_TIMEOUT] = "the API server did not answer in time",
      [EXCHANGE_UNTRUSTED] = "the API server's certificate is not trusted",
      [EXCHANGE_TLS] = "the API server and Headgate did not agree on TLS",
      [EXCHANGE_PROXY] = "the proxy did not lead to the API server",
      [EXCHANGE_LIMIT] = "the API server's answer is too large",
      [EXCHANGE_CANCELLED] = "ended because the user asked to stop",
      [EXCHANGE_FAILED] = "the API server could not be asked",
  };

  bool has_detail = end == EXCHANGE_UNKNOWN_HOST || end == EXCHANGE_UNTRUSTED ||
                    end == EXCHANGE_TLS || end == EXCHANGE_PROXY || end == EXCHANGE_FAILED;
  struct text_buffer detail;

  /* A proxy's address that libcurl does not understand is quoted, with its password. */
  if ((end == EXCHANGE_PROXY || end == EXCHANGE_FAILED) && strchr(transport->detail, '@'))
    has_detail = false;
  if (!has_detail || !*transport->detail)
    return sentences[end];
  text_buffer_init(&detail); /* names of a certificate, or of a host */
  visible_text_append(&detail, transport->detail, strlen(transport->detail));
  (void)snprintf(text, size, "%s: %s", sentences[end], text_buffer_string(&detail));
  text_buffer_finish(&detail);
  return text;
}
