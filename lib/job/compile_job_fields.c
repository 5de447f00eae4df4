/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles job-fields.tsv to C tables (field_table.h). Runs while Headgate is built.
 *
 *   compile_job_fields job-fields.tsv job_fields.h job_fields.c
 */
#include "job/field_hash.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TYPES = 400, MAX_FIELDS = 4000, MAX_SLOTS = 1024, MAX_NAME = 200, COLUMNS = 9 };

struct field {
  char *column[COLUMNS]; /* type, field, json, object, optional, since, until, list_keys, enum */
};

struct type {
  const char *name;
  size_t first; /* fields of one type stand together in `ordered` */
  size_t count;
};

static struct field fields[MAX_FIELDS];
static size_t field_count;
static struct type types[MAX_TYPES];
static size_t type_count;
static const struct field *ordered[MAX_FIELDS];
static unsigned newest;

static void fail(const char *what, const char *which) {
  fprintf(stderr, "compile_job_fields: %s: %s\n", what, which);
  exit(1);
}

/* "core.AWSElasticBlockStore" or "hostPID" to AWS_ELASTIC_BLOCK_STORE, HOST_PID. */
static void upper_snake(const char *name, char out[MAX_NAME]) {
  const char *dot = strrchr(name, '.');
  size_t length = 0;

  if (dot)
    name = dot + 1;
  for (const char *c = name; *c; c++) {
    bool upper = isupper((unsigned char)*c) != 0;
    bool after_lower = c > name && (islower((unsigned char)c[-1]) || isdigit((unsigned char)c[-1]));
    bool word_ends = c > name && isupper((unsigned char)c[-1]) && islower((unsigned char)c[1]);

    if (length + 3 > MAX_NAME)
      fail("name too long", name);
    if (upper && (after_lower || word_ends))
      out[length++] = '_';
    out[length++] = (char)toupper((unsigned char)*c);
  }
  out[length] = '\0';
}

static unsigned minor_of(const char *text, unsigned if_none) {
  unsigned minor;

  if (strcmp(text, "-") == 0)
    return if_none;
  if (sscanf(text, "1.%u", &minor) != 1 || minor > 250)
    fail("not a version", text);
  if (minor > newest)
    newest = minor;
  return minor;
}

static void read_table(const char *path) {
  static char line[16384];
  FILE *file = fopen(path, "r");

  if (!file)
    fail("cannot read", path);
  while (fgets(line, sizeof line, file)) {
    struct field *field = &fields[field_count];
    char *rest = line;
    size_t i;

    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0' || strncmp(line, "type\tfield\t", 11) == 0)
      continue;
    if (field_count == MAX_FIELDS)
      fail("too many fields", path);
    for (i = 0; i < COLUMNS; i++) {
      char *end = strchr(rest, '\t');

      if (!end && i + 1 < COLUMNS)
        fail("too few columns", line);
      if (end)
        *end = '\0';
      field->column[i] = strdup(rest);
      if (!field->column[i])
        fail("out of memory", path);
      rest = end ? end + 1 : rest;
    }
    field_count++;
  }
  fclose(file);
  if (field_count == 0)
    fail("no fields", path);
}

static size_t find_type(const char *name) {
  for (size_t i = 0; i < type_count; i++)
    if (strcmp(types[i].name, name) == 0)
      return i;
  return type_count;
}

/* A type's rows need not stand together in the file. */
static void group_by_type(void) {
  size_t filled = 0;

  for (size_t f = 0; f < field_count; f++)
    if (find_type(fields[f].column[0]) == type_count) {
      if (type_count == MAX_TYPES)
        fail("too many types", fields[f].column[0]);
      types[type_count++].name = fields[f].column[0];
    }
  for (size_t i = 0; i < type_count; i++) {
    types[i].first = filled;
    for (size_t f = 0; f < field_count; f++)
      if (strcmp(fields[f].column[0], types[i].name) == 0)
        ordered[filled++] = &fields[f];
    types[i].count = filled - types[i].first;
    if (types[i].count > 250)
      fail("too many fields", types[i].name);
  }
}

/* The minor from which on a field of the type counts as there. Where a type took the place of an
 * older one, its first fields are as old as what refers to it: the table knows them by the new
 * type's name only. */
static unsigned since_of(const struct type *type, const struct field *field) {
  unsigned since = minor_of(field->column[5], 0);
  unsigned first = since;
  unsigned referred = since;

  for (size_t f = type->first; f < type->first + type->count; f++)
    if (minor_of(ordered[f]->column[5], 0) < first)
      first = minor_of(ordered[f]->column[5], 0);
  if (since > first)
    return since;
  for (size_t f = 0; f < field_count; f++)
    if (strcmp(fields[f].column[3], type->name) == 0 && minor_of(fields[f].column[5], 0) < referred)
      referred = minor_of(fields[f].column[5], 0);
  return referred;
}

static void write_header(FILE *out) {
  char type[MAX_NAME];
  char name[MAX_NAME];

  fprintf(out, "/* Made from job-fields.tsv by compile_job_fields.c. */\n"
               "#ifndef JOB_FIELDS_H\n#define JOB_FIELDS_H\n\n#include \"job/field_table.h\"\n\n");
  fprintf(out, "enum { NEWEST_MINOR = %u };\n#define NEWEST_VERSION \"1.%u\"\n\nenum {\n", newest,
          newest);
  for (size_t i = 0; i < type_count; i++) {
    upper_snake(types[i].name, type);
    fprintf(out, "  TYPE_%s,\n", type);
  }
  fprintf(out, "  TYPE_COUNT\n};\n\n");
  for (size_t i = 0; i < type_count; i++) {
    upper_snake(types[i].name, type);
    fprintf(out, "/* %s */\nenum {\n", types[i].name);
    for (size_t f = 0; f < types[i].count; f++) {
      upper_snake(ordered[types[i].first + f]->column[1], name);
      fprintf(out, "  %s_%s,\n", type, name);
    }
    fprintf(out, "};\n\n");
  }
  fprintf(out, "extern const struct type_info job_types[TYPE_COUNT];\n\n#endif\n");
}

/* "list of object" to its shape and kind. */
static void write_json(FILE *out, const char *json) {
  static const struct {
    const char *text;
    const char *kind;
  } kinds[] = {
      {"string", "KIND_STRING"},     {"bool", "KIND_BOOL"},
      {"int32", "KIND_INT32"},       {"int64", "KIND_INT64"},
      {"quantity", "KIND_QUANTITY"}, {"int-or-string", "KIND_INT_OR_STRING"},
      {"time", "KIND_TIME"},         {"any", "KIND_ANY"},
      {"object", "KIND_OBJECT"},
  };
  const char *shape = "SHAPE_ONE";

  if (strncmp(json, "list of ", 8) == 0) {
    shape = "SHAPE_LIST";
    json += 8;
  } else if (strncmp(json, "map of ", 7) == 0) {
    shape = "SHAPE_MAP";
    json += 7;
  }
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(json, kinds[i].text) == 0) {
      fprintf(out, "%s, %s", kinds[i].kind, shape);
      return;
    }
  fail("unknown JSON type", json);
}

static void write_fields(FILE *out, size_t t) {
  const struct type *type = &types[t];

  fprintf(out, "static const struct field_info fields_%zu[] = {\n", t);
  for (size_t f = type->first; f < type->first + type->count; f++) {
    char *const *column = ordered[f]->column;
    size_t object = find_type(column[3]);

    fprintf(out, "    {\"%s\", ", column[1]);
    if (strcmp(column[7], "-") != 0)
      fprintf(out, "\"%s\", ", column[7]);
    else
      fprintf(out, "NULL, ");
    if (strcmp(column[3], "-") == 0)
      fprintf(out, "NO_TYPE, ");
    else if (object < type_count)
      fprintf(out, "%zu, ", object);
    else
      fail("unknown object type", column[3]);
    fprintf(out, "%zu, ", strlen(column[1]));
    write_json(out, column[2]);
    fprintf(out, ", %u, %u},\n", since_of(type, ordered[f]), minor_of(column[6], 255));
  }
  fprintf(out, "};\n\n");
}

/* Searches a seed by which no two names of the type meet, and writes the slots. */
static void write_slots(FILE *out, size_t t, uint32_t *seed_found, uint32_t *mask_found) {
  const struct type *type = &types[t];
  uint8_t slots[MAX_SLOTS];
  uint32_t size = 4;
  size_t f;

  while (size < type->count * 2)
    size *= 2;
  for (; size <= MAX_SLOTS; size *= 2)
    for (uint32_t seed = 1; seed < 20000; seed++) {
      memset(slots, 255, size);
      for (f = 0; f < type->count; f++) {
        const char *name = ordered[type->first + f]->column[1];
        uint32_t slot = field_hash(seed, name, strlen(name)) & (size - 1);

        if (slots[slot] != 255)
          break;
        slots[slot] = (uint8_t)f;
      }
      if (f == type->count) {
        fprintf(out, "static const uint8_t slots_%zu[] = {", t);
        for (uint32_t i = 0; i < size; i++)
          fprintf(out, "%u,%s", slots[i], i % 16 == 15 ? "\n    " : " ");
        fprintf(out, "};\n\n");
        *seed_found = seed;
        *mask_found = size - 1;
        return;
      }
    }
  fail("no hash without collisions", type->name);
}

static void write_source(FILE *out) {
  static uint32_t seeds[MAX_TYPES];
  static uint32_t masks[MAX_TYPES];

  fprintf(out, "/* Made from job-fields.tsv by compile_job_fields.c. */\n"
               "#include \"job_fields.h\"\n\n");
  for (size_t i = 0; i < type_count; i++) {
    write_fields(out, i);
    write_slots(out, i, &seeds[i], &masks[i]);
  }
  fprintf(out, "const struct type_info job_types[TYPE_COUNT] = {\n");
  for (size_t i = 0; i < type_count; i++) {
    const char *dot = strrchr(types[i].name, '.');

    fprintf(out, "    {\"%s\", \"%s\", fields_%zu, slots_%zu, %uu, %uu, %zu},\n", types[i].name,
            dot ? dot + 1 : types[i].name, i, i, seeds[i], masks[i], types[i].count);
  }
  fprintf(out, "};\n");
}

int main(int argc, char **argv) {
  FILE *header;
  FILE *source;

  if (argc != 4)
    fail("usage", "compile_job_fields TABLE HEADER SOURCE");
  read_table(argv[1]);
  group_by_type();
  for (size_t f = 0; f < field_count; f++) {
    minor_of(fields[f].column[5], 0);
    minor_of(fields[f].column[6], 0);
  }
  header = fopen(argv[2], "w");
  source = fopen(argv[3], "w");
  if (!header || !source)
    fail("cannot write", argv[2]);
  write_header(header);
  write_source(source);
  if (fclose(header) != 0 || fclose(source) != 0)
    fail("cannot write", argv[3]);
  return 0;
}
