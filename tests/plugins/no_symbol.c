/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a shared object, but no plugin. */
#include <headgate/abi.h>

HG_EXPORT int something_else(void);

HG_EXPORT int something_else(void) {
  return 0;
}
