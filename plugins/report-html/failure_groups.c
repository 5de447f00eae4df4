/* SPDX-License-Identifier: Apache-2.0 */
#include "failure_groups.h"

#include "html/html_text.h"
#include "html/measure.h"
#include "html/page_text.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct failure_group *group_of(struct failure_groups *groups, const char *class) {
  char name[GROUP_CLASS];

  utf8_copy_cut(name, sizeof name, class);
  for (uint32_t i = 0; i < groups->count; i++)
    if (strcmp(groups->groups[i].name, name) == 0)
      return &groups->groups[i];
  if (groups->count == GROUP_COUNT)
    return NULL;
  memcpy(groups->groups[groups->count].name, name, sizeof name);
  return &groups->groups[groups->count++];
}

void failure_groups_add(struct failure_groups *groups, const struct hg_job_completion *completion,
                        const char *cause, uint64_t card) {
  struct failure_group *group = group_of(groups, completion->failure_class);
  char text[GROUP_TEXT];

  if (!group) {
    groups->others++;
    return;
  }
  utf8_copy_cut(text, sizeof text, cause);
  if (group->count == 0) {
    memcpy(group->cause, text, sizeof text);
    utf8_copy_cut(group->advice, sizeof group->advice, completion->advice);
  }
  group->has_others = group->has_others || strcmp(group->cause, text) != 0;
  if (group->count < GROUP_NAMES) {
    group->cards[group->count] = card;
    utf8_copy_cut(group->jobs[group->count], GROUP_CLASS, completion->job_name);
  }
  group->count++;
}

static int compare(const void *a, const void *b) {
  const struct failure_group *left = a;
  const struct failure_group *right = b;

  if (left->count != right->count)
    return left->count < right->count ? 1 : -1;
  return strcmp(left->name, right->name);
}

static void append_names(const struct failure_group *group, struct text_buffer *text) {
  for (uint64_t i = 0; i < group->count && i < GROUP_NAMES; i++) {
    text_buffer_printf(text, "%s<a href=\"#c%" PRIu64 "\">", i > 0 ? ", " : "", group->cards[i]);
    page_name(text, group->jobs[i]);
    text_buffer_append_string(text, "</a>");
  }
  if (group->count > GROUP_NAMES) {
    text_buffer_append_string(text, " <span class=\"part\">and ");
    measure_count(text, group->count - GROUP_NAMES);
    text_buffer_append_string(text, " more</span>");
  }
}

static void append_group(const struct failure_group *group, struct text_buffer *text) {
  text_buffer_append_string(text, "<li><b>");
  measure_count(text, group->count);
  text_buffer_append_string(text, "</b> <div>");
  if (*group->name) {
    text_buffer_append_string(text, "<code>");
    html_text_string(text, group->name);
    text_buffer_append_string(text, "</code>");
  } else {
    text_buffer_append_string(text, "without a known kind");
  }
  if (*group->cause) {
    text_buffer_append_string(text, group->has_others ? " <span class=\"why\">such as: "
                                                      : " <span class=\"why\">");
    html_text_string(text, group->cause);
    text_buffer_append_string(text, "</span>");
  }
  text_buffer_append_string(text, "<p class=\"names\">");
  append_names(group, text);
  text_buffer_append_string(text, "</p>");
  if (*group->advice) {
    text_buffer_append_string(text, "<p class=\"advice\">");
    html_text_string(text, group->advice);
    text_buffer_append_string(text, "</p>");
  }
  text_buffer_append_string(text, "</div></li>\n");
}

void failure_groups_write(struct failure_groups *groups, struct text_buffer *text) {
  qsort(groups->groups, groups->count, sizeof groups->groups[0], compare);
  text_buffer_append_string(text, "<ul class=\"tally groups\">\n");
  for (uint32_t i = 0; i < groups->count; i++)
    append_group(&groups->groups[i], text);
  if (groups->others > 0) {
    text_buffer_append_string(text, "<li><b>");
    measure_count(text, groups->others);
    text_buffer_append_string(text, "</b> <div>of other kinds</div></li>\n");
  }
  text_buffer_append_string(text, "</ul>\n");
}
