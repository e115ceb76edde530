// What of a database server decides how a migration ends: catalogue/server.toml.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rehearsal {

// "10.11" of "10.11.14-MariaDB-…", also behind the "5.5.5-" that old clients see; {0, 0} where it is none.
using Series = std::pair<int, int>;
[[nodiscard]] Series series_of(const std::string& version);
[[nodiscard]] std::string to_text(Series series);

enum class Reproduction { option, session, never };

struct ServerVariableRule {
  std::string name, also;  // `also`: its name on other servers
  Reproduction how = Reproduction::option;
  std::vector<std::pair<Series, std::string>> defaults;  // by the series from which on they are, oldest first
  std::vector<std::string> words;                        // of a list, those that are taken over; empty: no list
  std::vector<std::string> values;                       // the only ones that can be reproduced; empty: all
  Series known, meant;                                   // {0, 0}: all
  std::string ours;                                      // what the rehearsal's server has, where no default tells
  bool collation = false;                                // its value is the name of a collation
  bool size = false;                                     // its value is a number of bytes
  bool loose = false;                                    // not every patch level of a series knows it
  std::string why, source;

  // The default of a server of this series; empty where none is known.
  [[nodiscard]] std::string default_of(Series series) const;
};

// Which collation a new table gets that names only its character set.
struct CollationRule {
  std::string variable;
  Series known, since;
  std::map<std::string, std::string> before, after;  // character set -> collation
};

struct ServerRules {
  std::vector<Series> series;  // of which all differences that decide are known
  std::vector<ServerVariableRule> variables;
  CollationRule collations;

  [[nodiscard]] const ServerVariableRule* variable(const std::string& name) const;
};

// No rules where there is no such file.
[[nodiscard]] Result<ServerRules> load_server_rules(const std::filesystem::path& file);

}  // namespace rehearsal
