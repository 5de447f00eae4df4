/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#include "html_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DATE_LENGTH = 10 };

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

void measure_duration(struct text_buffer *text, int64_t ms) {
  if (ms < SECOND)
    text_buffer_printf(text, "%" PRId64 " ms", ms);
  else if (ms < 10 * SECOND)
    text_buffer_printf(text, "%" PRId64 ".%02" PRId64 " s", ms / SECOND, ms % SECOND / 10);
  else if (ms < MINUTE)
    text_buffer_printf(text, "%" PRId64 ".%" PRId64 " s", ms / SECOND, ms % SECOND / 100);
  else if (ms < HOUR)
    text_buffer_printf(text, "%" PRId64 " min %02" PRId64 " s", ms / MINUTE, ms % MINUTE / SECOND);
  else
    text_buffer_printf(text, "%" PRId64 " h %02" PRId64 " min", ms / HOUR, ms % HOUR / MINUTE);
}

bool measure_read_time(const char *time, int64_t *ms) {
  static const char form[] = "0000-00-00T00:00:00.000Z";
  struct tm parts;
  int millisecond = 0;

  memset(&parts, 0, sizeof parts);
  if (strlen(time) != sizeof form - 1)
    return false;
  for (size_t i = 0; i < sizeof form - 1; i++)
    if (form[i] == '0' ? time[i] < '0' || time[i] > '9' : time[i] != form[i])
      return false;
  if (sscanf(time, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
             &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &millisecond) != 7)
    return false;
  if (parts.tm_mon < 1 || parts.tm_mon > 12 || parts.tm_mday < 1 || parts.tm_mday > 31 ||
      parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60)
    return false;
  parts.tm_year -= 1900;
  parts.tm_mon--;
  *ms = (int64_t)timegm(&parts) * SECOND + millisecond;
  return true;
}

void measure_time(struct text_buffer *text, const char *time, const char *day) {
  int64_t ms;

  if (!measure_read_time(time, &ms)) {
    html_text_string(text, time);
    return;
  }
  text_buffer_printf(text, "<time datetime=\"%s\">", time);
  if (strncmp(time, day, DATE_LENGTH) != 0) {
    text_buffer_append(text, time, DATE_LENGTH);
    text_buffer_append_char(text, ' ');
  }
  text_buffer_append(text, time + DATE_LENGTH + 1, strlen("00:00:00.000"));
  text_buffer_append_string(text, "</time>");
}
