# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C file with the bytes of the SQL files FILES, for history_migration.h.
string(CONCAT source "/* Made from schemas/history by embed_migrations.cmake. */\n"
              "#include \"history/history_migration.h\"\n\n")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  math(EXPR number "${number} + 1")
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(................................................................................)"
                       "\\1\n" bytes "${bytes}")
  get_filename_component(name ${file} NAME)
  string(APPEND source "static const char migration_${number}[] = {\n${bytes}0x00};\n\n")
  string(APPEND rows "    {\"${name}\", migration_${number}},\n")
endforeach()
string(APPEND source "const struct history_migration history_migrations[] = {\n${rows}};\n"
                     "const int32_t history_migration_count = ${number};\n")
file(WRITE ${OUTPUT} "${source}")
