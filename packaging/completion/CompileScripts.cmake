# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=file.c -DSOURCES="bash;zsh;fish as files" -P CompileScripts.cmake: the scripts as C strings.
set(text "/* Made from packaging/completion. */\n#include \"commands/completion_scripts.h\"\n\n#include <stddef.h>\n\n")
string(APPEND text "const struct completion_script completion_scripts[] = {\n")
foreach(source IN LISTS SOURCES)
  get_filename_component(shell ${source} LAST_EXT)
  string(SUBSTRING ${shell} 1 -1 shell)
  file(READ ${source} script HEX)
  string(REGEX REPLACE "(..)" "0x\\1," script ${script})
  string(APPEND text "    {\"${shell}\", (const char[]){${script}0}},\n")
endforeach()
string(APPEND text "    {NULL, NULL},\n};\n")
file(WRITE ${OUTPUT} "${text}")
