// What every engine shares about a MariaDB server: how it is started, how it says that it is ready, and how a data
// directory is made. The first part is pure.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"

namespace rehearsal {

[[nodiscard]] std::filesystem::path server_socket(const ServerSpec& spec);
[[nodiscard]] std::filesystem::path server_log(const ServerSpec& spec);
// Where a server finds its data directory, whatever its path on this machine: what makes and starts servers reads some
// characters in paths as its own.
inline constexpr const char* kServerData = "/rehearsal/data";
// Likewise the folder of the SQL that a new data directory's account is made with.
inline constexpr const char* kAccountSql = "/rehearsal/sql";

// In seconds: crash recovery of a clone that was copied while frozen takes its time; between Ctrl-C and the end of a
// server that something waits for.
inline constexpr double kStartSeconds = 300;
inline constexpr double kGraceSeconds = 3;

// Temporary files of large ALTERs go beside the data, not into memory.
[[nodiscard]] std::filesystem::path server_tmpdir(const ServerSpec& spec);

// A Unix socket's path is cut at 107 bytes by the kernel's structure.
[[nodiscard]] Result<void> check_server_spec(const ServerSpec& spec);

// mariadbd and its arguments. What keeps the server from reaching out or loading foreign code comes after the spec's
// options, so that no option of a scenario can weaken it. `as_root`: the server runs as uid 0 and must be told that
// this is wanted.
[[nodiscard]] std::vector<std::string> server_arguments(const ServerSpec& spec, bool as_root);

// SQL that leaves one account, admin_name() of this password, in a fresh data directory: none that a dump could name,
// the server's own mariadb.sys included. A statement a line, as the installing server wants it.
[[nodiscard]] std::string account_sql(const std::string& root_password);

// mariadb-install-db and its arguments; `sql_file` holds account_sql() and runs last.
// The data directory is mounted at kServerData.
[[nodiscard]] std::vector<std::string> install_arguments(const std::filesystem::path& sql_file, bool as_root);

// "mariadb 10.11.14" out of what `mariadbd --version` prints; an Error where it is not a MariaDB server.
[[nodiscard]] Result<std::string> parse_server_version(const std::string& printed);

// Waits until a server greets on the socket. `alive` is asked meanwhile: a server that ended is an Error with the end
// of its log.
[[nodiscard]] Result<void> wait_for_greeting(const ServerSpec& spec, const std::function<bool()>& alive,
                                             double timeout_seconds);

}  // namespace rehearsal
