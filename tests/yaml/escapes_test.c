/* SPDX-License-Identifier: Apache-2.0 */
/* What reading costs where an escape makes libyaml start anew. */
#include "tree_text.h"
#include "yaml/yaml_escapes.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include <cmocka.h>

static uint64_t cost; /* of the events that libyaml gave: each 1, and the open levels of [ and { */

int __real_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);
int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);

int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event) {
  int parsed = __real_yaml_parser_parse(parser, event);

  cost += (uint64_t)parser->flow_level + 1;
  return parsed;
}

/* Reads all documents. Gives the problem's message, or an empty one. */
static const char *read_all(const struct text_buffer *text) {
  static struct yaml_problem problem;
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_tree *tree;
  int32_t found;

  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_open(tree, text->data, text->length, &err), 0);
  do
    found = yaml_tree_next(tree, &document, &problem);
  while (found == 1);
  yaml_tree_destroy(tree);
  return found < 0 ? problem.message : "";
}

/* Not without end, and the less often the more libyaml has to look at. */
static void bounds_what_escaped_single_quotes_cost(void **state) {
  static const struct {
    const char *start;
    const char *piece;
  } texts[] = {
      {"", "- \"\\'\"\n"},
      {"a: é\n---\n[", "\"é\\'\","},
      {"DEEP", "\"\\'\","},
      {"DEEP", "\"é\\'\","},
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    bool deep = strcmp(texts[i].start, "DEEP") == 0;
    struct text_buffer text;

    text_buffer_init(&text);
    text_buffer_append_string(&text, deep ? "" : texts[i].start);
    for (int j = 0; j < 120 && deep; j++)
      text_buffer_append_char(&text, '[');
    for (int j = 0; j < 20000; j++)
      text_buffer_append_string(&text, texts[i].piece);
    cost = 0;
    assert_non_null(strstr(read_all(&text), "found unknown escape character"));
    assert_in_range(cost, 1, YAML_ESCAPES_MOST_REPLAYED + YAML_ESCAPES_MOST_REPLAYED / 8);
    text_buffer_finish(&text);
  }
}

/* 3 MiB are promised for. */
static void reads_an_escaped_single_quote_behind_much(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  while (text.length < 3 << 20)
    text_buffer_append_string(&text, "# A comment of some length, as it may stand in a file.\n");
  text_buffer_append_string(&text, "a: \"it\\'s\"\n");
  assert_string_equal(read_all(&text), "");
  text_buffer_finish(&text);
}

/* Each of many small documents may have some, wherever it starts. */
static void reads_escaped_single_quotes_of_many_documents(void **state) {
  static const char *const pieces[] = {
      "--- \"\\'\"\n",
      "---\na: \"it\\'s\"\n# é: a comment of some length, as it may stand in a file\n",
      "--- # é\n  a: \"é\\'s\"\n  b: [\"\\'\", \"\\'\"]\n",
      "...\n%TAG !e! tag:e.org,2000:\n---\na: !e!t \"é\\'s\"\n",
      "%YAML 1.1\n---\na: \"\\'\"\n...\n",
  };

  (void)state;
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    struct text_buffer text;
    int most = i < 3 ? 20000 : 90; /* lines with % have a limit */

    text_buffer_init(&text);
    text_buffer_append_string(&text, i == 4 ? "" : "a: 1\n");
    for (int j = 0; j < most; j++)
      text_buffer_append_string(&text, pieces[i]);
    assert_string_equal(read_all(&text), "");
    text_buffer_finish(&text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bounds_what_escaped_single_quotes_cost),
      cmocka_unit_test(reads_an_escaped_single_quote_behind_much),
      cmocka_unit_test(reads_escaped_single_quotes_of_many_documents),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
