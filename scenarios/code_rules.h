// How the code of a service's releases is asked whether it can live on a database, and from when to when it must. Pure.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/phase.h"
#include "base/words.h"

namespace rehearsal {

class TomlReader;

// What is asked: models select what they map.
enum class CodeKind { models };
constexpr std::array<const char*, 1> words_of(CodeKind) {
  return {"models"};
}

// An entry of [[code]].
struct CodeRule {
  CodeKind kind = CodeKind::models;
  std::filesystem::path loader;    // a Python file that says where the package declares them
  std::set<std::string> releases;  // empty: all
  std::optional<Phase> old_until;  // before this phase of a hop the last node is new; none: until the hop's end
  Phase new_from = Phase::sync;    // once a hop's steps of this phase are done, nodes of its release may run
  std::string source;

  [[nodiscard]] bool applies(const std::string& release) const {
    return releases.empty() || releases.contains(release);
  }
};

// `loaders`: the folder in which they are.
[[nodiscard]] std::vector<CodeRule> read_code_rules(TomlReader& table, const std::filesystem::path& loaders);

}  // namespace rehearsal
