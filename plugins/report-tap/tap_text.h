/* SPDX-License-Identifier: Apache-2.0 */
/* How TAP 14 spells text: what it says on escaping, and strings of its YAML blocks.
 *
 * A string is written as one line between double quotes, with escapes that YAML 1.2 has. Up to \x7f
 * they are also those that perl's TAP::Parser has: its reader, which is in wide use, knows no more
 * of YAML than that, and stops at blank lines of a literal block and at ": " in a list of strings.
 */
#ifndef PLUGINS_REPORT_TAP_TAP_TEXT_H
#define PLUGINS_REPORT_TAP_TAP_TEXT_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

/* Appends a description or reason: one line, made visible (visible_text.h), in which no "#" begins
 * a directive. */
void tap_text_append(struct text_buffer *text, const char *data, size_t length);

/* Appends a YAML string; bytes that are no UTF-8 become U+FFFD. Memory is bounded whatever the
 * length. */
int32_t tap_text_append_yaml(struct section *section, struct hg_bytes value, struct hg_error *err);

#endif
