#include "harness/engines/server_command.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstring>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "harness/engines/account_names.h"

namespace rehearsal {

namespace fs = std::filesystem;

fs::path server_socket(const ServerSpec& spec) {
  return spec.run_dir / "mysqld.sock";
}
fs::path server_log(const ServerSpec& spec) {
  return spec.run_dir / "server.log";
}
fs::path server_tmpdir(const ServerSpec& spec) {
  return spec.data / "#tmp";
}

Result<void> check_server_spec(const ServerSpec& spec) {
  constexpr std::size_t kLongestSocket = sizeof(sockaddr_un{}.sun_path) - 1;
  if (server_socket(spec).string().size() > kLongestSocket) {
    return fail("the path of the server's socket is longer than " + std::to_string(kLongestSocket) + " bytes",
                server_socket(spec).string(), "choose a shorter run directory");
  }
  std::error_code error;
  if (!os::is_directory(spec.data / "mysql", error)) {
    return fail("not a data directory of a MariaDB server", spec.data.string());
  }
  if (!os::is_directory(spec.run_dir, error)) {
    return fail("the run directory does not exist", spec.run_dir.string());
  }
  return {};
}

std::vector<std::string> server_arguments(const ServerSpec& spec, bool as_root) {
  std::vector<std::string> argv = {"mariadbd", "--no-defaults"};
  if (as_root) {
    argv.emplace_back("--user=root");
  }
  argv.insert(argv.end(), spec.options.begin(), spec.options.end());
  argv.insert(argv.end(), {
                              std::string("--datadir=") + kServerData,
                              "--socket=" + server_socket(spec).string(),
                              "--pid-file=" + (spec.run_dir / "mysqld.pid").string(),
                              "--log-error=" + server_log(spec).string(),
                              std::string("--tmpdir=") + kServerData + "/#tmp",
                              "--ignore-db-dirs=#tmp",
                              "--bind-address=127.0.0.1",
                              "--port=3306",
                              "--skip-slave-start",
                              "--event-scheduler=OFF",
                              "--plugin-dir=/nonexistent",
                              std::string("--secure-file-priv=") + kServerData + "/#tmp",
                          });
  return argv;
}

std::string account_sql(const std::string& root_password) {
  const std::string name = sql_string(admin_name(root_password));
  // The server that runs this reads no grant tables until it is told to.
  return "FLUSH PRIVILEGES;\n"
         "DELETE FROM mysql.global_priv WHERE NOT (User = 'root' AND Host = 'localhost');\n"
         "DELETE FROM mysql.db;\nDELETE FROM mysql.proxies_priv;\nDELETE FROM mysql.tables_priv;\n"
         "UPDATE mysql.global_priv SET User = " +
         name +
         ";\nFLUSH PRIVILEGES;\n"
         "ALTER USER " +
         name + "@'localhost' IDENTIFIED BY " + sql_string(root_password) + ";\n";
}

std::vector<std::string> install_arguments(const fs::path& sql_file, bool as_root) {
  std::vector<std::string> argv = {"mariadb-install-db",
                                   "--no-defaults",
                                   std::string("--datadir=") + kServerData,
                                   "--auth-root-authentication-method=normal",
                                   "--skip-test-db",
                                   "--skip-name-resolve",
                                   "--extra-file=" + sql_file.string()};
  if (as_root) {
    argv.emplace_back("--user=root");
  }
  return argv;
}

Result<std::string> parse_server_version(const std::string& printed) {
  const std::size_t ver = printed.find("Ver ");
  const std::size_t maria = printed.find("-MariaDB");
  if (ver == std::string::npos || maria == std::string::npos || maria <= ver + 4) {
    return fail("not a MariaDB server", std::string(trim(printed)));
  }
  return "mariadb " + printed.substr(ver + 4, maria - ver - 4);
}

namespace {

// True when a server on this socket sends its first packet: protocol version 10.
bool greets(const fs::path& socket) {
  const Descriptor line(os::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!line.ok()) {
    return false;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket.string();
  std::memcpy(address.sun_path, path.c_str(), std::min(path.size(), sizeof address.sun_path - 1));
  if (os::connect(line.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return false;
  }
  pollfd wait{line.get(), POLLIN, 0};
  unsigned char header[5] = {};
  return os::poll(&wait, 1, 2000) == 1 && os::recv(line.get(), header, sizeof header, 0) == 5 && header[4] == 10;
}

}  // namespace

Result<void> wait_for_greeting(const ServerSpec& spec, const std::function<bool()>& alive, double timeout_seconds) {
  const Stopwatch watch;
  const fs::path socket = server_socket(spec);
  while (!greets(socket)) {
    REHEARSAL_TRY(check_interrupt());
    if (!alive()) {
      return fail("the MariaDB server ended while starting", server_log(spec).string(),
                  read_tail(server_log(spec), 3000));
    }
    if (watch.seconds() > timeout_seconds) {
      return fail("the MariaDB server did not answer within " + human_seconds(timeout_seconds),
                  server_log(spec).string(), read_tail(server_log(spec), 3000));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {};
}

}  // namespace rehearsal
