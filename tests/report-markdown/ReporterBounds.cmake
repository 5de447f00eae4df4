# reporter_bounds_tests(NAME [definition]...)
#
# What holds for the reporter report-NAME however much it is told and whatever it is denied:
# report_NAME_memory_test and report_NAME_no_memory_test. They look at memory themselves: valgrind
# and the sanitizers have their own.
function(reporter_bounds_tests name)
  set(directory ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(tests report_${name}_memory_test)
  headgate_unit_test(NAME report_${name}_memory_test SOURCES ${directory}/bounded_memory_test.c
    LIBRARIES headgate_reporter_harness NO_VALGRIND)
  if(NOT HEADGATE_SANITIZE)
    list(APPEND tests report_${name}_no_memory_test)
    headgate_unit_test(NAME report_${name}_no_memory_test SOURCES ${directory}/failing_allocation_test.c
      LIBRARIES headgate_reporter_harness NO_VALGRIND)
  endif()
  foreach(test IN LISTS tests)
    target_compile_definitions(${test} PRIVATE PLUGIN="$<TARGET_FILE:plugin-report-${name}>" ${ARGN})
    add_dependencies(${test} plugin-report-${name})
    # Where the tests themselves run in GitHub Actions, its files are not theirs.
    set_tests_properties(${test} PROPERTIES ENVIRONMENT "GITHUB_STEP_SUMMARY=;GITHUB_WORKSPACE=")
  endforeach()
endfunction()
