// Accounts of production in what a dump is told to hold: definers above all. They go by pseudonyms that are the same
// throughout a report.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rehearsal {

class Pseudonyms {
 public:
  // `user`@`host`, 'user'@'host' and user@host become account#1 and so on, but for accounts whose words programs say.
  [[nodiscard]] std::string hide_accounts(std::string_view text);
  // Of this account; `user`@`host` where programs say its words, `user` alone where there is no host.
  [[nodiscard]] std::string name_of(const std::string& user, const std::string& host);

 private:
  std::map<std::string, std::string> accounts_;  // user@host -> what it is called
};

}  // namespace rehearsal
