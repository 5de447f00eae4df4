/* SPDX-License-Identifier: Apache-2.0 */
/* Which of some known names a mistyped one was meant to be. */
#ifndef GENERATE_NEAREST_NAME_H
#define GENERATE_NEAREST_NAME_H

/* The name of `names` (ended by NULL) that `text` most resembles: few letters differ, or one holds
 * the other. NULL where none does. The result is a pointer out of `names`. */
const char *nearest_name(const char *text, const char *const *names);

#endif
