# One interface target carries the warnings, so that third-party headers (all SYSTEM) keep their own.
add_library(rehearsal_warnings INTERFACE)
target_compile_options(rehearsal_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum -Wimplicit-fallthrough)
# GCC 12 warns falsely about the standard string's own code when it optimises.
target_compile_options(rehearsal_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(REHEARSAL_DEVELOPER)
  target_compile_options(rehearsal_warnings INTERFACE -Werror)
endif()
if(REHEARSAL_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
