/* SPDX-License-Identifier: Apache-2.0 */
/* Writes pages for the tests that read them as a browser does.
 *
 *   report_html_pages PLUGIN DIRECTORY          every sample run, hostile runs, parallel runs
 *   report_html_pages PLUGIN FILE COUNT LANES   an apply of COUNT Jobs, LANES at a time
 *
 * Beside the pages goes hostile.tsv: each hostile text as the page must show it, a line each.
 */
#include "page_runs.h"
#include "sample_runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct reporter_harness harness;

static void fail_with(const char *what, const char *which) {
  fprintf(stderr, "report_html_pages: %s: %s\n", what, which);
  exit(1);
}

static void begin_page(void) {
  if (reporter_harness_create(&harness, HG_OUTPUT_FULL) != 0)
    fail_with("no reporter", harness.err.message);
}

static void write_page(const char *path, int32_t status) {
  FILE *file;

  reporter_harness_destroy(&harness);
  if (status != 0)
    fail_with(path, harness.err.message);
  file = fopen(path, "wb");
  if (!file ||
      fwrite(harness.written.data, 1, harness.written.length, file) != harness.written.length ||
      fclose(file) != 0)
    fail_with("cannot write", path);
}

static const char *path_in(const char *directory, const char *name, const char *ending) {
  static char path[1024];

  if (snprintf(path, sizeof path, "%s/%s%s", directory, name, ending) >= (int)sizeof path)
    fail_with("too long", directory);
  return path;
}

static void write_hostile_texts(const char *path) {
  FILE *file = fopen(path, "wb");

  if (!file)
    fail_with("cannot write", path);
  for (uint32_t i = 0; i < page_hostile_text_count; i++)
    fprintf(file, "%s\n", page_hostile_texts[i].shown);
  if (fclose(file) != 0)
    fail_with("cannot write", path);
}

static void write_all(const char *directory) {
  for (size_t i = 0; i < sample_run_count; i++) {
    begin_page();
    write_page(path_in(directory, sample_runs[i].name, ".html"), sample_runs[i].feed(&harness));
  }
  begin_page();
  write_page(path_in(directory, "hostile", ".html"), page_run_hostile(&harness));
  begin_page();
  write_page(path_in(directory, "hostile-findings", ".html"), page_run_hostile_findings(&harness));
  begin_page();
  write_page(path_in(directory, "parallel-20", ".html"), page_run_parallel(&harness, 20, 4, 9));
  begin_page();
  write_page(path_in(directory, "parallel-200", ".html"), page_run_parallel(&harness, 200, 8, 23));
  begin_page();
  write_page(path_in(directory, "parallel-1000", ".html"),
             page_run_parallel(&harness, 1000, 16, 150));
  write_hostile_texts(path_in(directory, "hostile", ".tsv"));
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5)
    fail_with("usage", "report_html_pages PLUGIN DIRECTORY | PLUGIN FILE COUNT LANES");
  reporter_harness_open(&harness, argv[1]);
  if (argc == 3) {
    write_all(argv[2]);
  } else {
    begin_page();
    write_page(argv[2], page_run_parallel(&harness, strtoull(argv[3], NULL, 10),
                                          (uint32_t)strtoul(argv[4], NULL, 10), 250));
  }
  reporter_harness_close(&harness);
  return 0;
}
