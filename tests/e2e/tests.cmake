# End-to-end tests: the real tshark with the plugin that was built, as an ordinary user.
# A test that cannot run (no ../shared, no tshark) says so and counts as skipped, not as passed.
# SPDX-License-Identifier: GPL-2.0-or-later
function(sianto_e2e name script)
  add_test(NAME e2e-${name}
           COMMAND ${SYSTEM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/e2e/${script}
                   --plugin $<TARGET_FILE:sianto> ${ARGN})
  set_tests_properties(e2e-${name} PROPERTIES TIMEOUT 1200 SKIP_RETURN_CODE 77)
endfunction()

foreach(labels readable paper keyed)
  sianto_e2e(planted-${labels} planted.py --labels ${labels})
endforeach()
sianto_e2e(cli cli.py)
include(${CMAKE_CURRENT_LIST_DIR}/cli.cmake)
sianto_e2e(report report.py --pages $<TARGET_FILE:test_storm_html> --shots ${CMAKE_BINARY_DIR}/report/shots)
sianto_e2e(corpus corpus.py --corpus ${CMAKE_SOURCE_DIR}/../shared/corpus)
set_tests_properties(e2e-corpus PROPERTIES TIMEOUT 1800 COST 900)

# Every transport: streams, layers and what serves SIP. The folders of ../shared may be absent.
sianto_e2e(segmentation segmentation.py)
# More runs by hand: keyed random audit-off hold.
foreach(run default headers paper pcap)
  sianto_e2e(torture-${run} torture.py --runs ${run} --registries ${CMAKE_SOURCE_DIR}/../shared/registries)
endforeach()
sianto_e2e(torture4475 torture4475.py --messages ${CMAKE_SOURCE_DIR}/../shared/corpus/torture4475
           --registries ${CMAKE_SOURCE_DIR}/../shared/registries)
sianto_e2e(calls calls.py --testbed ${CMAKE_SOURCE_DIR}/../shared/testbed)
# All kinds by hand; those that try one bound each, here.
sianto_e2e(bounds bounds.py --only half_open,opened,length,folding,gap,one_byte,days,pieces,websocket,tls)
set_tests_properties(e2e-bounds PROPERTIES TIMEOUT 900 COST 500)
sianto_e2e(tls tls.py)

# Simulated storms: is their truth true, and does the analysis find it? By hand: all names, and storm.py --all.
add_test(NAME sim-storm COMMAND ${SYSTEM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/sim/check_storm.py plain border copies parts two_servers tcp v6)
set_tests_properties(sim-storm PROPERTIES TIMEOUT 300)
sianto_e2e(storm storm.py)

# A real storm, of a minute; the clock counts, so that nothing else runs beside it. By hand: --tcp.
sianto_e2e(live-storm live_storm.py --shots ${CMAKE_BINARY_DIR}/live/shots)
set_tests_properties(e2e-live-storm PROPERTIES RUN_SERIAL ON)

# There and back, and the command. All captures by hand: restore.py without --most and --every.
sianto_e2e(restore restore.py --corpus ${CMAKE_SOURCE_DIR}/../shared/corpus --most 400000 --every 6)
set_tests_properties(e2e-restore PROPERTIES TIMEOUT 900)
sianto_e2e(command command.py --command $<TARGET_FILE:sianto_command> --source ${CMAKE_SOURCE_DIR} --build ${CMAKE_BINARY_DIR}
           --corpus ${CMAKE_SOURCE_DIR}/../shared/corpus)

# time=, and what is published
sianto_e2e(shifted shifted.py --command $<TARGET_FILE:sianto_command>)
sianto_e2e(bundle bundle.py --command $<TARGET_FILE:sianto_command>)

# Shards by the recipes, merged. All captures by hand: without --most and --every.
sianto_e2e(shards shards.py --command $<TARGET_FILE:sianto_command> --source ${CMAKE_SOURCE_DIR}
           --corpus ${CMAKE_SOURCE_DIR}/../shared/corpus --most 60000 --every 40)

# What comes between: full disks, calls that fail, signals, damaged files. All of it by hand: faults.py --all, minutes.
add_library(fault_shim MODULE ${CMAKE_CURRENT_LIST_DIR}/fault_shim.c)
set_target_properties(fault_shim PROPERTIES PREFIX "")
target_link_libraries(fault_shim PRIVATE ${CMAKE_DL_LIBS})
target_compile_options(fault_shim PRIVATE -Wall -Wextra)
sianto_e2e(faults faults.py --command $<TARGET_FILE:sianto_command> --shim $<TARGET_FILE:fault_shim>)

# Wireshark under Xvfb; the screenshots are there to be looked at. A minute each, most of it waiting for
# windows: they begin, beside tests that compute.
foreach(run windows:no_capture,one_capture passes:streams,long_one,live)
  string(REPLACE ":" ";" run ${run})
  list(GET run 0 name)
  list(GET run 1 only)
  sianto_e2e(gui-${name} gui.py --only ${only} --profile ${CMAKE_SOURCE_DIR}/packaging/profile/SiAnTo
             --shots ${CMAKE_BINARY_DIR}/screenshots)
  set_tests_properties(e2e-gui-${name} PROPERTIES COST 1000)
endforeach()

# No test: figures, for README. Half an hour on a quiet machine; BENCH="--packets 100000" and its like shorten it.
add_custom_target(bench
  COMMAND ${SYSTEM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/bench/bench.py --plugin $<TARGET_FILE:sianto>
          --command $<TARGET_FILE:sianto_command> $$BENCH
  USES_TERMINAL)
