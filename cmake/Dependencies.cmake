# What is needed, and one clear line where it is missing.
# SPDX-License-Identifier: GPL-2.0-or-later
find_package(PkgConfig REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0>=2.66)
pkg_check_modules(GCRYPT REQUIRED IMPORTED_TARGET libgcrypt>=1.10)

if(SIANTO_PLUGIN)
  pkg_check_modules(GIO REQUIRED IMPORTED_TARGET gio-2.0>=2.66)
  # Debian 12 keeps WiresharkConfig.cmake in a folder of its own.
  find_package(Wireshark CONFIG QUIET
               PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/wireshark/cmake
                     /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/wireshark)
  if(NOT Wireshark_FOUND)
    message(FATAL_ERROR "Wireshark's development files were not found: install wireshark-dev, libwireshark-dev and "
                        "libwiretap-dev, or configure with -DSIANTO_PLUGIN=OFF to build the core only.")
  endif()
endif()
