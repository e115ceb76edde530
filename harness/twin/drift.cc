#include "harness/twin/drift.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/twin/table_parts.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

// "UNIQUE KEY `a` (`x`)" -> "unique index `a` (`x`)"
std::string in_words(const std::string& line) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kWords = {{
      {"PRIMARY KEY", "primary key"},
      {"UNIQUE KEY", "unique index"},
      {"FULLTEXT KEY", "full-text index"},
      {"SPATIAL KEY", "spatial index"},
      {"KEY", "index"},
      {"CONSTRAINT", "constraint"},
  }};
  for (const auto& [written, word] : kWords) {
    if (line.starts_with(written)) {
      return std::string(word) + line.substr(written.size());
    }
  }
  return line;
}

// One table of both sides.
class TableDrift {
 public:
  TableDrift(std::string table, const TableShape& reference, const TableShape& production, std::vector<Drift>& found)
      : table_(std::move(table)), reference_(parts_of(reference)), production_(parts_of(production)), found_(found) {}

  void look() {
    options();
    columns();
    keys();
    foreign_keys();
    checks();
    triggers();
  }

 private:
  Drift& add(Drift::Kind kind, std::string name, std::vector<std::string> columns, std::string reference,
             std::string production) {
    return found_.emplace_back(Drift{.kind = kind,
                                     .table = table_,
                                     .name = std::move(name),
                                     .columns = std::move(columns),
                                     .reference = std::move(reference),
                                     .production = std::move(production)});
  }

  void options() {
    if (reference_.engine != production_.engine) {
      add(Drift::Kind::engine, "", {}, reference_.engine, production_.engine);
    }
    if (reference_.collation != production_.collation || reference_.charset != production_.charset) {
      add(Drift::Kind::collation, "", {}, reference_.collation, production_.collation);
    }
    const auto format = [](const std::string& said) { return said.empty() ? std::string("DYNAMIC") : said; };
    if (format(reference_.row_format) != format(production_.row_format)) {
      add(Drift::Kind::row_format, "", {}, format(reference_.row_format), format(production_.row_format));
    }
  }

  void columns() {
    for (const auto& [name, column] : reference_.columns) {
      const auto now = production_.columns.find(name);
      if (now == production_.columns.end()) {
        add(Drift::Kind::lost_column, name, {name}, column.line, "");
      } else if (column.definition != now->second.definition) {
        add(Drift::Kind::column, name, {name}, column.line, now->second.line);
      } else if ((column.own_collation || now->second.own_collation) &&
                 (column.collation != now->second.collation || column.charset != now->second.charset)) {
        add(Drift::Kind::column_collation, name, {name}, column.collation, now->second.collation);
      }
    }
    for (const auto& [name, column] : production_.columns) {
      if (!reference_.columns.contains(name)) {
        add(Drift::Kind::extra_column, name, {name}, "", column.line);
      }
    }
  }

  // What a difference in one sort of parts is called.
  struct Kinds {
    Drift::Kind lost, extra, differs, other_name;
  };

  // Keys and foreign keys alike: by name first, then by what they are.
  template <typename Part, typename Same>
  void match(const std::map<std::string, Part>& reference, const std::map<std::string, Part>& production,
             const Kinds& kinds, const Same& silent) {
    std::map<std::string, Part> left = production;
    std::map<std::string, Part> missing;
    for (const auto& [name, part] : reference) {
      const auto same = left.find(name);
      if (same != left.end() && same->second.same_as(part)) {
        left.erase(same);
      } else {
        missing[name] = part;
      }
    }
    for (const auto& [name, part] : missing) {
      const auto twin = std::find_if(left.begin(), left.end(), [&](const auto& e) { return e.second.same_as(part); });
      if (twin != left.end()) {
        Drift& found = add(kinds.other_name, name, names_in(part.columns), part.line, twin->second.line);
        found.other_name = twin->first;
        found.silent = silent(name, twin->first);
        left.erase(twin);
      } else if (const auto same = left.find(name); same != left.end()) {
        add(kinds.differs, name, names_in(part.columns), part.line, same->second.line);
        left.erase(same);
      } else {
        add(kinds.lost, name, names_in(part.columns), part.line, "");
      }
    }
    for (const auto& [name, part] : left) {
      add(kinds.extra, name, names_in(part.columns), "", part.line);
    }
  }

  void keys() {
    match(reference_.keys, production_.keys,
          {.lost = Drift::Kind::lost_key,
           .extra = Drift::Kind::extra_key,
           .differs = Drift::Kind::key,
           .other_name = Drift::Kind::key_name},
          [](const std::string&, const std::string&) { return false; });
  }

  void foreign_keys() {
    match(reference_.foreign_keys, production_.foreign_keys,
          {.lost = Drift::Kind::lost_foreign_key,
           .extra = Drift::Kind::extra_foreign_key,
           .differs = Drift::Kind::foreign_key,
           .other_name = Drift::Kind::foreign_key_name},
          [&](const std::string& name, const std::string& other) {
            return is_generated_name(bare_name(table_), name) || is_generated_name(bare_name(table_), other);
          });
  }

  void checks() {
    for (const auto& [condition, line] : reference_.checks) {
      if (!production_.checks.contains(condition)) {
        add(Drift::Kind::lost_check, condition, names_in(line.substr(line.find("CHECK"))), line, "");
      }
    }
    for (const auto& [condition, line] : production_.checks) {
      if (!reference_.checks.contains(condition)) {
        add(Drift::Kind::extra_check, condition, names_in(line.substr(line.find("CHECK"))), "", line);
      }
    }
  }

  // The columns that the trigger's text names.
  [[nodiscard]] std::vector<std::string> columns_in(const std::string& trigger) const {
    const auto of_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    std::vector<std::string> named;
    for (const auto& [name, column] : production_.columns) {
      for (std::size_t at = trigger.find(name); at != std::string::npos; at = trigger.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if (!of_word(trigger[at - 1]) && (end == trigger.size() || !of_word(trigger[end]))) {
          named.push_back(name);
          break;
        }
      }
    }
    return named;
  }

  void triggers() {
    for (const auto& [name, line] : reference_.triggers) {
      const auto now = production_.triggers.find(name);
      if (now == production_.triggers.end()) {
        add(Drift::Kind::lost_trigger, name, {}, line, "");
      } else if (now->second != line) {
        add(Drift::Kind::trigger, name, columns_in(now->second), line, now->second);
      }
    }
    for (const auto& [name, line] : production_.triggers) {
      if (!reference_.triggers.contains(name)) {
        add(Drift::Kind::extra_trigger, name, columns_in(line), "", line);
      }
    }
  }

  std::string table_;
  TableParts reference_, production_;
  std::vector<Drift>& found_;
};

}  // namespace

std::vector<std::string> names_in(const std::string& quoted) {
  std::vector<std::string> names;
  TokenReader reader(quoted, kServerOfTexts);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (token.kind == TokenKind::name) {
      names.push_back(unquoted_name(token.text));
    }
  }
  return names;
}

std::vector<Drift> drift(const Schema& reference, const Schema& production, const std::set<std::string>& ignored) {
  std::vector<Drift> found;
  const auto word = [](const TableShape& shape) { return std::string(shape.is_view ? "view" : "table"); };
  const auto add = [&](Drift::Kind kind, const std::string& table, std::string ours, std::string theirs) {
    found.push_back({.kind = kind,
                     .table = table,
                     .name = bare_name(table),
                     .reference = std::move(ours),
                     .production = std::move(theirs)});
  };
  for (const auto& [table, shape] : reference.tables) {
    if (ignored.contains(bare_name(table))) {
      continue;
    }
    const auto now = production.tables.find(table);
    if (now == production.tables.end()) {
      add(Drift::Kind::lost_table, table, word(shape), "");
    } else if (shape.is_view != now->second.is_view) {
      add(Drift::Kind::view, table, word(shape), word(now->second));
    } else if (!shape.is_view) {
      TableDrift(table, shape, now->second, found).look();
    }
  }
  for (const auto& [table, shape] : production.tables) {
    if (!reference.tables.contains(table) && !ignored.contains(bare_name(table))) {
      add(Drift::Kind::extra_table, table, "", word(shape));
    }
  }
  return found;
}

std::string to_text(const Drift& d) {
  // Defaults, comments and checks are production's own.
  const std::string production = mask_definition(d.production), reference = mask_definition(d.reference);
  switch (d.kind) {
    case Drift::Kind::lost_table:
      return "is missing";
    case Drift::Kind::extra_table:
      return "is a " + production + " that is not the service's own";
    case Drift::Kind::lost_column:
      return "lacks the column " + reference;
    case Drift::Kind::extra_column:
      return "has an extra column " + production;
    case Drift::Kind::column:
      return "has the column " + production + " instead of " + reference;
    case Drift::Kind::column_collation:
      return fmt::format("has the column {} in {} instead of {}", sql_name(d.name), production, reference);
    case Drift::Kind::lost_key:
      return "lacks the " + in_words(reference);
    case Drift::Kind::extra_key:
      return "has an extra " + in_words(production);
    case Drift::Kind::key:
      return "has the " + in_words(production) + " instead of the " + in_words(reference);
    case Drift::Kind::key_name:
      return fmt::format("has the index {} under the name {}", sql_name(d.name), sql_name(d.other_name));
    case Drift::Kind::lost_foreign_key:
      return "lacks the " + in_words(reference);
    case Drift::Kind::extra_foreign_key:
      return "has an extra " + in_words(production);
    case Drift::Kind::foreign_key:
      return "has the " + in_words(production) + " instead of the " + in_words(reference);
    case Drift::Kind::foreign_key_name:
      return fmt::format("has the foreign key {} under the name {}", sql_name(d.name), sql_name(d.other_name));
    case Drift::Kind::lost_check:
      return "lacks the " + in_words(reference);
    case Drift::Kind::extra_check:
      return "has an extra " + in_words(production);
    case Drift::Kind::lost_trigger:
      return "lacks the trigger " + sql_name(d.name);
    case Drift::Kind::extra_trigger:
      return "has an extra trigger " + sql_name(d.name);
    case Drift::Kind::trigger:
      return "has a different body in the trigger " + sql_name(d.name);
    case Drift::Kind::collation:
      return fmt::format("has the collation {} instead of {}", production, reference);
    case Drift::Kind::row_format:
      return fmt::format("has the row format {} instead of {}", production, reference);
    case Drift::Kind::engine:
      return fmt::format("has the storage engine {} instead of {}", production, reference);
    case Drift::Kind::view:
      return fmt::format("is a {} instead of a {}", production, reference);
  }
  return {};
}

std::string to_cause(const Drift& d) {
  const std::string schema = schema_of(d.table);
  const auto missing = [&](const char* what) { return fmt::format("{} of {} are missing", what, schema); };
  const auto further = [&](const char* what) { return fmt::format("extra {} are in tables of {}", what, schema); };
  const auto otherwise = [&](const char* what) {
    return fmt::format("{} of {} are defined differently", what, schema);
  };
  const auto renamed = [&](const char* what) { return fmt::format("{} of {} have different names", what, schema); };
  const auto instead = [&](const char* what) {
    return fmt::format("{} {} instead of {}", what, d.production, d.reference);
  };
  switch (d.kind) {
    case Drift::Kind::lost_table:
      return missing("tables");
    case Drift::Kind::extra_table:
      return fmt::format("tables of {} are not the service's own", schema);
    case Drift::Kind::lost_column:
      return missing("columns");
    case Drift::Kind::extra_column:
      return further("columns");
    case Drift::Kind::column:
      return otherwise("columns");
    case Drift::Kind::column_collation:
      return fmt::format("columns of {} are in ", schema) + instead("the collation");
    case Drift::Kind::lost_key:
      return missing("indexes");
    case Drift::Kind::extra_key:
      return further("indexes");
    case Drift::Kind::key:
      return otherwise("indexes");
    case Drift::Kind::key_name:
      return renamed("indexes");
    case Drift::Kind::lost_foreign_key:
      return missing("foreign keys");
    case Drift::Kind::extra_foreign_key:
      return further("foreign keys");
    case Drift::Kind::foreign_key:
      return otherwise("foreign keys");
    case Drift::Kind::foreign_key_name:
      return renamed("foreign keys");
    case Drift::Kind::lost_check:
      return missing("checks");
    case Drift::Kind::extra_check:
      return further("checks");
    case Drift::Kind::lost_trigger:
      return missing("triggers");
    case Drift::Kind::extra_trigger:
      return further("triggers");
    case Drift::Kind::trigger:
      return otherwise("triggers");
    case Drift::Kind::collation:
      return fmt::format("tables of {} have ", schema) + instead("the collation");
    case Drift::Kind::row_format:
      return fmt::format("tables of {} have ", schema) + instead("the row format");
    case Drift::Kind::engine:
      return fmt::format("tables of {} have ", schema) + instead("the storage engine");
    case Drift::Kind::view:
      return fmt::format("objects of {} are {}s instead of {}s", schema, d.production, d.reference);
  }
  return {};
}

std::string sql_to_mend(const Drift& d) {
  const std::string alter = "ALTER TABLE " + quoted_table(d.table) + " ";
  switch (d.kind) {
    case Drift::Kind::lost_key:
    case Drift::Kind::lost_foreign_key:
      return alter + "ADD " + d.reference + ";";
    case Drift::Kind::extra_key:
      return alter + "DROP INDEX " + sql_name(d.name) + ";";
    case Drift::Kind::key:
      return d.name == "PRIMARY" ? "" : alter + "DROP INDEX " + sql_name(d.name) + ", ADD " + d.reference + ";";
    case Drift::Kind::key_name:
      return alter + "RENAME INDEX " + sql_name(d.other_name) + " TO " + sql_name(d.name) + ";";
    case Drift::Kind::extra_foreign_key:
      return alter + "DROP FOREIGN KEY " + sql_name(d.name) + ";";
    case Drift::Kind::foreign_key_name:
      return alter + "DROP FOREIGN KEY " + sql_name(d.other_name) + ", ADD " + d.reference + ";";
    case Drift::Kind::row_format:
      return alter + "ROW_FORMAT=" + d.reference + ";";
    case Drift::Kind::engine:
      return alter + "ENGINE=" + d.reference + ";";
    case Drift::Kind::lost_table:
    case Drift::Kind::extra_table:
    case Drift::Kind::lost_column:
    case Drift::Kind::extra_column:
    case Drift::Kind::column:
    case Drift::Kind::column_collation:
    case Drift::Kind::foreign_key:
    case Drift::Kind::lost_check:
    case Drift::Kind::extra_check:
    case Drift::Kind::lost_trigger:
    case Drift::Kind::extra_trigger:
    case Drift::Kind::trigger:
    case Drift::Kind::collation:
    case Drift::Kind::view:
      return {};  // what to do with the rows, or whose copy to trust, is a person's to say
  }
  return {};
}

}  // namespace rehearsal
