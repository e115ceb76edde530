// What a run was made with, as far as this machine can tell: see reports/provenance.h.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/engines/engine.h"
#include "reports/provenance.h"
#include "scenarios/catalogue.h"

namespace rehearsal {

// Hash of the names and contents of a folder's files; empty where it cannot be read.
[[nodiscard]] std::string hash_of_folder(const std::filesystem::path& folder);

// `images`: those that steps run in. Parts that cannot be determined stay empty.
[[nodiscard]] Provenance provenance_of(const Catalogue& catalogue, const std::string& scenario_text, Engine& engine,
                                       const std::vector<std::string>& images);

}  // namespace rehearsal
