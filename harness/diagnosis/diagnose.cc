#include "harness/diagnosis/diagnose.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/diagnosis/inserted_keys.h"
#include "harness/diagnosis/server_state.h"
#include "harness/diagnosis/trigger.h"
#include "harness/diagnosis/words.h"
#include "reports/mask.h"

namespace rehearsal {

namespace {

using Kind = Demand::Kind;

constexpr std::size_t kKeysCompared = 2000;

// The demands that the server tells of by this number, the likeliest first.
std::vector<Kind> kinds_of(int number) {
  switch (number) {
    case 1062:
    case 1586:
    case 1834:  // a duplicate met while copying a table that others refer to
      return {Kind::unique};
    case 1048:
    case 1138:
    case 1263:
      return {Kind::not_null};
    case 1265:
      return {Kind::not_null, Kind::fits};
    case 1264:
    case 1406:
      return {Kind::fits};
    case 1366:
      return {Kind::fits, Kind::valid_dates};
    case 1292:
    case 1411:
      return {Kind::valid_dates};
    case 1452:
      return {Kind::refers};
    case 1005:
    case 1215:
    case 1822:
    case 1825:
    case 3780:
      return {Kind::compatible};
    case 1060:
      return {Kind::absent_column};
    case 1061:
      return {Kind::absent_key};
    case 1050:
      return {Kind::absent_table};
    case 1091:
      return {Kind::present_key, Kind::present_foreign_key, Kind::present_column};
    case 1553:
      return {Kind::present_key};
    case 1054:
    case 1072:
      return {Kind::present_column};
    case 1051:
    case 1146:
      return {Kind::present_table};
    case 1071:
    case 1709:
      return {Kind::key_size};
    case 1118:
      return {Kind::row_size};
    default:
      return {};
  }
}

class Diagnosis {
 public:
  Diagnosis(Sql& sql, const FailedStep& failed, Finding& finding) : sql_(sql), failed_(failed), finding_(finding) {}

  Result<void> run() {
    const std::vector<Kind> kinds = kinds_of(failed_.error.number);
    REHEARSAL_TRY_SET(const bool by_trigger, raised_by_trigger());
    if (by_trigger) {
      return {};
    }
    std::string statement = failed_.error.statement;
    if (statement.empty() && failed_.error.number != 0 && !failed_.trace.latest().empty()) {
      statement = failed_.trace.latest().back();
      finding_.statement = mask_sql(statement);
    }
    if (is_about_server_state(failed_.error.number)) {
      return server_state(statement);
    }
    if (kinds.empty() || statement.empty()) {
      return {};
    }
    ddl_ = parse_ddl(statement);
    if (!ddl_) {
      return without_ddl(statement);
    }
    REHEARSAL_TRY(find_table(ddl_->schema, ddl_->table));
    std::vector<Demand> demands = demands_of(*ddl_, facts_);
    const std::string object = object_in_message(failed_.error.message);
    std::stable_sort(demands.begin(), demands.end(), [&](const Demand& a, const Demand& b) {
      const auto rank = [&](const Demand& demand) {
        return !object.empty() && (demand.name == object || demand.column.name == object ||
                                   (demand.columns.size() == 1 && demand.columns.front() == object))
                   ? 0
                   : 1;
      };
      return rank(a) < rank(b);
    });
    for (const Kind kind : kinds) {
      for (Demand& demand : demands) {
        if (demand.kind != kind) {
          continue;
        }
        if (kind == Kind::valid_dates) {
          REHEARSAL_TRY_SET(demand.columns, columns_with_invalid_dates(demand));
        }
        REHEARSAL_TRY_SET(const bool told, tell(demand));
        if (told) {
          return {};
        }
      }
    }
    // A statement that copies rows checks their dates whatever it is about.
    if (kinds.front() == Kind::valid_dates) {
      Demand demand;
      demand.kind = Kind::valid_dates;
      demand.schema = facts_.schema;
      demand.table = facts_.name;
      REHEARSAL_TRY_SET(demand.columns, columns_with_invalid_dates(demand));
      REHEARSAL_TRY(tell(demand));
    }
    return {};
  }

 private:
  // Errors about columns, tables and privileges that a statement on rows brings, and that a trigger's body explains.
  Result<bool> raised_by_trigger() {
    const int number = failed_.error.number;
    const std::size_t dot = finding_.table.find('.');
    const bool possible = number == 1054 || number == 1142 || number == 1143 || number == 1146 || number == 1370;
    if (!possible || dot == std::string::npos || parse_ddl(failed_.error.statement)) {
      return false;
    }
    const std::string object = number == 1142 || number == 1143 || number == 1370
                                   ? denied_object(failed_.error.message)
                                   : object_in_message(failed_.error.message);
    return blame_trigger(sql_, finding_.table.substr(0, dot), finding_.table.substr(dot + 1), object, finding_);
  }

  // "UPDATE command denied to user 'u'@'h' for table `billing`.`usages`"
  static std::string denied_object(const std::string& message) {
    const std::size_t at = message.rfind(" for ");
    std::string rest = at == std::string::npos ? "" : message.substr(at);
    while (!rest.empty() && (rest.back() == '`' || rest.back() == '\'')) {
      rest.pop_back();
    }
    return rest.substr(std::min(rest.size(), rest.find_last_of("`'") + 1));
  }

  Result<void> find_table(const std::string& schema, const std::string& table) {
    std::vector<std::string> schemas = schema.empty() ? failed_.step.schemas : std::vector<std::string>{schema};
    for (const std::string& one : schemas) {
      REHEARSAL_TRY_SET(facts_, read_table_facts(sql_, one, table));
      if (facts_.exists()) {
        return {};
      }
    }
    facts_.schema = schemas.empty() ? "" : schemas.front();
    return {};
  }

  Result<void> server_state(const std::string& statement) {
    std::string table;
    if (const auto ddl = parse_ddl(statement)) {
      REHEARSAL_TRY(find_table(ddl->schema, ddl->table));
      table = facts_.schema + "." + ddl->table;
    }
    return blame_server_state(sql_, {failed_.error, statement, table, failed_.trace}, finding_);
  }

  // A row is checked whole when it is copied, whatever the statement is about.
  Result<std::vector<std::string>> columns_with_invalid_dates(Demand demand) {
    std::vector<std::string> columns;
    for (const ColumnFacts& column : facts_.columns) {
      if (column.is_date()) {
        demand.columns = {column.name};
        REHEARSAL_TRY_SET(const Offenders offenders, count_offenders(sql_, demand, facts_));
        if (offenders.count > 0) {
          columns.push_back(column.name);
        }
      }
    }
    return columns;
  }

  // False where the demand is met, and something else must be the reason.
  Result<bool> tell(const Demand& demand) {
    REHEARSAL_TRY_SET(const Offenders offenders, count_offenders(sql_, demand, facts_));
    if (is_about_rows(demand.kind) && offenders.count == 0) {
      return false;
    }
    tell(demand, offenders);
    REHEARSAL_TRY_SET(Fix fix,
                      propose_fix(sql_, {demand, offenders, facts_, ddl_ ? &*ddl_ : nullptr, failed_.reference}));
    if (!fix.sql.empty() || !fix.decision.empty()) {
      finding_.fix = std::move(fix);
    }
    return true;
  }

  void tell(const Demand& demand, const Offenders& offenders) {
    // The number can stand for two things: which one it is shows in the rows. What does not fit has its code already.
    if (demand.kind != Kind::fits || finding_.code == "step-failed") {
      finding_.code = code_of(demand.kind);
    } else if (finding_.code == "null-in-not-null") {
      finding_.code = "data-truncated";
    }
    finding_.table = facts_.schema + "." + demand.table;
    finding_.columns = demand.columns;
    if (is_about_rows(demand.kind)) {
      finding_.row_count = offenders.count;
      finding_.rows = offenders.keys;
      finding_.soft_deleted = offenders.soft_deleted;
    }
    finding_.title = words_for(demand, offenders, facts_, failed_.reference(facts_.schema, demand.table));
    finding_.detail = is_about_rows(demand.kind) ? age_and_share(offenders) : "";
  }

  Result<void> without_ddl(const std::string& statement) {
    const int number = failed_.error.number;
    const std::string object = object_in_message(failed_.error.message);
    const std::size_t dot = object.rfind('.');
    Demand demand;
    if (number == 1062) {
      return duplicates_of_insert(statement);
    }
    if (number == 1146 || number == 1051) {
      demand.kind = Kind::present_table;
      REHEARSAL_TRY(find_table(dot == std::string::npos ? "" : object.substr(0, dot),
                               dot == std::string::npos ? object : object.substr(dot + 1)));
      demand.table = dot == std::string::npos ? object : object.substr(dot + 1);
      demand.schema = facts_.schema;
      return tell(demand).map([](bool) {});
    }
    if (number == 1054) {
      demand.kind = Kind::present_column;
      const std::string of_finding = finding_.table.substr(finding_.table.find('.') + 1);
      demand.table = dot == std::string::npos ? of_finding : object.substr(0, dot);
      demand.name = dot == std::string::npos ? object : object.substr(dot + 1);
      demand.columns = {demand.name};
      REHEARSAL_TRY(find_table("", demand.table));
      demand.schema = facts_.schema;
      return facts_.exists() && facts_.column(demand.name) == nullptr ? tell(demand).map([](bool) {}) : Result<void>();
    }
    if (number == 1452) {
      return orphans_of_insert();
    }
    if (number == 1292 && !finding_.table.empty()) {
      const std::size_t point = finding_.table.find('.');
      REHEARSAL_TRY(find_table(finding_.table.substr(0, point), finding_.table.substr(point + 1)));
      demand.kind = Kind::valid_dates;
      demand.schema = facts_.schema;
      demand.table = facts_.name;
      REHEARSAL_TRY_SET(demand.columns, columns_with_invalid_dates(demand));
      return tell(demand).map([](bool) {});
    }
    return {};
  }

  // Rows that a migration copies into a table point to nothing there: the foreign key is told by the message,
  // "… fails (`s`.`t`, CONSTRAINT `f` FOREIGN KEY (`c`) REFERENCES `p` (`id`))", the rows by what it read before.
  Result<void> orphans_of_insert() {
    const std::string& message = failed_.error.message;
    const std::size_t begin = message.find("fails (");
    const std::size_t constraint = message.find(", CONSTRAINT", begin);
    const std::size_t end = message.rfind(')');
    if (begin == std::string::npos || constraint == std::string::npos || end <= constraint) {
      return {};
    }
    const auto key = parse_ddl("ALTER TABLE " + message.substr(begin + 7, constraint - begin - 7) + " ADD" +
                               message.substr(constraint + 1, end - constraint - 1));
    if (!key || key->actions.empty()) {
      return {};
    }
    for (const std::string& source : tables_read_before(failed_.trace.latest(), key->table)) {
      REHEARSAL_TRY(find_table(key->schema, source));
      Demand demand;
      demand.kind = Kind::refers;
      demand.schema = facts_.schema;
      demand.table = source;
      demand.columns = key->actions.front().foreign_key.columns;
      demand.name = key->actions.front().foreign_key.name;
      demand.foreign_key = key->actions.front().foreign_key;
      REHEARSAL_TRY_SET(const bool told, tell(demand));
      if (told) {
        finding_.title = fmt::format(
            "{} of {}.{} point with {} to a row of {} that is not there, and the step copies "
            "them into {}, where a foreign key forbids it",
            plural(static_cast<std::uint64_t>(finding_.row_count.value_or(0)), "row"), facts_.schema, source,
            join(demand.columns, ", "), demand.foreign_key.table, key->table);
        return {};
      }
    }
    return {};
  }

  // Rows that a migration copies into a table collide there: the keys that it sent say which rows they came from.
  Result<void> duplicates_of_insert(const std::string& statement) {
    const std::size_t point = finding_.table.find('.');
    if (point == std::string::npos) {
      return {};
    }
    const std::string target = finding_.table.substr(point + 1);
    REHEARSAL_TRY(find_table(finding_.table.substr(0, point), target));
    std::string key_name = object_in_message(failed_.error.message);
    key_name = key_name.substr(key_name.rfind('.') + 1);
    const KeySpec* key = facts_.key(key_name);
    if (key == nullptr) {
      return {};
    }
    finding_.columns = key->columns;
    std::deque<std::string> statements = failed_.trace.latest();
    if (statements.empty()) {
      statements.push_back(statement);
    }
    std::vector<KeyValues> twice;
    for (const auto& [values, times] : inserted_keys(statements, target, key->columns)) {
      if (times > 1 && twice.size() < kKeysCompared) {
        twice.push_back(values);
      }
    }
    for (const std::string& source : tables_read_before(statements, target)) {
      REHEARSAL_TRY_SET(const TableFacts facts, read_table_facts(sql_, facts_.schema, source));
      const bool has_key =
          facts.exists() && std::all_of(key->columns.begin(), key->columns.end(),
                                        [&](const auto& name) { return facts.column(name) != nullptr; });
      if (!has_key || twice.empty() || source == target) {
        continue;
      }
      REHEARSAL_TRY_SET(const Offenders offenders, count_rows_where(sql_, condition(key->columns, twice), facts));
      if (offenders.count > 0) {
        finding_.row_count = offenders.count;
        finding_.rows = offenders.keys;
        finding_.soft_deleted = offenders.soft_deleted;
        finding_.title = fmt::format(
            "{} of {}.{} share their {} with another row, and the step copies them into {}, where it must be unique",
            plural(static_cast<std::uint64_t>(offenders.count), "row"), facts.schema, source, join(key->columns, ", "),
            target);
        finding_.detail = age_and_share(offenders);
        finding_.table = facts.schema + "." + source;
        Fix fix;
        fix.decision =
            fmt::format("Which of the rows of {} that share {} is to be kept? They are the rows listed here.", source,
                        join(key->columns, ", "));
        finding_.fix = std::move(fix);
        return {};
      }
    }
    return {};
  }

  static std::string condition(const std::vector<std::string>& columns, const std::vector<KeyValues>& keys) {
    std::vector<std::string> names, values;
    for (const std::string& column : columns) {
      names.push_back("o." + sql_name(column));
    }
    for (const KeyValues& key : keys) {
      std::vector<std::string> parts;
      for (const std::string& value : key) {
        parts.push_back(sql_string(value));
      }
      values.push_back("(" + join(parts, ", ") + ")");
    }
    return "(" + join(names, ", ") + ") IN (" + join(values, ", ") + ")";
  }

  Sql& sql_;
  const FailedStep& failed_;
  Finding& finding_;
  std::optional<DdlStatement> ddl_;
  TableFacts facts_;
};

}  // namespace

std::string object_in_message(const std::string& message) {
  // Of "Duplicate entry 'value' for key 'k'" the value may hold anything: the key is the last.
  const bool entry = message.find("Duplicate entry ") != std::string::npos;
  const char* const quotes = message.find('`') != std::string::npos && !entry ? "`" : "'";
  std::size_t begin = std::string::npos, end = std::string::npos;
  if (entry) {
    end = message.rfind('\'');
    begin = end == std::string::npos || end == 0 ? end : message.rfind('\'', end - 1);
  } else {
    begin = message.find(quotes);
    end = begin == std::string::npos ? begin : message.find(quotes, begin + 1);
  }
  if (begin == std::string::npos || end == std::string::npos || end <= begin) {
    return {};
  }
  return message.substr(begin + 1, end - begin - 1);
}

Result<void> diagnose(Sql& sql, const FailedStep& failed, Finding& finding) {
  return Diagnosis(sql, failed, finding).run();
}

}  // namespace rehearsal
