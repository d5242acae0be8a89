# The Debian package, made by CPack of what is installed, and the source tarball. `packaging/deb` does all of it.
# SPDX-License-Identifier: GPL-2.0-or-later
set(SIANTO_MAINTAINER "SiAnTo maintainers <maintainers@sianto.invalid>" CACHE STRING "Who answers for the package")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "SiAnTo")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
# Wireshark's folders are absolute.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)

# 1~deb12: below a package of Debian's own (1), below that of the next Debian, which is built against another Wireshark.
if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release os REGEX "^(ID|VERSION_ID|VERSION_CODENAME)=")
  foreach(line ${os})
    string(REGEX MATCH "^([A-Z_]+)=\"?([^\"]*)" unused "${line}")
    set(OS_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
  endforeach()
endif()
string(REGEX REPLACE "^debian$" "deb" system "${OS_ID}")
if(OS_VERSION_ID)
  set(CPACK_DEBIAN_PACKAGE_RELEASE 1~${system}${OS_VERSION_ID})
else() # Debian unstable has no number
  set(CPACK_DEBIAN_PACKAGE_RELEASE 1~${OS_VERSION_CODENAME})
endif()

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${SIANTO_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"SiAnTo writes a SIP capture in which every name, number, address and secret
is replaced by a stable label, in every layer, and which is still a correct
capture that any tool reads. What no rule names does not pass, and the result
is audited before it gets its name. It also tells how a registration storm
built up and passed.

This package holds the command sianto, a plugin for tshark and Wireshark ${SIANTO_SERIES},
and a configuration profile for Wireshark.")
# The libraries come from dpkg-shlibdeps, that of this series among them; but another tshark may be installed beside
# that, and would not load the plugin.
math(EXPR next "${Wireshark_MINOR_VERSION} + 1")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "tshark (>= ${SIANTO_SERIES}), tshark (<< ${Wireshark_MAJOR_VERSION}.${next}~)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3, wireshark")
set(CPACK_DEBIAN_PACKAGE_ENHANCES wireshark)

# What Debian wants of files goes over the staged tree (DebianFiles.cmake); times are the commit's.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/DebianFiles.cmake)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/cmake/DebianDate.cmake)
set(CPACK_SIANTO_SOURCE_DATE ${SIANTO_SOURCE_DATE})
set(CPACK_SIANTO_DISTRIBUTION ${OS_VERSION_CODENAME})
set(CPACK_SIANTO_COPYRIGHT ${CMAKE_SOURCE_DIR}/packaging/debian/copyright)
include(CPack)

# The same commit, the same bytes.
set(SOURCE_TARBALL ${CMAKE_BINARY_DIR}/sianto-${PROJECT_VERSION}.tar.gz)
add_custom_target(dist
  COMMAND git -C ${CMAKE_SOURCE_DIR} archive --format=tar --prefix=sianto-${PROJECT_VERSION}/ HEAD
          | gzip -9n >${SOURCE_TARBALL}
  COMMAND ${CMAKE_COMMAND} -E echo ${SOURCE_TARBALL}
  COMMENT "The source of the last commit as a tarball")
