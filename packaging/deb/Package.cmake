# SPDX-License-Identifier: Apache-2.0
# The Debian package, of what an installation below /usr holds: `cpack` in a build tree.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME headgate)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Headgate maintainers <maintainers@headgate.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "safe batches of Kubernetes Jobs")
set(CPACK_PACKAGE_DESCRIPTION
    "Headgate generates, validates and applies batches of Kubernetes Jobs with one
command, follows them to their end, keeps their logs, and records every run in
an SQLite database. Without --apply it changes nothing in a cluster.

What plugins are built with is in this package too.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# Libraries by what each shared object needs, the plugins' too. kubectl is in no Debian.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "sqlite3, kubectl")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/AsDebianHasIt.cmake)
set(CPACK_HEADGATE_DEB ${CMAKE_CURRENT_LIST_DIR})
set(CPACK_HEADGATE_CHANGELOG ${CMAKE_SOURCE_DIR}/CHANGELOG.md)
include(CPack)
