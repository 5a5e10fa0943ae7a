# What every folder of the project builds with: dependencies, warnings, and one function per kind of target.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

option(CORUN_WERROR "Compile with the project's warnings, as errors" OFF)
option(CORUN_BENCH "Build the measurements in test/bench" OFF)
set(CORUN_SANITIZE "" CACHE STRING "Sanitizers for the project's own targets, for example address,undefined")

list(PREPEND CMAKE_MODULE_PATH "${PROJECT_SOURCE_DIR}/cmake")

if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
    if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
        find_program(CORUN_CCACHE ccache)
        if(CORUN_CCACHE)
            set(CMAKE_CXX_COMPILER_LAUNCHER "${CORUN_CCACHE}")
        endif()
    endif()
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_package(Threads REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json url)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(c-ares REQUIRED)

add_library(corun_warnings INTERFACE)
if(CORUN_WERROR)
    target_compile_options(corun_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
        -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wundef -Wvla -Werror)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # GCC 12 reports these wrongly: on coroutine frames, on std::string, and on Asio's fences under the thread sanitizer.
        target_compile_options(corun_warnings INTERFACE -Wno-mismatched-new-delete -Wno-restrict)
        if(CORUN_SANITIZE)
            target_compile_options(corun_warnings INTERFACE -Wno-tsan -Wno-maybe-uninitialized)
        endif()
    else()
        target_compile_options(corun_warnings INTERFACE -Wno-missing-braces -Wno-missing-designated-field-initializers
            -Wno-missing-field-initializers -Wno-unknown-warning-option)
    endif()
endif()

# What each of our own targets gets, and nobody who links to us does.
function(corun_own_target target)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:corun_warnings>)
    target_compile_features(${target} PUBLIC cxx_std_20)
    # Debug information that names no build folder lets ccache serve one build tree from another's work.
    target_compile_options(${target} PRIVATE "-fdebug-prefix-map=${CMAKE_BINARY_DIR}=.")
    if(CORUN_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=${CORUN_SANITIZE} -fno-omit-frame-pointer
            -fno-sanitize-recover=all)
        target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=${CORUN_SANITIZE}>)
    endif()
endfunction()

# corun_add_platform(flowmaestro SOURCES client.cpp …): the library corun::flowmaestro, installed as a component.
function(corun_add_platform name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
    set(target corun_${name})
    add_library(${target} ${arg_SOURCES})
    add_library(corun::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} DEFINE_SYMBOL "" VERSION ${PROJECT_VERSION} SOVERSION 0)
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${target} PUBLIC corun::core PRIVATE ${arg_LIBS}
        $<BUILD_INTERFACE:OpenSSL::Crypto> $<BUILD_INTERFACE:Threads::Threads>)
    corun_own_target(${target})
    set_property(GLOBAL APPEND PROPERTY CORUN_PLATFORMS ${name})
endfunction()

# corun_add_emulator(core SOURCES …) and, in src/platforms/<p>/emulator, corun_add_emulator(<p> SOURCES …):
# the library corun_emulator_<name>, which sees no header of the SDK's stages.
function(corun_add_emulator name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
    set(target corun_emulator_${name})
    add_library(${target} STATIC ${arg_SOURCES})
    target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>"
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
    target_link_libraries(${target} PUBLIC ${arg_LIBS} Boost::headers Boost::json Boost::url Threads::Threads)
    if(name STREQUAL "core")
        target_link_libraries(${target} PUBLIC OpenSSL::Crypto SQLite::SQLite3 ZLIB::ZLIB)
    else()
        target_link_libraries(${target} PUBLIC corun_emulator_core)
        set_property(GLOBAL APPEND PROPERTY CORUN_EMULATOR_PLATFORMS ${name})
    endif()
    corun_own_target(${target})
endfunction()

# corun_add_test(<name> SOURCES … LIBS … [LABELS …] [TIMEOUT n] [ENVIRONMENT A=b …] [ARGS …] [DEFINITIONS …] [SERIAL]):
# one GoogleTest executable and one CTest entry; the target tests_<label> builds all tests of a label.
function(corun_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "SERIAL" "NAME;TIMEOUT" "SOURCES;LIBS;LABELS;ENVIRONMENT;ARGS;DEFINITIONS")
    if(NOT arg_NAME)
        list(POP_FRONT arg_UNPARSED_ARGUMENTS arg_NAME)
    endif()
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "corun_add_test(${arg_NAME}): what is ${arg_UNPARSED_ARGUMENTS}?")
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    string(REGEX REPLACE "[^A-Za-z0-9_]" "_" target "test_${arg_NAME}")
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_LIBS} corun_internal GTest::gtest GTest::gtest_main)
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/test")
    target_compile_definitions(${target} PRIVATE CORUN_TEST_DIR="${PROJECT_SOURCE_DIR}/test" ${arg_DEFINITIONS})
    corun_own_target(${target})
    add_test(NAME ${arg_NAME} COMMAND ${target} ${arg_ARGS})
    set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
    corun_test_environment(${arg_NAME} ${arg_ENVIRONMENT})
    foreach(label IN LISTS arg_LABELS)
        if(NOT TARGET tests_${label})
            add_custom_target(tests_${label})
        endif()
        add_dependencies(tests_${label} ${target})
    endforeach()
    if(arg_SERIAL)
        set_tests_properties(${arg_NAME} PROPERTIES RUN_SERIAL ON)
    endif()
endfunction()

# Sanitizer settings, and none of the variables that clients read, for any CTest entry.
function(corun_test_environment test)
    set(environment ${ARGN} "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
        "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
        "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/test/tsan.supp:second_deadlock_stack=1")
    set(unset)
    get_property(platforms GLOBAL PROPERTY CORUN_PLATFORMS)
    foreach(platform IN LISTS platforms)
        string(TOUPPER ${platform} upper)
        list(APPEND unset "${upper}_API_KEY=unset:" "${upper}_BASE_URL=unset:")
    endforeach()
    set_tests_properties(${test} PROPERTIES ENVIRONMENT "${environment}" ENVIRONMENT_MODIFICATION "${unset}")
endfunction()

# corun_add_example(flowmaestro/1_first_call SOURCES … LIBS … [TEST_ARGS …] [EXPECT regex] [TIMEOUT n] [NO_TEST]):
# the program example_flowmaestro_1_first_call in bin/, and a test that runs it beside a fresh emulator.
function(corun_add_example name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "NO_TEST" "EXPECT;TIMEOUT" "SOURCES;LIBS;TEST_ARGS")
    string(REGEX REPLACE "[^A-Za-z0-9_]" "_" target "example_${name}")
    add_executable(${target} ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    target_link_libraries(${target} PRIVATE ${arg_LIBS} Boost::headers Boost::json Threads::Threads)
    corun_own_target(${target})
    if(CORUN_TESTS AND TARGET corun-emulator AND NOT arg_NO_TEST)
        if(NOT arg_TIMEOUT)
            set(arg_TIMEOUT 60)
        endif()
        find_package(Python3 REQUIRED COMPONENTS Interpreter)
        add_test(NAME example.${name} COMMAND ${Python3_EXECUTABLE} "${PROJECT_SOURCE_DIR}/examples/with_emulator.py"
            "$<TARGET_FILE:corun-emulator>" -- "$<TARGET_FILE:${target}>" ${arg_TEST_ARGS})
        set_tests_properties(example.${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "examples")
        if(arg_EXPECT)
            set_tests_properties(example.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${arg_EXPECT}")
        endif()
        corun_test_environment(example.${name})
    endif()
endfunction()

# The folders below `base` that hold a CMakeLists.txt, sorted; a folder that appears later makes CMake run again.
function(corun_discover result base pattern)
    file(GLOB found CONFIGURE_DEPENDS "${base}/${pattern}/CMakeLists.txt")
    set(folders)
    foreach(list_file IN LISTS found)
        cmake_path(GET list_file PARENT_PATH folder)
        list(APPEND folders "${folder}")
    endforeach()
    set(${result} "${folders}" PARENT_SCOPE)
endfunction()
