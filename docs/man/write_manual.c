/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the manual pages. Runs while Headgate is built.
 *
 *   write-manual TEMPLATES PLUGINS OUTPUT VERSION DATE MIGRATION...
 *
 * TEMPLATES has the pages that are prose, PAGE.in: a line "@NAME" in one stands for a table that is
 * made here. The pages of the commands are made of the tables alone. */
#include "roff.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

_Noreturn void manual_fail(const char *what, const char *which) {
  (void)fprintf(stderr, "write-manual: %s: %s\n", which, what);
  exit(1);
}

char *manual_read(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t size = 0;

  if (!file)
    manual_fail("cannot be read", path);
  if (getdelim(&text, &size, '\0', file) < 0 || ferror(file))
    manual_fail("is empty, or cannot be read", path);
  (void)fclose(file);
  return text;
}

static const struct {
  const char *name;
  void (*write)(const struct manual *manual, FILE *out);
} tables[] = {
    {"commands", table_commands}, {"common-flags", table_common_flags},
    {"keys", table_keys},         {"options", table_options},
    {"views", table_views},       {"tables", table_tables},
};

static void write_title(const struct manual *manual, const char *name, const char *section,
                        FILE *out) {
  (void)fprintf(out, ".\\\" Made by docs/man/write_manual.c\n.TH ");
  for (const char *c = name; *c; c++)
    (void)fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
  (void)fprintf(out, " %s %s \"Headgate %s\" \"Headgate\"\n", section, manual->date,
                manual->version);
}

/* Copies a template and fills in its tables. Whether there is one. */
static bool copy_template(const struct manual *manual, const char *page, FILE *out) {
  char path[4096];
  char *line = NULL;
  size_t size = 0;
  FILE *file;

  (void)snprintf(path, sizeof path, "%s/%s.in", manual->templates, page);
  file = fopen(path, "r");
  if (!file)
    return false;
  while (getline(&line, &size, file) > 0) {
    size_t i = 0;

    if (*line != '@') {
      if (strncmp(line, ".\\\"", 3) != 0) /* a comment of the source */
        (void)fputs(line, out);
      continue;
    }
    line[strcspn(line, "\n")] = '\0';
    while (i < sizeof tables / sizeof *tables && strcmp(tables[i].name, line + 1) != 0)
      i++;
    if (i == sizeof tables / sizeof *tables)
      manual_fail("there is no such table", line);
    tables[i].write(manual, out);
  }
  free(line);
  (void)fclose(file);
  return true;
}

/* A page while it is made. */
struct page {
  FILE *out; /* into `text` */
  char *text;
  size_t size;
};

static void open_page(struct page *page) {
  page->out = open_memstream(&page->text, &page->size);
  if (!page->out)
    manual_fail("out of memory", "");
}

static void close_page(struct page *page, const char *directory, const char *name) {
  char path[4096];
  FILE *file;

  (void)snprintf(path, sizeof path, "%s/%s", directory, name);
  file = fopen(path, "w");
  if (!file || ferror(page->out) || fclose(page->out) != 0)
    manual_fail("cannot be written", path);
  roff_page(file, page->text);
  if (ferror(file) || fclose(file) != 0)
    manual_fail("cannot be written", path);
  free(page->text);
}

static void write_examples(const char *examples, FILE *out) {
  (void)fputs(".SH EXAMPLES\n.EX\n", out);
  while (*examples) {
    size_t length = strcspn(examples, "\n");

    roff_bytes(out, examples, length);
    (void)fputc('\n', out);
    examples += length + (examples[length] == '\n');
  }
  (void)fputs(".EE\n", out);
}

/* "[RUN [JOB]]": names are italic. */
static void write_operands(const char *operands, FILE *out) {
  bool is_name = false;

  for (const char *c = operands; *c; c++) {
    bool is_capital = *c >= 'A' && *c <= 'Z';

    if (is_capital != is_name)
      (void)fputs(is_capital ? "\\fI" : "\\fR", out);
    is_name = is_capital;
    roff_bytes(out, c, 1);
  }
  (void)fputs(is_name ? "\\fR\n" : "\n", out);
}

static void write_command(const struct manual *manual, const char *directory,
                          const struct command_row *command) {
  char name[64];
  char file[80];
  struct page page;
  FILE *out;

  (void)snprintf(name, sizeof name, "headgate-%s", command->name);
  (void)snprintf(file, sizeof file, "%s.1", name);
  open_page(&page);
  out = page.out;
  write_title(manual, name, "1", out);
  (void)fputs(".SH NAME\n", out);
  roff_bytes(out, name, strlen(name));
  (void)fputs(" \\- ", out);
  roff_text(out, command->summary);
  (void)fputs("\n.SH SYNOPSIS\n\\fBheadgate ", out);
  roff_bytes(out, command->name, strlen(command->name));
  (void)fputs("\\fR", out);
  if (*command->operands)
    (void)fputc('\n', out);
  else
    (void)fputc(' ', out);
  write_operands(command->operands, out);
  (void)fputs("[\\fIFLAG\\fR ...]\n.SH DESCRIPTION\n", out);
  roff_text(out, command->description);
  (void)fputs("\n.SH OPTIONS\n", out);
  table_flags(command, out);
  write_examples(command->examples, out);
  (void)fputs(".SH EXIT STATUS\n"
              "0: all went well, a dry run too. 1: a Job failed or is invalid, or it could not be\n"
              "done. 2: the command line is wrong. 3: nobody knows, for the cluster could not be\n"
              "asked to the end. 130: interrupted.\n"
              ".SH SEE ALSO\n"
              ".BR headgate (1),\n.BR headgate.yaml (5),\n.BR headgate\\-history (5)\n",
              out);
  close_page(&page, directory, file);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    const char *section;
  } pages[] = {
      {"headgate", "1"},
      {"headgate-plugin", "3"},
      {"headgate-history", "5"},
      {"headgate.yaml", "5"},
  };
  struct manual manual;

  if (argc < 7)
    manual_fail("TEMPLATES PLUGINS OUTPUT VERSION DATE MIGRATION...", "usage");
  manual = (struct manual){
      argv[1], argv[2], argv[4], argv[5], (const char *const *)argv + 6, (size_t)argc - 6};
  for (size_t i = 0; i < command_count; i++)
    write_command(&manual, argv[3], &command_table[i]);
  for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
    struct page page;
    char file[80];

    (void)snprintf(file, sizeof file, "%s.%s", pages[i].name, pages[i].section);
    open_page(&page);
    write_title(&manual, pages[i].name, pages[i].section, page.out);
    if (!copy_template(&manual, file, page.out))
      manual_fail("has no template", file);
    close_page(&page, argv[3], file);
  }
  return 0;
}
