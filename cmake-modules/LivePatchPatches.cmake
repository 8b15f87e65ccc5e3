# livepatch_add_patch(). Part of the LivePatch package; the manual is in LivePatchConfig.cmake.
include_guard(GLOBAL)

function(livepatch_add_patch name)
    set(where "livepatch_add_patch(${name})")
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET;BASE;NEW;PATCH_FILE;OUTPUT_DIRECTORY" "")
    _livepatch_check_arguments("${where}"
        "TARGET <target>, BASE <rev|tree>, NEW <rev|tree>, PATCH_FILE <file>, OUTPUT_DIRECTORY <dir>")
    foreach(required IN ITEMS TARGET BASE)
        if(NOT DEFINED arg_${required})
            message(FATAL_ERROR "${where}: ${required} is missing")
        endif()
    endforeach()
    if(NOT TARGET ${arg_TARGET})
        message(FATAL_ERROR "${where}: TARGET '${arg_TARGET}' is not a target; define it first")
    endif()
    if(DEFINED arg_NEW AND DEFINED arg_PATCH_FILE OR NOT (DEFINED arg_NEW OR DEFINED arg_PATCH_FILE))
        message(FATAL_ERROR "${where}: give the change either as NEW <rev|tree> or as PATCH_FILE <file>")
    endif()

    _livepatch_tree(base "${arg_BASE}")
    set(depends)
    if(DEFINED arg_PATCH_FILE)
        cmake_path(ABSOLUTE_PATH arg_PATCH_FILE BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
        set(change --patch "${arg_PATCH_FILE}")
    else()
        _livepatch_tree(new "${arg_NEW}")
        if(base AND new)
            set(change --new-tree "${new}")
        elseif(base OR new)
            message(FATAL_ERROR
                "${where}: BASE '${arg_BASE}' and NEW '${arg_NEW}' must both be directories or both git revisions")
        else()
            set(change --old-rev "${arg_BASE}" --new-rev "${arg_NEW}")
        endif()
    endif()
    if(base)
        list(APPEND change --source-root "${base}")
    endif()
    if(NOT DEFINED arg_OUTPUT_DIRECTORY)
        set(arg_OUTPUT_DIRECTORY "${name}")
    endif()
    cmake_path(ABSOLUTE_PATH arg_OUTPUT_DIRECTORY BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" NORMALIZE)

    # Always run: what a revision or a tree means can change without any file that CMake could watch.
    add_custom_target(${name}
        COMMAND LivePatch::patchbuild create --target $<TARGET_FILE:${arg_TARGET}> ${change}
                --name ${name} -o "${arg_OUTPUT_DIRECTORY}"
        COMMENT "Making the patch ${name} for ${arg_TARGET}"
        VERBATIM)
    get_target_property(imported ${arg_TARGET} IMPORTED)
    if(NOT imported)
        add_dependencies(${name} ${arg_TARGET})
    endif()
    # In the repository itself the programs that patchbuild runs have to be there first.
    foreach(part IN ITEMS livepatch-extract livepatch_plugin_ready)
        if(TARGET ${part})
            add_dependencies(${name} ${part})
        endif()
    endforeach()
    set_target_properties(${name} PROPERTIES LIVEPATCH_PATCH_DIRECTORY "${arg_OUTPUT_DIRECTORY}")
endfunction()

# _livepatch_tree(<out> <rev|tree>): the directory's absolute path, or nothing if it is a revision.
function(_livepatch_tree out value)
    cmake_path(ABSOLUTE_PATH value BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE OUTPUT_VARIABLE path)
    if(NOT IS_DIRECTORY "${path}")
        set(path)
    endif()
    set(${out} "${path}" PARENT_SCOPE)
endfunction()
