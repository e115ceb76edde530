#include "scenarios/catalogue.h"

#include <algorithm>
#include <system_error>

#include "base/files.h"
#include "base/text.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

Release read_release(TomlReader& table) {
  Release release;
  table.require("name");
  table.read("name", release.name);
  table.read("codename", release.codename);
  table.read("date", release.date);
  table.read("slurp", release.slurp);
  table.read("constraints", release.constraints);
  table.read("exclude_newer", release.exclude_newer);
  table.read("pins", release.pins);
  return release;
}

void read_exit_meanings(TomlReader& table, std::map<int, ExitMeaning>& target) {
  std::map<std::string, std::string> words;
  table.read("exit", words);
  for (const auto& [status, word] : words) {
    if (const auto meaning = from_word<ExitMeaning>(word)) {
      target[std::atoi(status.c_str())] = *meaning;
    } else {
      table.wrong("exit", "holds '" + word + "'", "use ok, more, failed or warnings");
    }
  }
}

PhaseCommand read_phase(TomlReader& table, const Service& service) {
  PhaseCommand phase;
  std::string word, timeout, ignored;
  table.require("phase");
  table.require("command");
  table.read("phase", word);
  if (const auto known = from_word<Phase>(word)) {
    phase.phase = *known;
  } else {
    table.wrong("phase", "is '" + word + "', which is not a phase");
  }
  table.read("part", phase.part);
  table.read("command", phase.command);
  table.read("proof_command", phase.proof_command);
  table.read("config", phase.config);
  table.read("releases", phase.releases);
  table.read("timeout", timeout);
  table.read("source", ignored);
  read_exit_meanings(table, phase.exit_meaning);
  if (!timeout.empty()) {
    phase.timeout_seconds = parse_duration(timeout).value_or(0);
    if (phase.timeout_seconds <= 0) {
      table.wrong("timeout", "is not a duration", "write it as \"4h\" or \"30m\"");
    }
  }
  if (phase.config.empty() && service.config.size() == 1) {
    phase.config = service.config.begin()->first;
  }
  if (!service.config.contains(phase.config)) {
    table.wrong("config", "names no template of [config]");
  }
  return phase;
}

void read_online(TomlReader& table, Service& service) {
  OnlinePattern pattern;
  table.require("line");
  table.read("line", pattern.line);
  table.read("name_group", pattern.name_group);
  table.read("found_group", pattern.found_group);
  table.read("migrated_group", pattern.migrated_group);
  table.read("error", pattern.error);
  table.read("visits", pattern.visits);
  service.online = std::move(pattern);
}

void read_cells(TomlReader& table, Service& service) {
  CellRule rule;
  for (const char* key : {"schema", "table", "id_column", "name_column", "url_column", "only_cell_part"}) {
    table.require(key);
  }
  table.read("schema", rule.schema_role);
  table.read("table", rule.table);
  table.read("id_column", rule.id_column);
  table.read("name_column", rule.name_column);
  table.read("url_column", rule.url_column);
  table.read("first_cell_id", rule.first_cell_id);
  table.read("first_cell_part", rule.first_cell_part);
  table.read("only_cell_part", rule.only_cell_part);
  table.read("default_schema", rule.default_schema);
  table.read("disabled_column", rule.disabled_column);
  table.read("key_column", rule.key_column);
  std::vector<std::string> pointing;
  std::string in_use;
  table.read("pointing", pointing);
  table.read("in_use", in_use);
  const auto place = [&](const char* key, const std::string& text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) {
      table.wrong(key, "'" + text + "' is not a column", "write table.column");
      return ColumnPlace{text, {}};
    }
    return ColumnPlace{text.substr(0, dot), text.substr(dot + 1)};
  };
  for (const std::string& text : pointing) {
    rule.pointing.push_back(place("pointing", text));
  }
  if (!in_use.empty()) {
    rule.in_use = place("in_use", in_use);
  }
  table.read("cure", rule.cure);
  service.cells = std::move(rule);
}

void read_lists(TomlReader& table, Service& service) {
  std::string ignored;
  table.tables("remainder", [&](TomlReader& entry) {
    ExpectedRemainder remainder;
    entry.read("migration", remainder.migration);
    entry.read("rows", remainder.rows);
    entry.read("query", remainder.query);
    entry.read("releases", remainder.releases);
    entry.read("why", remainder.why);
    entry.read("source", remainder.source);
    service.remainders.push_back(std::move(remainder));
  });
  service.expected_changes = read_expected_changes(table);
  table.tables("url_column", [&](TomlReader& entry) {
    UrlColumn column;
    std::string kind, value;
    entry.read("schema", column.schema_role);
    entry.read("table", column.table);
    entry.read("column", column.column);
    entry.read("key", column.key_column);
    entry.read("kind", kind);
    entry.read("value", value);
    column.kind = kind.empty() ? value : kind;
    service.url_columns.push_back(std::move(column));
  });
  table.tables("known_crash", [&](TomlReader& entry) {
    KnownCrash crash;
    for (const char* key : {"pattern", "why", "source"}) {
      entry.require(key);
    }
    entry.read("pattern", crash.pattern);
    entry.read("releases", crash.releases);
    entry.read("why", crash.why);
    entry.read("source", crash.source);
    check_pattern(entry, crash.pattern);
    service.known_crashes.push_back(std::move(crash));
  });
  table.tables("sub_project", [&](TomlReader& entry) {
    SubProject one;
    for (const char* key : {"table", "distribution", "source"}) {
      entry.require(key);
    }
    entry.read("table", one.table);
    entry.read("distribution", one.distribution);
    entry.read("versions", one.versions);
    entry.read("tables", one.tables);
    entry.read("source", one.source);
    service.sub_projects.push_back(std::move(one));
  });
  table.tables("not_judged", [&](TomlReader& entry) {
    UncheckedCheck check;
    entry.require("name");
    entry.read("name", check.name);
    entry.read("why", check.why);
    entry.read("after_first_hop", check.after_first_hop);
    entry.read("source", ignored);
    service.not_judged.push_back(std::move(check));
  });
}

Service read_service(TomlReader& table, const fs::path& loaders) {
  Service service;
  service.revision_tables = {"alembic_version"};
  for (const char* key : {"name", "package", "order", "versions", "schemas", "config", "phase", "heads"}) {
    table.require(key);
  }
  table.read("name", service.name);
  table.read("package", service.package);
  table.read("order", service.order);
  table.read("source", service.source);
  table.read("version_command", service.version_command);
  table.read("revision_tables", service.revision_tables);
  table.read("leftover_tables", service.leftover_tables);
  table.read("protected_options", service.protected_options);
  table.read("versions", service.versions);
  table.read("pins", service.pins);
  table.read("schemas", service.schemas);
  table.read("config", service.config);
  table.tables("phase", [&](TomlReader& entry) { service.phases.push_back(read_phase(entry, service)); });
  table.table("heads", [&](TomlReader& roles) {
    for (const auto& [role, schema] : service.schemas) {
      roles.read(role, service.heads[role]);
    }
  });
  table.table("online", [&](TomlReader& entry) { read_online(entry, service); });
  table.table("cells", [&](TomlReader& entry) { read_cells(entry, service); });
  read_lists(table, service);
  service.stuck = read_row_rules(table, "stuck");
  service.suspects = read_row_rules(table, "suspect");
  service.guards = read_row_rules(table, "guard");
  service.version_rules = read_version_rules(table);
  service.codes = read_code_rules(table, loaders);
  table.read("migrations", service.migrations);
  for (auto& [role, releases] : service.heads) {
    for (auto& [release, heads] : releases) {
      std::sort(heads.begin(), heads.end());
    }
  }
  return service;
}

Result<toml::table> parse_file(const fs::path& file) {
  REHEARSAL_TRY_SET(const std::string text, read_file(file));
  return parse_toml(text, file.string(), ErrorKind::failed);
}

// What no single file can see: releases that a service names must be releases.
Result<void> check_service(const Catalogue& catalogue, const Service& service, const fs::path& file) {
  const auto known = [&](const std::string& release, const std::string& where) -> Result<void> {
    if (catalogue.release(release) == nullptr) {
      return fail("release '" + release + "' is not in releases.toml", file.string() + ", " + where);
    }
    return {};
  };
  for (const auto& [release, version] : service.versions) {
    REHEARSAL_TRY(known(release, "[versions]"));
  }
  for (const auto& [role, releases] : service.heads) {
    for (const auto& [release, heads] : releases) {
      REHEARSAL_TRY(known(release, "[heads." + role + "]"));
    }
  }
  for (const PhaseCommand& phase : service.phases) {
    for (const std::string& release : phase.releases) {
      REHEARSAL_TRY(known(release, "[[phase]] releases"));
    }
  }
  for (const KnownCrash& crash : service.known_crashes) {
    for (const std::string& release : crash.releases) {
      REHEARSAL_TRY(known(release, "[[known_crash]] releases"));
    }
  }
  for (const CodeRule& code : service.codes) {
    for (const std::string& release : code.releases) {
      REHEARSAL_TRY(known(release, "[[code]] releases"));
    }
    REHEARSAL_TRY_SET(const bool there, is_there(code.loader));
    if (!there) {
      return fail("there is no loader " + code.loader.string(), file.string() + ", [[code]] loader");
    }
  }
  for (const ExpectedChange& change : service.expected_changes) {
    REHEARSAL_TRY(known(change.release, "[[expected_change]]"));
  }
  for (const VersionRule& rule : service.version_rules) {
    for (const auto& [release, bound] : rule.bounds) {
      REHEARSAL_TRY(known(release, "[[version_rule]] bound"));
    }
    for (const std::string& role : rule.rows.schemas) {
      if (!service.schemas.contains(role)) {
        return fail("'" + role + "' is not a role of the service", file.string() + ", [[version_rule]] schemas");
      }
    }
  }
  for (const auto* rules : {&service.stuck, &service.suspects, &service.guards}) {
    for (const RowRule& rule : *rules) {
      for (const std::string& release : rule.releases) {
        REHEARSAL_TRY(known(release, "[[stuck]], [[suspect]], [[guard]] releases"));
      }
    }
  }
  return {};
}

Result<void> check_roles(const Catalogue& catalogue, const ConsistencyCheck& check) {
  if (!check.since.empty() && catalogue.release(check.since) == nullptr) {
    return fail("release '" + check.since + "' is not in releases.toml", "consistency.toml, " + check.id);
  }
  for (const std::string& name : roles_of(check)) {
    const std::size_t dot = name.find('.');
    const Service* service = catalogue.service(name.substr(0, dot));
    if (service == nullptr || !service->schemas.contains(name.substr(std::min(dot, name.size() - 1) + 1))) {
      return fail("'" + name + "' is not a role of a service", "consistency.toml, " + check.id);
    }
  }
  return {};
}

}  // namespace

const Release* Catalogue::release(const std::string& name) const {
  const auto found = std::find_if(releases.begin(), releases.end(), [&](const Release& r) { return r.name == name; });
  return found == releases.end() ? nullptr : &*found;
}

const Service* Catalogue::service(const std::string& name) const {
  const auto found = std::find_if(services.begin(), services.end(), [&](const Service& s) { return s.name == name; });
  return found == services.end() ? nullptr : &*found;
}

Result<Catalogue> load_catalogue(const fs::path& folder) {
  Catalogue catalogue;
  catalogue.folder = folder;
  {
    const fs::path file = folder / "releases.toml";
    REHEARSAL_TRY_SET(const toml::table document, parse_file(file));
    TomlProblems problems{file.string(), ErrorKind::failed, {}};
    TomlReader reader(document, "", problems);
    reader.tables("release", [&](TomlReader& entry) { catalogue.releases.push_back(read_release(entry)); });
    reader.finish();
    if (problems.first) {
      return fail(*problems.first);
    }
  }
  std::vector<fs::path> files;
  REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of(folder / "services"));
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(files),
               [](const fs::path& entry) { return entry.extension() == ".toml"; });
  if (catalogue.releases.empty() || files.empty()) {
    return fail("the catalogue holds no " + std::string(files.empty() ? "services" : "releases"), folder.string());
  }
  for (const fs::path& file : files) {
    REHEARSAL_TRY_SET(const toml::table document, parse_file(file));
    TomlProblems problems{file.string(), ErrorKind::failed, {}};
    TomlReader reader(document, "", problems);
    Service service = read_service(reader, folder / "loaders");
    reader.finish();
    if (problems.first) {
      return fail(*problems.first);
    }
    REHEARSAL_TRY(check_service(catalogue, service, file));
    REHEARSAL_TRY_SET(service.fingerprints, load_fingerprints(folder / "fingerprints" / (service.name + ".json")));
    catalogue.services.push_back(std::move(service));
  }
  REHEARSAL_TRY_SET(catalogue.consistency, load_consistency(folder / "consistency.toml"));
  for (const ConsistencyCheck& check : catalogue.consistency) {
    REHEARSAL_TRY(check_roles(catalogue, check));
  }
  REHEARSAL_TRY_SET(catalogue.invariants, load_invariants(folder / "invariants.toml"));
  for (const Invariant& invariant : catalogue.invariants) {
    const Service* service = catalogue.service(invariant.service);
    for (const std::string& role : invariant.of) {
      if (service == nullptr || !service->schemas.contains(role)) {
        return fail("'" + invariant.service + "." + role + "' is not a role of a service",
                    "invariants.toml, " + invariant.id);
      }
    }
  }
  std::stable_sort(catalogue.services.begin(), catalogue.services.end(),
                   [](const Service& a, const Service& b) { return a.order < b.order; });
  return catalogue;
}

}  // namespace rehearsal
