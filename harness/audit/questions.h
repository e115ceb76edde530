// Questions that are asked of a lane's data before its first step and after its last: what the operator asserts, and
// what the catalogue holds for invariant: the answers are compared when all lanes are over; they stay in the state
// directory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

struct Question {
  std::string id;
  std::string sql;
};

struct Answer {
  // The rows, one a line, sorted; values as escaped_value(), apart by tabs, NULL as \N. None: there is no answer.
  std::optional<std::string> text;
  std::string refused;  // then why
  friend bool operator==(const Answer&, const Answer&) = default;
};
using Answers = std::map<std::string, Answer>;  // by the question's id

// A value on one line and in ASCII: a backslash before what is written otherwise.
[[nodiscard]] std::string escaped_value(std::string_view value);

// More rows than this are not an answer.
inline constexpr std::size_t kMostAnswerRows = 1000;

// What a question may cost.
inline constexpr int kMostAnswerSeconds = 60;

// Asks on this connection, which must be one that cannot write. A question that the server refuses has no answer; an
// Error is a lost server or an interruption.
[[nodiscard]] Result<Answers> ask(Sql& sql, const std::vector<Question>& questions);

// A connection that can read these schemas and change nothing: an account with SELECT on them only, in read-only
// transactions. `root` makes the account, or gives it a new password.
[[nodiscard]] Result<std::unique_ptr<Sql>> connect_reader(Sql& root, const std::filesystem::path& socket,
                                                          const std::vector<std::string>& schemas);

// Those of the `known` schemas before a table or column in the statement: "schema.table", quoted or not.
[[nodiscard]] std::set<std::string> schemas_named(std::string_view sql, const std::set<std::string>& known);

}  // namespace rehearsal
