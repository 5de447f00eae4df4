/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/exec_credential.h"

#include "memory/no_memory.h"
#include "text/base64.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static json_t *cluster_object(const struct kubeconfig_cluster *cluster, struct hg_bytes ca) {
  json_t *object = json_pack("{s:s}", "server", cluster->server);
  struct text_buffer spelled;
  bool failed = !object;

  text_buffer_init(&spelled);
  base64_append(&spelled, ca.data, ca.length);
  if (*cluster->tls_server_name)
    failed |= json_object_set_new(object, "tls-server-name", json_string(cluster->tls_server_name));
  if (cluster->is_insecure)
    failed |= json_object_set_new(object, "insecure-skip-tls-verify", json_true());
  if (ca.length > 0)
    failed |= json_object_set_new(object, "certificate-authority-data",
                                  json_string(text_buffer_string(&spelled)));
  if (*cluster->proxy_url)
    failed |= json_object_set_new(object, "proxy-url", json_string(cluster->proxy_url));
  if (cluster->is_uncompressed)
    failed |= json_object_set_new(object, "disable-compression", json_true());
  failed |= json_object_set_new(object, "config",
                                *cluster->exec_config
                                    ? json_loads(cluster->exec_config, JSON_DECODE_ANY, NULL)
                                    : json_null());
  if (failed || spelled.failed) {
    json_decref(object);
    object = NULL;
  }
  text_buffer_finish(&spelled);
  return object;
}

void exec_credential_ask(const char *api_version, const struct kubeconfig_cluster *cluster,
                         struct hg_bytes ca, bool is_interactive, struct text_buffer *text) {
  json_t *told = json_pack("{s:s,s:s,s:{s:b}}", "kind", "ExecCredential", "apiVersion", api_version,
                           "spec", "interactive", is_interactive);
  char *spelled = NULL;

  if (told && (!cluster || json_object_set_new(json_object_get(told, "spec"), "cluster",
                                               cluster_object(cluster, ca)) == 0))
    spelled = json_dumps(told, JSON_COMPACT);
  if (spelled)
    text_buffer_append_string(text, spelled);
  else
    text->failed = true;
  free(spelled);
  json_decref(told);
}

/* Milliseconds since 1970 of an RFC 3339 time; -1 where it is none. */
static int64_t read_time(const char *text) {
  struct tm date = {0};
  const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &date);
  int64_t milliseconds;
  int hours = 0;
  int minutes = 0;
  char sign = '+';
  int used = 0;

  if (!rest)
    return -1;
  if (*rest == '.') {
    size_t digits = strspn(rest + 1, "0123456789");

    if (digits == 0)
      return -1;
    rest += digits + 1; /* a part of a second earlier is early enough */
  }
  if (strcmp(rest, "Z") != 0 && (sscanf(rest, "%c%2d:%2d%n", &sign, &hours, &minutes, &used) != 3 ||
                                 rest[used] != '\0' || used != 6 || (sign != '+' && sign != '-')))
    return -1;
  milliseconds = ((int64_t)timegm(&date) - (sign == '-' ? -1 : 1) * (hours * 60 + minutes) * 60) *
                 (int64_t)1000;
  return milliseconds < 0 ? -1 : milliseconds;
}

/* jansson frees strings as they are. */
static void erase(json_t *status) {
  const char *key;
  json_t *value;

  json_object_foreach(status, key, value) {
    if (json_is_string(value)) {
      char *bytes;
      const char *string = json_string_value(value);

      memcpy(&bytes, &string, sizeof bytes);
      explicit_bzero(bytes, json_string_length(value));
    }
  }
}

/* A copy of a text without NULs; "" where there is none. */
static int32_t take(const json_t *status, const char *name, struct arena *arena, const char **text,
                    struct hg_error *err) {
  const json_t *value = json_object_get(status, name);

  *text = "";
  if (!value || json_is_null(value))
    return 0;
  if (!json_is_string(value))
    return hg_error_set(err, HG_ERROR_INVALID, "status.%s is no string", name);
  *text = arena_copy(arena, json_string_value(value), json_string_length(value));
  return *text ? 0 : no_memory(err);
}

static int32_t take_status(const json_t *status, struct arena *arena,
                           struct exec_credential *credential, struct hg_error *err) {
  const char *expires;

  if (!json_is_object(status))
    return hg_error_set(err, HG_ERROR_INVALID, "it has no status");
  if (take(status, "token", arena, &credential->token, err) < 0 ||
      take(status, "clientCertificateData", arena, &credential->certificate, err) < 0 ||
      take(status, "clientKeyData", arena, &credential->key, err) < 0 ||
      take(status, "expirationTimestamp", arena, &expires, err) < 0)
    return -1;
  if (!*credential->token && !*credential->certificate && !*credential->key)
    return hg_error_set(err, HG_ERROR_INVALID, "it has neither a token nor a certificate with key");
  if (!*credential->certificate != !*credential->key)
    return hg_error_set(err, HG_ERROR_INVALID, "it has only one of certificate and key");
  if (credential->token[strcspn(credential->token, "\r\n")])
    return hg_error_set(err, HG_ERROR_INVALID, "its token has a line break");
  credential->expires = *expires ? read_time(expires) : 0;
  if (credential->expires < 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "status.expirationTimestamp is no time as RFC 3339 writes it");
  return 0;
}

static const char *text_of(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));

  return text ? text : "";
}

int32_t exec_credential_read(const char *api_version, const char *bytes, size_t length,
                             struct arena *arena, struct exec_credential *credential,
                             struct hg_error *err) {
  json_error_t where;
  json_t *answer = json_loadb(bytes, length, 0, &where);
  json_t *status = json_object_get(answer, "status");
  int32_t result;

  memset(credential, 0, sizeof *credential);
  if (!answer)
    result = hg_error_set(err, HG_ERROR_INVALID, "it is no JSON, line %d, column %d", where.line,
                          where.column);
  else if (strcmp(text_of(answer, "kind"), "ExecCredential") != 0)
    result = hg_error_set(err, HG_ERROR_INVALID, "its kind is not ExecCredential");
  else if (strcmp(text_of(answer, "apiVersion"), api_version) != 0)
    result = hg_error_set(err, HG_ERROR_INVALID, "its apiVersion is not %.240s, as configured",
                          api_version);
  else
    result = take_status(status, arena, credential, err);
  erase(status);
  json_decref(answer);
  return result;
}
