#include "harness/engines/account_names.h"

#include "base/content_hash.h"

namespace rehearsal {

std::string account_name(const std::string& prefix, const std::string& password) {
  constexpr std::size_t kDigits = 16;
  ContentHash hash;
  hash.add("account " + prefix + " " + password);
  return prefix + "_" + hash.hex().substr(0, kDigits);
}

std::string admin_name(const std::string& password) {
  return account_name("admin", password);
}

}  // namespace rehearsal
