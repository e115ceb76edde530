// The names of the harness's own accounts in a server that holds a dump. A DEFINER of the dump may be any name that can
// be thought of, and an account of that name is locked: so ours are made of their passwords, which are random.
#pragma once

#include <string>

namespace rehearsal {

// "PREFIX_0123456789abcdef": the same for the same password, which it does not tell.
[[nodiscard]] std::string account_name(const std::string& prefix, const std::string& password);

// Of the one account of a fresh data directory, which may do all; it logs in from localhost.
[[nodiscard]] std::string admin_name(const std::string& password);

}  // namespace rehearsal
