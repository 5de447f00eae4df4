# SPDX-License-Identifier: Apache-2.0
# headgate_add_plugin(NAME name SOURCES file... [LIBRARIES target...])
#
# Makes the target plugin-NAME: a plugin, headgate-NAME.so, that is linked the way the bundled ones
# are. It exports its entry point and nothing else, and a symbol that no library has is an error of
# the build rather than of the user's first run. NAME is what the plugin calls itself in struct
# hg_plugin. Sources may be C or C++.
function(headgate_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "headgate_add_plugin(NAME name SOURCES file... [LIBRARIES target...])")
  endif()
  if(NOT arg_NAME MATCHES "^[a-z0-9-]+$")
    message(FATAL_ERROR "headgate_add_plugin: the name '${arg_NAME}' may only hold a-z, 0-9 and '-'")
  endif()
  set(target plugin-${arg_NAME})
  set(version_script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  add_library(${target} MODULE ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME headgate-${arg_NAME} SUFFIX .so
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${version_script})
  target_link_libraries(${target} PRIVATE Headgate::headgate ${arg_LIBRARIES})
  target_link_options(${target} PRIVATE -Wl,--version-script=${version_script} -Wl,--no-undefined-version)
  # A sanitizer's functions are the program's: they are found when it has started.
  if(NOT CMAKE_C_FLAGS MATCHES "-fsanitize" AND NOT HEADGATE_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,--no-undefined)
  endif()
  # Where the umask is 002 the linker makes files that the group may write, and the host refuses those.
  add_custom_command(TARGET ${target} POST_BUILD COMMAND chmod go-w $<TARGET_FILE:${target}> VERBATIM)
endfunction()
