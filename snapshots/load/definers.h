// The accounts in whose name a dump's views, triggers, routines and events run. Each is an account of its own in the
// server that holds the restore, locked, with rights on the dump's schemas and on nothing else. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sql/quoting.h"

namespace rehearsal {

using Definer = std::pair<std::string, std::string>;  // user, host; without a host it is a role

// The statements that make the account, locked, with all privileges on these schemas and no others.
[[nodiscard]] std::vector<std::string> definer_statements(const std::string& user, const std::string& host,
                                                          const std::set<std::string>& schemas);

// CURRENT_USER and the like: whoever restores.
[[nodiscard]] bool is_current_account(const Definer& definer);

// 'user'@'host', or 'role'.
[[nodiscard]] std::string account_text(const Definer& definer);

// A CREATE statement with another account as its DEFINER, where it names one of those; otherwise as it is.
[[nodiscard]] std::string with_other_definer(std::string_view text, unsigned server_version, Quoting quoting,
                                             const std::map<Definer, Definer>& others);

}  // namespace rehearsal
