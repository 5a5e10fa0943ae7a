# Installs headers, libraries and the emulator, with a CMake package of components and a pkg-config file for each.

set(corun_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/corun")
set(corun_pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
get_property(corun_platforms GLOBAL PROPERTY CORUN_PLATFORMS)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/corun" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.hpp")

set(corun_components core ${corun_platforms})
foreach(component IN LISTS corun_components)
    install(TARGETS corun_${component} EXPORT corun-${component}-targets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    install(EXPORT corun-${component}-targets NAMESPACE corun:: DESTINATION "${corun_package_dir}")
endforeach()
if(TARGET corun-emulator)
    install(TARGETS corun-emulator RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

get_target_property(corun_library_type corun_core TYPE)
if(corun_library_type STREQUAL "STATIC_LIBRARY")
    set(corun_is_static ON)
else()
    set(corun_is_static OFF)
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/corun-config.cmake.in"
    "${PROJECT_BINARY_DIR}/corun-config.cmake" INSTALL_DESTINATION "${corun_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/corun-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/corun-config.cmake" "${PROJECT_BINARY_DIR}/corun-config-version.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/Findc-ares.cmake" DESTINATION "${corun_package_dir}")

# A static library's own dependencies are every consumer's: they stand where `pkg-config --libs` sees them.
set(corun_boost_libs "-lboost_json -lboost_url -lboost_container -lboost_system -pthread")
set(corun_private_modules "openssl, zlib, libcares")
if(corun_is_static)
    set(corun_requires "${corun_private_modules}")
    set(corun_requires_private "")
else()
    set(corun_requires "")
    set(corun_requires_private "${corun_private_modules}")
endif()
# The files stay right when the prefix is moved or given to `cmake --install`.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(corun_pc_prefix "${CMAKE_INSTALL_PREFIX}")
    set(corun_pc_libdir "${CMAKE_INSTALL_FULL_LIBDIR}")
    set(corun_pc_includedir "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
else()
    file(RELATIVE_PATH up "/${corun_pkgconfig_dir}" "/")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(corun_pc_prefix "\${pcfiledir}/${up}")
    set(corun_pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(corun_pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/corun-core.pc.in" "${PROJECT_BINARY_DIR}/corun-core.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/corun-core.pc" DESTINATION "${corun_pkgconfig_dir}")
foreach(corun_platform IN LISTS corun_platforms)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/corun-platform.pc.in" "${PROJECT_BINARY_DIR}/corun-${corun_platform}.pc"
        @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/corun-${corun_platform}.pc" DESTINATION "${corun_pkgconfig_dir}")
endforeach()
