#include "harness/room/trial.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "harness/room/outside.h"
#include "harness/run/cleaner.h"
#include "harness/server/state.h"
#include "scenarios/plan.h"

namespace rehearsal {

extern const std::string_view kRoomAttempts;
extern const std::string_view kRoomLimits;

namespace {

namespace fs = std::filesystem;

constexpr double kTrialSeconds = 120;

// A server of the smallest kind, and where its steps find their files.
class TrialRoom {
 public:
  static Result<std::unique_ptr<TrialRoom>> open(Engine& engine, const fs::path& state) {
    std::unique_ptr<TrialRoom> room(new TrialRoom(engine));
    REHEARSAL_TRY(engine.prepare());
    REHEARSAL_TRY_SET(room->run_, RunDir::create(state));
    ServerSpec& spec = room->spec_;
    spec.name = "rehearsal-" + room->run_.id() + "-room";
    spec.run = room->run_.id();
    spec.data = room->run_.path() / "data";
    spec.run_dir = room->run_.short_dir();
    spec.options = {"--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M", "--performance-schema=OFF"};
    REHEARSAL_TRY(engine.make_database(spec.data, random_word()));
    REHEARSAL_TRY(make_private_dir(room->etc()));
    REHEARSAL_TRY(make_private_dir(room->work()));
    REHEARSAL_TRY_SET(room->server_, engine.start(spec));
    REHEARSAL_TRY_SET(room->outside_, Outside::prepare(spec.run_dir));
    return room;
  }
  TrialRoom(const TrialRoom&) = delete;
  TrialRoom& operator=(const TrialRoom&) = delete;
  ~TrialRoom() {
    outside_.reset();
    server_.reset();
    if (!run_.id().empty()) {
      remove_short_dir(run_.id());
      remove_tree(run_.path());
    }
  }

  [[nodiscard]] fs::path etc() const { return run_.path() / "etc"; }
  [[nodiscard]] fs::path work() const { return run_.path() / "work"; }
  [[nodiscard]] fs::path output() const { return run_.path() / "output.txt"; }
  [[nodiscard]] const Outside& outside() const { return *outside_; }

  [[nodiscard]] std::string told() const {
    nlohmann::json told = nlohmann::json::parse(outside_->told());
    told["server_socket"] = server_->socket().string();
    told["data"] = spec_.data.string();
    told["work"] = kStepWork;
    told["configuration"] = std::string(kStepEtc) + "/attempts.py";
    return told.dump();
  }

  Result<ProcessResult> run(const std::string& script, const std::vector<std::string>& arguments,
                            const StepLimits& limits = {}, double timeout_seconds = kTrialSeconds) {
    StepSpec step;
    step.name = fmt::format("{}-{}", spec_.name, ++steps_);
    step.run = spec_.run;
    step.argv = {"/usr/bin/python3", "-I", std::string(kStepEtc) + "/" + script};
    step.argv.insert(step.argv.end(), arguments.begin(), arguments.end());
    step.environment = {{"HOME", kStepWork}, {"LANG", "C.UTF-8"}};
    step.mounts = {{etc(), kStepEtc, false}, {work(), kStepWork, true}};
    step.directory = kStepWork;
    step.output_file = output();
    step.timeout_seconds = timeout_seconds;
    step.limits = limits;
    return engine_.run_step(*server_, step);
  }

 private:
  explicit TrialRoom(Engine& engine) : engine_(engine) {}

  Engine& engine_;
  RunDir run_;
  ServerSpec spec_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Outside> outside_;
  int steps_ = 0;
};

// One line of the script; nullopt for what is no attempt.
std::optional<RoomAttempt> read_attempt(const nlohmann::json& line) {
  if (!line.is_object() || !line.contains("id")) {
    return std::nullopt;
  }
  return RoomAttempt{.kind = line.value("kind", ""),
                     .id = line.value("id", ""),
                     .what = line.value("what", ""),
                     .held = line.value("held", false),
                     .told = line.value("told", "")};
}

// Small enough to be reached at once.
StepLimits small_limits() {
  StepLimits limits;
  limits.memory = std::uint64_t{160} << 20;
  limits.processes = 60;
  limits.output = std::uint64_t{1} << 20;
  limits.files = std::uint64_t{16} << 20;
  limits.idle_seconds = 20;
  return limits;
}

// What takes too much of something is ended for that, and for nothing else.
Result<void> try_limits(TrialRoom& room, std::vector<RoomAttempt>& attempts) {
  struct Try {
    const char* name;
    const char* what;
  };
  constexpr Try kTries[] = {
      {"memory", "take more memory than a step may"}, {"processes", "start more processes than a step may"},
      {"output", "print more than a step may"},       {"files", "write more files than a step may"},
      {"time", "take longer than a step may"},        {"idle", "say nothing for longer than a step may"}};
  REHEARSAL_TRY(write_file(room.etc() / "limits.py", kRoomLimits));
  for (const Try& one : kTries) {
    const std::string name = one.name;
    StepLimits limits = small_limits();
    limits.idle_seconds = name == "idle" ? 2 : limits.idle_seconds;
    REHEARSAL_TRY_SET(const ProcessResult result, room.run("limits.py", {name}, limits, name == "time" ? 3 : 40));
    attempts.push_back({.kind = "limit",
                        .id = "limit:" + name,
                        .what = one.what,
                        .held = result.ended_by == name,
                        .told = result.ended_by.empty()
                                    ? "ended by itself with exit status " + std::to_string(result.exit_status)
                                    : "ended by the limit for " + result.ended_by});
  }
  // Files in memory are memory, or there is an end to them.
  REHEARSAL_TRY_SET(const ProcessResult result, room.run("limits.py", {"temporary"}, small_limits(), 40));
  const bool held = result.ended_by == "memory" || (result.ended_by.empty() && result.exit_status == 1);
  attempts.push_back({.kind = "limit",
                      .id = "limit:temporary",
                      .what = "fill the memory with files of /tmp",
                      .held = held,
                      .told = result.ended_by.empty() ? "refused" : "ended by the limit for " + result.ended_by});
  return {};
}

}  // namespace

Result<std::vector<RoomAttempt>> try_room(Engine& engine, const fs::path& state) {
  REHEARSAL_TRY_SET(const std::unique_ptr<TrialRoom> room, TrialRoom::open(engine, state));
  REHEARSAL_TRY(write_file(room->etc() / "attempts.py", kRoomAttempts));
  REHEARSAL_TRY_SET(const ProcessResult result, room->run("attempts.py", {room->told()}));
  std::vector<RoomAttempt> attempts;
  std::size_t tried = 0;
  REHEARSAL_TRY_SET(const std::string output, read_file(room->output()));
  for (const std::string& line : lines_of(output)) {
    const nlohmann::json read = nlohmann::json::parse(line, nullptr, false);
    if (auto attempt = read_attempt(read)) {
      attempts.push_back(std::move(*attempt));
    } else if (read.is_object()) {
      tried = read.value("tried", std::size_t{0});
    }
  }
  if (attempts.empty() || tried != attempts.size()) {
    const std::vector<std::string> said = lines_of(std::string(trim(output)));
    return fail("the attempts on the room did not come to their end: exit status " +
                    std::to_string(result.exit_status) + (said.empty() ? ", nothing said" : ", " + said.back()),
                engine.name());
  }
  const int came = room->outside().connections();
  attempts.push_back({.kind = "address",
                      .id = "came-out",
                      .what = "what came to the listeners outside",
                      .held = came == 0,
                      .told = came == 0 ? "nothing" : plural(static_cast<std::uint64_t>(came), "connection")});
  REHEARSAL_TRY(try_limits(*room, attempts));
  return attempts;
}

std::vector<std::string> holes(const std::vector<RoomAttempt>& attempts) {
  std::vector<std::string> told;
  for (const RoomAttempt& attempt : attempts) {
    if (!attempt.held) {
      told.push_back(attempt.id + ": " + attempt.what + ": " + attempt.told);
    }
  }
  return told;
}

}  // namespace rehearsal
