#include "harness/diagnosis/demand.h"

#include <algorithm>

namespace rehearsal {

namespace {

class Collector {
 public:
  Collector(const DdlStatement& statement, const TableFacts& facts) : statement_(statement), facts_(facts) {}

  std::vector<Demand> collect() {
    switch (statement_.kind) {
      case DdlStatement::Kind::create_table:
        if (!statement_.if_exists) {
          add(Demand::Kind::absent_table);
        }
        break;
      case DdlStatement::Kind::drop_table:
        if (!statement_.if_exists) {
          add(Demand::Kind::present_table);
        }
        return std::move(demands_);
      case DdlStatement::Kind::alter_table:
        add(Demand::Kind::present_table);
        break;
    }
    const bool fresh = statement_.kind == DdlStatement::Kind::create_table;
    for (const DdlAction& action : statement_.actions) {
      if (!fresh || action.kind == DdlAction::Kind::add_foreign_key) {
        take(action);
      }
    }
    if (!fresh) {
      add(Demand::Kind::row_size);
    }
    return std::move(demands_);
  }

 private:
  Demand& add(Demand::Kind kind, std::string name = {}, std::vector<std::string> columns = {}) {
    Demand demand;
    demand.kind = kind;
    demand.schema = facts_.schema;
    demand.table = statement_.table;
    demand.name = std::move(name);
    demand.columns = std::move(columns);
    demands_.push_back(std::move(demand));
    return demands_.back();
  }

  [[nodiscard]] bool made_here(const std::string& column) const {
    return std::any_of(statement_.actions.begin(), statement_.actions.end(), [&](const DdlAction& action) {
      return action.kind == DdlAction::Kind::add_column && action.column.name == column;
    });
  }
  [[nodiscard]] bool dropped_here(DdlAction::Kind kind, const std::string& name) const {
    return std::any_of(statement_.actions.begin(), statement_.actions.end(),
                       [&](const DdlAction& action) { return action.kind == kind && action.name == name; });
  }

  void modify(const DdlAction& action) {
    const std::string& old_name = action.name;
    add(Demand::Kind::present_column, old_name, {old_name});
    const ColumnFacts* now = facts_.column(old_name);
    if (action.column.type.empty()) {
      return;
    }
    ColumnSpec column = action.column;
    column.name = old_name;  // the rows have the old name still
    if (column.not_null && (now == nullptr || now->nullable)) {
      add(Demand::Kind::not_null, {}, {old_name}).column = column;
    }
    add(Demand::Kind::fits, {}, {old_name}).column = column;
    if (now != nullptr && now->is_date()) {
      add(Demand::Kind::valid_dates, {}, {old_name});
    }
    if (!column.collation.empty() && now != nullptr && now->collation != column.collation) {
      keys_under(column.collation, old_name);
    }
  }

  // Values that differ under one collation may be equal under another.
  void keys_under(const std::string& collation, const std::string& only_column) {
    for (const KeySpec& key : facts_.keys) {
      const bool has_text = std::any_of(key.columns.begin(), key.columns.end(), [&](const std::string& name) {
        const ColumnFacts* column = facts_.column(name);
        return column != nullptr && column->is_text() && (only_column.empty() || column->name == only_column);
      });
      if (key.unique && has_text) {
        add(Demand::Kind::unique, key.name, key.columns).collation = collation;
      }
    }
  }

  void take(const DdlAction& action) {
    using Kind = DdlAction::Kind;
    switch (action.kind) {
      case Kind::add_column:
        if (!action.if_exists && !dropped_here(Kind::drop_column, action.column.name)) {
          add(Demand::Kind::absent_column, action.column.name, {action.column.name}).column = action.column;
        }
        break;
      case Kind::modify_column:
        modify(action);
        break;
      case Kind::rename_column:
        add(Demand::Kind::present_column, action.name, {action.name});
        add(Demand::Kind::absent_column, action.column.name, {action.column.name});
        break;
      case Kind::drop_column:
        if (!action.if_exists) {
          add(Demand::Kind::present_column, action.name, {action.name});
        }
        break;
      case Kind::add_key:
        if (!action.if_exists && !action.key.name.empty() && !dropped_here(Kind::drop_key, action.key.name)) {
          add(Demand::Kind::absent_key, action.key.name, action.key.columns);
        }
        if (action.key.primary) {
          for (const std::string& column : action.key.columns) {
            if (!made_here(column)) {
              add(Demand::Kind::not_null, action.key.name, {column});
            }
          }
        }
        if (action.key.unique && std::none_of(action.key.columns.begin(), action.key.columns.end(),
                                              [this](const std::string& name) { return made_here(name); })) {
          add(Demand::Kind::unique, action.key.name, action.key.columns);
        }
        add(Demand::Kind::key_size, action.key.name, action.key.columns);
        break;
      case Kind::drop_key:
      case Kind::rename_key:
        if (!action.if_exists) {
          const KeySpec* key = facts_.key(action.name);
          add(Demand::Kind::present_key, action.name, key == nullptr ? std::vector<std::string>() : key->columns);
        }
        break;
      case Kind::add_foreign_key:
        add(Demand::Kind::compatible, action.foreign_key.name, action.foreign_key.columns).foreign_key =
            action.foreign_key;
        if (statement_.kind == DdlStatement::Kind::alter_table) {
          add(Demand::Kind::refers, action.foreign_key.name, action.foreign_key.columns).foreign_key =
              action.foreign_key;
        }
        break;
      case Kind::drop_foreign_key:
      case Kind::drop_constraint:
        if (!action.if_exists) {
          add(Demand::Kind::present_foreign_key, action.name);
        }
        break;
      case Kind::convert:
        add(Demand::Kind::valid_dates);
        if (!action.column.collation.empty()) {
          keys_under(action.column.collation, {});
        }
        add(Demand::Kind::key_size);
        break;
      case Kind::rename_table:
      case Kind::option:
        break;
    }
  }

  const DdlStatement& statement_;
  const TableFacts& facts_;
  std::vector<Demand> demands_;
};

}  // namespace

const char* code_of(Demand::Kind kind) {
  switch (kind) {
    case Demand::Kind::unique:
      return "duplicate-entry";
    case Demand::Kind::not_null:
      return "null-in-not-null";
    case Demand::Kind::fits:
      return "value-too-long";
    case Demand::Kind::valid_dates:
      return "incorrect-value";
    case Demand::Kind::refers:
      return "foreign-key-orphan";
    case Demand::Kind::compatible:
      return "foreign-key-incompatible";
    case Demand::Kind::absent_column:
      return "duplicate-column";
    case Demand::Kind::absent_key:
      return "duplicate-key-name";
    case Demand::Kind::absent_table:
      return "table-exists";
    case Demand::Kind::present_column:
      return "unknown-column";
    case Demand::Kind::present_key:
    case Demand::Kind::present_foreign_key:
      return "cannot-drop";
    case Demand::Kind::present_table:
      return "unknown-table";
    case Demand::Kind::key_size:
      return "key-too-long";
    case Demand::Kind::row_size:
      return "row-too-large";
  }
  return "step-failed";
}

bool is_about_rows(Demand::Kind kind) {
  switch (kind) {
    case Demand::Kind::unique:
    case Demand::Kind::not_null:
    case Demand::Kind::fits:
    case Demand::Kind::valid_dates:
    case Demand::Kind::refers:
      return true;
    case Demand::Kind::compatible:
    case Demand::Kind::absent_column:
    case Demand::Kind::absent_key:
    case Demand::Kind::absent_table:
    case Demand::Kind::present_column:
    case Demand::Kind::present_key:
    case Demand::Kind::present_foreign_key:
    case Demand::Kind::present_table:
    case Demand::Kind::key_size:
    case Demand::Kind::row_size:
      return false;
  }
  return false;
}

std::vector<Demand> demands_of(const DdlStatement& statement, const TableFacts& facts) {
  return Collector(statement, facts).collect();
}

}  // namespace rehearsal
