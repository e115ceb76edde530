#include "scenarios/waiver.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace {

constexpr std::array<std::string_view, 18> kNeverWaived = {
    // The restore.
    "restore-mismatch", "values-changed",
    // What the dumps lack.
    "dump-unprovable", "partial-dump", "dump-error", "insufficient-privileges", "old-server-version", "no-data-section",
    "no-structure", "duplicate-table",
    // What was not rehearsed or not looked at.
    "schema-missing", "schema-not-covered", "chain-not-covered", "revision-unknown", "lane-broken", "rows-not-compared",
    "assertion-not-asked", "invariant-not-asked"};

// "2027-01-31", and a day that the calendar has.
bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !is_digits(text.substr(0, 4)) ||
      !is_digits(text.substr(5, 2)) || !is_digits(text.substr(8))) {
    return false;
  }
  const auto number = [&](std::size_t at, std::size_t length) { return std::atoi(text.substr(at, length).c_str()); };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

// TOML has dates of its own; one in quotes is as good.
void read_until(TomlReader& entry, Waiver& waiver) {
  const toml::node* node = entry.node("until");
  if (node == nullptr) {
    return;
  }
  if (const auto* date = node->as_date()) {
    const toml::date& day = date->get();
    waiver.until = fmt::format("{:04}-{:02}-{:02}", int{day.year}, int{day.month}, int{day.day});
  } else if (const auto* text = node->as_string()) {
    waiver.until = text->get();
  }
  if (!is_date(waiver.until)) {
    entry.wrong("until", "is not a date", "write it as \"2027-01-31\"");
  }
}

}  // namespace

bool may_be_waived(const std::string& code) {
  return !contains(kNeverWaived, code);
}

Waiver read_waiver(TomlReader& entry) {
  Waiver waiver;
  for (const char* key : {"finding", "reason", "until"}) {
    entry.require(key);
  }
  entry.read("finding", waiver.finding);
  entry.read("table", waiver.table);
  entry.read("reason", waiver.reason);
  entry.read("bug", waiver.bug);
  read_until(entry, waiver);
  if (waiver.table.find_first_of(" `\"'") != std::string::npos || waiver.table.ends_with('.') ||
      waiver.table.starts_with('.')) {
    entry.wrong("table", "is '" + waiver.table + "', which names no table", "write it as \"schema.table\"");
  }
  if (!may_be_waived(waiver.finding)) {
    entry.wrong(
        "finding",
        "is '" + waiver.finding + "': restore and coverage cannot be waived, because no verdict stands without them",
        "`rehearse explain " + waiver.finding + "` says what cures it");
  }
  return waiver;
}

}  // namespace rehearsal
