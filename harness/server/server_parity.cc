#include "harness/server/server_parity.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "snapshots/index/mysql_collations.h"

namespace rehearsal {

namespace {

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kLargestPacket = std::uint64_t{1} << 30;

std::string value_of(const ServerVariables& variables, const std::string& name) {
  const auto at = variables.find(name);
  return at == variables.end() ? std::string() : at->second;
}

std::string option(std::string name, const std::string& value) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name + "=" + value;
}

// One spelling for values that mean the same.
std::string normal(const std::string& value) {
  const std::string low = lower(value);
  if (low == "1" || low == "yes" || low == "true") {
    return "on";
  }
  if (low == "0" || low == "no" || low == "false" || low == "0.000000") {
    return "off";
  }
  std::vector<std::string> words = split(low, ',');
  std::sort(words.begin(), words.end());
  return join(words, ",");
}

// Of a list, the words that the rehearsal's server is given.
std::string only_words(const std::string& value, const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  for (const std::string& word : split(value, ',')) {
    if (std::any_of(words.begin(), words.end(),
                    [&](const std::string& known) { return lower(known) == lower(trim(word)); })) {
      kept.emplace_back(trim(word));
    }
  }
  return join(kept, ",");
}

bool is_mysql(const std::string& version) {
  const Series series = series_of(version);
  return series != Series{} && !contains(version, "MariaDB") && series.first < 10;
}

// "MariaDB 11.8.9"
std::string product(const std::string& version) {
  constexpr std::string_view kOldClients = "5.5.5-";
  const std::size_t from = version.starts_with(kOldClients) ? kOldClients.size() : 0;
  return (is_mysql(version) ? "MySQL " : "MariaDB ") + version.substr(from, version.find('-', from) - from);
}

class Parity {
 public:
  Parity(const ServerRules& rules, const DumpIndex& index, const ServerVariables& production,
         const std::string& server_version)
      : rules_(rules),
        index_(index),
        told_(production),
        server_version_(server_version),
        server_(series_of(server_version)) {}

  ParityOptions decide() {
    find_production();
    collations();
    for (const ServerVariableRule& rule : rules_.variables) {
      variable(rule);
    }
    // A server does not start with a collation of another character set.
    if (told_.contains("character_set_server") && !told_.contains("collation_server")) {
      values_.erase("collation_server");
    } else if (told_.contains("collation_server") && !told_.contains("character_set_server")) {
      const std::string& collation = values_["collation_server"];
      values_["character_set_server"] = collation.substr(0, collation.find('_'));
    }
    if (!session_.empty()) {
      parity_.options.push_back(option("init_connect", "SET " + join(session_, ", ")));
    }
    for (const auto& [name, value] : values_) {
      parity_.options.push_back(option(name, value));
    }
    notes();
    tell_series();
    return std::move(parity_);
  }

 private:
  void condition(const char* code, std::string title, std::string detail) {
    parity_.conditions.push_back({code, std::move(title), std::move(detail)});
  }

  [[nodiscard]] bool newer_collations(const std::string& version) const {
    return !is_mysql(version) && rules_.collations.since != Series{} && series_of(version) >= rules_.collations.since;
  }

  // A dump without a head still says which collation its server gave to its databases.
  [[nodiscard]] bool names_newer_collations() const {
    return std::any_of(index_.schemas.begin(), index_.schemas.end(), [&](const auto& schema) {
      return std::any_of(rules_.collations.after.begin(), rules_.collations.after.end(),
                         [&](const auto& one) { return lower(schema.second).find(one.second) != std::string::npos; });
    });
  }

  // What production runs: as it says itself, else as the dumps say.
  void find_production() {
    std::vector<std::string> dumped;
    for (const DumpFile& file : index_.files) {
      if (series_of(file.server_version) != Series{}) {
        dumped.push_back(file.server_version);
      }
    }
    version_ = value_of(told_, "version");
    if (version_.empty() && !dumped.empty()) {
      version_ = dumped.front();
    }
    if (version_.empty() && names_newer_collations()) {
      version_ = to_text(rules_.collations.since) + " or later, by its collations";
      guessed_ = true;
    }
    mysql_ = is_mysql(version_);
    series_ = mysql_ ? Series{} : series_of(version_);
    for (const std::string& other : dumped) {
      if (newer_collations(other) != newer_collations(version_) || is_mysql(other) != mysql_) {
        condition("server-series-differs",
                  "a dump comes from " + product(other) + ", production is taken to be " + product(version_),
                  "New tables get different collations on the two. Rehearse the services of each server separately, "
                  "with its own variables.");
        break;
      }
    }
    if (version_.empty() || series_of(version_) == server_) {
      return;
    }
    const bool told_by_dump = std::any_of(dumped.begin(), dumped.end(), is_mysql);
    const bool known = contains(rules_.series, series_);
    if (mysql_ ? !told_by_dump : !known && !rules_.series.empty()) {
      condition(
          "server-series-differs",
          fmt::format("production runs {}, the rehearsal MariaDB {}", product(version_), server_version_),
          "Which of their differences matter to migrations is not known. Rehearse on production's series: name its "
          "image as [server] image.");
    }
  }

  // Of a series whose differences are known and reproduced; a condition that says more stands instead of it.
  void tell_series() {
    const bool told = std::any_of(parity_.conditions.begin(), parity_.conditions.end(),
                                  [](const ParityCondition& one) { return one.code == "server-series-differs"; });
    const bool same = series_ == server_ || (guessed_ && newer_collations(server_version_));
    if (told || mysql_ || series_ == Series{} || same) {
      return;
    }
    condition("server-series-differs",
              fmt::format("restored on MariaDB {}, production runs {}; to rehearse on its series: [server] image = "
                          "\"mariadb:{}\"",
                          server_version_, product(version_), to_text(series_)),
              "What is known to decide migrations is the same on both, or reproduced; anything else was not shown.");
  }

  // The collation that production gives to a new table of each character set.
  [[nodiscard]] std::map<std::string, std::string> wanted_collations() const {
    const CollationRule& rule = rules_.collations;
    if (const auto own = told_.find(rule.variable); own != told_.end()) {
      std::map<std::string, std::string> wanted = rule.before;
      for (const std::string& pair : split(own->second, ',')) {
        const std::size_t equals = pair.find('=');
        const std::string set = lower(trim(pair.substr(0, equals)));
        if (equals == std::string::npos || !wanted.contains(set)) {
          continue;
        }
        const std::string name = lower(trim(pair.substr(equals + 1)));
        wanted[set] = name.starts_with(set + "_") ? name : set + "_" + name;
      }
      return wanted;
    }
    if (mysql_ && series_of(version_) >= Series{8, 0}) {
      constexpr const char* kDefault = "utf8mb4_0900_ai_ci";
      std::map<std::string, std::string> wanted = rule.before;
      const auto mapped = index_.map_collations.find(kDefault);
      wanted["utf8mb4"] = mapped == index_.map_collations.end() ? stand_in_for_mysql(kDefault) : mapped->second;
      return wanted;
    }
    return newer_collations(version_) ? rule.after : rule.before;
  }

  void collations() {
    const CollationRule& rule = rules_.collations;
    values_ = {
        {"sql_mode", "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION"},
        {"character_set_server", "utf8mb4"},
        {"collation_server", "utf8mb4_general_ci"},
        {"innodb_strict_mode", "ON"},
        {"log_bin_trust_function_creators", "OFF"},
        {"binlog_format", "MIXED"},
        {"max_allowed_packet", std::to_string(kMegabyte * 16)}};
    if (rule.since == Series{} || (version_.empty() && !told_.contains(rule.variable))) {
      return;
    }
    const std::map<std::string, std::string> wanted = wanted_collations();
    const std::map<std::string, std::string>& have = newer_collations(server_version_) ? rule.after : rule.before;
    if (wanted == have) {
      if (const auto at = wanted.find("utf8mb4"); at != wanted.end()) {
        values_["collation_server"] = at->second;
      }
      return;
    }
    if (server_ >= rule.known) {
      std::vector<std::string> pairs;
      for (const auto& [set, collation] : wanted) {
        if (rule.before.at(set) != collation) {
          pairs.push_back(set + "=" + collation);
        }
      }
      values_[rule.variable] = join(pairs, ",");
      told_collations_ = true;
      return;
    }
    std::vector<std::string> stand_ins, left;
    for (const auto& [set, collation] : wanted) {
      const std::string& ours = have.at(set);
      if (collation == ours) {
        continue;
      }
      // One that counts blanks cannot change places with one that does not: two rows could become one.
      if (contains(collation, "nopad")) {
        left.push_back(collation + " instead of " + ours);
        continue;
      }
      parity_.collations[collation] = ours;
      parity_.collations[ours] = collation;
      stand_ins.push_back(collation + " instead of " + ours);
    }
    if (!stand_ins.empty()) {
      const bool ours = mysql_ || series_ == Series{} || series_ >= rules_.collations.since;
      const std::string image = ours ? "rehearsal/mariadb:11.8" : "mariadb:" + to_text(series_);
      condition(
          "server-series-differs",
          fmt::format(
              "restored on MariaDB {}, production runs {}, where a new table gets a different collation; to rehearse "
              "on its series: [server] image = \"{}\"",
              server_version_, product(version_), image),
          fmt::format("A table that names only its character set gets {} on production's server. So that old and new "
                      "tables are as alike or unlike as in production, the two were swapped in all tables of the dump; "
                      "strings compare by the other rules. To rehearse on production's series: {}[server] image = "
                      "\"{}\"{}.",
                      join(stand_ins, " and "), ours ? "docker/build-images.sh docker mariadb:11.8 and " : "", image,
                      ours ? ", or, without containers, docker/build-images.sh /srv/mariadb-11.8 mariadb:11.8 and "
                             "[server] image = \"/srv/mariadb-11.8\""
                           : ""));
    }
    if (!left.empty() && !mysql_) {
      condition("server-variable-differs",
                fmt::format("production has {}, which MariaDB {} does not know", rule.variable, server_version_),
                fmt::format("A new table gets {} there. Rehearse on production's series: name its image as [server] "
                            "image.",
                            join(left, " and ")));
    }
  }

  // What production has for a variable, in words that the rehearsal's server knows; none: nothing is known of it.
  [[nodiscard]] std::optional<std::string> production_value(const ServerVariableRule& rule, bool& told) const {
    auto at = told_.find(rule.name);
    at = at == told_.end() && !rule.also.empty() ? told_.find(rule.also) : at;
    told = at != told_.end() && (rule.meant == Series{} || (!mysql_ && (version_.empty() || series_ >= rule.meant)));
    if (!told) {
      const std::string value = series_ == Series{} ? "" : rule.default_of(series_);
      return value.empty() ? std::nullopt : std::optional(value);
    }
    std::string value = rule.words.empty() ? at->second : only_words(at->second, rule.words);
    if (rule.collation) {
      value = lower(value);
      value = value.starts_with("utf8_") ? "utf8mb3_" + value.substr(5) : value;  // as older servers call it
      const auto mapped = index_.map_collations.find(value);
      const auto moved = parity_.collations.find(value);
      const std::string stand_in = stand_in_for_mysql(value);
      value = mapped != index_.map_collations.end() ? mapped->second
              : moved != parity_.collations.end()   ? moved->second
              : stand_in.empty()                    ? value
                                                    : stand_in;
    }
    if (rule.size) {
      const std::uint64_t bytes = std::max<std::uint64_t>(parse_size(value).value_or(0), 1024);
      value = std::to_string(std::min(kLargestPacket, bytes));
    }
    return value;
  }

  void variable(const ServerVariableRule& rule) {
    bool told = false;
    const std::optional<std::string> value = production_value(rule, told);
    if (!value) {
      return;
    }
    const std::string ours = rule.defaults.empty() ? rule.ours : rule.default_of(server_);
    const bool same = normal(*value) == normal(ours);
    const bool can =
        (rule.known == Series{} || server_ == Series{} || server_ >= rule.known) &&
        (rule.values.empty() || std::find(rule.values.begin(), rule.values.end(), *value) != rule.values.end());
    if (rule.how == Reproduction::option && can) {
      if (told || !same) {
        values_[rule.loose ? "loose_" + rule.name : rule.name] = *value;
      }
    } else if (rule.how == Reproduction::session && can) {
      if (!same) {
        const std::string word = normal(*value);
        session_.push_back(rule.name + " = " + (word == "on" ? "1" : word == "off" ? "0" : *value));
      }
    } else if (!same) {
      condition("server-variable-differs",
                told ? fmt::format("production has {} = {}, the rehearsal's server {}", rule.name,
                                   value->empty() ? "''" : *value, ours.empty() ? "none" : ours)
                     : fmt::format("MariaDB {} has {} = {}, the rehearsal's server {}", to_text(series_), rule.name,
                                   *value, ours),
                rule.why + ". Rehearse on a server of production's own kind: name its image as [server] image.");
    }
  }

  void notes() {
    if (told_.empty()) {
      parity_.notes.emplace_back(
          "production's variables are not known: the steps ran with MariaDB's defaults and a binary log");
    }
    if (lower(value_of(told_, "log_bin")) == "off") {
      parity_.notes.emplace_back("production has no binary log; the rehearsal has one, which can only refuse more");
    }
    if (normal(value_of(told_, "wsrep_on")) == "on") {
      parity_.notes.emplace_back("production has wsrep_on = ON, the rehearsal OFF");
    }
    if (!version_.empty() && !server_version_.empty() && series_of(version_) != server_) {
      parity_.notes.push_back(
          "production runs " + version_ + ", the rehearsal " + server_version_ +
          (told_collations_ ? ", set to give new tables the collations that production gives them" : ""));
    }
  }

  const ServerRules& rules_;
  const DumpIndex& index_;
  const ServerVariables& told_;
  std::string server_version_;
  Series server_;
  std::string version_;   // production's; empty where nothing tells it
  bool guessed_ = false;  // by its collations
  bool mysql_ = false;
  Series series_;  // production's; {0, 0} where it is unknown, or MySQL
  bool told_collations_ = false;
  std::map<std::string, std::string> values_;
  std::vector<std::string> session_;
  ParityOptions parity_;
};

}  // namespace

ParityOptions parity_server_options(const ServerRules& rules, const DumpIndex& index, const ServerVariables& production,
                                    std::uint64_t memory_bytes, const std::string& server_version) {
  const std::uint64_t memory = memory_bytes == 0 ? kMegabyte * 1024 : memory_bytes;
  ParityOptions parity = Parity(rules, index, production, server_version).decide();
  std::vector<std::string> options = {
      "--log-bin=rehearsal-bin",
      "--server-id=1",
      "--sync-binlog=0",
      "--expire-logs-days=0",
      "--skip-performance-schema",
      "--skip-symbolic-links",
      "--userstat=ON",
      "--innodb-doublewrite=1",
      "--innodb-flush-log-at-trx-commit=1",
      "--innodb-buffer-pool-load-at-startup=OFF",
      "--innodb-buffer-pool-dump-at-shutdown=OFF",
      "--innodb-fast-shutdown=1",
      option("innodb_buffer_pool_size", std::to_string(std::max(kMegabyte * 128, memory / 2) / kMegabyte * kMegabyte)),
      option("max_connections", "500"),
  };
  options.insert(options.end(), parity.options.begin(), parity.options.end());
  parity.options = std::move(options);
  return parity;
}

std::string as_in_production(const std::string& text, const CollationMap& collations) {
  if (collations.empty()) {
    return text;
  }
  const auto in_name = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  std::string named;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && in_name(text[end])) {
      ++end;
    }
    if (end == at) {
      named += text[at++];
      continue;
    }
    const std::string word = text.substr(at, end - at);
    const auto found = collations.find(word);
    named += found == collations.end() ? word : found->second;
    at = end;
  }
  return named;
}

}  // namespace rehearsal
