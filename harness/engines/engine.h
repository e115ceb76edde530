// The engine: what holds a rehearsal's MariaDB server and runs its steps. Server and steps share one network namespace
// that has only loopback; a step sees its own files, its server and nothing else. The harness itself talks to the
// server through a Unix socket in a short run directory. An Engine serves several threads at once; a Server belongs to
// one of them, but for what says otherwise.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "base/process.h"
#include "base/result.h"
#include "base/step_limits.h"

namespace rehearsal {

struct Mount {
  std::filesystem::path from;  // on this machine
  std::string to;              // inside
  bool writable = false;
};

struct ServerSpec {
  std::string name;                  // unique on this machine; names containers too
  std::string run;                   // the run it belongs to, for finding leftovers
  std::filesystem::path data;        // data directory, owned by us
  std::filesystem::path run_dir;     // short; the socket is run_dir/mysqld.sock
  std::vector<std::string> options;  // "--innodb-buffer-pool-size=1G" …
  std::uint64_t memory_bytes = 0;    // limit of the container; 0: none
};

// A running server. Destroying it kills it; the data directory stays.
class Server {
 public:
  virtual ~Server() = default;
  [[nodiscard]] virtual std::filesystem::path socket() const = 0;
  // Words before a program that is to run where the server's own programs are, with our input (`terminal`: and with the
  // keyboard); none where these are the machine's own.
  [[nodiscard]] virtual std::vector<std::string> inside(bool terminal) const = 0;
  [[nodiscard]] virtual bool alive() = 0;
  // Freezes and thaws all its threads, so that a copy of the data directory is of one moment.
  virtual Result<void> pause() = 0;
  virtual Result<void> thaw() = 0;
  // The same as pause(), from any thread and as near to this moment as can be; thaw() ends it. Says nothing where the
  // server is gone.
  virtual void freeze() = 0;
  // Ends in good order: after it the data directory is clean. Kills after the timeout, and says so.
  virtual Result<void> stop(double timeout_seconds = 300) = 0;
  virtual void kill() = 0;
  // Ends the server's process, from any thread, so that all that waits for it ends; kill() is still to come.
  virtual void strike() = 0;
  [[nodiscard]] virtual std::string log_tail() const = 0;  // the end of its error log
};

struct StepSpec {
  std::string name;  // unique; names containers too
  std::string run;
  std::vector<std::string> argv;  // looked up on `path` inside
  Environment environment;
  std::vector<Mount> mounts;
  std::string directory;              // inside
  std::string image;                  // empty: the engine's own runner image, or the bare machine
  std::filesystem::path output_file;  // standard output and error, interleaved
  double timeout_seconds = 0;
  StepLimits limits = {};  // its times are in `timeout_seconds`
  // Asked several times a second, and once when the step has ended. A word kills all of the step's processes at once
  // (SIGKILL) and is told in `ended_by`.
  std::function<std::string()> killed_for = {};
};

class Engine {
 public:
  virtual ~Engine() = default;
  [[nodiscard]] virtual EngineKind kind() const = 0;
  [[nodiscard]] std::string name() const { return to_word(kind()); }
  // Where an environment made by this engine may be used: system, architecture, interpreter. Part of cache keys.
  [[nodiscard]] virtual Result<std::string> platform() = 0;
  // "docker 27.3.1"; empty where it cannot be told.
  [[nodiscard]] virtual std::string version() { return {}; }
  // Image -> its digest, of the server's, the engine's own runner and these; engines without images know none.
  [[nodiscard]] virtual std::map<std::string, std::string> image_digests(const std::vector<std::string>&) { return {}; }
  // "mariadb 10.11.14"; with the golden's content it says whether a golden can be used again.
  [[nodiscard]] virtual Result<std::string> server_version() = 0;
  // Makes or finds images and programs; the only calls that may use the network are this,
  // prepare_image and run_with_network.
  virtual Result<void> prepare() = 0;
  // Makes sure that a runner image of the operator's is here. Engines without images refuse.
  virtual Result<void> prepare_image(const std::string& image) = 0;
  // A fresh data directory whose only account is admin_name() of this password (account_names.h).
  virtual Result<void> make_database(const std::filesystem::path& data, const std::string& root_password) = 0;
  // Returns when the server answers on its socket.
  [[nodiscard]] virtual Result<std::unique_ptr<Server>> start(const ServerSpec& spec) = 0;
  // Runs a step in the server's network namespace. An Error where its program cannot be started: that tells nothing of
  // the step. A limit that ended it is told in `ended_by`: "time", "idle", "output", "files", "memory", "processes".
  [[nodiscard]] virtual Result<ProcessResult> run_step(Server& server, const StepSpec& step) = 0;
  // Runs a program in the runner's file system with the network, without limits: for installing packages.
  [[nodiscard]] virtual Result<ProcessResult> run_with_network(const StepSpec& step) = 0;
  // Removes whatever exists of these runs: containers, processes. The names of what was removed.
  virtual Result<std::vector<std::string>> remove_leftovers(const std::vector<std::string>& runs) = 0;
};

struct EngineOptions {
  std::string server_image = "rehearsal/mariadb:10.11";
  std::filesystem::path state;                  // for logs of image builds and the like
  std::filesystem::path docker_folder;          // the recipes: docker/ of the project
  std::function<void(const std::string&)> say;  // talk: "building the server image"
};

// What an engine misses on this machine: nothing where it is ready.
struct EngineHealth {
  EngineKind engine;
  std::vector<std::string> problems;
  std::string detail;                    // version, images present
  std::vector<std::string> unmade = {};  // images that are made on first use
};
}  // namespace rehearsal
