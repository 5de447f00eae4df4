/* SPDX-License-Identifier: Apache-2.0 */
/* A host for one applier: loads the built plugin, gives it a plan, and writes down all that it
 * does. Each driver has a temporary directory of its own. */
#ifndef TESTS_APPLIER_DRIVER_H
#define TESTS_APPLIER_DRIVER_H

#include <headgate/applier.h>
#include <stdbool.h>
#include <stdint.h>

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { DRIVER_MAX_JOBS = 64 };

struct hg_plugin;

/* A Job, and what became of it. */
struct driver_job {
  /* Set by the test before the run. */
  uint32_t answer;       /* what start says; HG_LAUNCH_GO unless changed */
  int32_t stop_after;    /* what finish says; 0 unless changed */
  struct hg_bytes input; /* given on standard input where data is not NULL */

  const char *changed; /* why its manifest is not the planned one, for preflight; NULL: it is */

  /* Written down by the driver. */
  uint32_t asked;  /* how often start was asked, whatever it said */
  uint32_t starts; /* attempts that were let through */
  uint32_t finishes;
  uint32_t last;               /* of the newest finish */
  bool ends_launch;            /* the last one of its launch */
  struct hg_job_result result; /* of the newest attempt; strings and outputs are copies */
  const char *command;         /* argv of the newest attempt, each word and a space */
  uint32_t verdicts;
  struct hg_preflight_verdict verdict; /* strings are copies */
};

struct driver {
  char directory[64];
  struct hg_host host;
  struct hg_apply_sink sink;
  struct hg_preflight_sink preflight_sink;
  struct hg_plan plan;
  const struct hg_plan_item *items[DRIVER_MAX_JOBS];
  struct driver_job jobs[DRIVER_MAX_JOBS];
  const char *kubectl; /* the options; kubectl is the fake one unless changed */
  const char *timeout;
  const char *grace;
  const char *parallel;    /* "1" unless changed, as are these: "1" */
  const char *batch;       /* "1" */
  const char *retries;     /* "0" */
  const char *retry_delay; /* "0" */
  uint32_t cancel_after; /* `cancelled` answers 1 once that many attempts have started; 0: never */
  uint32_t cancel_after_finish;         /* the same by attempts that have finished */
  uint32_t end_after;                   /* and 2 once it was so many; 0: never */
  uint32_t end_after_verdict;           /* the same by verdicts */
  void (*asked)(struct driver *driver); /* called by `cancelled`; NULL: nothing */
  uint32_t times_asked;
  uint32_t running;      /* kubectls whose Jobs are not all finished */
  uint32_t most_running; /* the highest of these */
  char *log;             /* "LEVEL text\n" for each line */
  char *events;          /* "start NAME\n", "again NAME\n" (not the last finish), "finish NAME\n";
                          * "ask NAME\n" where start was asked and let nothing through, or
                          * preflight wanted the document; "verdict NAME\n" */
  struct hg_error error; /* of the last call that failed */
};

/* cmocka set-up and tear-down. The tear-down checks that no process was left behind, not even a
 * grandchild, and no descriptor. */
int driver_setup(void **state);
int driver_teardown(void **state);

/* Adds a Job NAME, with a manifest NAME.yaml in the driver's directory and the command that D31
 * builds for it. Returns its index. */
uint64_t driver_add(struct driver *driver, const char *name);

/* The same with the argv of the caller's choice (borrowed). */
uint64_t driver_add_command(struct driver *driver, const char *name, const char *const *command);

/* What the fake kubectl does from now on (kubectl.c). */
void driver_script(struct driver *driver, const char *script);

/* The path of `name` in the driver's directory; valid until the driver ends. */
const char *driver_path(struct driver *driver, const char *name);

/* Writes a file into the driver's directory and returns its path. */
const char *driver_write(struct driver *driver, const char *name, const char *text, uint32_t mode);

/* A file's text; "" where there is none. Valid until the driver ends. */
const char *driver_read(struct driver *driver, const char *path);

/* What the plugin says of itself. */
const struct hg_plugin *driver_plugin(struct driver *driver);

/* create, apply, destroy. Returns what apply (or create, if that failed) returned. */
int32_t driver_run(struct driver *driver);

/* create, preflight, destroy. */
int32_t driver_preflight(struct driver *driver);

/* Adds `count` Jobs job-00, job-01, ... */
void driver_add_many(struct driver *driver, uint64_t count);

/* How many kubectls were started. */
uint32_t driver_launches(struct driver *driver);

/* Fails the test unless Job `index` was started and finished once, as given. */
void driver_expect(struct driver *driver, uint64_t index, uint32_t status, int32_t return_code,
                   int32_t signal, const char *reason);

/* The same of a kubectl that ended well and did not confirm the Job. */
void driver_expect_unconfirmed(struct driver *driver, uint64_t index);

/* Fails the test unless Job `index` was started and finished `attempts` times, the last of them
 * with that status and class. */
void driver_expect_after(struct driver *driver, uint64_t index, uint32_t attempts, uint32_t status,
                         const char *failure_class);

#endif
