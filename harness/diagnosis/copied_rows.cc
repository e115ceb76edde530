#include "harness/diagnosis/copied_rows.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diagnosis/inserted_keys.h"
#include "harness/diagnosis/row_filter.h"
#include "harness/diagnosis/table_read.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr std::size_t kKeysCompared = 100;
constexpr std::size_t kRowsLearnedFrom = 20000;

class CopySearch {
 public:
  CopySearch(Sql& sql, const CopyTarget& target, const StepTrace& trace)
      : sql_(sql), target_(target), trace_(trace), statements_(trace.latest()) {
    if (statements_.empty()) {
      statements_.push_back(target.refused);
    }
  }

  Result<std::optional<CollidingRows>> run() {
    if (const std::optional<InsertedSelect> select = inserted_select(statements_, target_.table)) {
      if (const std::optional<TableRead> read = parse_table_read(select->sql)) {
        REHEARSAL_TRY_SET(auto found, of_select(*read, *select));
        if (found) {
          return found;
        }
      }
    }
    sent_ = inserted_keys(statements_, target_.table, target_.key);
    for (const auto& [values, times] : sent_) {
      if (times > 1 && twice_.size() < kKeysCompared) {
        twice_.push_back(values);
      }
    }
    if (twice_.empty()) {
      return std::nullopt;
    }
    for (const TableRead& read : table_reads(trace_.reads())) {
      if (lower(read.table) == lower(target_.table)) {
        continue;
      }
      REHEARSAL_TRY_SET(auto found, of_read(read));
      if (found) {
        return found;
      }
    }
    return std::nullopt;
  }

 private:
  // INSERT … SELECT says itself which column becomes which.
  Result<std::optional<CollidingRows>> of_select(const TableRead& read, const InsertedSelect& select) {
    REHEARSAL_TRY_SET(TableFacts facts, source_of(read));
    std::vector<std::string> key, columns = select.columns;
    if (columns.empty()) {
      REHEARSAL_TRY_SET(const TableFacts target, read_table_facts(sql_, target_.schema, target_.table));
      for (const ColumnFacts& column : target.columns) {
        columns.push_back(column.name);
      }
    }
    for (const std::string& wanted : target_.key) {
      const auto at = std::find_if(columns.begin(), columns.end(),
                                   [&](const std::string& name) { return lower(name) == lower(wanted); });
      const auto place = static_cast<std::size_t>(at - columns.begin());
      const bool plain = at != columns.end() && place < read.columns.size();
      const std::string name = plain ? read.columns[place] : "";
      if (facts.column(name) == nullptr) {
        return std::nullopt;
      }
      key.push_back(facts.column(name)->name);
    }
    return colliding(std::move(facts), std::move(key), restriction_of(read, facts), {});
  }

  Result<std::optional<CollidingRows>> of_read(const TableRead& read) {
    REHEARSAL_TRY_SET(const TableFacts facts, source_of(read));
    if (!facts.exists()) {
      return std::nullopt;
    }
    std::vector<std::string> key;
    for (std::size_t i = 0; i < target_.key.size(); ++i) {
      REHEARSAL_TRY_SET(std::string column, column_for(read, facts, i));
      if (column.empty()) {
        return std::nullopt;
      }
      key.push_back(std::move(column));
    }
    REHEARSAL_TRY_SET(const RowFilter filter, filter_of(read, facts, key));
    const std::string restriction = restriction_of(read, facts);
    const RowFilter none;
    for (const auto& [one, other] : {std::pair{restriction, &filter}, std::pair{std::string(), &filter},
                                     std::pair{restriction, &none}, std::pair{std::string(), &none}}) {
      REHEARSAL_TRY_SET(auto found, colliding(facts, key, one, *other));
      if (found) {
        return found;
      }
    }
    return std::nullopt;
  }

  Result<TableFacts> source_of(const TableRead& read) {
    return read_table_facts(sql_, read.schema.empty() ? target_.schema : read.schema, read.table);
  }

  // In the order of the select list; empty in place of what is no plain column.
  [[nodiscard]] static std::vector<std::string> columns_of(const TableRead& read, const TableFacts& facts) {
    if (!read.all_columns) {
      return read.columns;
    }
    std::vector<std::string> columns;
    for (const ColumnFacts& column : facts.columns) {
      columns.push_back(column.name);
    }
    return columns;
  }

  // The column of the same name, or the one in which the values that were sent are found.
  Result<std::string> column_for(const TableRead& read, const TableFacts& facts, std::size_t place) {
    if (const ColumnFacts* same = facts.column(target_.key[place])) {
      return same->name;
    }
    std::vector<std::string> values;
    for (const InsertedKey& key : twice_) {
      values.push_back(sql_string(key[place]));
    }
    for (const std::string& name : columns_of(read, facts)) {
      const ColumnFacts* column = facts.column(name);
      if (column == nullptr) {
        continue;
      }
      REHEARSAL_TRY_SET(const auto found,
                        sql_.value(fmt::format("SELECT COUNT(DISTINCT o.{0}) FROM {1} o WHERE o.{0} IN ({2})",
                                               sql_name(name), facts.quoted(), join(values, ", "))));
      if (std::atoll(found.value_or("0").c_str()) == static_cast<long long>(values.size())) {
        return column->name;
      }
    }
    return std::string();
  }

  // The rows that the statement's own WHERE chooses, on a row that goes by `${row}`; empty where it chooses none.
  [[nodiscard]] static std::string restriction_of(const TableRead& read, const TableFacts& facts) {
    const std::vector<std::string> row_key = facts.row_key();
    if (!read.has_condition || read.from.empty() || row_key.empty()) {
      return {};
    }
    std::vector<std::string> outer, inner;
    for (const std::string& column : row_key) {
      outer.push_back("${row}." + sql_name(column));
      inner.push_back(sql_name(TableName{read.name, column}));
    }
    std::string from = read.from;
    if (read.schema.empty()) {
      TokenReader reader(read.from, kServerOfTexts);
      Token token = reader.next();
      while (token.kind != TokenKind::end && !(token.names() && unquoted_name(token.text) == read.table)) {
        token = reader.next();
      }
      if (token.kind != TokenKind::end) {
        from.insert(static_cast<std::size_t>(token.text.data() - read.from.data()), sql_name(facts.schema) + ".");
      }
    }
    return fmt::format("({}) IN (SELECT {} {})", join(outer, ", "), join(inner, ", "), from);
  }

  // Reads again what the step read, up to the row that was refused.
  Result<RowFilter> filter_of(const TableRead& read, const TableFacts& facts, const std::vector<std::string>& key) {
    const std::vector<std::string> columns = columns_of(read, facts);
    std::vector<std::size_t> key_places, other_places;
    std::vector<std::string> others;
    for (const std::string& name : key) {
      const auto at = std::find(columns.begin(), columns.end(), name);
      if (at == columns.end()) {
        return RowFilter();
      }
      key_places.push_back(static_cast<std::size_t>(at - columns.begin()));
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool in_key = contains(key_places, i);
      if (!columns[i].empty() && !in_key) {
        other_places.push_back(i);
        others.push_back(columns[i]);
      }
    }
    std::vector<std::pair<InsertedKey, ReadRow>> rows;
    std::map<InsertedKey, int> met;
    // Where the log goes back to the read itself, what came before the first that was sent was passed over.
    bool begun = contains(statements_, read.sql);
    bool ended = false;
    const auto take = [&](const Row& row) -> Result<void> {
      InsertedKey values;
      for (const std::size_t place : key_places) {
        values.push_back(row.at(place).value_or(""));
      }
      const auto sent = sent_.find(values);
      begun = begun || sent != sent_.end();
      if (!begun || ended) {
        return {};
      }
      ReadRow one;
      for (const std::size_t place : other_places) {
        one.values.push_back(row.at(place));
      }
      const int times = ++met[values];
      rows.emplace_back(std::move(values), std::move(one));
      ended = rows.size() >= kRowsLearnedFrom || (sent != sent_.end() && sent->second > 1 && times == sent->second);
      return {};
    };
    REHEARSAL_TRY(sql_.execute("USE " + sql_name(facts.schema)));
    if (!sql_.for_each_row(read.sql, take)) {
      return RowFilter();  // it leaned on something that is gone by now
    }
    std::vector<ReadRow> known;
    for (auto& [values, row] : rows) {
      const auto sent = sent_.find(values);
      row.taken = sent != sent_.end();
      // Of some rows with one key, and not of all, it is not known which were sent.
      if (!row.taken || met[values] == sent->second) {
        known.push_back(std::move(row));
      }
    }
    return narrowest(learn_filters(others, known), facts);
  }

  // Of conditions that all explain what was seen, the one that the fewest rows meet claims the least.
  Result<RowFilter> narrowest(const std::vector<RowFilter>& filters, const TableFacts& facts) {
    RowFilter best;
    long long fewest = 0;
    for (const RowFilter& filter : filters) {
      REHEARSAL_TRY_SET(const auto count, sql_.value(fmt::format("SELECT COUNT(*) FROM {} o WHERE {}", facts.quoted(),
                                                                 expand(filter.condition, {{"row", "o"}}))));
      const long long rows = std::atoll(count.value_or("0").c_str());
      if (best.condition.empty() || rows < fewest) {
        best = filter;
        fewest = rows;
      }
    }
    return best;
  }

  // The rows that share their key with another; none where the refusal's own key is not among them.
  Result<std::optional<CollidingRows>> colliding(TableFacts facts, std::vector<std::string> key,
                                                 const std::string& restriction, const RowFilter& filter) {
    std::vector<std::string> outer, inner, not_null;
    for (const std::string& column : key) {
      outer.push_back("o." + sql_name(column));
      inner.push_back("d." + sql_name(column));
      not_null.push_back(inner.back() + " IS NOT NULL");
    }
    const auto condition_with = [&](const std::string& chosen) {
      std::vector<std::string> parts;
      for (const std::string& part : {chosen, filter.condition}) {
        if (!part.empty()) {
          parts.push_back(part);
        }
      }
      const auto on = [&](const char* row) {
        return parts.empty() ? std::string() : " AND " + expand(join(parts, " AND "), {{"row", row}});
      };
      return fmt::format("({}) IN (SELECT {} FROM {} d WHERE {}{} GROUP BY {} HAVING COUNT(*) > 1){}",
                         join(outer, ", "), join(inner, ", "), facts.quoted(), join(not_null, " AND "), on("d"),
                         join(inner, ", "), on("o"));
    };
    const std::string condition = condition_with(restriction);
    std::string of_refused;
    if (!twice_.empty()) {
      std::vector<std::string> refused;
      for (const InsertedKey& values : twice_) {
        std::vector<std::string> texts;
        for (const std::string& value : values) {
          texts.push_back(sql_string(value));
        }
        refused.push_back("(" + join(texts, ", ") + ")");
      }
      of_refused = fmt::format(" AND ({}) IN ({})", join(outer, ", "), join(refused, ", "));
    }
    REHEARSAL_TRY_SET(const auto row, sql_.value("SELECT 1 FROM " + facts.quoted() + " o WHERE " + condition +
                                                 of_refused + " LIMIT 1"));
    if (!row) {
      return std::nullopt;
    }
    // Masked as a whole: the SELECT inside of it is what makes it a statement on rows.
    std::string shown = condition_with(restriction.empty() ? "" : mask_sql("SELECT " + restriction).substr(7));
    return CollidingRows{.source = std::move(facts),
                         .key = std::move(key),
                         .condition = condition,
                         .shown = std::move(shown),
                         .which = filter.words};
  }

  Sql& sql_;
  const CopyTarget& target_;
  const StepTrace& trace_;
  std::deque<std::string> statements_;
  std::map<InsertedKey, int> sent_;
  std::vector<InsertedKey> twice_;
};

}  // namespace

Result<std::optional<CollidingRows>> find_colliding_rows(Sql& sql, const CopyTarget& target, const StepTrace& trace) {
  return CopySearch(sql, target, trace).run();
}

}  // namespace rehearsal
