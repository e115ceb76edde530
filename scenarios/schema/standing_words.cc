#include "scenarios/schema/standing_words.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::size_t kToldTables = 4;

std::string quoted(const std::string& name) {
  return "`" + replace_all(name, "`", "``") + "`";
}

std::string in_schema(const std::string& schema, const std::string& table) {
  return quoted(schema) + "." + quoted(table);
}

bool is_below(const SchemaState& a, const SchemaState& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) {
      return false;
    }
  }
  return true;
}

std::string object_words(const FingerprintObject& object) {
  if (object.kind == "foreign") {
    const std::size_t arrow = object.name.find('>');
    return "the foreign key on " + object.name.substr(0, arrow) + " to " + object.name.substr(arrow + 1);
  }
  const std::string name = replace_all(object.name, ",", ", ");
  return object.kind == "column"    ? "the column " + name
         : object.kind == "primary" ? "the primary key on " + name
         : object.kind == "unique"  ? "the unique key on " + name
                                    : "the index on " + name;
}

// The last revision of a branch that the state has applied, and the release that it belongs to.
const FingerprintRevision* last_of(const SchemaFingerprint& fingerprint, std::size_t branch, const SchemaState& state) {
  const FingerprintRevision* last = nullptr;
  for (const FingerprintRevision& revision : fingerprint.revisions) {
    if (revision.branch == branch && revision.place <= state[branch]) {
      last = &revision;
    }
  }
  return last;
}

const FingerprintRevision* next_of(const SchemaFingerprint& fingerprint, std::size_t branch, const SchemaState& state) {
  for (const FingerprintRevision& revision : fingerprint.revisions) {
    if (revision.branch == branch && revision.place == state[branch] + 1) {
      return &revision;
    }
  }
  return nullptr;
}

}  // namespace

std::string state_words(const SchemaFingerprint& fingerprint, const SchemaState& state, const std::string& from) {
  const std::vector<std::string> releases = fingerprint.releases_at(state);
  if (contains(releases, from)) {
    return from + "'s";
  }
  if (releases.size() == 1) {
    return releases.front() + "'s";
  }
  if (!releases.empty()) {
    return releases.front() + "'s to " + releases.back() + "'s";
  }
  std::string below, above;
  for (const auto& [release, count] : fingerprint.releases) {
    const SchemaState end = fingerprint.state_of(release);
    if (is_below(end, state)) {
      below = release;
    } else if (above.empty() && is_below(state, end)) {
      above = release;
    }
  }
  return fmt::format("between {}'s and {}'s, at {}", below, above.empty() ? "a later release" : above,
                     join(fingerprint.heads(state), ", "));
}

std::string lacking_words(const std::vector<const FingerprintObject*>& objects, const ObservedSchema& observed) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> by_table;
  for (const FingerprintObject* object : objects) {
    if (!by_table.contains(object->table)) {
      order.push_back(object->table);
    }
    std::vector<std::string>& words = by_table[object->table];
    if (!observed.tables.contains(object->table)) {
      words = {"the table " + object->table};
    } else if (const auto& there = observed.tables.at(object->table); there.contains("column " + object->name)) {
      words.push_back(object->kind == "column" ? object->name + " as " + object->value : object_words(*object));
    } else {
      words.push_back(object_words(*object));
    }
  }
  std::vector<std::string> tables;
  for (const std::string& table : order) {
    const std::string what = join_some(by_table[table], ", ", kToldTables);
    tables.push_back(observed.tables.contains(table) ? table + " lacks " + what : what + " is missing");
  }
  return join_some(tables, "; ", kToldTables);
}

std::string unfinished_words(const SchemaFingerprint& fingerprint, const SchemaState& state) {
  std::vector<std::string> done, left;
  bool inside = false;
  for (std::size_t branch = 0; branch < fingerprint.branches.size(); ++branch) {
    const FingerprintRevision* last = last_of(fingerprint, branch, state);
    const FingerprintRevision* next = next_of(fingerprint, branch, state);
    inside = inside || (last != nullptr && next != nullptr && last->release == next->release);
  }
  std::string newest;  // the release whose revisions it has
  std::size_t leader = 0;
  for (std::size_t branch = 0; branch < fingerprint.branches.size(); ++branch) {
    const FingerprintRevision* last = last_of(fingerprint, branch, state);
    if (last != nullptr && last->release > newest) {
      newest = last->release;
      leader = branch;
    }
  }
  if (!inside && fingerprint.branches.size() > 1) {
    for (std::size_t branch = 0; branch < fingerprint.branches.size(); ++branch) {
      const FingerprintRevision* next = next_of(fingerprint, branch, state);
      if (branch != leader && next != nullptr && next->release <= newest) {
        const std::string ahead = fingerprint.branches[leader].name, behind = fingerprint.branches[branch].name;
        return fmt::format("{} to {}; the {} of {} never ran", ahead == "expand" ? "expanded" : ahead + " is done",
                           newest, behind.empty() ? "rest" : behind, next->release);
      }
    }
  }
  for (std::size_t branch = 0; branch < fingerprint.branches.size(); ++branch) {
    const FingerprintRevision* last = last_of(fingerprint, branch, state);
    const FingerprintRevision* next = next_of(fingerprint, branch, state);
    if (next != nullptr && next->release <= newest) {
      const std::string& name = fingerprint.branches[branch].name;
      done.push_back((name.empty() ? "" : "of its " + name + " branch ") +
                     (last == nullptr ? "nothing is done" : last->id + " is the last that is done"));
      left.push_back(next->id);
    }
  }
  return fmt::format("inside the upgrade to {}: {}, {} comes next", newest, join(done, " and "), join(left, " and "));
}

std::string stamp_sql(const SchemaFingerprint& fingerprint, const SchemaState& state, const RevisionRows& rows,
                      const std::string& schema) {
  const std::string table = in_schema(schema, rows.table);
  std::string sql;
  if (!rows.there) {
    sql += "CREATE TABLE " + table + " (`version_num` varchar(32) NOT NULL, PRIMARY KEY (`version_num`));\n";
  }
  std::vector<std::string> left;  // of the branches that have no row of their own to change
  std::set<std::string> kept, unused;
  std::map<std::string, int> seen;
  const std::vector<std::string> wanted = fingerprint.heads(state);
  for (const std::string& row : rows.rows) {
    if (++seen[row] > 1) {
      sql += fmt::format("DELETE FROM {} WHERE version_num = '{}' LIMIT 1;\n", table, row);
    } else if (contains(wanted, row)) {
      kept.insert(row);
    } else {
      unused.insert(row);
    }
  }
  // A row of the same branch is written on, as alembic does it.
  for (std::size_t branch = 0; branch < fingerprint.branches.size(); ++branch) {
    const std::string head = fingerprint.head(branch, state);
    if (head.empty() || kept.contains(head)) {
      continue;
    }
    const auto of_branch = std::find_if(unused.begin(), unused.end(), [&](const std::string& row) {
      return fingerprint.branches[branch].start == row ||
             std::any_of(fingerprint.revisions.begin(), fingerprint.revisions.end(),
                         [&](const auto& revision) { return revision.id == row && revision.branch == branch; });
    });
    if (of_branch == unused.end()) {
      left.push_back(head);
      continue;
    }
    sql += fmt::format("UPDATE {} SET version_num = '{}' WHERE version_num = '{}';\n", table, head, *of_branch);
    unused.erase(of_branch);
  }
  for (const std::string& head : left) {
    if (!unused.empty()) {
      sql += fmt::format("UPDATE {} SET version_num = '{}' WHERE version_num = '{}';\n", table, head,
                         replace_all(*unused.begin(), "'", "''"));
      unused.erase(unused.begin());
    } else {
      sql += fmt::format("INSERT INTO {} (version_num) VALUES ('{}');\n", table, head);
    }
  }
  for (const std::string& row : unused) {
    sql += fmt::format("DELETE FROM {} WHERE version_num = '{}';\n", table, replace_all(row, "'", "''"));
  }
  return sql.empty() ? sql : sql.substr(0, sql.size() - 1);
}

std::string tables_query(const std::string& schema, const std::vector<std::string>& tables) {
  std::vector<std::string> names;
  for (const std::string& table : tables) {
    names.push_back(sql_string(table));
  }
  return "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + sql_string(schema) +
         " AND TABLE_NAME IN (" + join(names, ", ") + ");";
}

std::string objects_sql(const SchemaFingerprint& fingerprint, const SchemaState& state,
                        const std::vector<const FingerprintObject*>& objects, const ObservedSchema& observed,
                        const std::string& schema) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> parts;  // by table
  for (const FingerprintObject* object : objects) {
    if (observed.tables.contains(object->table)) {
      const auto& there = observed.tables.at(object->table);
      const bool changes = object->kind == "column" && there.contains("column " + object->name);
      if (!parts.contains(object->table)) {
        order.push_back(object->table);
      }
      if (!object->text.empty()) {
        parts[object->table].push_back((changes                    ? "MODIFY COLUMN "
                                        : object->kind == "column" ? "ADD COLUMN "
                                                                   : "ADD ") +
                                       object->text);
      }
    }
  }
  std::vector<std::string> statements, late;
  std::set<std::string> made;
  for (const FingerprintObject* object : objects) {
    if (observed.tables.contains(object->table) || !made.insert(object->table).second) {
      continue;
    }
    std::vector<std::string> lines;
    for (const FingerprintObject& part : fingerprint.objects) {
      if (part.table == object->table && !part.text.empty() && fingerprint.holds(part, state)) {
        // A table that another one points to may be made after it.
        if (part.kind == "foreign") {
          late.push_back("ALTER TABLE " + in_schema(schema, part.table) + " ADD " + part.text + ";");
        } else {
          lines.push_back("  " + part.text);
        }
      }
    }
    // Columns first: keys of a later revision stand before columns of a later one still.
    std::stable_partition(lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("  `"); });
    statements.push_back("CREATE TABLE " + in_schema(schema, object->table) + " (\n" + join(lines, ",\n") + "\n);");
  }
  for (const std::string& table : order) {
    if (!parts[table].empty()) {
      statements.push_back("ALTER TABLE " + in_schema(schema, table) + " " + join(parts[table], ", ") + ";");
    }
  }
  statements.insert(statements.end(), late.begin(), late.end());
  return join(statements, "\n");
}

}  // namespace rehearsal
