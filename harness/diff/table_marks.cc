#include "harness/diff/table_marks.h"

#include <cctype>
#include <cerrno>
#include <cstring>

#include <fmt/core.h>
#include <sys/stat.h>

#include "base/os/calls.h"
#include "base/text.h"

namespace rehearsal {

namespace {

tl::unexpected<Error> unmarked(const std::filesystem::path& file) {
  return fail(std::string("cannot look whether the table's file was written: ") + std::strerror(errno), file.string());
}

// Empty where there is no such file.
Result<std::string> definition_mark(const std::filesystem::path& file) {
  struct stat status = {};
  if (os::stat(file.c_str(), &status) != 0) {
    return errno == ENOENT ? Result<std::string>(std::string()) : unmarked(file);
  }
  return fmt::format("{}:{}.{:09}", status.st_ino, status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

Result<std::string> data_mark(const std::filesystem::path& folder, const std::string& file) {
  std::string mark;
  for (const char* extension : {".MYD", ".MAD", ".CSV", ".ARZ"}) {
    struct stat status = {};
    const std::filesystem::path whole = folder / (file + extension);
    const bool there = os::stat(whole.c_str(), &status) == 0;
    if (!there && errno != ENOENT) {
      return unmarked(whole);
    }
    if (there) {
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
      REHEARSAL_TRY_SET(std::string definition, definition_mark(data / folder / (file + ".frm")));
      REHEARSAL_TRY_SET(std::string written,
                        id == ids.end() ? data_mark(data / folder, file) : Result<std::string>(std::string()));
      marks[database + "." + table] = {id == ids.end() ? "" : id->second, std::move(definition), std::move(written)};
    }
  }
  return marks;
}

}  // namespace rehearsal
