#include "scenarios/schema/fingerprint.h"

#include <algorithm>
#include <system_error>

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace rehearsal {

using json = nlohmann::ordered_json;

namespace {

SchemaFingerprint schema_from(const json& entry) {
  SchemaFingerprint result;
  for (const json& branch : entry.at("branches")) {
    result.branches.push_back({branch.at(0).get<std::string>(), branch.at(1).get<std::string>()});
  }
  for (const json& revision : entry.at("revisions")) {
    result.revisions.push_back({
        .id = revision.at(0).get<std::string>(),
        .release = revision.at(1).get<std::string>(),
        .branch = revision.size() > 2 ? revision.at(2).get<std::size_t>() : 0,
    });
    FingerprintRevision& added = result.revisions.back();
    added.place = static_cast<std::size_t>(
        std::count_if(result.revisions.begin(), result.revisions.end(),
                      [&](const FingerprintRevision& other) { return other.branch == added.branch; }));
    if (revision.size() > 3) {
      added.taken_in = revision.at(3).get<std::size_t>();
    }
  }
  for (const auto& [release, count] : entry.at("releases").items()) {
    result.releases[release] = count.get<std::size_t>();
  }
  for (const auto& [table, objects] : entry.at("tables").items()) {
    for (const json& from : objects) {
      FingerprintObject object;
      object.table = table;
      object.kind = from.at(0).get<std::string>();
      object.name = from.at(1).get<std::string>();
      object.value = from.at(2).get<std::string>();
      object.text = from.at(3).get<std::string>();
      object.born = from.size() > 4 ? from.at(4).get<std::size_t>() : 0;
      if (from.size() > 5) {
        object.gone = from.at(5).get<std::size_t>();
      }
      result.objects.push_back(std::move(object));
    }
  }
  return result;
}

// What the rest of the program takes for granted.
bool is_sound(const SchemaFingerprint& schema) {
  const std::size_t count = schema.revisions.size();
  return !schema.branches.empty() && !schema.releases.empty() &&
         std::all_of(schema.revisions.begin(), schema.revisions.end(),
                     [&](const FingerprintRevision& revision) {
                       return revision.branch < schema.branches.size() && revision.taken_in.value_or(0) <= count;
                     }) &&
         std::all_of(schema.releases.begin(), schema.releases.end(),
                     [&](const auto& release) { return release.second <= count; }) &&
         std::all_of(schema.objects.begin(), schema.objects.end(), [&](const FingerprintObject& object) {
           return object.born <= count && object.gone.value_or(0) <= count;
         });
}

std::string array_lines(const std::vector<json>& rows, const std::string& indent) {
  std::string text = "[";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += (i == 0 ? "\n" : ",\n") + indent + rows[i].dump();
  }
  return text + "]";
}

std::string schema_text(const SchemaFingerprint& schema) {
  json branches = json::array();
  for (const FingerprintBranch& branch : schema.branches) {
    branches.push_back({branch.name, branch.start});
  }
  std::vector<json> revisions;
  for (const FingerprintRevision& revision : schema.revisions) {
    json row = {revision.id, revision.release};
    if (revision.branch > 0 || revision.taken_in) {
      row.push_back(revision.branch);
    }
    if (revision.taken_in) {
      row.push_back(*revision.taken_in);
    }
    revisions.push_back(std::move(row));
  }
  std::string text = " \"branches\": " + branches.dump() + ",\n \"revisions\": " + array_lines(revisions, "  ") +
                     ",\n \"releases\": " + json(schema.releases).dump() + ",\n \"tables\": {";
  std::string table;
  std::vector<json> rows;
  bool first = true;
  const auto end_table = [&] {
    if (!rows.empty()) {
      text += (first ? "\n  " : ",\n  ") + json(table).dump() + ": " + array_lines(rows, "   ");
      first = false;
      rows.clear();
    }
  };
  for (const FingerprintObject& object : schema.objects) {
    if (object.table != table) {
      end_table();
      table = object.table;
    }
    json row = {object.kind, object.name, object.value, object.text};
    if (!SchemaFingerprint::is_constant(object)) {
      row.push_back(object.born);
    }
    if (object.gone) {
      row.push_back(*object.gone);
    }
    rows.push_back(std::move(row));
  }
  end_table();
  return text + "\n }";
}

}  // namespace

SchemaState SchemaFingerprint::state_of(const std::string& release) const {
  SchemaState state(branches.size(), 0);
  const auto count = releases.find(release);
  for (std::size_t i = 0; count != releases.end() && i < count->second; ++i) {
    ++state[revisions[i].branch];
  }
  return state;
}

std::vector<SchemaState> SchemaFingerprint::states() const {
  SchemaState most(branches.size(), 0);
  for (const FingerprintRevision& revision : revisions) {
    ++most[revision.branch];
  }
  std::vector<SchemaState> all = {SchemaState(branches.size(), 0)};
  for (std::size_t branch = 0; branch < branches.size(); ++branch) {
    std::vector<SchemaState> more;
    for (const SchemaState& state : all) {
      for (std::size_t count = 0; count <= most[branch]; ++count) {
        more.push_back(state);
        more.back()[branch] = count;
      }
    }
    all = std::move(more);
  }
  std::erase_if(all, [&](const SchemaState& state) {
    for (std::size_t i = 0; i < revisions.size(); ++i) {
      if (revisions[i].taken_in && applied(*revisions[i].taken_in, state) && !applied(i + 1, state)) {
        return true;
      }
    }
    return false;
  });
  return all;
}

std::vector<std::string> SchemaFingerprint::releases_at(const SchemaState& state) const {
  std::vector<std::string> names;
  for (const auto& [release, count] : releases) {
    if (state_of(release) == state) {
      names.push_back(release);
    }
  }
  return names;
}

bool SchemaFingerprint::applied(std::size_t revision, const SchemaState& state) const {
  if (revision == 0) {
    return true;
  }
  const FingerprintRevision& wanted = revisions[revision - 1];
  return wanted.place <= state[wanted.branch];
}

bool SchemaFingerprint::holds(const FingerprintObject& object, const SchemaState& state) const {
  return applied(object.born, state) && !(object.gone && applied(*object.gone, state));
}

std::string SchemaFingerprint::head(std::size_t branch, const SchemaState& state) const {
  std::string head = branches[branch].start;
  for (const FingerprintRevision& revision : revisions) {
    if (revision.branch == branch && revision.place <= state[branch]) {
      head = revision.taken_in && applied(*revision.taken_in, state) ? "" : revision.id;
    }
  }
  return head;
}

std::vector<std::string> SchemaFingerprint::heads(const SchemaState& state) const {
  std::vector<std::string> all;
  for (std::size_t branch = 0; branch < branches.size(); ++branch) {
    if (std::string one = head(branch, state); !one.empty()) {
      all.push_back(std::move(one));
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

Result<Fingerprints> load_fingerprints(const std::filesystem::path& file) {
  Fingerprints result;
  REHEARSAL_TRY_SET(const bool there, is_there(file));
  if (!there) {
    return result;
  }
  REHEARSAL_TRY_SET(const std::string text, read_file(file));
  try {
    const json document = json::parse(text);
    for (const auto& [role, entry] : document.at("schemas").items()) {
      result[role] = schema_from(entry);
      if (!is_sound(result[role])) {
        return fail("the fingerprint of '" + role + "' contradicts itself", file.string(), "make fingerprints");
      }
    }
  } catch (const json::exception& problem) {
    return fail(std::string("the fingerprints cannot be read: ") + problem.what(), file.string(), "make fingerprints");
  }
  return result;
}

std::string fingerprints_text(const std::string& service, const Fingerprints& fingerprints) {
  std::string text = "{\"service\": " + json(service).dump() + ",\n\"schemas\": {";
  bool first = true;
  for (const auto& [role, schema] : fingerprints) {
    text += (first ? "\n" : ",\n") + json(role).dump() + ": {\n" + schema_text(schema) + "}";
    first = false;
  }
  return text + "}}\n";
}

}  // namespace rehearsal
