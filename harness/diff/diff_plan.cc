#include "harness/diff/diff_plan.h"

#include <algorithm>
#include <map>

#include "base/contains.h"
#include "base/text.h"
#include "harness/diff/table_rules.h"

namespace rehearsal {

namespace {

constexpr std::uint64_t kLargestInline = 65535;

std::string trimmed(const std::string& fraction) {
  return "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM " + fraction + "))";
}

std::string as_integer(const ColumnLayout& column) {
  // BIT is bytes and ZEROFILL is padded text unless they are made numbers.
  const bool bare = column.data_type != "bit" && !contains(column.column_type, "zerofill");
  return bare ? sql_name(column.name) : "(" + sql_name(column.name) + " + 0)";
}

std::string as_text(const ColumnLayout& column) {
  return "CAST(CONVERT(" + sql_name(column.name) + " USING utf8mb4) AS BINARY)";
}

std::string as_printed(const ColumnLayout& column) {
  return "CAST(CONVERT(CAST(" + sql_name(column.name) + " AS CHAR) USING utf8mb4) AS BINARY)";
}

std::string own_value(const ColumnLayout& column) {
  switch (column.family) {
    case ColumnFamily::integer:
      return as_integer(column);
    case ColumnFamily::approximate:
      return "(" + sql_name(column.name) + " + 0e0)";  // a FLOAT is printed with six digits
    case ColumnFamily::decimal:
    case ColumnFamily::binary:
    case ColumnFamily::moment:
    case ColumnFamily::time_of_day:
      return sql_name(column.name);
    case ColumnFamily::text:
      return as_text(column);
    case ColumnFamily::other:
      return column.data_type == "uuid" || column.data_type.starts_with("inet") ? as_printed(column)
                                                                                : "HEX(" + sql_name(column.name) + ")";
  }
  return sql_name(column.name);
}

bool is_number(ColumnFamily family) {
  return family == ColumnFamily::integer || family == ColumnFamily::decimal || family == ColumnFamily::approximate;
}

bool are(const ColumnLayout& before, const ColumnLayout& after, ColumnFamily family) {
  return before.family == family && after.family == family;
}

// The form in which values of `column` are compared with those of `other`; symmetric.
std::string value_against(const ColumnLayout& column, const ColumnLayout& other) {
  const std::string name = sql_name(column.name);
  if (column.column_type == other.column_type && column.charset == other.charset) {
    return own_value(column);
  }
  if (are(column, other, ColumnFamily::integer)) {
    return as_integer(column);
  }
  if (are(column, other, ColumnFamily::text)) {
    return as_text(column);
  }
  if (are(column, other, ColumnFamily::approximate)) {
    return "(" + name + " + 0e0)";
  }
  if (is_number(column.family) && is_number(other.family)) {
    const bool exact = column.family != ColumnFamily::approximate && other.family != ColumnFamily::approximate;
    return trimmed("CAST(" + (exact ? as_integer(column) : "CAST(" + name + " AS CHAR)") + " AS DECIMAL(65,30))");
  }
  if (are(column, other, ColumnFamily::moment)) {
    return trimmed("CAST(" + name + " AS DATETIME(6))");
  }
  if (are(column, other, ColumnFamily::time_of_day)) {
    return trimmed("CAST(" + name + " AS TIME(6))");
  }
  const auto bytes = [](const ColumnLayout& of) {
    return of.family == ColumnFamily::text || of.family == ColumnFamily::binary;
  };
  if (bytes(column) && bytes(other)) {
    return "CAST(" + name + " AS BINARY)";
  }
  return column.family == ColumnFamily::text ? as_text(column) : as_printed(column);
}

ColumnPair pair_of(const ColumnLayout& before, const ColumnLayout& after) {
  ColumnPair pair;
  pair.before = before.name;
  pair.after = after.name;
  pair.before_value = value_against(before, after);
  pair.after_value = value_against(after, before);
  pair.number = are(before, after, ColumnFamily::integer);
  const auto bytes = [](const ColumnLayout& of) {
    return of.family == ColumnFamily::text || of.family == ColumnFamily::binary;
  };
  pair.text = bytes(before) && bytes(after);
  pair.members = before.data_type == "set" && after.data_type == "set";
  pair.large = std::max(before.octets, after.octets) > kLargestInline;
  const auto plain = [](const ColumnLayout& of) {
    return of.family == ColumnFamily::integer || of.family == ColumnFamily::text || of.family == ColumnFamily::binary;
  };
  pair.direct = plain(before) && before.family == after.family;
  return pair;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> rename_candidates(const TableLayout& before,
                                                                   const TableLayout& after) {
  std::map<std::string, std::vector<std::string>> dropped, added;  // by type
  const auto type_of = [](const ColumnLayout& column) {
    return column.column_type + " " + column.collation + (column.nullable ? "" : " NOT NULL");
  };
  for (const ColumnLayout& column : before.columns) {
    if (!column.generated && after.column(column.name) == nullptr) {
      dropped[type_of(column)].push_back(column.name);
    }
  }
  for (const ColumnLayout& column : after.columns) {
    if (!column.generated && before.column(column.name) == nullptr) {
      added[type_of(column)].push_back(column.name);
    }
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [type, names] : dropped) {
    const auto found = added.find(type);
    if (names.size() == 1 && found != added.end() && found->second.size() == 1) {
      pairs.emplace_back(names.front(), found->second.front());
    }
  }
  return pairs;
}

DiffPlan plan_diff(const TableLayout& before, const TableLayout& after, const ColumnRenames& logged,
                   const ColumnRenames& supposed) {
  DiffPlan plan;
  plan.before = before.table;
  plan.after = after.table;
  plan.before_live = live_sql(before);
  plan.after_live = live_sql(after);
  std::map<std::string, ColumnPair> pairs;         // by the name before
  std::map<std::string, std::string> before_name;  // by the name after
  std::vector<std::string> order;
  for (const ColumnLayout& column : before.columns) {
    const auto of_column = [&](const auto& rename) { return rename.first == column.name; };
    const auto known = std::find_if(logged.begin(), logged.end(), of_column);
    const auto candidate = std::find_if(supposed.begin(), supposed.end(), of_column);
    const ColumnLayout* other = after.column(known != logged.end()         ? known->second
                                             : candidate != supposed.end() ? candidate->second
                                                                           : column.name);
    if (column.generated) {
      continue;  // its values follow from the others'
    }
    if (other == nullptr) {
      plan.dropped.push_back(column.name);
      continue;
    }
    ColumnPair pair = pair_of(column, *other);
    pair.candidate = candidate != supposed.end();
    before_name[other->name] = column.name;
    order.push_back(column.name);
    pairs[column.name] = std::move(pair);
  }
  // In the words of the state before; empty where a column of the key is on one side only.
  const auto translated = [&](const UniqueKey& key, Side side) {
    std::vector<std::string> names;
    for (const std::string& column : key.columns) {
      const auto found = before_name.find(column);
      if (side == Side::before && pairs.contains(column)) {
        names.push_back(column);
      } else if (side == Side::after && found != before_name.end()) {
        names.push_back(found->second);
      } else {
        return std::vector<std::string>();
      }
    }
    return names;
  };
  std::vector<std::string> chosen;
  int best = 0;
  const auto offer = [&](const std::vector<std::string>& names, int rank) {
    const bool large = std::any_of(names.begin(), names.end(), [&](const auto& name) { return pairs[name].large; });
    if (!names.empty() && !large && rank > best) {
      best = rank;
      chosen = names;
    }
  };
  const auto as_set = [](std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return names;
  };
  for (const UniqueKey& key : before.unique_keys) {
    const std::vector<std::string> names = translated(key, Side::before);
    for (const UniqueKey& other : after.unique_keys) {
      if (as_set(names) == as_set(translated(other, Side::after))) {
        const bool primary = key.name == "PRIMARY" && other.name == "PRIMARY";
        offer(names, primary ? 4 : 3);
        plan.primary = plan.primary || (primary && names == translated(other, Side::after) && chosen == names);
      }
    }
  }
  // Unique on one side only: still tells which row became which.
  for (const UniqueKey& key : before.unique_keys) {
    offer(translated(key, Side::before), 2);
  }
  for (const UniqueKey& key : after.unique_keys) {
    offer(translated(key, Side::after), 1);
  }
  for (const std::string& name : chosen) {
    plan.key.push_back(pairs[name]);
  }
  for (const std::string& name : order) {
    if (!contains(chosen, name)) {
      plan.columns.push_back(pairs[name]);
    }
  }
  return plan;
}

}  // namespace rehearsal
