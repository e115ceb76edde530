# Everything comes from Debian packages; `make packages` installs them.
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)

# tomlplusplus ships only a pkg-config file in Debian.
find_package(tomlplusplus QUIET)
if(NOT TARGET tomlplusplus::tomlplusplus)
  pkg_check_modules(tomlplusplus_pc REQUIRED IMPORTED_TARGET tomlplusplus)
  add_library(tomlplusplus::tomlplusplus ALIAS PkgConfig::tomlplusplus_pc)
endif()

find_library(MYSQLCPPCONN_LIBRARY mysqlcppconn REQUIRED)
find_path(MYSQLCPPCONN_INCLUDE cppconn/driver.h REQUIRED)
add_library(mysqlcppconn SHARED IMPORTED)
set_target_properties(mysqlcppconn PROPERTIES IMPORTED_LOCATION ${MYSQLCPPCONN_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${MYSQLCPPCONN_INCLUDE}
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${MYSQLCPPCONN_INCLUDE})

find_library(XXHASH_LIBRARY xxhash REQUIRED)
add_library(xxhash SHARED IMPORTED)
set_target_properties(xxhash PROPERTIES IMPORTED_LOCATION ${XXHASH_LIBRARY})

find_library(ZSTD_LIBRARY zstd REQUIRED)
add_library(zstd SHARED IMPORTED)
set_target_properties(zstd PROPERTIES IMPORTED_LOCATION ${ZSTD_LIBRARY})

find_library(SECCOMP_LIBRARY seccomp REQUIRED)
add_library(seccomp SHARED IMPORTED)
set_target_properties(seccomp PROPERTIES IMPORTED_LOCATION ${SECCOMP_LIBRARY})

find_path(MUSTACHE_INCLUDE kainjow/mustache.hpp REQUIRED)
