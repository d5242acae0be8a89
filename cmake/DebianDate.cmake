# Read by cpack when it begins: the times of files in the package.
# SPDX-License-Identifier: GPL-2.0-or-later
if(CPACK_SIANTO_SOURCE_DATE)
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_SIANTO_SOURCE_DATE})
endif()
