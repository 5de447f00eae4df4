/* SPDX-License-Identifier: Apache-2.0 */
/* How to reach a cluster, and as whom: what a kubeconfig says, made ready for a connection.
 *
 * The host reads files and runs credential programs, once for the whole process, and hands out the
 * outcome (hg_host.credentials). Only appliers and watchers get any. Whoever holds them writes no
 * part of them to a log, an error, an argument list, a result or a file: only `server` may be
 * shown.
 */
#ifndef HEADGATE_CREDENTIALS_H
#define HEADGATE_CREDENTIALS_H

#include <headgate/bytes.h>
#include <headgate/job.h>
#include <stdint.h>

/* Bytes that the name of a cluster takes, its NUL counted: see hg_applier_ops.cluster_uid. */
#define HG_CLUSTER_UID_SIZE 64

/* Bits of hg_credentials.flags. */
#define HG_CREDENTIALS_INSECURE 1u       /* take any certificate of the server; the host warns */
#define HG_CREDENTIALS_NO_COMPRESSION 2u /* do not ask for compressed answers */
#define HG_CREDENTIALS_IN_CLUSTER 4u     /* of the Pod that this process runs in */

/* Immutable. Handed out by hg_host.credentials and valid until given back with
 * hg_host.credentials_release; may be read by any thread. No string is NULL; "" is: none. */
struct hg_credentials {
  uint32_t struct_size; /* sizeof(struct hg_credentials) as the host compiled it */
  uint32_t flags;       /* HG_CREDENTIALS_* */
  int64_t fresh_until;  /* wall clock, milliseconds since 1970: ask the host again before the first
                         * request after that; 0: they stay until the server answers 401 */
  const char *server;   /* "https://HOST:PORT/PREFIX" or "http://...", without user, password,
                         * query and final slash: paths are appended */
  const char *tls_server_name; /* what the server's certificate is for, where not for the host of
                                * `server`; also what is sent as SNI */
  const char *proxy_url; /* http, https or socks5; it may hold a password; "": what the environment
                          * says (HTTPS_PROXY, NO_PROXY) */
  const char *default_namespace; /* of an object that names none */
  const char *token;             /* for "Authorization: Bearer"; never sent over plain http */
  const char *impersonate_user;  /* header Impersonate-User; where "", no header Impersonate-* */
  const char *impersonate_uid;   /* header Impersonate-Uid */
  struct hg_bytes ca;            /* PEM: the only roots to trust; empty: those of the system */
  struct hg_bytes certificate;   /* PEM, chain and all; empty: no client certificate */
  struct hg_bytes key;           /* PEM, of the certificate */
  const char *const *impersonate_groups; /* headers Impersonate-Group, one each */
  /* Headers Impersonate-Extra-NAME, lower case, to be escaped for a header's name; one that has
   * several values stands as often. */
  const struct hg_pair *impersonate_extras;
  uint32_t impersonate_group_count;
  uint32_t impersonate_extra_count;
};

#endif
