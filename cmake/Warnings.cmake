# Warnings, sanitizers and fuzzing, the same for every target.
# SPDX-License-Identifier: GPL-2.0-or-later
function(sianto_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wvla
                         -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat=2)
  if(SIANTO_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# The objects hold both forms, so that only the plugin pays for it when it is linked, and no test does.
function(sianto_link_time target)
  get_target_property(type ${target} TYPE)
  if(NOT SIANTO_LTO OR SIANTO_SANITIZE OR NOT CMAKE_C_COMPILER_ID STREQUAL "GNU" OR CMAKE_BUILD_TYPE STREQUAL "Debug")
    return()
  endif()
  target_compile_options(${target} PRIVATE -flto=auto -ffat-lto-objects)
  if(type STREQUAL "MODULE_LIBRARY")
    target_link_options(${target} PRIVATE -flto=auto)
  endif()
endfunction()

if(SIANTO_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(SIANTO_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "SIANTO_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
