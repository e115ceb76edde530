// Fixes for columns, keys and tables that are there and should not be, or the other way round.
#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/sql/tokens.h"
#include "base/text.h"
#include "harness/diagnosis/fix_parts.h"

namespace rehearsal {

namespace {

std::string alter(const TableFacts& facts, const std::string& what) {
  return fmt::format("ALTER TABLE {} {};", facts.quoted(), what);
}

// The reference's line that defines the object: "`c` int(11)…", "KEY `k` (…)", "CONSTRAINT `f` FOREIGN KEY …".
std::string reference_line(const FixRequest& request, const std::string& object) {
  for (const std::string& line : request.reference(request.facts.schema, request.facts.name)) {
    TokenReader reader(line, kServerOfTexts);
    Token token = reader.next();
    while (token.kind == TokenKind::word) {
      token = reader.next();
    }
    if (token.kind == TokenKind::name && unquoted_name(token.text) == object) {
      return line;
    }
  }
  return {};
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) {
    quoted.push_back(sql_name(name));
  }
  return join(quoted, ", ");
}

bool begins_with(const std::vector<std::string>& columns, const std::vector<std::string>& first) {
  return columns.size() >= first.size() && std::equal(first.begin(), first.end(), columns.begin());
}

// A foreign key that leans on this key and on no other.
const ForeignKeySpec* foreign_key_on(const TableFacts& facts, const KeySpec& key) {
  for (const ForeignKeySpec& foreign : facts.foreign_keys) {
    const auto serves = [&](const KeySpec& one) { return begins_with(one.columns, foreign.columns); };
    const bool another = std::any_of(facts.keys.begin(), facts.keys.end(),
                                     [&](const KeySpec& one) { return one.name != key.name && serves(one); });
    if (serves(key) && !another) {
      return &foreign;
    }
  }
  return nullptr;
}

std::size_t wanted_columns(const FixRequest& request) {
  return request.statement == nullptr
             ? 0
             : static_cast<std::size_t>(
                   std::count_if(request.statement->actions.begin(), request.statement->actions.end(),
                                 [](const DdlAction& action) { return action.kind == DdlAction::Kind::add_column; }));
}

// The columns of the table that is there which the refused statement would not make.
std::vector<std::string> own_columns(const FixRequest& request) {
  std::vector<std::string> own;
  for (const ColumnFacts& column : request.facts.columns) {
    const bool wanted =
        request.statement != nullptr &&
        std::any_of(request.statement->actions.begin(), request.statement->actions.end(), [&](const DdlAction& action) {
          return action.kind == DdlAction::Kind::add_column && lower(action.column.name) == lower(column.name);
        });
    if (!wanted) {
      own.push_back(column.name);
    }
  }
  return own;
}

// The columns that a key's name tells: "ix_t_a_b", "t_a_idx", "uniq_t0a0b"; empty where it tells none.
std::vector<std::string> columns_in_name(const TableFacts& facts, std::string name) {
  name = "_" + lower(name) + "_";
  if (const std::size_t at = name.find("_" + lower(facts.name)); at != std::string::npos) {
    name = name.substr(at + 1 + facts.name.size());
  }
  std::vector<std::pair<std::size_t, std::string>> found;
  std::vector<const ColumnFacts*> longest_first;
  for (const ColumnFacts& column : facts.columns) {
    longest_first.push_back(&column);
  }
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [](const ColumnFacts* a, const ColumnFacts* b) { return a->name.size() > b->name.size(); });
  for (const ColumnFacts* column : longest_first) {
    const std::size_t at = name.find(lower(column->name));
    const auto ends_a_word = [&](std::size_t place) { return name[place] == '_' || name[place] == '0'; };
    if (at != std::string::npos && at > 0 && ends_a_word(at - 1) && ends_a_word(at + column->name.size())) {
      found.emplace_back(at, column->name);
      std::fill(name.begin() + static_cast<std::ptrdiff_t>(at),
                name.begin() + static_cast<std::ptrdiff_t>(at + column->name.size()), '#');
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> columns;
  for (const auto& [at, column] : found) {
    columns.push_back(column);
  }
  return columns;
}

}  // namespace

Result<Fix> fix_existing_column(Sql& sql, const FixRequest& request) {
  Fix fix;
  const ColumnFacts* column = request.facts.column(request.demand.name);
  if (column == nullptr) {
    return fix;
  }
  const std::string name = sql_name(column->name);
  REHEARSAL_TRY_SET(const auto counts, sql.query(fmt::format("SELECT COUNT(o.{0}), COUNT(DISTINCT o.{0}) FROM {1} o",
                                                             name, request.facts.quoted())));
  const std::string filled = counts.at(0).at(0).value_or("0");
  if (filled != "0") {
    fix.decision = fmt::format(
        "{} rows hold a value in {} ({} different), so it must not be dropped or renamed. Did an earlier attempt at "
        "this step write them, or somebody's own tool? Its type is {}{}. If the values are the step's own, go back to "
        "a backup from before that attempt; if they are somebody's, they must be moved elsewhere first.",
        filled, column->name, counts.at(0).at(1).value_or("0"), column->column_type,
        request.demand.column.type.empty() ? "" : ", the step's " + request.demand.column.type);
    return fix;
  }
  std::vector<std::string> drops;
  for (const ForeignKeySpec& foreign : request.facts.foreign_keys) {
    if (contains(foreign.columns, column->name)) {
      drops.push_back("DROP FOREIGN KEY " + sql_name(foreign.name));
    }
  }
  drops.push_back("DROP COLUMN " + name);
  fix.sql = alter(request.facts, join(drops, ", "));
  return fix;
}

Fix fix_existing_key(const FixRequest& request) {
  Fix fix;
  const KeySpec* key = request.facts.key(request.demand.name);
  if (key == nullptr) {
    return fix;
  }
  if (foreign_key_on(request.facts, *key) != nullptr) {
    fix.sql = alter(request.facts,
                    fmt::format("RENAME INDEX {} TO {}", sql_name(key->name), sql_name(key->name + "_before_upgrade")));
    return fix;
  }
  if (key->columns != request.demand.columns && !request.demand.columns.empty()) {
    fix.sql = alter(request.facts,
                    fmt::format("RENAME INDEX {} TO {}", sql_name(key->name), sql_name(key->name + "_before_upgrade")));
    fix.decision = fmt::format(
        "The index that is there covers {}, the upgrade's covers {}. It stays under the other name; drop it if no "
        "query needs it.",
        join(key->columns, ", "), join(request.demand.columns, ", "));
    return fix;
  }
  fix.sql = fmt::format("DROP INDEX {} ON {};", sql_name(key->name), request.facts.quoted());
  return fix;
}

Result<Fix> fix_existing_table(Sql& sql, const FixRequest& request) {
  Fix fix;
  if (!request.facts.exists()) {
    return fix;
  }
  REHEARSAL_TRY_SET(const auto rows, sql.value("SELECT COUNT(*) FROM " + request.facts.quoted()));
  REHEARSAL_TRY_SET(
      const auto triggers,
      sql.value("SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = " +
                sql_string(request.facts.schema) + " AND EVENT_OBJECT_TABLE = " + sql_string(request.facts.name)));
  const std::vector<std::string> own = own_columns(request);
  const std::string whose =
      own.empty() && wanted_columns(request) > 0
          ? fmt::format(
                "It has the columns that the step gives {}, so an earlier attempt at the step may have left it.",
                request.facts.name)
          : fmt::format("It is not the step's own: {}.",
                        own.empty() ? "its columns are not known" : "the step gives it no " + join_some(own, ", ", 5));
  if (rows == "0" && triggers == "0" && own.empty()) {
    fix.sql = "DROP TABLE " + request.facts.quoted() + ";";
    return fix;
  }
  fix.decision = fmt::format(
      "Whose is the existing table {}? {} It holds {} rows{}, and nothing here drops or renames it. If an earlier "
      "attempt left it, go back to a backup from before that attempt; if it is somebody's, they must move it first.",
      request.facts.name, whose, rows.value_or("0"), triggers == "0" ? "" : " and has triggers");
  return fix;
}

Fix fix_missing_key(const FixRequest& request) {
  Fix fix;
  const TableFacts& facts = request.facts;
  if (const KeySpec* key = facts.key(request.demand.name)) {
    // It is there, so a foreign key needs it.
    if (const ForeignKeySpec* foreign = foreign_key_on(facts, *key)) {
      const bool upstream = !reference_line(request, foreign->name).empty();
      const bool known = !request.reference(facts.schema, facts.name).empty();
      if (known && !upstream) {
        fix.sql = alter(facts, "DROP FOREIGN KEY " + sql_name(foreign->name));
        fix.decision =
            fmt::format("The foreign key {} is not upstream's; was it made by hand for a reason?", foreign->name);
      } else {
        // One column more, so that a step which drops every key on just these columns leaves it.
        std::vector<std::string> columns = foreign->columns;
        for (const ColumnFacts& column : facts.columns) {
          const std::vector<std::string> row_key = facts.row_key();
          const bool in_row_key = contains(row_key, column.name);
          if (in_row_key && !contains(columns, column.name)) {
            columns.push_back(column.name);
            break;
          }
        }
        fix.sql = fmt::format("CREATE INDEX {} ON {} ({});", sql_name(key->name + "_kept"), facts.quoted(),
                              quoted_list(columns));
      }
    }
    return fix;
  }
  const std::string line = reference_line(request, request.demand.name);
  if (!line.empty()) {
    fix.sql = alter(facts, "ADD " + line);
    return fix;
  }
  std::vector<std::string> columns = columns_in_name(facts, request.demand.name);
  if (columns.empty() && facts.exists()) {
    columns = {facts.columns.front().name};
  }
  if (!columns.empty()) {
    fix.sql =
        fmt::format("CREATE INDEX {} ON {} ({});", sql_name(request.demand.name), facts.quoted(), quoted_list(columns));
  }
  return fix;
}

Fix fix_missing_column(const FixRequest& request) {
  Fix fix;
  if (!request.facts.exists() || request.facts.column(request.demand.name) != nullptr) {
    return fix;
  }
  if (const std::string line = reference_line(request, request.demand.name); !line.empty()) {
    fix.sql = alter(request.facts, "ADD COLUMN " + line);
    fix.decision = "What the column held is lost; the service's release notes say what depends on it.";
    return fix;
  }
  const bool dropped =
      request.statement != nullptr &&
      std::any_of(request.statement->actions.begin(), request.statement->actions.end(), [&](const DdlAction& action) {
        return action.kind == DdlAction::Kind::drop_column && action.name == request.demand.name;
      });
  if (dropped) {
    fix.sql = alter(request.facts, "ADD COLUMN " + sql_name(request.demand.name) + " INT NULL");
  } else {
    fix.decision = "What happened to the column, and what did it hold?";
  }
  return fix;
}

Fix fix_missing_constraint(const FixRequest& request) {
  Fix fix;
  if (const std::string line = reference_line(request, request.demand.name); !line.empty()) {
    fix.sql = alter(request.facts, "ADD " + line);
  } else {
    fix.decision =
        fmt::format("{} has no constraint {}; it has: {}. Make it again under that name, as upstream defines it.",
                    request.facts.name, request.demand.name, [&] {
                      std::vector<std::string> names;
                      for (const ForeignKeySpec& key : request.facts.foreign_keys) {
                        names.push_back(key.name);
                      }
                      return names.empty() ? std::string("none") : join(names, ", ");
                    }());
  }
  return fix;
}

Fix fix_missing_table(const FixRequest& request) {
  Fix fix;
  std::vector<std::string> parts, options;
  for (const std::string& line : request.reference(request.demand.schema, request.demand.table)) {
    const bool defines = line.starts_with("`") || contains(line, "KEY ") || line.starts_with("CONSTRAINT ") ||
                         line.starts_with("CHECK ");
    if (line.starts_with("table ")) {
      options.push_back(line.substr(6));
    } else if (defines && !line.starts_with("trigger ")) {
      parts.push_back(line);
    }
  }
  if (parts.empty()) {
    fix.decision = "What happened to the table? Its definition is upstream's of the release that the cloud runs.";
    return fix;
  }
  fix.sql = fmt::format("CREATE TABLE {}.{} (\n  {}\n) {};", sql_name(request.demand.schema),
                        sql_name(request.demand.table), join(parts, ",\n  "), join(options, " "));
  fix.decision = "What the table held is lost; restore its rows from an older dump if they are needed.";
  return fix;
}

Fix fix_row_format(const FixRequest& request) {
  Fix fix;
  const std::string format = lower(request.facts.row_format);
  if (format == "compact" || format == "redundant") {
    fix.sql = alter(request.facts, "ROW_FORMAT=DYNAMIC");
  } else {
    fix.decision = "Which column may be shortened, or which index dropped?";
  }
  return fix;
}

}  // namespace rehearsal
