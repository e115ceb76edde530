#include "harness/diff/diff_plan.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

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
  const bool bare = column.data_type != "bit" && column.column_type.find("zerofill") == std::string::npos;
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

const std::string& value_of(const ColumnPair& column, Side side) {
  return side == Side::before ? column.before_value : column.after_value;
}
const std::string& name_of(const ColumnPair& column, Side side) {
  return side == Side::before ? column.before : column.after;
}

// Self-delimiting, so that no two different rows have the same text; a large value would not fit in one packet.
std::string hash_of(const DiffPlan& plan, Side side) {
  std::vector<std::string> parts;
  for (const ColumnPair& column : plan.columns) {
    const std::string& value = value_of(column, side);
    parts.push_back(column.large ? "IFNULL(MD5(" + value + "),'N')"
                                 : "IFNULL(CONCAT(LENGTH(" + value + "),':'," + value + "),'N')");
  }
  return parts.empty() ? "''" : "MD5(CONCAT(" + join(parts, ",") + "))";
}

std::string key_value(const ColumnPair& column, Side side) {
  const std::string& value = value_of(column, side);
  return column.number ? value : "CAST(" + value + " AS BINARY)";
}

std::string bucket_of(const DiffPlan& plan, Side side) {
  std::vector<std::string> parts;
  for (const ColumnPair& column : plan.key) {
    parts.push_back(key_value(column, side));
  }
  const std::string identity = parts.empty() ? hash_of(plan, side) : "CONCAT_WS(',', " + join(parts, ", ") + ")";
  return fmt::format("MOD(CRC32({}), {})", identity, kBuckets);
}

std::string hex_of(const std::string& bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    hex += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  }
  return hex;
}

std::string is_equal(const ColumnPair& column, Side side, const std::optional<std::string>& value) {
  const std::string name = sql_name(name_of(column, side));
  if (!value) {
    return name + " IS NULL";
  }
  if (column.number) {
    return name + " = " + *value;
  }
  if (!column.direct) {
    return key_value(column, side) + " = X'" + hex_of(*value) + "'";
  }
  // The value is already the column's bytes; as text it finds all that the collation holds for equal, too.
  const bool as_utf8 = column.text && value_of(column, side).find("utf8mb4") != std::string::npos;
  return name + " = " + (as_utf8 ? "_utf8mb4 X'" : "X'") + hex_of(*value) + "'";
}

bool same_number_order(const std::string& left, const std::string& right, int& order) {
  const bool left_negative = left.starts_with("-");
  const bool right_negative = right.starts_with("-");
  if (left_negative != right_negative) {
    order = left_negative ? -1 : 1;
    return false;
  }
  int larger = left.size() == right.size() ? left.compare(right) : (left.size() < right.size() ? -1 : 1);
  larger = larger < 0 ? -1 : (larger > 0 ? 1 : 0);
  order = left_negative ? -larger : larger;
  return order == 0;
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
    if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) {
      plan.columns.push_back(pairs[name]);
    }
  }
  return plan;
}

std::string summary_statement(const DiffPlan& plan, Side side) {
  std::vector<std::string> parts;
  for (const ColumnPair& column : plan.key) {
    const std::string value = key_value(column, side);
    parts.push_back("IFNULL(CONCAT(LENGTH(" + value + "),':'," + value + "),'N')");
  }
  parts.push_back(hash_of(plan, side));
  const std::string digest = "MD5(CONCAT(" + join(parts, ",") + "))";
  return "SELECT bucket, COUNT(*), BIT_XOR(CAST(CONV(LEFT(digest, 16), 16, 10) AS UNSIGNED)),"
         " SUM(CAST(CONV(RIGHT(digest, 8), 16, 10) AS UNSIGNED)) FROM (SELECT " +
         bucket_of(plan, side) + " AS bucket, " + digest + " AS digest FROM " +
         quoted_table(side == Side::before ? plan.before : plan.after) + ") AS hashed GROUP BY bucket ORDER BY bucket";
}

std::string scan_statement(const DiffPlan& plan, Side side, const std::vector<std::string>& buckets) {
  const std::string table = quoted_table(side == Side::before ? plan.before : plan.after);
  std::vector<std::string> selected, order;
  bool numbers = true;
  for (const ColumnPair& column : plan.key) {
    selected.push_back(key_value(column, side));
    order.push_back(column.number ? sql_name(name_of(column, side)) : std::to_string(selected.size()));
    numbers = numbers && column.number;
  }
  selected.push_back(hash_of(plan, side));
  selected.push_back(side == Side::before ? plan.before_live : plan.after_live);
  if (plan.key.empty()) {
    order.emplace_back("1");
  }
  const bool by_index = numbers && plan.primary;
  return "SELECT " + join(selected, ", ") + " FROM " + table + (by_index ? " FORCE INDEX FOR ORDER BY (PRIMARY)" : "") +
         (buckets.empty() ? "" : " WHERE " + bucket_of(plan, side) + " IN (" + join(buckets, ",") + ")") +
         " ORDER BY " + join(order, ", ");
}

std::string lookup_statement(const DiffPlan& plan, Side side, const std::vector<Row>& keys, Asked asked,
                             const std::vector<std::string>& more) {
  std::vector<std::string> selected;
  for (const ColumnPair& column : plan.key) {
    selected.push_back(key_value(column, side));
  }
  selected.push_back(hash_of(plan, side));
  if (asked == Asked::values) {
    for (const ColumnPair& column : plan.columns) {
      const std::string& value = value_of(column, side);
      selected.push_back(column.large ? fmt::format("IF(LENGTH({0}) <= {1}, CONCAT('S',{0}),"
                                                    " CONCAT('L',MD5({0}),LEFT(CAST({0} AS BINARY),{2})))",
                                                    value, kLargeWhole, kLargeHead)
                                      : value);
    }
  }
  selected.insert(selected.end(), more.begin(), more.end());
  std::vector<std::string> conditions;
  for (const Row& key : keys) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < plan.key.size(); ++i) {
      parts.push_back(is_equal(plan.key[i], side, key.at(i)));
    }
    if (plan.key.empty()) {
      parts.push_back(hash_of(plan, side) + " = " + sql_string(key.at(0).value_or("")));
    }
    conditions.push_back("(" + join(parts, " AND ") + ")");
  }
  return "SELECT " + join(selected, ", ") + " FROM " + quoted_table(side == Side::before ? plan.before : plan.after) +
         " t WHERE " + join(conditions, " OR ");
}

int compare_keys(const DiffPlan& plan, const Row& left, const Row& right) {
  const std::size_t parts = std::max<std::size_t>(plan.key.size(), 1);  // no key: the hash
  for (std::size_t i = 0; i < parts; ++i) {
    const auto& a = left.at(i);
    const auto& b = right.at(i);
    if (!a || !b) {
      if (a.has_value() != b.has_value()) {
        return a ? 1 : -1;
      }
      continue;
    }
    int order = 0;
    if (!plan.key.empty() && plan.key[i].number) {
      same_number_order(*a, *b, order);
    } else {
      order = a->compare(*b);
    }
    if (order != 0) {
      return order < 0 ? -1 : 1;
    }
  }
  return 0;
}

bool same_document(const std::string& left, const std::string& right) {
  const auto begins = [](const std::string& text) {
    const std::string_view trimmed_text = trim(text);
    return trimmed_text.starts_with('{') || trimmed_text.starts_with('[');
  };
  if (!begins(left) || !begins(right)) {
    return false;
  }
  const auto first = nlohmann::json::parse(left, nullptr, false);
  const auto second = nlohmann::json::parse(right, nullptr, false);
  return !first.is_discarded() && !second.is_discarded() && first == second;
}

std::string kind_of_change(const ColumnPair& column, const std::optional<std::string>& before,
                           const std::optional<std::string>& after) {
  if (before == after) {
    return {};
  }
  if (!before) {
    return "null-to-value";
  }
  if (!after) {
    return "value-to-null";
  }
  std::string old_value = *before;
  std::string new_value = *after;
  if (column.large) {
    const bool old_whole = old_value.starts_with("S");
    const bool new_whole = new_value.starts_with("S");
    constexpr std::size_t kDigest = 32;
    old_value.erase(0, old_whole ? 1 : 1 + kDigest);
    new_value.erase(0, new_whole ? 1 : 1 + kDigest);
    if (!new_whole) {
      return "other";
    }
    if (!old_whole) {  // only its head is here
      new_value.resize(std::min(new_value.size(), old_value.size()));
      return !new_value.empty() && old_value.starts_with(new_value) ? "truncated" : "other";
    }
  }
  const auto sorted_members = [](const std::string& value) {
    std::vector<std::string> members = split(value, ',');
    std::sort(members.begin(), members.end());
    return members;
  };
  if (column.members && sorted_members(old_value) == sorted_members(new_value)) {
    return "respelled";
  }
  if (column.text && same_document(old_value, new_value)) {
    return "respelled";
  }
  if (column.text && !new_value.empty() && old_value.starts_with(new_value)) {
    return "truncated";
  }
  return column.text && lower(old_value) == lower(new_value) ? "case" : "other";
}

}  // namespace rehearsal
