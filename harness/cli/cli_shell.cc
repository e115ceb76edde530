// rehearse shell: SQL on a clone of a checkpoint. The shell is a run of its own, so that whatever ends it, `rehearse
// clean` finds what it left; the run whose checkpoint it is stays held meanwhile.

#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/core.h>
#include <unistd.h>

#include "base/foreground.h"
#include "base/os/folders.h"
#include "harness/cli/cli.h"
#include "harness/engines/account_names.h"
#include "harness/engines/engines.h"
#include "harness/run/cleaner.h"
#include "harness/server/checkpoints.h"
#include "harness/server/run_server.h"
#include "harness/server/state.h"
#include "snapshots/keep/store.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Removes the shell's own folders at the end, the clone first.
class ShellGuard {
 public:
  ShellGuard(Store& store, const RunDir& run, Talk& talk) : store_(store), run_(run), talk_(talk) {}
  ShellGuard(const ShellGuard&) = delete;
  ShellGuard& operator=(const ShellGuard&) = delete;
  ~ShellGuard() {
    if (auto removed = store_.remove(store_.run_dir(run_.id())); !removed) {
      talk_.warn(to_text(removed.error()));
      return;  // its folder stays, so that `rehearse clean` finds the clone
    }
    remove_tree(run_.path());
  }

 private:
  Store& store_;
  const RunDir& run_;
  Talk& talk_;
};

std::string option_file(const RunCheckpoints& kept, const fs::path& socket, const FoundState& found,
                        const std::string& prompt) {
  // A service with one schema has an obvious place to begin.
  const std::string database = found.schemas.size() == 1 ? "database=" + found.schemas.front() + "\n" : "";
  return fmt::format("[client]\nuser={}\npassword={}\nsocket={}\n[mysql]\n{}prompt=\"{} [\\\\d]> \"\n",
                     admin_name(kept.root_password), kept.root_password, socket.string(), database, prompt);
}

// The machine's own client, else the one that came with the server.
Result<std::vector<std::string>> client(const Server& server, bool terminal) {
  for (const char* name : {"mariadb", "mysql"}) {
    if (const fs::path program = find_program(name); !program.empty()) {
      return std::vector<std::string>{program.string()};
    }
  }
  std::vector<std::string> words = server.inside(terminal);
  if (words.empty()) {
    return fail("there is no SQL client on this machine", {}, "apt-get install mariadb-client");
  }
  words.emplace_back("mariadb");
  return words;
}

// Paths in a store are of this machine; what is not there any more is not offered.
void forget_missing(RunCheckpoints& kept) {
  for (KeptLane& lane : kept.lanes) {
    std::erase_if(lane.states, [](const KeptState& state) {
      std::error_code error;
      return !os::is_directory(state.data, error);
    });
  }
}

Result<int> open_shell(const CliContext& context, Server& server, const RunDir& own, const RunCheckpoints& kept,
                       const FoundState& found) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  const fs::path options = own.short_dir() / "shell" / "client.cnf";
  const std::string prompt = (found.state.after ? "after " : "before ") + found.state.step;
  REHEARSAL_TRY(write_file(options, option_file(kept, server.socket(), found, prompt)));
  REHEARSAL_TRY_SET(std::vector<std::string> argv, client(server, terminal));
  argv.push_back("--defaults-file=" + options.string());
  if (terminal) {
    context.talk.say(
        fmt::format("The database {}, on a clone that is removed when you leave. From another terminal:\n  mariadb "
                    "--defaults-file={}",
                    prompt, options.string()));
  }
  Result<int> status = run_in_foreground(argv, own_environment());
  // On a terminal the last statement's error was seen there and is no failure of the shell.
  return status && terminal ? Result<int>(0) : std::move(status);
}

}  // namespace

Result<int> command_shell(const CliContext& context, const std::string& name, const std::string& step, bool after) {
  const fs::path& state = context.options.state;
  REHEARSAL_TRY_SET(const std::string id, run_named(state, name));
  REHEARSAL_TRY_SET(RunDir run, RunDir::open(state, id));
  REHEARSAL_TRY(run.hold());
  REHEARSAL_TRY_SET(RunCheckpoints kept, read_checkpoints(run.path()));
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open(state, 0));
  forget_missing(kept);
  REHEARSAL_TRY_SET(const FoundState found, find_state(kept, step, after));

  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, kept.image));
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine,
                    make_engine(context.options.engine.value_or(kept.engine), options));
  REHEARSAL_TRY(engine->prepare());
  REHEARSAL_TRY_SET(const RunDir own, RunDir::create(state));
  const RunGuard sockets(own.id());
  const ShellGuard guard(*store, own, context.talk);
  const fs::path clone = store->run_dir(own.id()) / "shell";
  REHEARSAL_TRY(make_private_dir(clone.parent_path()));
  context.talk.progress(
      "shell", "a server on a clone of what " + found.state.step + (found.state.after ? " left behind" : " found"));
  REHEARSAL_TRY(store->attach(found.state.data));
  const ServerPlace place{.engine = *engine,
                          .store = *store,
                          .run = own,
                          .talk = context.talk,
                          .root_password = kept.root_password,
                          .options = kept.server_options,
                          .memory_bytes = kept.memory_bytes};
  REHEARSAL_TRY_SET(const std::unique_ptr<RunServer> server,
                    RunServer::on_clone(place, "shell", found.state.data, clone));
  context.talk.done("shell");
  return open_shell(context, server->server(), own, kept, found);
}

}  // namespace rehearsal
