#include "snapshots/index/part_judge.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace rehearsal {

namespace {

// mydumper gives a name that would not do for a file such a one.
bool is_made_up(std::string_view name) {
  constexpr std::string_view kPrefix = "mydumper_";
  return name.starts_with(kPrefix) && is_digits(name.substr(kPrefix.size()));
}

}  // namespace

void PartJudge::heed(const DumpEvent& event) {
  if (event.kind == EventKind::comment || event.kind == EventKind::session || !event.first) {
    return;
  }
  if (event.kind == EventKind::create_table) {
    // SHOW CREATE TABLE has a blank before the parenthesis.
    const std::string_view first_line = event.text.substr(0, event.text.find('\n'));
    stand_in_ = stand_in_ || first_line.ends_with("`(");
  }
  std::pair<EventKind, std::string> told{event.kind, std::string(event.object)};
  if (told_.empty() || told_.back() != told) {
    told_.push_back(std::move(told));
  }
}

std::string PartJudge::judge(const DumpPart& part) {
  const auto told = std::exchange(told_, {});
  const bool stand_in = std::exchange(stand_in_, false);
  const auto holds = [&](EventKind kind) {
    return std::any_of(told.begin(), told.end(), [&](const auto& one) { return one.first == kind; });
  };
  const auto others = [&](EventKind kind) {
    return !is_made_up(part.table) && std::any_of(told.begin(), told.end(), [&](const auto& one) {
      return one.first == kind && one.second != part.table;
    });
  };
  switch (part.kind) {
    case PartKind::database:
      return holds(EventKind::create_database) ? "" : "it holds no CREATE DATABASE";
    case PartKind::sequence:
      return holds(EventKind::create_sequence) ? "" : "it holds no CREATE SEQUENCE";
    case PartKind::table:
      if (stand_in) {
        return "it holds the stand-in of a view, and the view's own file is missing";
      }
      if (!holds(EventKind::create_table)) {
        return "it holds no CREATE TABLE";
      }
      return others(EventKind::create_table) ? "it holds a different table than its name says" : "";
    case PartKind::rows:
      if (!part.may_be_empty && !holds(EventKind::insert)) {
        return "it holds no rows";
      }
      return others(EventKind::insert) ? "it holds rows of a different table than its name says" : "";
    case PartKind::view:
      return holds(EventKind::create_view) ? "" : "it holds no CREATE VIEW";
    case PartKind::triggers:
      return holds(EventKind::create_trigger) ? "" : "it holds no CREATE TRIGGER";
    case PartKind::post:
      return holds(EventKind::create_routine) || holds(EventKind::create_event) ? "" : "it holds no routine or event";
  }
  return "";
}

}  // namespace rehearsal
