# Where things are installed; the targets say themselves what of them is.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   cmake --install BUILD                        for all: the plugin to Wireshark's own folder, the rest to the prefix
#   -DSIANTO_INSTALL_PERSONAL=ON                 for you alone, below your home; Wireshark ignores that when run as root
#   -DSIANTO_PLUGIN_DIR=DIR                      the plugin elsewhere
#
# DESTDIR=ROOT cmake --install BUILD puts all of it below ROOT.
option(SIANTO_INSTALL_PERSONAL "Install below your home folder" OFF)
if(SIANTO_INSTALL_PERSONAL AND CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX $ENV{HOME}/.local CACHE PATH "Where to install" FORCE)
endif()

# Folders are the same whatever umask says.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)

# Wireshark looks for plugins in a folder of its series, as 4.4.
set(SIANTO_SERIES ${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION})
if(SIANTO_INSTALL_PERSONAL)
  set(plugins $ENV{HOME}/.local/lib/wireshark/plugins/${SIANTO_SERIES}/epan)
  set(SIANTO_PROFILE_DIR $ENV{HOME}/.config/wireshark/profiles)
else()
  set(plugins ${Wireshark_PLUGIN_INSTALL_DIR}/epan)
  set(SIANTO_PROFILE_DIR ${Wireshark_INSTALL_PREFIX}/share/wireshark/profiles)
endif()
# Follows SIANTO_INSTALL_PERSONAL until somebody names a folder.
if(NOT SIANTO_PLUGIN_DIR)
  set(SIANTO_PLUGIN_DIR ${plugins})
endif()

# README and what it leads to, in one folder: links lose theirs.
file(GLOB documents CONFIGURE_DEPENDS README.md CONTRIBUTING.md CHANGELOG.md plugin/*/*.md packaging/doc/*.md)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/doc)
foreach(document ${documents})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${document})
  get_filename_component(name ${document} NAME)
  file(READ ${document} text)
  string(REGEX REPLACE "\\]\\([a-z_/.-]+/" "](" text "${text}")
  file(WRITE ${CMAKE_BINARY_DIR}/doc/${name} "${text}")
  install(FILES ${CMAKE_BINARY_DIR}/doc/${name} DESTINATION ${CMAKE_INSTALL_DOCDIR})
endforeach()
file(GLOB pictures CONFIGURE_DEPENDS packaging/doc/*.png packaging/doc/*.svg)
install(FILES ${pictures} DESTINATION ${CMAKE_INSTALL_DOCDIR})

# For programs; the documents link to it.
install(FILES plugin/storm/sianto-stats.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/sianto)
file(CREATE_LINK ../../sianto/sianto-stats.schema.json ${CMAKE_BINARY_DIR}/doc/sianto-stats.schema.json SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/doc/sianto-stats.schema.json DESTINATION ${CMAKE_INSTALL_DOCDIR})

# A capture to try it with, and what made it.
set(sample ${CMAKE_BINARY_DIR}/doc/sample.pcapng)
set(generator ${CMAKE_SOURCE_DIR}/tests/sim/make_sample.py ${CMAKE_SOURCE_DIR}/tests/sim/frames.py)
add_custom_command(OUTPUT ${sample} COMMAND ${SYSTEM_PYTHON} ${CMAKE_SOURCE_DIR}/tests/sim/make_sample.py ${sample}
                   DEPENDS ${generator} VERBATIM)
add_custom_target(sample ALL DEPENDS ${sample})
install(FILES ${sample} ${generator} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
file(GLOB recipes CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packaging/recipes/*)
install(PROGRAMS ${recipes} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/recipes)
