# When this source was made: the commit's time, so that two builds of one commit give the same bytes.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sets SIANTO_SOURCE_DATE, seconds since 1970: SOURCE_DATE_EPOCH of the environment, what `git archive` wrote into
# packaging/source-date (see .gitattributes), or git's last commit. Empty where none is known.
file(STRINGS ${CMAKE_SOURCE_DIR}/packaging/source-date SIANTO_SOURCE_DATE REGEX "^[0-9]+$")
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(SIANTO_SOURCE_DATE $ENV{SOURCE_DATE_EPOCH})
elseif(NOT SIANTO_SOURCE_DATE)
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%ct
                  OUTPUT_VARIABLE SIANTO_SOURCE_DATE OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

# Nothing of where it is built goes into what is installed: assertions and debugging information name ./plugin/...
# Of two maps that fit gcc takes the last one.
function(sianto_hide_folders target)
  target_compile_options(${target} PRIVATE
    $<$<CONFIG:Release,RelWithDebInfo>:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.>
    $<$<CONFIG:Release,RelWithDebInfo>:-ffile-prefix-map=${CMAKE_BINARY_DIR}=./build>)
endfunction()
