# SPDX-License-Identifier: Apache-2.0
# Run by cpack on the installed tree, before the package is made of it: pages and changes are compressed,
# and what Debian wants is where Debian looks for it.
set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
set(documents ${usr}/share/doc/headgate)
set(mode OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

file(COPY_FILE ${CPACK_HEADGATE_DEB}/copyright ${documents}/copyright)
file(COPY_FILE ${CPACK_HEADGATE_DEB}/changelog ${documents}/changelog.Debian)
file(COPY_FILE ${CPACK_HEADGATE_CHANGELOG} ${documents}/changelog)
file(MAKE_DIRECTORY ${usr}/share/lintian/overrides)
file(COPY_FILE ${CPACK_HEADGATE_DEB}/lintian-overrides ${usr}/share/lintian/overrides/headgate)
file(RENAME ${usr}/share/zsh/site-functions ${usr}/share/zsh/vendor-completions)

file(GLOB_RECURSE pages ${usr}/share/man/*)
execute_process(COMMAND gzip --best --no-name --force ${pages} ${documents}/changelog ${documents}/changelog.Debian
                COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE pages ${usr}/share/man/*)
file(CREATE_LINK headgate.1.gz ${usr}/share/man/man1/kubectl-headgate.1.gz SYMBOLIC)
# Whatever the umask was.
file(CHMOD ${pages} ${documents}/copyright ${documents}/changelog.gz ${documents}/changelog.Debian.gz
     ${usr}/share/lintian/overrides/headgate FILE_PERMISSIONS ${mode})
file(GLOB_RECURSE directories LIST_DIRECTORIES true ${usr}/*)
foreach(directory IN LISTS directories ITEMS ${usr})
  if(IS_DIRECTORY ${directory} AND NOT IS_SYMLINK ${directory})
    file(CHMOD ${directory} DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                  WORLD_READ WORLD_EXECUTE)
  endif()
endforeach()
