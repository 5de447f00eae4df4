/* SPDX-License-Identifier: Apache-2.0 */
/* Does DEED_AT_LOAD when it is loaded: before anything of it is called, or, with DEED_IN_ENTRY, in
 * its entry function. */
#include "deeds.h"

#include <stdint.h>

static int32_t do_it(void) {
  struct hg_error error = HG_ERROR_INIT;
  const struct scene scene = {NULL, NULL, &error};

  return deed_do(DEED_AT_LOAD, &scene);
}

#ifdef DEED_IN_ENTRY
#define PLUGIN_ENTRY() (do_it() == 0 ? &skeleton_plugin : NULL)
#else
__attribute__((constructor)) static void at_load(void) {
  (void)do_it();
}
#endif
#include "plugin_skeleton.h"
