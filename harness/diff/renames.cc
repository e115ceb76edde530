#include "harness/diff/renames.h"

#include <algorithm>
#include <map>

#include "base/sql/pieces.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr double kNearlyAlike = 0.75;

struct ColumnLine {
  std::string name, rest;
};

// "`x` int(11) NOT NULL" -> x, "int(11) NOT NULL"; no name for a line that is no column.
ColumnLine column_line(std::string_view line) {
  const Pieces pieces(line);
  return pieces[0].kind == TokenKind::name
             ? ColumnLine{unquoted_name(pieces[0].text), pieces.part(1, pieces.size()).text()}
             : ColumnLine{};
}

// Without the default, which says nothing about the rows that are there. A default's text may hold anything, so the
// rest of the line goes with it; what follows it (ON UPDATE, AUTO_INCREMENT, CHECK) says nothing about them either.
std::string without_default(const std::string& definition) {
  return definition.substr(0, definition.find(" DEFAULT "));
}

std::set<std::string> column_names(const TableShape& shape) {
  std::set<std::string> names;
  for (const std::string& line : shape.lines) {
    if (std::string name = column_line(line).name; !name.empty()) {
      names.insert(std::move(name));
    }
  }
  return names;
}

double likeness(const TableShape& left, const TableShape& right) {
  const std::set<std::string> a = column_names(left);
  const std::set<std::string> b = column_names(right);
  const auto shared = std::count_if(a.begin(), a.end(), [&](const std::string& name) { return b.contains(name); });
  const std::size_t most = std::max(a.size(), b.size());
  return most == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(most);
}

// The columns of the lines that begin with `mark`: name -> definition.
std::map<std::string, std::string> columns_of(const SchemaChange& change, std::string_view mark) {
  std::map<std::string, std::string> columns;
  for (const std::string& detail : change.details) {
    if (detail.starts_with(mark)) {
      if (ColumnLine column = column_line(std::string_view(detail).substr(mark.size())); !column.name.empty()) {
        columns[column.name] = column.rest;
      }
    }
  }
  return columns;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> renamed_tables(const Schema& before, const Schema& after) {
  struct Candidate {
    double likeness;
    std::string from, to;
  };
  std::vector<Candidate> candidates;
  for (const auto& [from, old_shape] : before.tables) {
    if (old_shape.is_view || after.tables.contains(from)) {
      continue;
    }
    for (const auto& [to, new_shape] : after.tables) {
      if (new_shape.is_view || before.tables.contains(to)) {
        continue;
      }
      if (const double alike = likeness(old_shape, new_shape); alike >= kNearlyAlike) {
        candidates.push_back({alike, from, to});
      }
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.likeness > b.likeness; });
  std::vector<std::pair<std::string, std::string>> pairs;
  std::set<std::string> taken;
  for (const Candidate& candidate : candidates) {
    if (!taken.contains(candidate.from) && !taken.contains(candidate.to)) {
      taken.insert({candidate.from, candidate.to});
      pairs.emplace_back(candidate.from, candidate.to);
    }
  }
  return pairs;
}

bool may_change_values(const SchemaChange& change) {
  const auto lost = columns_of(change, "- ");
  const auto got = columns_of(change, "+ ");
  return std::any_of(lost.begin(), lost.end(), [&](const auto& column) {
    const auto& [name, definition] = column;
    const auto now = got.find(name);
    if (now != got.end()) {
      return without_default(now->second) != without_default(definition);
    }
    // Gone; or another name for it.
    return std::any_of(got.begin(), got.end(), [&](const auto& other) {
      return !lost.contains(other.first) && without_default(other.second) == without_default(definition);
    });
  });
}

std::set<std::string> added_columns(const SchemaChange& change) {
  const auto lost = columns_of(change, "- ");
  std::set<std::string> added;
  for (const auto& [name, definition] : columns_of(change, "+ ")) {
    if (!lost.contains(name)) {
      added.insert(name);
    }
  }
  return added;
}

}  // namespace rehearsal
