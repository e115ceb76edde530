#include "harness/run/provenance.h"

#include <algorithm>
#include <filesystem>

#include "base/content_hash.h"
#include "base/files.h"
#include "base/text.h"
#include "harness/engines/machine.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

std::string short_hash(const std::string& text) {
  ContentHash hash;
  hash.add(text);
  return hash.hex().substr(0, 16);
}

}  // namespace

std::string hash_of_folder(const fs::path& folder) {
  const auto tree = tree_of(folder);
  if (!tree) {
    return "";
  }
  ContentHash hash;
  bool empty = true;
  for (const fs::path& file : *tree) {
    const auto is_dir = is_folder(file);
    if (is_dir.value_or(false)) {
      continue;
    }
    empty = false;
    const auto text = read_file(file);
    if (!text) {
      return "";
    }
    hash.add(file.lexically_relative(folder).string() + "\n" + std::to_string(text->size()) + "\n");
    hash.add(*text);
  }
  return empty ? "" : hash.hex().substr(0, 16);
}

Provenance provenance_of(const Catalogue& catalogue, const std::string& scenario_text, Engine& engine,
                         const std::vector<std::string>& images) {
  Provenance provenance;
  provenance.catalogue = hash_of_folder(catalogue.folder);
  provenance.scenario = scenario_text.empty() ? "" : short_hash(scenario_text);
  const Machine machine = this_machine();
  provenance.host = machine.host;
  provenance.cores = machine.cores;
  provenance.memory_bytes = machine.memory_bytes;
  provenance.engine_version = engine.version();
  provenance.images = engine.image_digests(images);
  return provenance;
}

}  // namespace rehearsal
