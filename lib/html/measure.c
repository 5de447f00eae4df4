/* SPDX-License-Identifier: Apache-2.0 */
#include "html/measure.h"

#include "html/html_text.h"
#include "text/timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DATE_LENGTH = 10, SECONDS_LENGTH = 20 /* of a time in whole seconds */ };

void measure_count(struct text_buffer *text, uint64_t count) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%" PRIu64, count);

  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      text_buffer_append_char(text, ',');
    text_buffer_append_char(text, digits[i]);
  }
}

void measure_counted(struct text_buffer *text, uint64_t count, const char *plural) {
  measure_count(text, count);
  text_buffer_append_char(text, ' ');
  text_buffer_append(text, plural, strlen(plural) - (count == 1 ? 1 : 0));
}

void measure_decimal(struct text_buffer *text, int64_t thousandths) {
  int64_t rest = thousandths % 1000;

  text_buffer_printf(text, "%" PRId64, thousandths / 1000);
  if (rest % 100 > 0)
    text_buffer_printf(text, rest % 10 > 0 ? ".%03d" : ".%02d",
                       (int)(rest % 10 > 0 ? rest : rest / 10));
  else if (rest > 0)
    text_buffer_printf(text, ".%d", (int)(rest / 100));
}

void measure_time(struct text_buffer *text, const char *time, const char *day) {
  size_t length = strlen(time);
  int64_t ms;

  if ((length != TIMESTAMP_SIZE - 1 && length != SECONDS_LENGTH) || !timestamp_parse(time, &ms)) {
    html_text_string(text, time);
    return;
  }
  text_buffer_printf(text, "<time datetime=\"%s\">", time);
  if (strncmp(time, day, DATE_LENGTH) != 0) {
    text_buffer_append(text, time, DATE_LENGTH);
    text_buffer_append_char(text, ' ');
  }
  text_buffer_append(text, time + DATE_LENGTH + 1, length - DATE_LENGTH - 2);
  text_buffer_append_string(text, "</time>");
}
