# livepatch_target_patchable() and what LivePatch::Patchable consists of. Part of the LivePatch package; the manual is
# in LivePatchConfig.cmake. Used from the installed package and, through add_subdirectory, from the repository.
include_guard(GLOBAL)

# livepatch_set_plugin(<interface target> <llvm major> <plugin> <depfile entry>)
#
# The plugin's flags, for Clang only: any other compiler would be handed a library that it cannot load. The depfile
# entry makes objects depend on the plugin (-fdepfile-entry= is an option of Clang's own, below the driver).
function(livepatch_set_plugin target llvm plugin depfile_entry)
    set_property(GLOBAL PROPERTY LIVEPATCH_LLVM_VERSION "${llvm}")
    # Options of targets are de-duplicated, which would tear -Xclang from its value, hence SHELL:. Options of sources are
    # not, and there SHELL: is not understood.
    set(flags "SHELL:\"-fplugin=${plugin}\" -Xclang \"-fdepfile-entry=${depfile_entry}\"")
    set_property(GLOBAL PROPERTY LIVEPATCH_SOURCE_FLAGS "-fplugin=${plugin};-Xclang;-fdepfile-entry=${depfile_entry}")
    foreach(language IN ITEMS C CXX)
        target_compile_options(${target} INTERFACE "$<$<COMPILE_LANG_AND_ID:${language},Clang>:${flags}>")
    endforeach()
    target_link_options(${target} INTERFACE LINKER:--build-id)

    # Targets that link LivePatch::Patchable themselves are not seen by any function of ours before the end.
    get_property(scheduled GLOBAL PROPERTY LIVEPATCH_CHECK_SCHEDULED)
    if(NOT scheduled)
        set_property(GLOBAL PROPERTY LIVEPATCH_CHECK_SCHEDULED TRUE)
        cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _livepatch_check_directory "${CMAKE_SOURCE_DIR}")
    endif()
endfunction()

function(livepatch_target_patchable target)
    set(where "livepatch_target_patchable(${target})")
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "MAPFILE" "EXCLUDE")
    _livepatch_check_arguments("${where}" "MAPFILE <file>, EXCLUDE <glob>...")
    if(NOT TARGET ${target})
        message(FATAL_ERROR "${where}: there is no target of this name; call it after add_executable or add_library")
    endif()
    get_target_property(aliased ${target} ALIASED_TARGET)
    get_target_property(imported ${target} IMPORTED)
    get_target_property(type ${target} TYPE)
    if(aliased)
        message(FATAL_ERROR "${where}: this is an alias; use its real name, ${aliased}")
    elseif(imported OR NOT type MATCHES "^(EXECUTABLE|(SHARED|MODULE|STATIC|OBJECT)_LIBRARY)$")
        message(FATAL_ERROR "${where}: only executables and libraries that this project compiles can be made patchable")
    endif()

    if(arg_EXCLUDE)
        target_link_options(${target} PRIVATE LINKER:--build-id)
        set_target_properties(${target} PROPERTIES LIVEPATCH_EXCLUDE "${arg_EXCLUDE}")
        # Target-wide flags cannot be taken back for one source, so here each of the other sources gets its own; at the
        # end of the directory, when the target has all its sources.
        get_target_property(source_dir ${target} SOURCE_DIR)
        if(source_dir STREQUAL CMAKE_CURRENT_SOURCE_DIR)
            # EVAL: a deferred call's variables are read when it runs, and `target` is gone by then.
            cmake_language(EVAL CODE "cmake_language(DEFER CALL _livepatch_flag_sources [[${target}]])")
        else()
            _livepatch_flag_sources(${target})
        endif()
    else()
        # BUILD_INTERFACE: a static library that is exported must not ask its users for LivePatch.
        # What target_link_libraries(PRIVATE) does, but by hand: CMake refuses to mix that with a project's own
        # target_link_libraries(app lib), without keyword, on the same target.
        set(patchable $<BUILD_INTERFACE:LivePatch::Patchable>)
        set_property(TARGET ${target} APPEND PROPERTY LINK_LIBRARIES ${patchable})
        if(type STREQUAL "STATIC_LIBRARY")
            set_property(TARGET ${target} APPEND PROPERTY INTERFACE_LINK_LIBRARIES $<LINK_ONLY:${patchable}>)
        endif()
    endif()
    set_target_properties(${target} PROPERTIES LIVEPATCH_PATCHABLE TRUE)
    if(TARGET livepatch_plugin_ready)
        add_dependencies(${target} livepatch_plugin_ready)
    endif()

    if(DEFINED arg_MAPFILE)
        _livepatch_write_map(${target} "${arg_MAPFILE}" "${where}")
    endif()
    _livepatch_check_target(${target})
endfunction()

# Called by each public function right after cmake_parse_arguments(... arg ...).
macro(_livepatch_check_arguments where known)
    if(arg_UNPARSED_ARGUMENTS)
        list(JOIN arg_UNPARSED_ARGUMENTS "', '" _livepatch_unknown)
        message(FATAL_ERROR "${where}: unknown argument '${_livepatch_unknown}'; known are ${known}")
    endif()
    if(arg_KEYWORDS_MISSING_VALUES)
        list(JOIN arg_KEYWORDS_MISSING_VALUES ", " _livepatch_unknown)
        message(FATAL_ERROR "${where}: ${_livepatch_unknown} without a value")
    endif()
endmacro()

# Has the map of a linked target written after each link.
function(_livepatch_write_map target file where)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(EXECUTABLE|SHARED_LIBRARY|MODULE_LIBRARY)$")
        message(FATAL_ERROR "${where}: MAPFILE needs a linked file; this one's map is in what it is linked into")
    endif()
    get_target_property(source_dir ${target} SOURCE_DIR)
    if(NOT source_dir STREQUAL CMAKE_CURRENT_SOURCE_DIR)
        # add_custom_command(TARGET) has this rule.
        message(FATAL_ERROR "${where}: the map can only be written from the directory that defines the target, ${source_dir}")
    endif()
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" NORMALIZE)
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND LivePatch::patchbuild map $<TARGET_FILE:${target}> -o "${file}"
        BYPRODUCTS "${file}"
        COMMENT "Writing the map of ${target}"
        VERBATIM)
    set_target_properties(${target} PROPERTIES LIVEPATCH_MAPFILE "${file}")
endfunction()

# _livepatch_compiled_sources(<out> <target>): sources that C or C++ compilers see and EXCLUDE does not name.
function(_livepatch_compiled_sources out target)
    get_target_property(source_dir ${target} SOURCE_DIR)
    get_target_property(sources ${target} SOURCES)
    get_target_property(patterns ${target} LIVEPATCH_EXCLUDE)
    set(regexes)
    if(patterns)
        foreach(pattern IN LISTS patterns)
            cmake_path(ABSOLUTE_PATH pattern BASE_DIRECTORY "${source_dir}" NORMALIZE)
            string(REGEX REPLACE "([][+.^$(){}|\\\\])" "\\\\\\1" regex "${pattern}")
            string(REPLACE "*" ".*" regex "${regex}")
            string(REPLACE "?" "." regex "${regex}")
            list(APPEND regexes "^${regex}$")
        endforeach()
    endif()
    set(kept)
    set(matched)
    foreach(source IN LISTS sources)
        if(source MATCHES "^\\$<")
            continue() # known at generation only: object files of other targets, mostly
        endif()
        cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${source_dir}" NORMALIZE OUTPUT_VARIABLE path)
        set(excluded FALSE)
        foreach(regex IN LISTS regexes)
            if(path MATCHES "${regex}")
                set(excluded TRUE)
                list(APPEND matched "${regex}")
            endif()
        endforeach()
        cmake_path(GET path EXTENSION LAST_ONLY extension)
        string(SUBSTRING "${extension}" 1 -1 extension)
        if(NOT excluded)
            foreach(language IN ITEMS C CXX)
                if(extension IN_LIST CMAKE_${language}_SOURCE_FILE_EXTENSIONS)
                    list(APPEND kept "${source}")
                    set(uses_${language} TRUE)
                endif()
            endforeach()
        endif()
    endforeach()
    foreach(regex pattern IN ZIP_LISTS regexes patterns)
        if(NOT regex IN_LIST matched)
            list(APPEND unmatched "${pattern}")
        endif()
    endforeach()
    set(${out} "${kept}" PARENT_SCOPE)
    set(${out}_C "${uses_C}" PARENT_SCOPE)
    set(${out}_CXX "${uses_CXX}" PARENT_SCOPE)
    set(${out}_UNMATCHED "${unmatched}" PARENT_SCOPE)
endfunction()

function(_livepatch_flag_sources target)
    _livepatch_compiled_sources(sources ${target})
    if(sources_UNMATCHED)
        list(JOIN sources_UNMATCHED "', '" unmatched)
        message(FATAL_ERROR "livepatch_target_patchable(${target}): EXCLUDE '${unmatched}' matches no source of the target")
    endif()
    get_property(flags GLOBAL PROPERTY LIVEPATCH_SOURCE_FLAGS)
    foreach(source IN LISTS sources)
        # A source may belong to several targets of a directory; its flags must not reach the others.
        foreach(language IN ITEMS C CXX)
            set_property(SOURCE "${source}" TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_OPTIONS
                "$<$<AND:$<STREQUAL:$<TARGET_PROPERTY:NAME>,${target}>,$<COMPILE_LANG_AND_ID:${language},Clang>>:${flags}>")
        endforeach()
    endforeach()
endfunction()

# The compiler and flags that the plugin cannot work with, found while configuring instead of in a failed load.
function(_livepatch_check_target target)
    get_property(llvm GLOBAL PROPERTY LIVEPATCH_LLVM_VERSION)
    _livepatch_compiled_sources(sources ${target})
    foreach(language IN ITEMS C CXX)
        if(NOT sources_${language} OR NOT CMAKE_${language}_COMPILER_ID)
            continue()
        endif()
        set(driver clang)
        if(language STREQUAL "CXX")
            set(driver clang++)
        endif()
        if(NOT CMAKE_${language}_COMPILER_ID STREQUAL "Clang"
           OR NOT CMAKE_${language}_COMPILER_VERSION MATCHES "^${llvm}\\.")
            message(FATAL_ERROR
                "LivePatch: target '${target}' cannot be made patchable by ${CMAKE_${language}_COMPILER} "
                "(${CMAKE_${language}_COMPILER_ID} ${CMAKE_${language}_COMPILER_VERSION}): the plugin is made for Clang ${llvm}. "
                "Configure a new build folder with -DCMAKE_${language}_COMPILER=${driver}-${llvm}, or build LivePatch for "
                "your Clang with -DLIVEPATCH_LLVM=<major version>.")
        endif()
    endforeach()

    get_target_property(lto ${target} INTERPROCEDURAL_OPTIMIZATION)
    if(lto)
        message(FATAL_ERROR
            "LivePatch: target '${target}' has INTERPROCEDURAL_OPTIMIZATION on, which moves code generation into the "
            "linker, where no plugin runs. Switch it off for this target: "
            "set_target_properties(${target} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)")
    endif()
endfunction()

function(_livepatch_check_directory directory)
    get_property(targets DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
        get_target_property(libraries ${target} LINK_LIBRARIES)
        get_target_property(patchable ${target} LIVEPATCH_PATCHABLE)
        get_target_property(type ${target} TYPE)
        if(patchable OR (NOT type STREQUAL "INTERFACE_LIBRARY" AND "LivePatch::Patchable" IN_LIST libraries))
            _livepatch_check_target(${target})
        endif()
    endforeach()
    get_property(children DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
    foreach(child IN LISTS children)
        _livepatch_check_directory("${child}")
    endforeach()
endfunction()
