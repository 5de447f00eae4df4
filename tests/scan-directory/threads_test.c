/* SPDX-License-Identifier: Apache-2.0 */
/* Several readers at the same time, each with a share of the files. */
#include "scanner_harness.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 4, FILES = 200 };

/* cmocka's assertions are for the main thread alone: a thread counts, and is asked afterwards. */
struct share {
  const struct scanner_harness *harness;
  uint64_t first;
  uint64_t documents;
  uint64_t problems;
  uint64_t wrong;
  int32_t failed;
  const char *path;
};

static int32_t count_document(const struct hg_document_sink *sink,
                              const struct hg_document *document) {
  struct share *share = sink->context;
  const struct hg_node *name = hg_node_get(document->root, "name");

  share->documents++;
  /* Each document says which file it is in. */
  if (strcmp(document->yaml_path, share->path) != 0 || !name || !strstr(share->path, name->text))
    share->wrong++;
  return 0;
}

static int32_t count_problem(const struct hg_document_sink *sink, uint32_t document,
                             const struct hg_diagnostic *diagnostic) {
  struct share *share = sink->context;

  (void)document;
  share->problems++;
  share->wrong += strcmp(diagnostic->rule, "yaml-syntax") != 0;
  return 0;
}

static void *read_share(void *context) {
  struct share *share = context;
  const struct scanner_harness *harness = share->harness;
  struct hg_document_sink sink = {
      .struct_size = sizeof sink,
      .context = share,
      .add = count_document,
      .problem = count_problem,
  };
  struct hg_error err = HG_ERROR_INIT;
  void *reader;

  share->failed = harness->ops->reader_create(harness->self, &reader, &err);
  if (share->failed != 0)
    return NULL;
  for (uint64_t i = share->first; i < FILES && share->failed == 0; i += THREADS) {
    share->path = harness->ops->path(harness->self, i);
    share->failed = harness->ops->read(reader, i, &sink, &err);
  }
  harness->ops->reader_destroy(reader);
  return NULL;
}

static void reads_on_several_threads(void **state) {
  struct scanner_harness harness;
  struct share shares[THREADS];
  pthread_t threads[THREADS];
  uint64_t documents = 0;
  uint64_t problems = 0;

  (void)state;
  scanner_harness_open(&harness);
  for (int i = 0; i < FILES; i++) {
    char name[32];
    char text[128];

    (void)snprintf(name, sizeof name, "job-%03d.yaml", i);
    (void)snprintf(text, sizeof text,
                   "x: &x {y: z}\nname: job-%03d\nz: {<<: *x}\n---\nname: %s\n%s", i, name,
                   i % 10 ? "" : "---\n[\n");
    scanner_harness_write_text(&harness, name, text);
  }
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  for (uint64_t i = 0; i < THREADS; i++) {
    shares[i] = (struct share){.harness = &harness, .first = i};
    assert_int_equal(pthread_create(&threads[i], NULL, read_share, &shares[i]), 0);
  }
  for (size_t i = 0; i < THREADS; i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(shares[i].failed, 0);
    assert_int_equal(shares[i].wrong, 0);
    documents += shares[i].documents;
    problems += shares[i].problems;
  }
  assert_int_equal(documents, 2 * FILES);
  assert_int_equal(problems, FILES / 10);
  scanner_harness_close(&harness);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads_on_several_threads)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
