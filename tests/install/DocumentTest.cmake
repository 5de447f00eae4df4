# SPDX-License-Identifier: Apache-2.0
# headgate_document_test(NAME test FILE file [ENVIRONMENT NAME=value...])
#
# Runs the Python test FILE, which uses document_case.py: with an installation of this tree, and
# nothing else of it, it does what a document says. Not in a sanitizer's tree: the documents' programs
# are no concern of it, and the host meets its likes in tests/isolation.
function(headgate_document_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;FILE" "ENVIRONMENT")
  if(NOT TARGET headgate OR HEADGATE_SANITIZE)
    return()
  endif()
  add_test(NAME ${arg_NAME} COMMAND ${PYTHON3} ${CMAKE_CURRENT_SOURCE_DIR}/${arg_FILE})
  set(environment
    PYTHONDONTWRITEBYTECODE=1
    PYTHONPATH=${CMAKE_CURRENT_FUNCTION_LIST_DIR}:${CMAKE_CURRENT_SOURCE_DIR}
    CMAKE=${CMAKE_COMMAND}
    HEADGATE_SOURCE=${CMAKE_SOURCE_DIR}
    HEADGATE_BUILD=${CMAKE_BINARY_DIR}
    LIBDIR=${CMAKE_INSTALL_LIBDIR}
    FAKE_KUBECTL=${CMAKE_BINARY_DIR}/tests/fake-kubectl/kubectl
    ${arg_ENVIRONMENT})
  set_tests_properties(${arg_NAME} PROPERTIES ENVIRONMENT "${environment}" SKIP_RETURN_CODE 77 TIMEOUT 900)
endfunction()
