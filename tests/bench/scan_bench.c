/* SPDX-License-Identifier: Apache-2.0 */
/* What scanning costs above parsing.
 *
 *   scan-bench SCANNER_PLUGIN [FILES ...]      default: 1000 10000
 *
 * Claim under test: reading a directory's manifests into trees takes at most 1.1 times as long as
 * libyaml alone takes for the events of the same texts. Makes FILES manifests in a temporary
 * directory and prints, of each the best of several rounds that take turns:
 *
 *   parse  libyaml's events, the texts being in memory
 *   read   the same, each file being opened, read and closed first
 *   scan   the plugin: open, read, check, build trees, close
 *
 * in microseconds a file, wall and CPU time, and the peak memory of a process that only scans. No
 * verdict: read the figures. */
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <headgate/plugin.h>
#include <headgate/scanner.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <yaml.h>

enum { ROUNDS = 7, LARGEST_FILE = 8192 };

static const char manifest[] =
    "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: arb-tuning-bench-00-worker-%d-%d\n"
    "  namespace: trading-bots\n  labels:\n    app: arbitrage-tuning\n"
    "    session_id: bench-00-session\n    worker_id: worker-%d\n    component: tuning\n"
    "    mode: paper\n    env: docker\n  annotations:\n"
    "    description: Arbitrage tuning job for worker-%d\n"
    "    created_at: \"2026-01-01T00:00:00.000Z\"\nspec:\n  backoffLimit: 0\n  template:\n"
    "    metadata:\n      labels:\n        app: arbitrage-tuning\n"
    "        session_id: bench-00-session\n        worker_id: worker-%d\n"
    "        component: tuning\n        mode: paper\n        env: docker\n    spec:\n"
    "      restartPolicy: Never\n      containers:\n      - name: "
    "arb-tuning-bench-00-worker-%d-%d\n"
    "        image: registry.example/arbitrage-lite:1.4.2\n        command:\n        - python\n"
    "        args:\n        - scripts/run_d24_tuning_session.py\n        - --config\n"
    "        - configs/tuning/session.yaml\n        - --iterations\n        - \"100\"\n"
    "        - --mode\n        - paper\n        - --optimizer\n        - bayesian\n"
    "        - --worker-id\n        - worker-%d\n        - --output-csv\n"
    "        - outputs/d29_k8s_session_worker-%d.csv\n        env:\n        - name: APP_ENV\n"
    "          value: docker\n        - name: REDIS_HOST\n          value: arbitrage-redis\n"
    "        - name: REDIS_PORT\n          value: \"6379\"\n        - name: WORKER_ID\n"
    "          value: worker-%d\n        resources:\n          requests:\n            cpu: 500m\n"
    "            memory: 512Mi\n          limits:\n            cpu: \"1\"\n"
    "            memory: 1Gi\n";

struct cost {
  double wall;
  double cpu; /* both in seconds */
};

struct bench {
  const struct hg_scanner_ops *ops;
  char directory[64];
  int files;
  char **texts;
  size_t *lengths;
  size_t bytes;
};

static void die(const char *what) {
  (void)fprintf(stderr, "scan-bench: %s\n", what);
  exit(1);
}

static double seconds(clockid_t clock) {
  struct timespec now;

  (void)clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void log_line(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  (void)message;
}

static int32_t never(const struct hg_host *host) {
  (void)host;
  return 0;
}

static const char *no_option(const struct hg_host *host, const char *name) {
  (void)host;
  (void)name;
  return NULL;
}

static int32_t count_document(const struct hg_document_sink *sink,
                              const struct hg_document *document) {
  *(int *)sink->context += document->root != NULL;
  return 0;
}

static int32_t fail_on_problem(const struct hg_document_sink *sink, uint32_t document,
                               const struct hg_diagnostic *diagnostic) {
  (void)sink;
  (void)document;
  die(diagnostic->message);
  return -1;
}

static void scan(struct bench *bench) {
  struct hg_host host = {
      .struct_size = sizeof host, .log = log_line, .cancelled = never, .option = no_option};
  const char *directory = bench->directory;
  const struct hg_scan_request request = {
      .struct_size = sizeof request, .operand_count = 1, .operands = &directory};
  int documents = 0;
  struct hg_document_sink sink = {.struct_size = sizeof sink,
                                  .context = &documents,
                                  .add = count_document,
                                  .problem = fail_on_problem};
  struct hg_error err = HG_ERROR_INIT;
  void *self;
  void *reader;

  if (bench->ops->create(&host, &request, &self, &err) != 0 ||
      bench->ops->reader_create(self, &reader, &err) != 0)
    die(err.message);
  for (uint64_t i = 0; i < bench->ops->count(self); i++)
    if (bench->ops->read(reader, i, &sink, &err) != 0)
      die(err.message);
  bench->ops->reader_destroy(reader);
  bench->ops->destroy(self);
  if (documents != bench->files)
    die("not every file was one document");
}

static void parse_text(const char *text, size_t length) {
  yaml_parser_t parser;
  yaml_event_t event;
  int is_end = 0;

  if (!yaml_parser_initialize(&parser))
    die("out of memory");
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
  while (!is_end) {
    if (!yaml_parser_parse(&parser, &event))
      die(parser.problem);
    is_end = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
}

static void parse(struct bench *bench) {
  for (int i = 0; i < bench->files; i++)
    parse_text(bench->texts[i], bench->lengths[i]);
}

static const char *file_path(const struct bench *bench, int index) {
  static char path[128];

  (void)snprintf(path, sizeof path, "%s/job-%06d.yaml", bench->directory, index);
  return path;
}

static void read_and_parse(struct bench *bench) {
  static char text[LARGEST_FILE];

  for (int i = 0; i < bench->files; i++) {
    int descriptor = open(file_path(bench, i), O_RDONLY | O_CLOEXEC);
    ssize_t length = read(descriptor, text, sizeof text);

    (void)close(descriptor);
    if (length <= 0)
      die("cannot read a manifest");
    parse_text(text, (size_t)length);
  }
}

static void make_files(struct bench *bench) {
  bench->texts = calloc((size_t)bench->files, sizeof *bench->texts);
  bench->lengths = calloc((size_t)bench->files, sizeof *bench->lengths);
  bench->bytes = 0;
  for (int i = 0; i < bench->files; i++) {
    char text[LARGEST_FILE];
    int n = i + 1;
    int length = snprintf(text, sizeof text, manifest, n, i, n, n, n, n, i, n, n, n);
    FILE *file = fopen(file_path(bench, i), "wb");

    if (!file || length <= 0 || fwrite(text, 1, (size_t)length, file) != (size_t)length ||
        fclose(file) != 0)
      die("cannot write a manifest");
    bench->lengths[i] = (size_t)length;
    bench->bytes += (size_t)length;
  }
}

static void load_texts(struct bench *bench) {
  for (int i = 0; i < bench->files; i++) {
    FILE *file = fopen(file_path(bench, i), "rb");

    bench->texts[i] = malloc(bench->lengths[i]);
    if (!file || !bench->texts[i] ||
        fread(bench->texts[i], 1, bench->lengths[i], file) != bench->lengths[i])
      die("cannot read a manifest");
    (void)fclose(file);
  }
}

static void free_texts(struct bench *bench) {
  for (int i = 0; i < bench->files; i++)
    free(bench->texts[i]);
  free(bench->texts);
  free(bench->lengths);
}

/* Scans once in a child; returns its peak memory in KiB. Called before the texts are loaded: a
 * child starts with its parent's memory. */
static long scan_alone(struct bench *bench) {
  struct rusage usage;
  int status;
  pid_t child = fork();

  if (child == 0) {
    scan(bench);
    _exit(0);
  }
  if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
    die("the scanning child failed");
  return usage.ru_maxrss;
}

static void measure(void (*work)(struct bench *bench), struct bench *bench, struct cost *best) {
  double wall = seconds(CLOCK_MONOTONIC);
  double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);

  work(bench);
  cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  wall = seconds(CLOCK_MONOTONIC) - wall;
  if (best->wall == 0 || wall < best->wall)
    best->wall = wall;
  if (best->cpu == 0 || cpu < best->cpu)
    best->cpu = cpu;
}

static void print_cost(const struct bench *bench, const char *name, const struct cost *cost,
                       const struct cost *parsing) {
  double us = 1e6 / bench->files;

  (void)printf("  %-6s %8.2f us wall %8.2f us CPU   %.3f times parse (wall) %.3f (CPU)\n", name,
               cost->wall * us, cost->cpu * us, cost->wall / parsing->wall,
               cost->cpu / parsing->cpu);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where) {
  (void)status;
  (void)type;
  (void)where;
  return remove(path);
}

static void run(struct bench *bench) {
  struct cost parsing = {0};
  struct cost reading = {0};
  struct cost scanning = {0};
  long peak;

  (void)snprintf(bench->directory, sizeof bench->directory, "/tmp/headgate-bench-XXXXXX");
  if (!mkdtemp(bench->directory))
    die("cannot make a temporary directory");
  make_files(bench);
  peak = scan_alone(bench);
  load_texts(bench);
  for (int round = 0; round < ROUNDS; round++) {
    measure(parse, bench, &parsing);
    measure(read_and_parse, bench, &reading);
    measure(scan, bench, &scanning);
  }
  (void)printf("%d files of %zu bytes, best of %d rounds, peak memory of scanning %ld KiB\n",
               bench->files, bench->bytes / (size_t)bench->files, ROUNDS, peak);
  print_cost(bench, "parse", &parsing, &parsing);
  print_cost(bench, "read", &reading, &parsing);
  print_cost(bench, "scan", &scanning, &parsing);
  free_texts(bench);
  (void)nftw(bench->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv) {
  const struct hg_plugin *(*entry)(void) = NULL;
  struct bench bench = {0};
  void *library;
  void *symbol;

  if (argc < 2)
    die("usage: scan-bench SCANNER_PLUGIN [FILES ...]");
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  symbol = library ? dlsym(library, "headgate_plugin_v1") : NULL;
  if (!symbol)
    die(dlerror());
  memcpy(&entry, &symbol, sizeof entry);
  bench.ops = entry()->ops;
  for (int i = 2; i < argc || i == 2; i++) {
    bench.files = argc > 2 ? atoi(argv[i]) : 1000;
    if (bench.files < 1)
      die("FILES must be a number");
    run(&bench);
  }
  if (argc == 2) {
    bench.files = 10000;
    run(&bench);
  }
  return 0;
}
