# Run by cpack over the staged tree: what Debian's policy wants of documents, as debhelper would do it.
# SPDX-License-Identifier: GPL-2.0-or-later
set(share ${CPACK_TEMPORARY_DIRECTORY}/usr/share)
set(doc ${share}/doc/${CPACK_PACKAGE_NAME})

# Without name and time, so that two builds have the same bytes.
function(compress file)
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(GLOB pages ${share}/man/man*/*)
foreach(page ${pages})
  compress(${page})
endforeach()

file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
compress(${doc}/changelog)

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${doc}/changelog.Debian
"${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) ${CPACK_SIANTO_DISTRIBUTION}; urgency=medium

  * Version ${CPACK_PACKAGE_VERSION}, built from its source: changelog.gz tells what is new.

 -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}
")
compress(${doc}/changelog.Debian)

configure_file(${CPACK_SIANTO_COPYRIGHT} ${doc}/copyright COPYONLY)

# What was written here has the permissions of the source and of umask.
file(CHMOD ${doc}/changelog.gz ${doc}/changelog.Debian.gz ${doc}/copyright
     PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
