#include "harness/run/chain_proof.h"

#include "base/contains.h"
#include "base/files.h"
#include "harness/engines/environments.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Migrations lie in folders of such names; all else in an environment need not be read.
bool may_name_a_chain(const std::string& path) {
  return path.ends_with(".py") && !contains(path, "/tests/") &&
         (contains(path, "migration") || contains(path, "alembic") || contains(path, "/db/"));
}

}  // namespace

bool holds_chain(const fs::path& environment, const std::string& table) {
  for (const fs::path& folder : package_folders(environment).value_or(std::vector<fs::path>())) {
    for (const fs::path& entry : tree_of(folder).value_or(std::vector<fs::path>())) {
      if (!may_name_a_chain(entry.string())) {
        continue;
      }
      const auto text = read_file(entry);
      if (text && (text->find("'" + table + "'") != std::string::npos ||
                   text->find("\"" + table + "\"") != std::string::npos)) {
        return true;
      }
    }
  }
  return false;
}

std::vector<std::pair<ChainClaim, std::string>> unproven_chains(const std::vector<ChainClaim>& claims,
                                                                const Runners& runners) {
  std::vector<std::pair<ChainClaim, std::string>> unproven;
  for (const ChainClaim& claim : claims) {
    const auto lane = runners.find(claim.service);
    if (lane == runners.end()) {
      continue;
    }
    for (const auto& [release, runner] : lane->second) {
      if (runner.environment.empty()) {
        if (claim.distribution.empty()) {
          unproven.emplace_back(claim, "whether its migrations are in what runs " + release + " cannot be seen");
          break;
        }
        continue;
      }
      if (!holds_chain(runner.environment, claim.table)) {
        unproven.emplace_back(claim, "the packages of " + release + " hold no migrations of it");
        break;
      }
    }
  }
  return unproven;
}

Catalogue with_chains(const Catalogue& catalogue, const std::vector<ChainClaim>& claims) {
  Catalogue extended = catalogue;
  for (const ChainClaim& claim : claims) {
    for (Service& service : extended.services) {
      if (service.name == claim.service) {
        service.revision_tables.push_back(claim.table);
      }
    }
  }
  return extended;
}

}  // namespace rehearsal
