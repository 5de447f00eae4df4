/* SPDX-License-Identifier: Apache-2.0 */
/* Makes C of the page's style sheet and script. Runs while Headgate is built.
 *
 *   compile_page_assets page.css page.js page_assets.c
 *
 * Beside the text of each goes its SHA-256 in Base64, by which the page's Content-Security-Policy
 * allows this very text and no other (CSP Level 3, 2.3.1).
 */
#include "digest/digest.h"
#include "files/input_file.h"
#include "text/base64.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 256 * 1024 };

static void fail(const char *what, const char *which) {
  fprintf(stderr, "compile_page_assets: %s: %s\n", what, which);
  exit(1);
}

/* The browser must take the text for what it is: no byte that the HTML parser changes before it
 * hashes, and nothing that ends the element. To be freed. */
static char *read_asset(const char *path, size_t *length) {
  static const char *const forbidden[] = {"</", "<!--", "\r", "]]>"};
  struct hg_error error = HG_ERROR_INIT;
  char *text;

  if (input_file_read(path, MOST_BYTES, &text, length, &error) < 0)
    fail("cannot read", error.message);
  if (*length == 0 || strlen(text) != *length)
    fail("is empty, or holds a NUL byte", path);
  for (size_t i = 0; i < *length; i++)
    if ((unsigned char)text[i] > 0x7e)
      fail("holds something else than ASCII", path);
  for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
    if (strstr(text, forbidden[i]))
      fail("holds what a page must not hold there", path);
  return text;
}

static void write_hash(FILE *out, const char *text, size_t length) {
  uint8_t hash[DIGEST_SIZE];
  struct text_buffer spelled;

  digest_of(text, length, hash);
  text_buffer_init(&spelled);
  base64_append(&spelled, (const char *)hash, sizeof hash);
  if (spelled.failed)
    fail("out of memory", "");
  fputs(text_buffer_string(&spelled), out);
  text_buffer_finish(&spelled);
}

/* The line with the licence is for who reads the source: a page does without. */
static size_t licence_line(const char *text) {
  return strncmp(text, "/* SPDX-", 8) == 0 ? strcspn(text, "\n") + 1 : 0;
}

static void write_asset(FILE *out, const char *name, const char *path) {
  size_t length;
  char *file = read_asset(path, &length);
  const char *text = file + licence_line(file);

  length -= (size_t)(text - file);
  fprintf(out, "\nconst char %s_hash[] = \"sha256-", name);
  write_hash(out, text, length);
  fprintf(out, "\";\nconst size_t %s_length = %zu;\nconst char %s[] = {", name, length, name);
  for (size_t i = 0; i < length; i++)
    fprintf(out, "%s%d,", i % 20 ? "" : "\n  ", text[i]);
  fprintf(out, "\n};\n");
  free(file);
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  FILE *out;

  if (argc != 4)
    fail("usage", "compile_page_assets STYLE SCRIPT SOURCE");
  if (digest_init(&error) < 0)
    fail(error.message, "");
  out = fopen(argv[3], "w");
  if (!out)
    fail("cannot write", argv[3]);
  fprintf(out, "/* Made from page.css and page.js by compile_page_assets.c. */\n"
               "#include \"html/page_assets.h\"\n");
  write_asset(out, "page_style", argv[1]);
  write_asset(out, "page_script", argv[2]);
  if (ferror(out) || fclose(out) != 0)
    fail("cannot write", argv[3]);
  return 0;
}
