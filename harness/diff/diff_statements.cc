#include "harness/diff/diff_statements.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

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

}  // namespace rehearsal
