#include "snapshots/index/mysql_collations.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rehearsal {

namespace {

// MySQL's word for a language, MariaDB's.
constexpr std::array<std::pair<const char*, const char*>, 20> kLanguages = {
    {{"is", "icelandic"}, {"lv", "latvian"},    {"ro", "romanian"}, {"sl", "slovenian"},     {"pl", "polish"},
     {"et", "estonian"},  {"es", "spanish"},    {"sv", "swedish"},  {"tr", "turkish"},       {"cs", "czech"},
     {"da", "danish"},    {"lt", "lithuanian"}, {"sk", "slovak"},   {"es_trad", "spanish2"}, {"la", "roman"},
     {"eo", "esperanto"}, {"hu", "hungarian"},  {"hr", "croatian"}, {"vi", "vietnamese"},    {"de_pb", "german2"}}};

}  // namespace

std::string stand_in_for_mysql(const std::string& collation) {
  constexpr std::string_view kSet = "utf8mb4_";
  constexpr std::string_view kVersion = "0900_";
  const std::size_t at = collation.find(kVersion);
  if (!collation.starts_with(kSet) || at == std::string::npos) {
    return "";
  }
  std::string strength = collation.substr(at + kVersion.size());
  if (strength == "bin") {
    return "utf8mb4_nopad_bin";
  }
  strength = strength.starts_with("as_cs") ? "as_cs" : strength;  // as_cs_ks: kana sensitive, which MariaDB has not
  std::string language;
  if (at > kSet.size()) {
    const std::string word = collation.substr(kSet.size(), at - kSet.size() - 1);
    const auto known =
        std::find_if(kLanguages.begin(), kLanguages.end(), [&](const auto& each) { return word == each.first; });
    language = known == kLanguages.end() ? "" : std::string(known->second) + "_";
  }
  return "utf8mb4_uca1400_" + language + "nopad_" + strength;
}

std::string mapping_options(const std::vector<std::string>& collations) {
  std::string options;
  for (const std::string& collation : collations) {
    if (const std::string to = stand_in_for_mysql(collation); !to.empty()) {
      options += (options.empty() ? "--map-collation " : " --map-collation ") + collation + "=" + to;
    }
  }
  return options;
}

}  // namespace rehearsal
