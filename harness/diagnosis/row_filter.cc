#include "harness/diagnosis/row_filter.h"

#include <algorithm>
#include <cctype>
#include <functional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rehearsal {

namespace {

using nlohmann::json;
using Value = std::optional<std::string>;

constexpr std::size_t kLongestConstant = 40;
constexpr std::size_t kLongestKey = 60;

json parsed(const Value& value) {
  return value ? json::parse(*value, nullptr, false) : json();
}

bool has_key(const Value& value, const std::string& key) {
  const json object = parsed(value);
  return object.is_object() && object.contains(key) && !object.at(key).is_null();
}

bool is_plain(const std::string& key) {
  return !key.empty() && key.size() <= kLongestKey && key.find_first_of("\"\\'") == std::string::npos;
}

bool is_word(const std::string& key) {
  return std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; }) &&
         std::isdigit(static_cast<unsigned char>(key.front())) == 0;
}

}  // namespace

std::vector<RowFilter> learn_filters(const std::vector<std::string>& columns, const std::vector<ReadRow>& rows) {
  std::vector<RowFilter> filters;
  const auto first = std::find_if(rows.begin(), rows.end(), [](const ReadRow& row) { return row.taken; });
  const bool both = first != rows.end() && std::any_of(rows.begin(), rows.end(), [](auto& row) { return !row.taken; });
  if (!both) {
    return filters;
  }
  const auto tells = [&](std::size_t at, const std::function<bool(const Value&)>& is) {
    return std::all_of(rows.begin(), rows.end(), [&](const ReadRow& row) { return is(row.values[at]) == row.taken; });
  };
  for (std::size_t at = 0; at < columns.size(); ++at) {
    const Value& sample = first->values[at];
    const std::string name = "${row}." + sql_name(columns[at]);
    if (const json object = parsed(sample); object.is_object()) {
      for (const auto& [key, value] : object.items()) {
        if (is_plain(key) && tells(at, [&key = key](const Value& one) { return has_key(one, key); })) {
          filters.push_back({fmt::format("JSON_VALID({0}) AND IFNULL(JSON_TYPE(JSON_EXTRACT({0}, {1})), 'NULL') <> "
                                         "'NULL'",
                                         name, sql_string("$." + (is_word(key) ? key : "\"" + key + "\""))),
                             fmt::format("that have {} in {}", key, columns[at])});
        }
      }
    }
    if (sample && sample->size() <= kLongestConstant && !sample->empty() &&
        tells(at, [&](const Value& one) { return one == sample; })) {
      filters.push_back({name + " = " + sql_string(*sample), "with one value of " + columns[at]});
    }
    if (tells(at, [](const Value& one) { return one && !one->empty(); })) {
      filters.push_back({name + " <> ''", "whose " + columns[at] + " is not empty"});
    }
    if (tells(at, [](const Value& one) { return one.has_value(); })) {
      filters.push_back({name + " IS NOT NULL", "whose " + columns[at] + " is not NULL"});
    }
  }
  return filters;
}

}  // namespace rehearsal
