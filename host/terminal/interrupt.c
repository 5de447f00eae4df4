/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* Read by every thread, so sig_atomic_t does not do. */
static atomic_int requested;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler must not wait for a lock");

static void remember(int number) {
  int before = atomic_load(&requested);

  (void)number;
  while (before < 2 && !atomic_compare_exchange_weak(&requested, &before, before + 1))
    ; /* another thread was interrupted too */
}

void interrupt_install(void) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action;
  struct sigaction before;
  sigset_t none;

  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  /* With SIGCHLD ignored, as some parents leave it, the kernel reaps our children and nobody learns
   * how they ended; a blocked signal never stops us. */
  action.sa_handler = SIG_DFL;
  (void)sigaction(SIGCHLD, &action, NULL);
  sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
  action.sa_handler = SIG_IGN;
  (void)sigaction(SIGPIPE, &action, NULL);
  (void)sigaction(SIGXFSZ, &action, NULL);
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
      (void)sigaction(numbers[i], &action, NULL);
}

int interrupt_requested(void) {
  return atomic_load(&requested);
}

bool interrupt_allows(int64_t waited_ms) {
  int wishes = interrupt_requested();

  return wishes == 0 || (wishes == 1 && waited_ms < 1000);
}

static bool lasts(void *context, int64_t waited_ms) {
  (void)context;
  return interrupt_allows(waited_ms);
}

const struct write_patience interrupt_patience = {.lasts = lasts};
