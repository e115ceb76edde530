#include "harness/run/physical_backup.h"

#include <algorithm>
#include <memory>

#include <unistd.h>

#include "base/contains.h"
#include "base/files.h"
#include "base/os/calls.h"
#include "base/os/folders.h"
#include "base/process.h"
#include "base/random.h"
#include "base/sql/sql.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/engines/engines.h"
#include "harness/server/run_server.h"
#include "harness/server/server_settings.h"
#include "snapshots/bytes/backup_folder.h"
#include "snapshots/keep/store.h"
#include "snapshots/keep/tree_copy.h"
#include "snapshots/prove/server_dump.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kAccountFile = "rehearsal-account.sql";  // in the data directory, which is where the server is

// The errors that mariadb-backup names, or its last words where it names none.
std::string what_went_wrong(const std::string& log) {
  std::vector<std::string> errors;
  std::string last;
  for (const std::string& line : lines_of(log)) {
    if (contains(line, "[ERROR]") || contains(line, "Error:")) {
      errors.push_back(line);
    }
    last = trim(line).empty() ? last : line;
  }
  return errors.empty() ? last : join(errors, "\n  ");
}

// The backup's files belong to production's server; the copy's to whoever runs the private one.
Result<void> own(const fs::path& folder) {
  REHEARSAL_TRY_SET(const std::vector<fs::path> tree, tree_of(folder));
  for (const fs::path& entry : tree) {
    if (os::lchown(entry.c_str(), ::geteuid(), ::getegid()) != 0) {
      return fail(std::string("the copy of the backup cannot be taken over: ") + std::strerror(errno), entry.string());
    }
  }
  return {};
}

class PreparedBackup {
 public:
  PreparedBackup(Engine& engine, Store& store, const RunDir& run, Talk& talk, const BackupFolder& backup)
      : engine_(engine),
        store_(store),
        run_(run),
        talk_(talk),
        backup_(backup),
        data_(store.run_dir(run.id()) / "backup") {}
  PreparedBackup(const PreparedBackup&) = delete;
  PreparedBackup& operator=(const PreparedBackup&) = delete;
  ~PreparedBackup() {
    if (auto removed = store_.remove(data_); !removed) {
      talk_.warn(to_text(removed.error()));
    }
    std::error_code not_empty;
    os::remove(store_.run_dir(run_.id()), not_empty);
  }

  Result<void> prepare() {
    const fs::path program = find_program("mariadb-backup");
    if (program.empty()) {
      return fail("mariadb-backup is not installed, and a physical backup needs it", backup_.path.string(),
                  "install the package mariadb-backup, of the same series as the server that was backed up");
    }
    const std::uint64_t bytes = tree_bytes(backup_.path);
    REHEARSAL_TRY_SET(const FreeSpace free, store_.free_space());
    // The copy, and the dump of it.
    if (free.usable() < 2 * bytes) {
      return fail("reading the backup needs about " + human_bytes(2 * bytes) + " of disk, and there is only " +
                      human_bytes(free.usable()) + " free",
                  store_.root().string(), "free some space (rehearse snapshot prune, rehearse clean), or use --state");
    }
    talk_.say("copying and preparing the physical backup " + backup_.path.string() + " (" + human_bytes(bytes) + ")");
    if (!copy_tree(backup_.path, data_, CopyMethod::reflink)) {
      REHEARSAL_TRY(copy_tree(backup_.path, data_, CopyMethod::sparse));
    }
    REHEARSAL_TRY(own(data_));
    Command command;
    command.argv = {program.string(), "--no-defaults", "--prepare", "--target-dir=" + data_.string()};
    command.environment = own_environment();
    command.error_file = run_.path() / "backup-prepare.log";
    const auto prepared = run_process(command);
    if (!prepared) {
      return fail(prepared.error());
    }
    const std::string said = what_went_wrong(read_tail(command.error_file, 4000));
    if (!prepared->ok()) {
      return fail(ErrorKind::unusable_dump,
                  "the physical backup cannot be prepared: mariadb-backup --prepare ended with exit status " +
                      std::to_string(prepared->exit_status),
                  backup_.path.string(),
                  said + "\n  the backup is of MariaDB " + backup_.server_version +
                      ": prepare it with mariadb-backup of the same series; what is prepared already is read as it is");
    }
    remove_tree(command.error_file);
    return {};
  }

  // All schemas but the server's own.
  Result<void> dump(const ServerSettings& settings, const fs::path& file) {
    const std::string password = random_word();
    REHEARSAL_TRY(write_file(data_ / kAccountFile, "CREATE OR REPLACE USER root@localhost IDENTIFIED BY '" + password +
                                                       "';\nGRANT ALL ON *.* TO root@localhost WITH GRANT OPTION;\n"));
    std::vector<std::string> options = settings.restore_options;
    options.insert(options.end(), backup_.server_options.begin(), backup_.server_options.end());
    options.push_back(std::string("--init-file=") + kAccountFile);
    auto server = start_run_server(engine_, run_, "backup", data_, options, settings.memory_bytes);
    if (!server) {
      Error error = std::move(server).error();
      if (error.kind == ErrorKind::interrupted) {
        return fail(std::move(error));
      }
      error.kind = ErrorKind::unusable_dump;
      error.what = "no server runs on the prepared backup: " + error.what;
      error.where = backup_.path.string();
      return fail(std::move(error));
    }
    const auto dumped = dump_all({(*server)->socket(), "root", password}, file);
    if (!dumped && !(*server)->alive()) {
      Error error = dumped.error();
      error.hint += (error.hint.empty() ? "" : "\n  ") + (*server)->log_tail();
      return fail(std::move(error));
    }
    REHEARSAL_TRY(dumped);
    return (*server)->stop();
  }

 private:
  Result<void> dump_all(const SqlLogin& target, const fs::path& file) {
    std::vector<std::string> schemas;
    {
      REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, Sql::connect(target.socket, target.user, target.password));
      REHEARSAL_TRY_SET(const std::vector<Row> rows, sql->query("SHOW DATABASES"));
      for (const Row& row : rows) {
        if (const std::string name = row.at(0).value_or(""); !is_system_schema(name)) {
          schemas.push_back(name);
        }
      }
    }
    if (schemas.empty()) {
      return fail(ErrorKind::unusable_dump, "the physical backup holds no schema but the server's own",
                  backup_.path.string());
    }
    talk_.say("dumping " + plural(schemas.size(), "schema") + " of the backup");
    return dump_server(target, schemas, file);
  }

  Engine& engine_;
  Store& store_;
  const RunDir& run_;
  Talk& talk_;
  const BackupFolder& backup_;
  fs::path data_;
};

}  // namespace

bool any_physical_backup(const std::vector<DumpInput>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const DumpInput& input) { return is_physical_backup(input.path); });
}

BackupDumps::~BackupDumps() {
  for (const fs::path& file : files_) {
    remove_tree(file);
  }
}

Result<std::vector<DumpInput>> BackupDumps::replace(std::vector<DumpInput> inputs, const Scenario& scenario) {
  if (!any_physical_backup(inputs)) {
    return inputs;
  }
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine, make_engine(engine_, options_));
  REHEARSAL_TRY(engine->prepare());
  REHEARSAL_TRY_SET(const ServerSettings settings, server_settings(scenario, DumpIndex{}, *engine));
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store,
                    Store::open(state_, 0, [&](const std::string& text) { talk_.say(text); }));
  for (DumpInput& input : inputs) {
    if (!is_physical_backup(input.path)) {
      continue;
    }
    if (!input.schema.empty()) {
      return fail(ErrorKind::unusable_dump, "a physical backup names its schemas itself", input.path,
                  "leave out the schema given for it");
    }
    while (input.path.size() > 1 && input.path.ends_with('/')) {
      input.path.pop_back();
    }
    REHEARSAL_TRY_SET(const BackupFolder backup, read_backup_folder(input.path));
    const fs::path file = run_.path() / ("backup-" + std::to_string(files_.size() + 1) + ".sql");
    files_.push_back(file);
    {
      PreparedBackup prepared(*engine, *store, run_, talk_, backup);
      REHEARSAL_TRY(prepared.prepare());
      REHEARSAL_TRY(prepared.dump(settings, file));
    }
    input.path = file.string();
    input.of = backup.path.string();
    input.completed_at = backup.ended_at;
    input.server_version = backup.server_version;
  }
  return inputs;
}

}  // namespace rehearsal
