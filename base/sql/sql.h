// SQL to a MariaDB server over its Unix socket, binary safe. Errors of the connector become Errors here; its exceptions
// never leave sql.cc.
//
// An Error reads "the server says: TEXT (ERRNO, SQLSTATE)"; last_errno() has the number. Not for two threads at once;
// connections of different threads are independent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/site.h"
#include "base/result.h"

namespace rehearsal {

using Row = std::vector<std::optional<std::string>>;  // NULL is nullopt

// A server and an account of it.
struct SqlLogin {
  std::filesystem::path socket;
  std::string user = "root";
  std::string password;
};

struct SqlWarning {
  unsigned number = 0;
  std::string message;
};

class Sql {
 public:
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;
  ~Sql();

  // utf8mb4, autocommit, one statement a call. `schema` may be empty.
  [[nodiscard]] static Result<std::unique_ptr<Sql>> connect(const std::filesystem::path& socket,
                                                            const std::string& user, const std::string& password,
                                                            const std::string& schema = {},
                                                            os::Site from = os::Site::here());

  // LOAD DATA LOCAL may have files of this machine sent to the server: for connections whose statements are our own.
  [[nodiscard]] static Result<std::unique_ptr<Sql>> connect_with_files(const std::filesystem::path& socket,
                                                                       const std::string& user,
                                                                       const std::string& password,
                                                                       os::Site from = os::Site::here());

  // Rows that come back are read and dropped.
  [[nodiscard]] Result<void> execute(std::string_view statement, os::Site from = os::Site::here());
  [[nodiscard]] Result<std::vector<Row>> query(std::string_view statement, os::Site from = os::Site::here());
  // The first column of the first row; NULL and no row are both nullopt.
  [[nodiscard]] Result<std::optional<std::string>> value(std::string_view statement, os::Site from = os::Site::here());
  // Streams: memory does not grow with the result. An Error of the callback ends it, and the rest is dropped.
  [[nodiscard]] Result<void> for_each_row(std::string_view statement,
                                          const std::function<Result<void>(const Row&)>& row,
                                          os::Site from = os::Site::here());

  // Leaves what is told of the last statement as it is.
  bool execute_aside(std::string_view statement, os::Site from = os::Site::here());

  // Of the last statement: 0 where it succeeded. Numbers from 2000 on are the connection's.
  [[nodiscard]] unsigned last_errno() const;
  [[nodiscard]] const std::string& last_sqlstate() const;
  // What the server itself said, without our words.
  [[nodiscard]] const std::string& last_message() const;
  // Rows that the last execute() changed; 0 where it returned rows.
  [[nodiscard]] std::uint64_t affected_rows() const;
  // What the server said about the last execute(), notes included; at most 64.
  [[nodiscard]] std::vector<SqlWarning> warnings();
  // The server's number of this connection, for KILL and for processlist.
  [[nodiscard]] std::uint64_t connection_id() const;

 private:
  struct Impl;
  static Result<std::unique_ptr<Sql>> open(const std::filesystem::path& socket, const std::string& user,
                                           const std::string& password, const std::string& schema, bool files,
                                           os::Site from);
  explicit Sql(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The connection is gone, or the server is going down.
[[nodiscard]] bool is_lost_connection(unsigned number);

}  // namespace rehearsal
