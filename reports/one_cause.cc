#include "reports/one_cause.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// Fewer objects are told one by one.
constexpr std::size_t kFewest = 3;
constexpr std::size_t kNamedInDetail = 60;
constexpr std::size_t kTitlesInDetail = 15;
constexpr std::size_t kListed = 200;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

// The text with a mark where it names the object, by its full or its own name.
std::string without_name(const std::string& text, const std::string& table) {
  std::string shape = text;
  for (const std::string& name : {table, bare_name(table)}) {
    for (std::size_t at = name.empty() ? std::string::npos : shape.find(name); at != std::string::npos;
         at = shape.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      if ((at == 0 || !is_name(shape[at - 1])) && (end == shape.size() || !is_name(shape[end]))) {
        shape.replace(at, name.size(), "\x01");
      }
    }
  }
  return shape;
}

auto fix_of(const Finding& finding) {
  return finding.fix ? std::optional(
                           std::tuple(finding.fix->sql, finding.fix->decision, finding.fix->tried, finding.fix->passes))
                     : std::nullopt;
}

bool same_but_for_step(const Finding& a, const Finding& b) {
  const auto said = [](const Finding& f) {
    return std::tie(f.code, f.severity, f.service, f.title, f.detail, f.table, f.columns, f.row_count, f.rows,
                    f.soft_deleted, f.statement, f.error);
  };
  return said(a) == said(b) && fix_of(a) == fix_of(b) && a.waived.has_value() == b.waived.has_value() &&
         !a.step.empty() && !b.step.empty() && a.step != b.step;
}

std::vector<Finding> with_other_steps(std::vector<Finding> findings) {
  std::vector<Finding> told;
  for (Finding& finding : findings) {
    const auto first = std::find_if(told.begin(), told.end(),
                                    [&](const Finding& earlier) { return same_but_for_step(earlier, finding); });
    if (first == told.end()) {
      told.push_back(std::move(finding));
    } else if (!tells_of(*first, finding.step)) {
      first->also.push_back(finding.step);
    }
  }
  for (Finding& finding : told) {
    if (!finding.also.empty()) {
      finding.detail += (finding.detail.empty() ? "" : "\n") + std::string("Found again at ") +
                        join_some(finding.also, ", ", kTitlesInDetail) + ".";
    }
  }
  return told;
}

bool may_be_one_of_many(const Finding& finding) {
  return !finding.table.empty() && !finding.waived && !(finding.fix && finding.fix->tried);
}

// Equal for findings of one cause; empty for those that stay on their own.
std::string cause_of(const Finding& finding) {
  if (!may_be_one_of_many(finding)) {
    return {};
  }
  if (!finding.cause.empty()) {
    return join({finding.code, finding.service, finding.cause}, "\n");
  }
  const bool counts_rows = finding.row_count.has_value() || !finding.rows.empty();
  if (finding.severity == Severity::blocker || counts_rows || !finding.also.empty()) {
    return {};
  }
  return join({finding.code, to_word(finding.severity), finding.service, finding.release, finding.step,
               finding.revision, finding.statement, finding.error, without_name(finding.title, finding.table)},
              "\n");
}

std::string schema_of_all(const std::vector<Finding>& same) {
  const std::string& first = same.front().table;
  if (std::all_of(same.begin(), same.end(), [&](const Finding& finding) { return finding.table == first; })) {
    return first;
  }
  const std::string schema = schema_of(first);
  const bool shared = std::all_of(same.begin(), same.end(), [&](const Finding& finding) {
    return finding.table == schema || finding.table.starts_with(schema + ".");
  });
  return shared ? schema : first;
}

std::string object_text(const Finding& finding) {
  std::string text = finding.table;
  if (finding.row_count && !finding.columns.empty()) {
    text += " (" + join(finding.columns, ", ") + ")";
  }
  if (finding.row_count) {
    text += ": " + plural(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *finding.row_count)), "row");
  }
  return text;
}

void add_line(std::string& text, const std::string& line) {
  if (!line.empty() && !contains(text, line)) {
    text += (text.empty() ? "" : "\n") + line;
  }
}

Finding one_of(const std::vector<Finding>& same) {
  // What is said of the worst is said of all.
  Finding one = *std::min_element(same.begin(), same.end(),
                                  [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  const std::string shape = without_name(one.title, one.table);
  const bool alike = std::all_of(same.begin(), same.end(), [&](const Finding& finding) {
    return without_name(finding.title, finding.table) == shape;
  });
  std::vector<std::string> objects;
  std::optional<std::int64_t> rows = 0;
  one.rows.clear();
  one.columns.clear();
  one.soft_deleted.reset();
  for (const Finding& finding : same) {
    objects.push_back(alike || finding.row_count ? object_text(finding) : finding.title);
    rows = rows && finding.row_count ? std::optional(*rows + *finding.row_count) : std::nullopt;
    if (one.rows.size() < kListed) {
      std::map<std::string, std::string> object = {{"table", finding.table}};
      if (!finding.columns.empty()) {
        object["columns"] = join(finding.columns, ", ");
      }
      if (finding.row_count) {
        object["rows"] = std::to_string(*finding.row_count);
      }
      if (!alike && !finding.row_count) {
        object["what"] = finding.title;
      }
      one.rows.push_back(std::move(object));
    }
    for (const std::string& column : finding.columns) {
      if (!contains(one.columns, column)) {
        one.columns.push_back(column);
      }
    }
    if (finding.fix && one.fix) {
      add_line(one.fix->sql, finding.fix->sql);
    } else if (finding.fix) {
      one.fix = finding.fix;
    }
  }
  one.row_count = rows;
  one.title = one.cause.empty() ? fmt::format("{}, and {} more alike", one.title, same.size() - 1)
                                : fmt::format("{} {}", same.size(), one.cause);
  one.table = schema_of_all(same);
  const std::string listed = "Objects: " + join_some(objects, "; ", alike ? kNamedInDetail : kTitlesInDetail) + ".";
  one.detail = one.detail.empty() ? listed : one.detail + "\n" + listed;
  return one;
}

}  // namespace

bool tells_of(const Finding& finding, const std::string& step) {
  return finding.step == step || contains(finding.also, step);
}

std::vector<Finding> one_per_cause(std::vector<Finding> findings) {
  findings = with_other_steps(std::move(findings));
  std::map<std::string, std::vector<std::size_t>> causes;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (const std::string cause = cause_of(findings[i]); !cause.empty()) {
      causes[cause].push_back(i);
    }
  }
  std::map<std::size_t, Finding> made;  // by the place of its first
  std::vector<bool> taken(findings.size(), false);
  for (const auto& [cause, places] : causes) {
    if (places.size() < kFewest) {
      continue;
    }
    std::vector<Finding> same;
    for (const std::size_t place : places) {
      same.push_back(findings[place]);
      taken[place] = true;
    }
    made.emplace(places.front(), one_of(same));
  }
  std::vector<Finding> told;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (const auto one = made.find(i); one != made.end()) {
      told.push_back(std::move(one->second));
    } else if (!taken[i]) {
      told.push_back(std::move(findings[i]));
    }
  }
  return told;
}

}  // namespace rehearsal
