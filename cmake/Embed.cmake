# rehearsal_embed(TARGET NAME FILE): compiles a text file into TARGET as `rehearsal::NAME`, a std::string_view to be
# declared `extern const`. rehearsal_embed_folder(TARGET NAME FOLDER): likewise all its .txt files, as a vector of pairs
# of a file's stem and its text. The same file, run as a script, writes the source from IN, OUT and NAME.
if(CMAKE_SCRIPT_MODE_FILE)
  if(IS_DIRECTORY ${IN})
    file(GLOB files ${IN}/*.txt)
    set(type "std::vector<std::pair<std::string_view, std::string_view>>")
    set(source "#include <string_view>\n#include <utility>\n#include <vector>\n\nnamespace rehearsal {\n")
    string(APPEND source "extern const ${type} ${NAME};\nconst ${type} ${NAME} = {\n")
    foreach(file ${files})
      get_filename_component(stem ${file} NAME_WE)
      file(READ ${file} text)
      string(APPEND source "{\"${stem}\", R\"embedded(${text})embedded\"},\n")
    endforeach()
    string(APPEND source "};\n}  // namespace rehearsal\n")
    file(WRITE "${OUT}" "${source}")
    return()
  endif()
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

function(rehearsal_embed_folder target name folder)
  set(out ${CMAKE_BINARY_DIR}/embedded/${name}.cc)
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/Embed.cmake)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.txt)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DIN=${PROJECT_SOURCE_DIR}/${folder} -DOUT=${out} -DNAME=${name} -P ${script}
    DEPENDS ${files} ${script} COMMENT "Embedding ${folder}" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
