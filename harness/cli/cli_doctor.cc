#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/files.h"
#include "base/interrupt.h"
#include "base/json_text.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "harness/cli/cli.h"
#include "harness/engines/engines.h"
#include "harness/engines/machine.h"
#include "harness/room/trial.h"
#include "snapshots/keep/store.h"
#include "snapshots/keep/tree_copy.h"

namespace rehearsal {

namespace {

struct Program {
  const char* name;
  const char* package;
  const char* what_for;
};

constexpr Program kPrograms[] = {
    {"gzip", "gzip", "dumps in .gz"},
    {"zstd", "zstd", "dumps in .zst"},
    {"xz", "xz-utils", "dumps in .xz"},
    {"bzip2", "bzip2", "dumps in .bz2"},
    {"mkfs.xfs", "xfsprogs", "a store with reflink"},
};

// How clones will be made below the state directory, of which `disk` is the part that exists: a word, and words.
struct Cloning {
  std::string way;
  std::string text;
};

Cloning cloning(const std::filesystem::path& state, const std::filesystem::path& disk) {
  if (const std::filesystem::path image = Store::image_of(state); !image.empty()) {
    return {"image", "clones cost nothing: a store in an image file, " + image.string()};
  }
  if (has_reflink(disk)) {
    return {"reflink", "clones cost nothing: the file system shares extents"};
  }
  return {"none",
          "the file system shares no extents. A run as root makes a store that does, as large as the disk allows;\n"
          "  to say how large: rehearse doctor --make-store 200GB. Without root a clone is a copy"};
}

// An engine that works, and what came of trying to get out of the room that it makes.
struct RoomHealth {
  std::vector<RoomAttempt> attempts;  // none: not tried
  std::vector<std::string> problems;  // why steps must not run in it, or why that is not known
};

Result<RoomHealth> examine_room(const CliContext& context, const EngineOptions& options, const EngineHealth& health) {
  RoomHealth room;
  if (!health.unmade.empty()) {
    room.problems.push_back("the room cannot be tried until the images are built: `rehearse prepare`, or " +
                            (options.docker_folder / "build-images.sh").string() + " " + to_word(health.engine));
    return room;
  }
  context.talk.progress("doctor", "trying to get out of the room of the engine " + std::string(to_word(health.engine)));
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine, make_engine(health.engine, options));
  auto tried = try_room(*engine, options.state);
  REHEARSAL_TRY(check_interrupt());
  if (!tried) {
    room.problems.push_back("the room cannot be tried: " + to_text(tried.error()));
    return room;
  }
  room.attempts = std::move(*tried);
  for (const std::string& hole : holes(room.attempts)) {
    room.problems.push_back("the room lets through " + hole);
  }
  return room;
}

nlohmann::ordered_json to_json(const RoomHealth& room) {
  nlohmann::ordered_json json = {{"attempts", room.attempts.size()},
                                 {"held", room.attempts.size() - holes(room.attempts).size()}};
  for (const RoomAttempt& attempt : room.attempts) {
    json["tried"].push_back(
        {{"kind", attempt.kind}, {"id", attempt.id}, {"held", attempt.held}, {"told", attempt.told}});
  }
  return json;
}

}  // namespace

Result<int> command_doctor(const CliContext& context) {
  nlohmann::ordered_json report;
  bool ready = false;
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, ""));
  if (!context.options.json) {
    std::cout << "Engines (one is enough)\n";
  }
  const EngineKind only = context.options.engine.value_or(EngineKind::automatic);
  for (EngineHealth& engine : examine_engines(options)) {
    if (only != EngineKind::automatic && only != engine.engine) {
      continue;
    }
    RoomHealth room;
    if (engine.problems.empty()) {
      REHEARSAL_TRY_SET(room, examine_room(context, options, engine));
      engine.problems = room.problems;
    }
    const bool works = engine.problems.empty();
    ready = ready || works;
    report["engines"].push_back({{"engine", to_word(engine.engine)},
                                 {"problems", engine.problems},
                                 {"detail", engine.detail},
                                 {"room", to_json(room)}});
    if (!context.options.json) {
      const std::string tried =
          fmt::format("; {} to get out of the room, all held", plural(room.attempts.size(), "attempt"));
      std::cout << fmt::format("  {} {:<9} {}\n", works ? "✓" : "✗", to_word(engine.engine),
                               works ? engine.detail + tried : join(engine.problems, "\n              "))
                << std::flush;
    }
  }
  context.talk.done("doctor");
  if (!context.options.json) {
    std::cout << "\nPrograms\n";
  }
  for (const Program& program : kPrograms) {
    const bool found = !find_program(program.name).empty();
    report["programs"].push_back({{"program", program.name}, {"found", found}, {"package", program.package}});
    if (!context.options.json) {
      std::cout << fmt::format(
          "  {} {:<9} {}\n", found ? "✓" : "–", program.name,
          found ? program.what_for : fmt::format("for {}: apt-get install {}", program.what_for, program.package));
    }
  }
  std::error_code ignored;
  std::filesystem::path disk = context.options.state;
  while (!os::exists(disk, ignored) && disk.has_parent_path() && disk != disk.root_path()) {
    disk = disk.parent_path();
  }
  const auto free = free_bytes(disk);
  const std::uint64_t memory = available_memory();
  // No room at all is a figure too.
  const std::vector<std::string> small = too_small(free ? std::max<std::uint64_t>(*free, 1) : 0, memory);
  const bool engine_ready = ready;
  ready = ready && small.empty();
  const Cloning clones = cloning(context.options.state, disk);
  report["state"] = {
      {"folder", context.options.state.string()}, {"free_bytes", free.value_or(0)}, {"cloning", clones.way}};
  report["state"]["problems"] = small;
  report["memory"] = {{"available_bytes", memory}};
  report["ready"] = ready;
  if (context.options.json) {
    std::cout << json_text(report, 2) << "\n";
  } else {
    std::cout << fmt::format("\nState directory\n  {}, {} free\n  {}\n", context.options.state.string(),
                             free ? human_bytes(*free) : "unknown", clones.text);
    for (const std::string& problem : small) {
      std::cout << "  ✗ " << problem << "\n";
    }
    std::cout << (ready          ? "\nReady.\n"
                  : engine_ready ? "\nNot ready: this machine is too small.\n"
                                 : "\nNot ready: no engine works. Fix one of the problems above.\n");
  }
  return ready ? 0 : 2;
}

Result<int> command_make_store(const CliContext& context, const std::string& size) {
  REHEARSAL_TRY_SET(const std::uint64_t bytes, parse_size(size));
  const std::filesystem::path& state = context.options.state;
  REHEARSAL_TRY_SET(const std::filesystem::path image, Store::make(state, bytes));
  REHEARSAL_TRY_SET(const std::uint64_t free, free_bytes(state));
  if (context.options.json) {
    std::cout << json_text(nlohmann::ordered_json{{"image", image.string()}, {"bytes", bytes}, {"free_bytes", free}}, 2)
              << "\n";
    return 0;
  }
  std::cout << image.string() << "\n";
  context.talk.say(fmt::format(
      "the image takes disk only as it fills; {} are free. Runs as root with this state directory use it by themselves",
      human_bytes(free)));
  return 0;
}

}  // namespace rehearsal
