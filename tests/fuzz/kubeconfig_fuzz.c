/* SPDX-License-Identifier: Apache-2.0 */
/* What a kubeconfig says, and what an exec plugin answers. The first byte of the input says which
 * the rest is ('C': an ExecCredential; any other: a kubeconfig). No program is run. */
#include "kubeconfig/credentials.h"
#include "kubeconfig/server_url.h"
#include "kubeconfig/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char path[32];
static int file = -1;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  file = memfd_create("kubeconfig", MFD_CLOEXEC);
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return file < 0 ? -1 : 0;
}

static void finding(const char *what) {
  (void)fprintf(stderr, "FINDING: %s\n", what);
  abort();
}

static void read_credential(const char *bytes, size_t length) {
  struct hg_error error = HG_ERROR_INIT;
  struct exec_credential credential;
  struct arena arena;

  arena_init(&arena);
  if (exec_credential_read("client.authentication.k8s.io/v1", bytes, length, &arena, &credential,
                           &error) == 0) {
    if (!*credential.token && !*credential.key)
      finding("a credential that is none");
    if (strpbrk(credential.token, "\r\n"))
      finding("a token that ends its header");
  } else if (!*error.message || strchr(error.message, '\n')) {
    finding("no words, or more than a line");
  }
  arena_finish(&arena);
}

static void read_kubeconfig(const char *bytes, size_t length) {
  static const struct exec_surroundings surroundings = {0};
  const struct kubeconfig_sources sources = {.kubeconfig = path};
  struct hg_error error = HG_ERROR_INIT;
  struct credential_source *source = NULL;
  struct kubeconfig_target target;
  struct text_buffer shown;
  struct arena arena;
  const char *url;

  if (ftruncate(file, 0) < 0 || pwrite(file, bytes, length, 0) != (ssize_t)length)
    return;
  arena_init(&arena);
  if (kubeconfig_find_target(&sources, &arena, &target, &error) < 0) {
    if (target.is_known || !*target.reason.message)
      finding("a target that is not known, and nobody says why");
  } else {
    text_buffer_init(&shown);
    kubeconfig_append_server(&shown, target.server);
    text_buffer_finish(&shown);
    if (server_url_normalize(target.server, &arena, &url, &error) == 0 &&
        (strpbrk(url, "\r\n @?#") && !strchr(url, '/')))
      finding("an address that is none");
    (void)credential_source_create(&sources, NULL, NULL, &surroundings, &source, &error);
    credential_source_destroy(source);
  }
  arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 0)
    (data[0] == 'C' ? read_credential : read_kubeconfig)((const char *)data + 1, size - 1);
  return 0;
}
