#include "scenarios/invariants.h"

#include <algorithm>
#include <system_error>

#include <fmt/core.h>

#include "base/files.h"
#include "base/text.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

InvariantForm read_form(TomlReader& entry) {
  InvariantForm form;
  entry.require("table");
  entry.read("table", form.table);
  entry.read("value", form.value);
  entry.read("where", form.where);
  entry.read("columns", form.columns);
  return form;
}

Invariant read_invariant(TomlReader& entry) {
  Invariant invariant;
  for (const char* key : {"id", "service", "of", "words", "source"}) {
    entry.require(key);
  }
  entry.read("id", invariant.id);
  entry.read("service", invariant.service);
  entry.read("of", invariant.of);
  entry.read("words", invariant.words);
  entry.read("source", invariant.source);
  invariant.forms.push_back(read_form(entry));
  entry.tables("or", [&](TomlReader& other) { invariant.forms.push_back(read_form(other)); });
  return invariant;
}

}  // namespace

const InvariantForm* fitting_form(const Invariant& invariant, const SchemaColumns& columns) {
  for (const InvariantForm& form : invariant.forms) {
    const auto table = columns.find(form.table);
    if (table != columns.end() && std::all_of(form.columns.begin(), form.columns.end(), [&](const std::string& column) {
          return table->second.contains(column);
        })) {
      return &form;
    }
  }
  return nullptr;
}

std::string invariant_query(const InvariantForm& form, const std::string& schema) {
  return fmt::format("SELECT {} FROM {}.{}{}{}", form.value, sql_name(schema), sql_name(form.table),
                     form.where.empty() ? "" : " WHERE ", form.where);
}

Result<std::vector<Invariant>> load_invariants(const fs::path& file) {
  std::vector<Invariant> invariants;
  REHEARSAL_TRY_SET(const bool there, is_there(file));
  if (!there) {
    return invariants;
  }
  REHEARSAL_TRY_SET(const std::string text, read_file(file));
  REHEARSAL_TRY_SET(const toml::table document, parse_toml(text, file.string(), ErrorKind::failed));
  TomlProblems problems{file.string(), ErrorKind::failed, {}};
  TomlReader reader(document, "", problems);
  reader.tables("invariant", [&](TomlReader& entry) { invariants.push_back(read_invariant(entry)); });
  reader.finish();
  if (problems.first) {
    return fail(*problems.first);
  }
  return invariants;
}

}  // namespace rehearsal
