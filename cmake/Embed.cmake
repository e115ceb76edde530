# rehearsal_embed(TARGET NAME FILE): compiles a text file into TARGET as `rehearsal::NAME`, a std::string_view to be
# declared `extern const`. The same file, run as a script, writes the source from IN, OUT and NAME.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${IN}" text)
  set(source "#include <string_view>\n\nnamespace rehearsal {\nextern const std::string_view ${NAME};\n")
  string(APPEND source "const std::string_view ${NAME} = R\"embedded(${text})embedded\";\n}  // namespace rehearsal\n")
  file(WRITE "${OUT}" "${source}")
  return()
endif()

function(rehearsal_embed target name file)
  set(out ${CMAKE_BINARY_DIR}/embedded/${name}.cc)
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/Embed.cmake)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DIN=${PROJECT_SOURCE_DIR}/${file} -DOUT=${out} -DNAME=${name} -P ${script}
    DEPENDS ${PROJECT_SOURCE_DIR}/${file} ${script} COMMENT "Embedding ${file}" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
