#include <filesystem>
#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/files.h"
#include "base/json_text.h"
#include "base/text.h"
#include "harness/cli.h"
#include "snapshots/store.h"
#include "snapshots/tree_copy.h"

namespace rehearsal {

namespace {

struct Program {
  const char* name;
  const char* package;
  const char* what_for;
  bool needed;
};

constexpr Program kPrograms[] = {
    {"gzip", "gzip", "dumps in .gz", false},
    {"zstd", "zstd", "dumps in .zst", false},
    {"xz", "xz-utils", "dumps in .xz", false},
    {"bzip2", "bzip2", "dumps in .bz2", false},
    {"mkfs.xfs", "xfsprogs", "a store with reflink", false},
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

}  // namespace

Result<int> command_doctor(const CliContext& context) {
  nlohmann::ordered_json report;
  bool ready = false;
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, ""));
  const std::vector<EngineHealth> engines = examine_engines(options);
  if (!context.options.json) {
    std::cout << "Engines (one is enough)\n";
  }
  for (const EngineHealth& engine : engines) {
    ready = ready || engine.problems.empty();
    report["engines"].push_back({{"engine", engine.engine}, {"problems", engine.problems}, {"detail", engine.detail}});
    if (!context.options.json) {
      std::cout << fmt::format("  {} {:<9} {}\n", engine.problems.empty() ? "✓" : "✗", engine.engine,
                               engine.problems.empty() ? engine.detail : join(engine.problems, "\n              "));
    }
  }
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
  while (!std::filesystem::exists(disk, ignored) && disk.has_parent_path() && disk != disk.root_path()) {
    disk = disk.parent_path();
  }
  const auto free = free_bytes(disk);
  const Cloning clones = cloning(context.options.state, disk);
  report["state"] = {
      {"folder", context.options.state.string()}, {"free_bytes", free.value_or(0)}, {"cloning", clones.way}};
  report["ready"] = ready;
  if (context.options.json) {
    std::cout << json_text(report, 2) << "\n";
  } else {
    std::cout << fmt::format("\nState directory\n  {}, {} free\n  {}\n", context.options.state.string(),
                             free ? human_bytes(*free) : "unknown", clones.text);
    std::cout << (ready ? "\nReady.\n" : "\nNot ready: no engine works. Mend one of the problems above.\n");
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
