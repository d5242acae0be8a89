# The target `coverage`: runs unit tests and replay, prints which lines of core and storm they ran, and fails below 90 %.
# SPDX-License-Identifier: GPL-2.0-or-later
set(SIANTO_COVERAGE_LINES 90)
if(SIANTO_COVERAGE)
  find_program(GCOVR gcovr)
  if(NOT GCOVR)
    message(FATAL_ERROR "gcovr was not found, which counts the lines: install gcovr.")
  endif()
  add_custom_target(coverage
    COMMAND find ${CMAKE_BINARY_DIR} -name *.gcda -delete
    COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${CMAKE_BINARY_DIR} --output-on-failure -R "^(unit|replay|policy|known)-"
            -E speed
    COMMAND ${GCOVR} --root ${CMAKE_SOURCE_DIR} --filter plugin/core/ --filter plugin/storm/ --exclude plugin/core/doc/
            --fail-under-line ${SIANTO_COVERAGE_LINES} ${CMAKE_BINARY_DIR}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    VERBATIM USES_TERMINAL)
endif()
