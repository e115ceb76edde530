# rehearsal_precompile(TARGET [FIRST] [HEADERS...]): what nearly every file includes is compiled once, in FIRST, and used
# by the targets that have the same options.
set(REHEARSAL_STANDARD <algorithm> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <optional> <set> <string>
  <string_view> <utility> <vector> <fmt/core.h> <tl/expected.hpp>)

function(rehearsal_precompile target first)
  if(target STREQUAL first)
    target_precompile_headers(${target} PRIVATE ${REHEARSAL_STANDARD} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${first})
  endif()
endfunction()

# Otherwise ccache keeps nothing that was compiled with such headers.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
