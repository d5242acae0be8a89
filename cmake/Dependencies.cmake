# What is needed, and one clear line where it is missing.
# SPDX-License-Identifier: GPL-2.0-or-later
find_package(PkgConfig REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0>=2.68)
pkg_check_modules(GIO REQUIRED IMPORTED_TARGET gio-2.0>=2.68)
# One source for all versions from that on: nothing newer is used, and what later ones call deprecated is no fault.
add_compile_definitions(GLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_68 GLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_68)
pkg_check_modules(GCRYPT REQUIRED IMPORTED_TARGET libgcrypt>=1.10)

# The HTML report: its files go into the binary, the charts' library is Debian's.
find_program(GLIB_COMPILE_RESOURCES glib-compile-resources)
find_path(DYGRAPHS_DIR dygraph.min.js PATHS /usr/share/javascript/dygraphs /usr/share/nodejs/dygraphs/dist NO_DEFAULT_PATH)
if(NOT GLIB_COMPILE_RESOURCES)
  message(FATAL_ERROR "glib-compile-resources was not found: install libglib2.0-dev.")
endif()
if(NOT DYGRAPHS_DIR)
  message(FATAL_ERROR "dygraph.min.js was not found, which draws the report's charts: install libjs-dygraphs, or configure "
                      "with -DDYGRAPHS_DIR=FOLDER.")
endif()

if(SIANTO_PLUGIN)
  # Debian 12 keeps WiresharkConfig.cmake in a folder of its own.
  find_package(Wireshark CONFIG QUIET
               PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/wireshark/cmake
                     /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/wireshark)
  if(NOT Wireshark_FOUND)
    message(FATAL_ERROR "Wireshark's development files were not found: install wireshark-dev, libwireshark-dev and "
                        "libwiretap-dev, or configure with -DSIANTO_PLUGIN=OFF to build the core only.")
  endif()
  # Makes the sample capture; the system's own, which the tests use as well.
  find_program(SYSTEM_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
  if(NOT SYSTEM_PYTHON)
    message(FATAL_ERROR "/usr/bin/python3 was not found, which makes the sample capture: install python3, or configure "
                        "with -DSYSTEM_PYTHON=PROGRAM.")
  endif()
endif()
