# How this repository's own targets are built: warnings and sanitizers are INTERFACE targets, put onto what the parts
# have defined. The parts' own CMakeLists.txt say only what they consist of and need.

add_library(livepatch_warnings INTERFACE)
target_compile_options(livepatch_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wall;-Wextra;-Wpedantic>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC bug 105651: "text" + std::string is taken for an overlapping copy.
    target_compile_options(livepatch_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()

add_library(livepatch_sanitizers INTERFACE)
if(LIVEPATCH_SANITIZE)
    target_compile_options(livepatch_sanitizers INTERFACE
        $<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=${LIVEPATCH_SANITIZE};-fno-omit-frame-pointer;-fno-sanitize-recover=undefined>)
    target_link_options(livepatch_sanitizers INTERFACE -fsanitize=${LIVEPATCH_SANITIZE})
endif()

# livepatch_own_target(<target> [NO_SANITIZER])
#   BUILD_INTERFACE keeps both out of what an installed static library passes on.
function(livepatch_own_target target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "NO_SANITIZER" "" "")
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:livepatch_warnings>)
    if(NOT arg_NO_SANITIZER)
        target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:livepatch_sanitizers>)
    endif()
endfunction()

function(livepatch_own_targets)
    foreach(target IN ITEMS livepatch_core livepatch_runtime livepatch pannus livepatch_patchbuild patchbuild)
        if(TARGET ${target})
            livepatch_own_target(${target})
        endif()
    endforeach()

    # Clang loads the plugin and shares LLVM's allocator state with it; the extractor is built from LLVM's unsanitized
    # libraries. Neither can run under a sanitizer that its host does not have.
    if(TARGET livepatch_clang_plugin)
        livepatch_own_target(livepatch_clang_plugin NO_SANITIZER)
        set_target_properties(livepatch_clang_plugin PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${LIVEPATCH_LIB_DIR})
    endif()
    if(TARGET livepatch-extract)
        livepatch_own_target(livepatch-extract NO_SANITIZER)
        # An LLVM outside the loader's folders has to be found from the installed place as well.
        set_target_properties(livepatch-extract PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${LIVEPATCH_LIB_DIR}
            INSTALL_RPATH_USE_LINK_PATH TRUE)
    endif()
endfunction()
