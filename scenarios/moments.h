// Which releases' code is asked at which moment of a lane's path. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/words.h"
#include "scenarios/code_rules.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Within a hop: the release that is left, and the one that it leads to.
enum class CodeRole { old_code, new_code };
constexpr std::array<const char*, 2> words_of(CodeRole) {
  return {"old", "new"};
}

struct AskedCode {
  std::string release;
  CodeRole role = CodeRole::old_code;
  bool must_live = true;  // false: asked once more, to tell what becomes of a node that is left
};

struct Moment {
  std::string name;                 // "start", or the step as its service's steps go: "2023.2:expand"
  std::optional<std::size_t> step;  // its place in the lane; none: before the first
  std::vector<AskedCode> codes;     // at least one
};

// "2023.2:expand" of "service:2023.2:expand".
[[nodiscard]] std::string moment_of(const PlanStep& step);

// In order: the start, and after each step that may change something. Checks ask nothing; a path without a hop has no
// code but one.
[[nodiscard]] std::vector<Moment> moments_of(const Lane& lane, const CodeRule& rule);

}  // namespace rehearsal
