#include "snapshots/prove/proof.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/clock.h"
#include "base/files.h"
#include "base/os/folders.h"
#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/prove/content.h"
#include "snapshots/prove/server_dump.h"

namespace rehearsal {

namespace {

bool is_utf8(const std::string& character_set) {
  return character_set.empty() || lower(character_set).starts_with("utf8");
}

std::vector<std::string> schemas_of(const DumpIndex& index) {
  std::set<std::string> schemas;
  for (const auto& [schema, text] : index.schemas) {
    schemas.insert(schema);
  }
  for (const std::vector<std::string>* names : {&index.views, &index.triggers, &index.routines, &index.events}) {
    for (const std::string& name : *names) {
      const bool known = std::any_of(schemas.begin(), schemas.end(),
                                     [&](const std::string& schema) { return name.starts_with(schema + "."); });
      if (!known) {
        schemas.insert(schema_of(name));
      }
    }
  }
  std::erase_if(schemas, [](const std::string& schema) { return is_system_schema(schema); });
  return {schemas.begin(), schemas.end()};
}

void compare_objects(const std::vector<std::string>& first, const std::vector<std::string>& second, const char* kind,
                     Verification& verification) {
  const std::set<std::string> again(second.begin(), second.end());
  for (const std::string& name : first) {
    if (!again.contains(name) && !is_system_schema(schema_of(name))) {
      verification.mismatches.push_back(
          {.kind = Mismatch::Kind::missing,
           .table = name,
           .what = std::string("the dump holds this ") + kind + ", but a second dump does not"});
    }
  }
}

// A server sorts the keys that it is given, and writes their columns as the table has them.
std::set<std::string> key_set(const DumpTable& table) {
  std::set<std::string> keys;
  for (const std::vector<std::string>& key : table.unique_keys) {
    keys.insert(lower(join(key, std::string(1, '\0'))));
  }
  return keys;
}

bool same_shape(const DumpTable& one, const DumpTable& other) {
  return one.columns == other.columns && key_set(one) == key_set(other);
}

void compare_tables(const DumpIndex& first, const DumpIndex& second, Verification& verification) {
  for (const DumpTable& table : first.tables) {
    if (!table.has_structure || is_system_schema(table.schema)) {
      continue;
    }
    const DumpTable* again = second.find(table.schema, table.name);
    const std::string name = table.schema + "." + table.name;
    if (again == nullptr) {
      verification.mismatches.push_back({.kind = Mismatch::Kind::missing,
                                         .table = name,
                                         .expected = table.rows,
                                         .what = "the dump holds this table, but a second dump does not"});
    } else if (!table.altered && !table.columns.empty() && !same_shape(table, *again)) {
      verification.mismatches.push_back({.kind = Mismatch::Kind::content,
                                         .table = name,
                                         .expected = table.rows,
                                         .found = again->rows,
                                         .what = "a second dump gives it different columns or unique keys"});
    }
  }
}

Result<Verification> verify_redump(const SqlLogin& target, const std::vector<DumpInput>& inputs, const DumpIndex& index,
                                   const std::filesystem::path& scratch, unsigned jobs) {
  const Stopwatch watch;
  Contents first_rows;
  REHEARSAL_TRY_SET(Verification verification, verify_content(target, inputs, index, jobs, &first_rows));
  if (!verification.proven()) {
    return verification;
  }
  const std::vector<std::string> schemas = schemas_of(index);
  if (schemas.empty()) {
    return verification;  // nothing was dumped that could be dumped again
  }
  const std::filesystem::path file = scratch / "redump.sql";
  const auto compared = [&]() -> Result<void> {
    REHEARSAL_TRY(dump_server(target, schemas, file));
    const std::vector<DumpInput> again = {{file.string(), ""}};
    REHEARSAL_TRY_SET(const DumpIndex second, scan_dumps(again));
    REHEARSAL_TRY(require_complete(second));
    compare_tables(index, second, verification);
    compare_objects(index.views, second.views, "view", verification);
    compare_objects(index.triggers, second.triggers, "trigger", verification);
    compare_objects(index.routines, second.routines, "routine", verification);
    compare_objects(index.events, second.events, "event", verification);
    REHEARSAL_TRY_SET(const Contents second_rows, contents_of_dumps(again, second, jobs));
    for (const auto& [name, content] : first_rows) {
      const auto at = second_rows.find(name);
      const TableContent none;
      const TableContent& found = at == second_rows.end() ? none : at->second;
      // Both must be told in the same way; where the first dump was not, verify_content has compared with the server.
      if (content.columns_differ || content.columns != found.columns || !is_utf8(content.character_set) ||
          content.time_zone != found.time_zone) {
        continue;
      }
      if (!content.same_rows(found)) {
        verification.mismatches.push_back({.kind = Mismatch::Kind::content,
                                           .table = name.first + "." + name.second,
                                           .expected = content.rows,
                                           .found = found.rows,
                                           .what = "a second dump of the server holds different values"});
      }
    }
    return {};
  }();
  std::error_code ignored;
  os::remove(file, ignored);
  REHEARSAL_TRY(compared);
  verification.redumped = true;
  verification.seconds = watch.seconds();
  return verification;
}

}  // namespace

Result<ProofDepth> proof_depth_of(std::string_view word) {
  const std::optional<ProofDepth> depth = from_word<ProofDepth>(word);
  if (!depth) {
    return fail(ErrorKind::usage, "'" + std::string(word) + "' is not a depth of proof", "--verify",
                "counts, content or redump");
  }
  return *depth;
}

Result<Verification> prove(ProofDepth depth, const SqlLogin& target, const std::vector<DumpInput>& inputs,
                           const DumpIndex& index, const std::filesystem::path& scratch, unsigned jobs) {
  switch (depth) {
    case ProofDepth::counts:
      return verify_counts(target, index, jobs);
    case ProofDepth::content:
      return verify_content(target, inputs, index, jobs);
    case ProofDepth::redump:
      break;
  }
  return verify_redump(target, inputs, index, scratch, jobs);
}

}  // namespace rehearsal
