# SPDX-License-Identifier: Apache-2.0
# headgate_document_test(NAME subject FILE file [ENVIRONMENT name=value...] [SLOW])
#
# Runs the Python test FILE, which uses document_case.py: with an installation of this tree, and
# nothing else of it, it does what a document says. Not in a sanitizer's tree: the documents' programs
# are no concern of it, and the host meets its likes in tests/runner.
function(headgate_document_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "SLOW" "NAME;FILE" "ENVIRONMENT")
  if(HEADGATE_SANITIZE)
    return()
  endif()
  headgate_flags(flags)
  headgate_python_test(NAME ${arg_NAME} SCRIPT ${arg_FILE} PATHS install ${flags} ENVIRONMENT
    CMAKE=${CMAKE_COMMAND}
    HEADGATE_BUILD=${CMAKE_BINARY_DIR}
    LIBDIR=${CMAKE_INSTALL_LIBDIR}
    ${arg_ENVIRONMENT})
endfunction()
