#include "harness/diagnosis/diagnose.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/diagnosis/code_failure.h"
#include "harness/diagnosis/copied_rows.h"
#include "harness/diagnosis/error_kinds.h"
#include "harness/diagnosis/harm.h"
#include "harness/diagnosis/inserted_keys.h"
#include "harness/diagnosis/server_state.h"
#include "harness/diagnosis/told_apart.h"
#include "harness/diagnosis/trigger.h"
#include "harness/diagnosis/words.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

using Kind = Demand::Kind;

class Diagnosis {
 public:
  Diagnosis(Sql& sql, const FailedStep& failed, Finding& finding) : sql_(sql), failed_(failed), finding_(finding) {}

  Result<void> run() {
    const Result<void> looked = look();
    if (!looked) {
      return fail(asking_, looked.error().what);
    }
    name_query();
    if (finding_.fix) {
      asking_ = "whether the fix would harm what was there before the step";
      if (const Result<bool> withheld = withhold_harm(sql_, failed_.before, *finding_.fix); !withheld) {
        finding_.fix->sql.clear();
        return fail(asking_, withheld.error().what);
      }
    }
    return {};
  }

 private:
  Result<void> look() {
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
    if (failed_.error.number == 0) {
      return without_server_error();
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

  // Errors about columns, tables and privileges that a statement on rows brings, and that a trigger's body explains.
  Result<bool> raised_by_trigger() {
    const int number = failed_.error.number;
    const bool possible = number == 1054 || number == 1142 || number == 1143 || number == 1146 || number == 1370;
    if (!possible || TableName::of(finding_.table).schema.empty() || parse_ddl(failed_.error.statement)) {
      return false;
    }
    const std::string object = number == 1142 || number == 1143 || number == 1370
                                   ? denied_object(failed_.error.message)
                                   : object_in_message(failed_.error.message);
    return blame_trigger(sql_, schema_of(finding_.table), bare_name(finding_.table), object, finding_);
  }

  // The program itself gave up: on a revision that it does not know, or in its own code.
  Result<void> without_server_error() {
    const std::string revision = unknown_revision(failed_.error);
    if (!revision.empty()) {
      asking_ = "which table holds the revision " + revision;
      return blame_unknown_revision(sql_, failed_.step.schemas, revision, finding_);
    }
    if (!is_code_failure(failed_.error, finding_) || !finding_.rows.empty()) {
      return {};
    }
    asking_ = "what values the table holds that the step's code read last";
    REHEARSAL_TRY_SET(query_, blame_last_read(sql_, failed_.step.schemas, failed_.error, failed_.trace, finding_));
    return {};
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
    return blame_server_state(sql_, {.error = failed_.error, .sql = statement, .table = table, .trace = failed_.trace},
                              finding_);
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
    asking_ = fmt::format("whether {}.{} meets what the statement wants of it ({})", facts_.schema, demand.table,
                          code_of(demand.kind));
    REHEARSAL_TRY_SET(const Offenders offenders, count_offenders(sql_, demand, facts_));
    if (is_about_rows(demand.kind) && offenders.count == 0) {
      return false;
    }
    tell(demand, offenders);
    if (!offenders.condition.empty()) {
      query_ = fmt::format("SELECT * FROM {} o WHERE {};", facts_.quoted(), offenders.condition);
    }
    if (demand.kind == Kind::unique && demand.collation.empty()) {
      REHEARSAL_TRY(show_apart(facts_, offenders.condition, offenders.condition, demand.columns));
    }
    asking_ = fmt::format("what would let {}.{} pass ({})", facts_.schema, demand.table, code_of(demand.kind));
    REHEARSAL_TRY_SET(Fix fix, propose_fix(sql_, {.demand = demand,
                                                  .offenders = offenders,
                                                  .facts = facts_,
                                                  .statement = ddl_ ? &*ddl_ : nullptr,
                                                  .reference = failed_.reference,
                                                  .before = failed_.before}));
    if (!fix.sql.empty() || !fix.decision.empty()) {
      finding_.fix = std::move(fix);
    }
    return true;
  }

  void tell(const Demand& demand, const Offenders& offenders) {
    // The number can stand for two things: which one it is shows in the rows. What does not fit has its code already,
    // unless the NOT NULL of the statement was taken for the reason.
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
    const TableName named = TableName::of(object);
    Demand demand;
    if (number == 1062) {
      return duplicates_of_insert(statement);
    }
    if (number == 1146 || number == 1051) {
      demand.kind = Kind::present_table;
      REHEARSAL_TRY(find_table(named.schema, named.name));
      demand.table = named.name;
      demand.schema = facts_.schema;
      return tell(demand).map([](bool) {});
    }
    if (number == 1054) {
      demand.kind = Kind::present_column;
      const std::size_t dot = object.rfind('.');
      const std::string of_finding = bare_name(finding_.table);
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
      REHEARSAL_TRY(find_table(schema_of(finding_.table), bare_name(finding_.table)));
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
            "{} of {}.{} refer through {} to a row of {} that does not exist, and the step copies them into {}, where "
            "a foreign key forbids it",
            plural(static_cast<std::uint64_t>(finding_.row_count.value_or(0)), "row"), facts_.schema, source,
            join(demand.columns, ", "), demand.foreign_key.table, key->table);
        return {};
      }
    }
    return {};
  }

  // Rows that a migration copies into a table collide there: all of them, not only those that it came to.
  Result<void> duplicates_of_insert(const std::string& statement) {
    const TableName target_name = TableName::of(finding_.table);
    if (target_name.schema.empty()) {
      return {};
    }
    const std::string& target = target_name.name;
    REHEARSAL_TRY(find_table(target_name.schema, target));
    std::string key_name = object_in_message(failed_.error.message);
    key_name = key_name.substr(key_name.rfind('.') + 1);
    const KeySpec* key = facts_.key(key_name);
    if (key == nullptr) {
      return {};
    }
    finding_.columns = key->columns;
    asking_ = fmt::format("which rows the step copies into {} twice", finding_.table);
    REHEARSAL_TRY_SET(
        const std::optional<CollidingRows> found,
        find_colliding_rows(sql_, {.schema = facts_.schema, .table = target, .key = key->columns, .refused = statement},
                            failed_.trace));
    if (!found) {
      return {};
    }
    const TableFacts& source = found->source;
    REHEARSAL_TRY_SET(const Offenders offenders, count_rows_where(sql_, found->condition, source));
    const std::string columns = join(found->key, ", ");
    REHEARSAL_TRY_SET(const auto values,
                      sql_.value(fmt::format("SELECT COUNT(*) FROM (SELECT DISTINCT {} FROM {} o "
                                             "WHERE {}) g",
                                             of_rows(found->key), source.quoted(), found->condition)));
    finding_.table = source.schema + "." + source.name;
    finding_.columns = found->key;
    finding_.row_count = offenders.count;
    finding_.soft_deleted = offenders.soft_deleted;
    finding_.title = fmt::format("{} of {}{} share {} of {}, and the step copies them into {}, where it must be unique",
                                 plural(static_cast<std::uint64_t>(offenders.count), "row"), finding_.table,
                                 found->which.empty() ? "" : " " + found->which,
                                 plural(std::stoull(values.value_or("0")), "value"), columns, target);
    finding_.detail = age_and_share(offenders);
    REHEARSAL_TRY(show_apart(source, found->condition, found->shown, found->key));
    Fix fix;
    fix.decision = fmt::format("Which of the rows of {} that share {} should be kept? They are the rows listed here{}.",
                               source.name, columns, only_some_shown());
    finding_.fix = std::move(fix);
    return {};
  }

  [[nodiscard]] std::string only_some_shown() const {
    return finding_.row_count.value_or(0) > static_cast<std::int64_t>(finding_.rows.size()) ? " and more" : "";
  }

  static std::string of_rows(const std::vector<std::string>& columns) {
    std::vector<std::string> names;
    for (const std::string& column : columns) {
      names.push_back(of_row(column));
    }
    return join(names, ", ");
  }

  // The rows of each group side by side, with the columns in which they differ.
  Result<void> show_apart(const TableFacts& facts, const std::string& condition, const std::string& shown,
                          const std::vector<std::string>& key) {
    asking_ =
        fmt::format("in what the rows of {} that share {} differ", facts.schema + "." + facts.name, join(key, ", "));
    REHEARSAL_TRY_SET(const ToldApart told, tell_apart(sql_, facts, condition, key));
    finding_.rows = told.rows;
    query_ = fmt::format("SELECT {} FROM {} o WHERE {} ORDER BY {};", of_rows(told.columns), facts.quoted(), shown,
                         of_rows(key));
    return {};
  }

  // Where the rows are to be looked at: the query, and what opens the state before the step.
  void name_query() {
    if (query_.empty()) {
      return;
    }
    finding_.detail += fmt::format("{}Query{}: {}", finding_.detail.empty() ? "" : " ",
                                   failed_.shell.empty() ? "" : " for `" + failed_.shell + " < query.sql`", query_);
  }

  Sql& sql_;
  const FailedStep& failed_;
  Finding& finding_;
  std::optional<DdlStatement> ddl_;
  TableFacts facts_;
  std::string asking_ = "what the refused statement meets";  // what the query that is under way is for
  std::string query_;                                        // finds the rows of the finding
};

}  // namespace

Result<void> diagnose(Sql& sql, const FailedStep& failed, Finding& finding) {
  return Diagnosis(sql, failed, finding).run();
}

}  // namespace rehearsal
