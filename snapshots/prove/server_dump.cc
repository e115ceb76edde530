#include "snapshots/prove/server_dump.h"

#include "base/files.h"
#include "base/process.h"

namespace rehearsal {

Result<void> dump_server(const SqlLogin& target, const std::vector<std::string>& schemas,
                         const std::filesystem::path& file) {
  const std::filesystem::path program = find_program("mariadb-dump");
  if (program.empty()) {
    return fail("mariadb-dump is not installed", {}, "install the package mariadb-client");
  }
  Command dump;
  dump.argv = {program.string(),
               "--no-defaults",
               "--user=" + target.user,
               "--socket=" + target.socket.string(),
               "--single-transaction",
               "--routines",
               "--events",
               "--triggers",
               "--hex-blob",
               "--skip-dump-date",
               "--max-allowed-packet=1G",
               "--databases"};
  dump.argv.insert(dump.argv.end(), schemas.begin(), schemas.end());
  dump.environment = own_environment();
  dump.environment["MYSQL_PWD"] = target.password;
  dump.output_file = file;
  REHEARSAL_TRY(run_checked(dump));
  return {};
}

}  // namespace rehearsal
