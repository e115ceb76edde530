#include "harness/diff/table_marks.h"

#include <cctype>

#include <fmt/core.h>
#include <sys/stat.h>

#include "base/text.h"

namespace rehearsal {

namespace {

std::string definition_mark(const std::filesystem::path& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0) {
    return {};
  }
  return fmt::format("{}:{}.{:09}", status.st_ino, status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

std::string data_mark(const std::filesystem::path& folder, const std::string& file) {
  std::string mark;
  for (const char* extension : {".MYD", ".MAD", ".CSV", ".ARZ"}) {
    struct stat status = {};
    if (::stat((folder / (file + extension)).c_str(), &status) == 0) {
      mark += fmt::format("{}{}:{}.{:09}", extension, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    }
  }
  return mark;
}

}  // namespace

std::string file_name_of_table(const std::string& table) {
  std::string name;
  for (const char c : table) {
    const auto byte = static_cast<unsigned char>(c);
    name += byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' ? std::string(1, c) : fmt::format("@{:04x}", byte);
  }
  return name;
}

Result<TableMarks> read_marks(Sql& sql, const std::filesystem::path& data, const std::vector<std::string>& databases) {
  TableMarks marks;
  for (const std::string& database : databases) {
    // The dictionary has the names of files.
    const std::string folder = file_name_of_table(database);
    std::map<std::string, std::string> ids;
    REHEARSAL_TRY_SET(const std::vector<Row> tables,
                      sql.query("SELECT NAME, TABLE_ID FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE " +
                                sql_string(replace_all(folder, "_", "\\_") + "/%") + " ORDER BY NAME"));
    for (const Row& row : tables) {
      std::string name = row.at(0).value_or("").substr(folder.size() + 1);
      name = name.substr(0, name.find("#P#"));
      std::string& id = ids[name];
      id += (id.empty() ? "" : ",") + row.at(1).value_or("");
    }
    REHEARSAL_TRY_SET(const std::vector<Row> names,
                      sql.query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE <> 'VIEW' AND"
                                " TABLE_SCHEMA = " +
                                sql_string(database)));
    for (const Row& row : names) {
      const std::string table = row.at(0).value_or("");
      const std::string file = file_name_of_table(table);
      const auto id = ids.find(file);
      marks[database + "." + table] = {id == ids.end() ? "" : id->second,
                                       definition_mark(data / folder / (file + ".frm")),
                                       id == ids.end() ? data_mark(data / folder, file) : ""};
    }
  }
  return marks;
}

}  // namespace rehearsal
