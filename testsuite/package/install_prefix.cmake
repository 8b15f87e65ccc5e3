# cmake -P install_prefix.cmake <build folder> <prefix>: a fresh installed copy for the tests of the package.
set(build ${CMAKE_ARGV3})
set(prefix ${CMAKE_ARGV4})
file(REMOVE_RECURSE ${prefix})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${build} --prefix ${prefix} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
