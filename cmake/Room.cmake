# rehearsal_room(NAME [ROOMS IT MAY SEE...])
# A room is a static library of all the .cc files in its folder. Its headers are reached as "NAME/x.h" through an
# include root of its own, so a room sees only the rooms it is linked to: an include against the arrows does not compile.
function(rehearsal_room name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  add_library(${name} STATIC ${sources})
  set(root ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${name} ${root}/${name} SYMBOLIC)
  target_include_directories(${name} PUBLIC ${root})
  target_link_libraries(${name} PUBLIC ${ARGN} PRIVATE rehearsal_warnings)
endfunction()
