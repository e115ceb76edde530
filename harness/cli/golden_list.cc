#include "harness/cli/golden_list.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// The shortest beginning, 12 letters at least, that no other key shares: `snapshot rm` takes it.
std::string short_key(const std::string& key, const std::vector<GoldenInfo>& goldens) {
  std::size_t length = 12;
  for (const GoldenInfo& other : goldens) {
    const std::string& theirs = other.manifest.key;
    if (theirs != key) {
      const auto differ = std::mismatch(key.begin(), key.end(), theirs.begin(), theirs.end()).first;
      length = std::max(length, static_cast<std::size_t>(differ - key.begin()) + 1);
    }
  }
  return key.substr(0, length);
}

std::string ago(const std::string& time, std::int64_t now) {
  const auto then = parse_utc(time);
  if (!then) {
    return "unknown";
  }
  return now - *then < 60 ? "just now" : human_age(static_cast<double>(now - *then)) + " ago";
}

std::string state_of(const GoldenInfo& golden) {
  if (golden.in_use) {
    return "in use";
  }
  if (!golden.held_by.empty()) {
    return "held";
  }
  if (!golden.unreadable.empty()) {
    return "unreadable";
  }
  return golden.manifest.verified ? "free" : "not proven";
}

// "prod.sql.zst (dumped 2026-11-23 8:02:11); mariadb 10.11.14"
std::string origin_of(const GoldenManifest& manifest) {
  std::vector<std::string> dumps = manifest.dumps;
  for (std::size_t i = 0; i < dumps.size() && i < manifest.dumped.size(); ++i) {
    if (!manifest.dumped[i].empty()) {
      dumps[i] += " (dumped " + manifest.dumped[i] + ")";
    }
  }
  return join_some(std::move(dumps), ", ", 3) + "; " + manifest.server_version;
}

}  // namespace

std::string golden_table(const std::vector<GoldenInfo>& goldens, std::int64_t now) {
  if (goldens.empty()) {
    return "No golden is kept; the first run of a snapshot makes one.\n";
  }
  std::size_t width = 12;
  for (const GoldenInfo& golden : goldens) {
    width = std::max(width, short_key(golden.manifest.key, goldens).size());
  }
  const auto line = [&](const std::string& key, const std::string& size, const std::string& rows,
                        const std::string& made, const std::string& used, const std::string& state,
                        const std::string& from) {
    return fmt::format("{:<{}}  {:<9} {:<13} {:<12} {:<12} {:<11} {}\n", key, width, size, rows, made, used, state,
                       from);
  };
  std::string text = line("Key", "Size", "Rows", "Made", "Last use", "Now", "From");
  for (const GoldenInfo& golden : goldens) {
    const GoldenManifest& manifest = golden.manifest;
    const bool known = golden.unreadable.empty();
    text += line(short_key(manifest.key, goldens), human_bytes(manifest.bytes),
                 known ? human_count(manifest.rows) : "?", known ? ago(manifest.created, now) : "?",
                 known ? ago(manifest.used, now) : "?", state_of(golden), known ? origin_of(manifest) : "?");
    if (!golden.held_by.empty()) {
      text += "  a kept clone reads from it: " + golden.held_by.string() + " (rehearse clean removes it)\n";
    }
    if (!known) {
      text += "  " + golden.unreadable + " (rehearse snapshot rm removes it)\n";
    }
  }
  return text;
}

nlohmann::json golden_json(const GoldenInfo& golden, std::int64_t now) {
  nlohmann::json json = nlohmann::json(manifest_json(golden.manifest));
  json.erase("root_password");
  const auto seconds_since = [&](const std::string& time) {
    const auto then = parse_utc(time);
    return then ? nlohmann::json(now - *then) : nlohmann::json();
  };
  json["in_use"] = golden.in_use;
  json["held_by"] = golden.held_by.empty() ? nlohmann::json() : nlohmann::json(golden.held_by.string());
  json["unreadable"] = golden.unreadable.empty() ? nlohmann::json() : nlohmann::json(golden.unreadable);
  json["age_seconds"] = seconds_since(golden.manifest.created);
  json["unused_seconds"] = seconds_since(golden.manifest.used);
  return json;
}

}  // namespace rehearsal
