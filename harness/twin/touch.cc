#include "harness/twin/touch.h"

#include <algorithm>
#include <string_view>

#include "base/contains.h"
#include "base/table_name.h"
#include "harness/twin/table_parts.h"

namespace rehearsal {

namespace {

using Action = DdlAction::Kind;
using Touch = Fate::Kind;

bool is_named(const Drift& drift, const std::string& name) {
  return !name.empty() && (name == drift.name || name == drift.other_name);
}

bool changes_column(const DdlAction& action, const std::vector<std::string>& columns) {
  const bool changes = action.kind == Action::modify_column || action.kind == Action::drop_column ||
                       action.kind == Action::rename_column;
  return changes && contains(columns, action.name);
}

// In a key, or on either side of a foreign key.
bool keys_column(const DdlAction& action, const std::string& column) {
  return contains(action.key.columns, column) || contains(action.foreign_key.columns, column);
}

bool names_key(const Drift& drift, const DdlAction& action) {
  return (action.kind == Action::add_key && is_named(drift, action.key.name)) ||
         (action.kind == Action::drop_key && is_named(drift, action.name)) ||
         (action.kind == Action::rename_key && (is_named(drift, action.name) || is_named(drift, action.column.name)));
}

bool names_foreign_key(const Drift& drift, const DdlAction& action) {
  const bool drops = action.kind == Action::drop_foreign_key || action.kind == Action::drop_constraint;
  return (drops && is_named(drift, action.name)) ||
         (action.kind == Action::add_foreign_key && is_named(drift, action.foreign_key.name));
}

// The server refuses to drop the last index that a foreign key can use.
bool drops_key_of(const DdlAction& action, const Drift& drift, const TableParts& table) {
  if (action.kind != Action::drop_key) {
    return false;
  }
  const auto key = table.keys.find(action.name);
  if (key == table.keys.end() || drift.columns.empty()) {
    return false;
  }
  const std::vector<std::string> columns = names_in(key->second.columns);
  return columns.size() >= drift.columns.size() &&
         std::equal(drift.columns.begin(), drift.columns.end(), columns.begin());
}

class TouchQuestion {
 public:
  TouchQuestion(const Drift& drift, const Schema& start) : drift_(drift), schema_(schema_of(drift.table)) {
    if (const auto table = start.tables.find(drift.table); table != start.tables.end()) {
      parts_ = parts_of(table->second);
    }
    // "REFERENCES `t` (`id`)": what a foreign key of production points to.
    if (drift.kind == Drift::Kind::extra_foreign_key || drift.kind == Drift::Kind::foreign_key) {
      const std::vector<std::string> names =
          names_in(drift.production.substr(std::min(drift.production.find("REFERENCES "), drift.production.size())));
      if (!names.empty()) {
        target_ = schema_ + "." + names.front();
        target_columns_.assign(names.begin() + 1, names.end());
      }
    }
  }

  [[nodiscard]] Touch by(const PathStatement& statement) const {
    const DdlStatement& ddl = statement.ddl;
    if (statement.table == drift_.table) {
      return by_statement_on_table(ddl);
    }
    if (schema_of(statement.table) != schema_) {
      return Touch::untouched;
    }
    if (!target_.empty() && statement.table == target_) {
      return in_the_way(ddl.kind == DdlStatement::Kind::drop_table ||
                        std::any_of(ddl.actions.begin(), ddl.actions.end(),
                                    [&](const DdlAction& action) { return changes_column(action, target_columns_); }));
    }
    return in_the_way(std::any_of(ddl.actions.begin(), ddl.actions.end(),
                                  [&](const DdlAction& action) { return by_other_table(action); }));
  }

 private:
  static Touch in_the_way(bool yes) { return yes ? Touch::stands_in_the_way : Touch::untouched; }
  static Touch mended(bool yes) { return yes ? Touch::mended : Touch::untouched; }

  [[nodiscard]] Touch by_statement_on_table(const DdlStatement& ddl) const {
    switch (ddl.kind) {
      case DdlStatement::Kind::create_table:
        return in_the_way(drift_.kind == Drift::Kind::extra_table || drift_.kind == Drift::Kind::view);
      case DdlStatement::Kind::drop_table:
        return drift_.kind == Drift::Kind::lost_table ? in_the_way(!ddl.if_exists) : Touch::mended;
      case DdlStatement::Kind::alter_table:
        for (const DdlAction& action : ddl.actions) {
          if (const Touch touch = by_action(action); touch != Touch::untouched) {
            return touch;
          }
        }
        return Touch::untouched;
    }
    return Touch::untouched;
  }

  // A foreign key of another table that is to point here, or a table that is to get this name.
  [[nodiscard]] bool by_other_table(const DdlAction& action) const {
    const std::string table = drift_.table.substr(schema_.size() + 1);
    if (action.kind == Action::rename_table) {
      return drift_.kind == Drift::Kind::extra_table && action.name == table;
    }
    if (action.kind != Action::add_foreign_key || action.foreign_key.table != table) {
      return false;
    }
    const std::vector<std::string>& targets = action.foreign_key.target_columns;
    switch (drift_.kind) {
      case Drift::Kind::lost_table:
      case Drift::Kind::engine:
      case Drift::Kind::view:
      case Drift::Kind::collation:
        return true;
      case Drift::Kind::lost_column:
      case Drift::Kind::column:
      case Drift::Kind::column_collation:
        return contains(targets, drift_.name);
      case Drift::Kind::lost_key:
      case Drift::Kind::key:  // the parent needs a key on these columns
        return targets == drift_.columns;
      case Drift::Kind::extra_table:
      case Drift::Kind::extra_column:
      case Drift::Kind::extra_key:
      case Drift::Kind::key_name:
      case Drift::Kind::lost_foreign_key:
      case Drift::Kind::extra_foreign_key:
      case Drift::Kind::foreign_key:
      case Drift::Kind::foreign_key_name:
      case Drift::Kind::lost_check:
      case Drift::Kind::extra_check:
      case Drift::Kind::lost_trigger:
      case Drift::Kind::extra_trigger:
      case Drift::Kind::trigger:
      case Drift::Kind::row_format:
        return false;
    }
    return false;
  }

  // An ALTER of the table itself.
  [[nodiscard]] Touch by_action(const DdlAction& action) const {
    const bool of_column = action.name == drift_.name;
    const bool sets_column = of_column && action.kind == Action::modify_column;
    const bool drops_column = of_column && action.kind == Action::drop_column;
    switch (drift_.kind) {
      case Drift::Kind::lost_table:
      case Drift::Kind::view:
        return Touch::stands_in_the_way;
      case Drift::Kind::extra_table:
        return Touch::untouched;
      case Drift::Kind::lost_column:
        return in_the_way(of_column || keys_column(action, drift_.name));
      case Drift::Kind::extra_column:
        return drops_column ? Touch::mended : in_the_way(action.column.name == drift_.name);
      case Drift::Kind::column:
      case Drift::Kind::column_collation:
        if (keys_column(action, drift_.name)) {
          return Touch::stands_in_the_way;
        }
        return mended(sets_column || drops_column ||
                      (drift_.kind == Drift::Kind::column_collation && action.kind == Action::convert));
      case Drift::Kind::lost_key:
        return in_the_way(names_key(drift_, action) && !action.if_exists);
      case Drift::Kind::key_name:
        return in_the_way(names_key(drift_, action));
      case Drift::Kind::extra_key:
      case Drift::Kind::key:
        if (action.kind == Action::drop_key && is_named(drift_, action.name)) {
          return Touch::mended;
        }
        // Fewer columns in a unique key are more duplicates.
        return in_the_way(names_key(drift_, action) ||
                          (drift_.production.starts_with("UNIQUE") && changes_column(action, drift_.columns)));
      case Drift::Kind::lost_foreign_key:
      case Drift::Kind::foreign_key_name:
        return in_the_way(names_foreign_key(drift_, action));
      case Drift::Kind::extra_foreign_key:
      case Drift::Kind::foreign_key:
        if (action.kind == Action::drop_foreign_key && is_named(drift_, action.name)) {
          return Touch::mended;
        }
        return in_the_way(names_foreign_key(drift_, action) || changes_column(action, drift_.columns) ||
                          drops_key_of(action, drift_, parts_));
      case Drift::Kind::lost_check:
      case Drift::Kind::extra_check:
      case Drift::Kind::lost_trigger:
      case Drift::Kind::extra_trigger:
      case Drift::Kind::trigger:
        return in_the_way(changes_column(action, drift_.columns));
      case Drift::Kind::collation:
        return action.kind == Action::convert ? Touch::mended : in_the_way(action.kind == Action::add_foreign_key);
      case Drift::Kind::row_format:
        return in_the_way(action.kind == Action::convert || action.kind == Action::add_key ||
                          action.kind == Action::add_column || action.kind == Action::modify_column);
      case Drift::Kind::engine:
        return in_the_way(action.kind == Action::add_foreign_key);
    }
    return Touch::untouched;
  }

  const Drift& drift_;
  std::string schema_;
  TableParts parts_;
  std::string target_;
  std::vector<std::string> target_columns_;
};

}  // namespace

std::vector<PathStatement> path_statements(const Twin& twin) {
  std::vector<PathStatement> statements;
  for (const TwinStep& step : twin.steps) {
    for (const TwinStatement& statement : step.statements) {
      std::optional<DdlStatement> ddl = parse_ddl(statement.sql);
      if (ddl) {
        const std::string& schema = ddl->schema.empty() ? statement.schema : ddl->schema;
        statements.push_back({.step = step.id,
                              .release = step.release,
                              .revision = statement.revision,
                              .table = schema + "." + ddl->table,
                              .sql = statement.sql,
                              .ddl = std::move(*ddl)});
      }
    }
  }
  return statements;
}

Fate fate_of(const Drift& drift, const std::vector<PathStatement>& path, const Schema& start) {
  const TouchQuestion question(drift, start);
  for (const PathStatement& statement : path) {
    if (const Touch touch = question.by(statement); touch != Touch::untouched) {
      return {touch, &statement};
    }
  }
  return {};
}

}  // namespace rehearsal
