#include "snapshots/scan/mydumper.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>

#include "base/files.h"
#include "base/os/folders.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/bytes/backup_folder.h"
#include "snapshots/bytes/source.h"
#include "snapshots/scan/mydumper_metadata.h"
#include "snapshots/scan/statement.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 5> kPackings = {".gz", ".zst", ".lz4", ".xz", ".bz2"};
struct Suffix {
  std::string_view text;
  PartKind kind;
};
constexpr std::array<Suffix, 6> kSuffixes = {{{"-schema-create", PartKind::database},
                                              {"-schema-sequence", PartKind::sequence},
                                              {"-schema-view", PartKind::view},
                                              {"-schema-triggers", PartKind::triggers},
                                              {"-schema-post", PartKind::post},
                                              {"-schema", PartKind::table}}};

std::string_view without_packing(std::string_view name) {
  for (const std::string_view packing : kPackings) {
    if (name.ends_with(packing)) {
      return name.substr(0, name.size() - packing.size());
    }
  }
  return name;
}

// A file of SQL as its name says it, schema and table not parted yet.
struct Named {
  std::string file;
  std::string stem;  // "schema" or "schema.table"
  PartKind kind = PartKind::rows;
  std::vector<std::uint64_t> chunk;
};

Named named(const std::string& file, const std::set<std::string>& stems) {
  Named read;
  read.file = file;
  std::string_view stem = without_packing(file);
  stem.remove_suffix(std::string_view(".sql").size());
  for (const Suffix& suffix : kSuffixes) {
    // "s.a-schema.sql" holds the rows of a table `a-schema` where that has a file for its structure.
    if (stem.ends_with(suffix.text) && !stems.contains(std::string(stem) + "-schema")) {
      read.kind = suffix.kind;
      read.stem = stem.substr(0, stem.size() - suffix.text.size());
      return read;
    }
  }
  for (std::size_t dot = stem.rfind('.'); dot != std::string_view::npos && read.chunk.size() < 2;
       dot = stem.rfind('.')) {
    const std::string_view last = stem.substr(dot + 1);
    if (last.size() < 5 || !is_digits(last) || stems.contains(std::string(stem) + "-schema")) {
      break;
    }
    read.chunk.insert(read.chunk.begin(), count_from(last).value_or(0));
    stem = stem.substr(0, dot);
  }
  read.stem = stem;
  return read;
}

tl::unexpected<Error> unusable(std::string what, const fs::path& where, std::string hint) {
  return fail(ErrorKind::unusable_dump, std::move(what), where.string(), std::move(hint));
}

struct Folder {
  fs::path path;
  std::vector<std::string> names;
};

Result<Folder> list(const fs::path& path) {
  Folder folder{path, {}};
  const auto entries = entries_of(path);
  if (!entries) {
    return unusable("the folder cannot be read: " + entries.error().what, path, "");
  }
  for (const fs::path& entry : *entries) {
    folder.names.push_back(entry.filename().string());
  }
  return folder;
}

tl::unexpected<Error> refuse(const Folder& folder) {
  const auto has = [&](const char* name) { return std::binary_search(folder.names.begin(), folder.names.end(), name); };
  const std::string again = "dump it with mariadb-dump --single-transaction --all-databases --routines --events";
  if (is_physical_backup(folder.path)) {
    return unusable("this is a physical backup (mariadb-backup or xtrabackup), which only a server can read",
                    folder.path,
                    "`rehearse run` and `rehearse snapshot add` start one on a copy of it; without a server, " + again);
  }
  if (has("backup_variables.txt") || (has("meta") && has("datadir"))) {
    return unusable(
        "this is a physical backup of mysqlbackup, not an SQL dump", folder.path,
        "restore a copy of it (mysqlbackup copy-back-and-apply-log), start a private MySQL on it and " + again);
  }
  if (has("@.json")) {
    return unusable("this is a dump of MySQL Shell, not of mydumper or mysqldump", folder.path,
                    "load it into a MySQL server (util.loadDump) and " + again);
  }
  if (has("ibdata1")) {
    return unusable("this is a data directory of a server, not an SQL dump", folder.path,
                    "start a private server of the same version on a copy of it and " + again);
  }
  return unusable("this is a folder, not a dump file", folder.path,
                  "name the files that mysqldump or mariadb-dump wrote, or a directory that mydumper wrote");
}

// The name that the schema's own file tells.
Result<std::string> schema_of(const fs::path& file) {
  REHEARSAL_TRY_SET(Source source, Source::open(file.string()));
  std::string text(std::size_t{64} << 10, '\0');
  REHEARSAL_TRY_SET(const std::size_t got, source.read({text.data(), text.size()}));
  text.resize(got);
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(";\n"), rest.size());
    const Statement statement = classify_statement(trim(rest.substr(0, end)), kServerOfTexts);
    if (statement.kind == EventKind::create_database) {
      return statement.object;
    }
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return unusable("the file holds no CREATE DATABASE", file, "the disk was full or the dump was damaged: dump again");
}

class Layout {
 public:
  explicit Layout(const Folder& folder) : folder_(folder) {}

  Result<std::vector<DumpInput>> read() {
    REHEARSAL_TRY(read_metadata());
    REHEARSAL_TRY(read_names());
    for (const Named& file : files_) {
      REHEARSAL_TRY(place(file));
    }
    for (const auto& [stem, schema] : schemas_) {
      read_rows(stem);
    }
    REHEARSAL_TRY(check());
    return inputs();
  }

 private:
  struct Schema {
    std::string name;
    std::vector<std::pair<Named, DumpPart>> parts;
    std::map<std::string, std::uint64_t> rows;
  };

  Result<void> read_metadata() {
    const auto has = [&](const char* name) {
      return std::binary_search(folder_.names.begin(), folder_.names.end(), name);
    };
    if (has("metadata.partial")) {
      return unusable("the dump is not finished: mydumper is still running or was stopped",
                      folder_.path / "metadata.partial", "wait until mydumper ends, or dump again");
    }
    if (!has("metadata")) {
      return unusable("the dump's file `metadata` is missing", folder_.path,
                      "mydumper writes it last: the dump is incomplete. Dump again, or copy all files");
    }
    REHEARSAL_TRY_SET(const std::string text, read_file(folder_.path / "metadata"));
    metadata_ = read_mydumper_metadata(text);
    if (metadata_.finished_at.empty()) {
      return unusable("the dump is not finished: `metadata` does not record its end", folder_.path / "metadata",
                      "mydumper was stopped, or the file is cut off: dump again");
    }
    return {};
  }

  Result<void> read_names() {
    std::set<std::string> stems;
    std::vector<std::string> sql;
    for (const std::string& name : folder_.names) {
      const std::string_view plain = without_packing(name);
      if (plain.ends_with(".dat") || plain.ends_with(".csv") || plain.ends_with(".json")) {
        return unusable("the rows are not INSERT statements", folder_.path / name,
                        "dump again without --load-data, --csv or --format");
      }
      if (plain.ends_with(".sql") && plain != "all-schema-create-tablespace.sql") {
        sql.push_back(name);
        stems.emplace(plain.substr(0, plain.size() - 4));
      }
    }
    for (const std::string& name : sql) {
      files_.push_back(named(name, stems));
      if (files_.back().kind == PartKind::database) {
        REHEARSAL_TRY_SET(schemas_[files_.back().stem].name, schema_of(folder_.path / name));
      }
    }
    if (schemas_.empty()) {
      return unusable("there is no SCHEMA-schema-create.sql in the dump", folder_.path,
                      "it was made with --no-schemas, or files are missing: dump the structures too");
    }
    return {};
  }

  // The longest schema whose name begins the file's: checked later against what the file holds.
  Result<void> place(const Named& file) {
    const bool of_schema =
        schemas_.contains(file.stem) &&
        (file.kind == PartKind::database || file.kind == PartKind::post || file.kind == PartKind::triggers);
    Schema* into = of_schema ? &schemas_[file.stem] : nullptr;
    DumpPart part{(folder_.path / file.file).string(), file.kind, ""};
    for (std::size_t dot = file.stem.rfind('.'); into == nullptr && dot != std::string::npos && dot > 0;
         dot = file.stem.rfind('.', dot - 1)) {
      if (const auto at = schemas_.find(file.stem.substr(0, dot)); at != schemas_.end()) {
        into = &at->second;
        part.table = file.stem.substr(dot + 1);
      }
    }
    if (into == nullptr) {
      return unusable("the file belongs to no schema of the dump: its SCHEMA-schema-create.sql is missing",
                      folder_.path / file.file, "copy all files of the dump, or dump again");
    }
    into->parts.emplace_back(file, std::move(part));
    return {};
  }

  // Of the metadata, and of the files that some versions write beside each table.
  void read_rows(const std::string& stem) {
    Schema& schema = schemas_[stem];
    for (const auto& [name, rows] : metadata_.rows) {
      if (name.first == schema.name) {
        schema.rows[name.second] = rows;
      }
    }
    for (const auto& [file, part] : schema.parts) {
      if (file.kind != PartKind::table) {
        continue;
      }
      if (const auto text = read_file(folder_.path / (file.stem + "-metadata"))) {
        if (const auto rows = count_from(trim(*text))) {
          schema.rows.emplace(part.table, *rows);
        }
      }
    }
  }

  static bool holds(const Schema& schema, PartKind kind, const std::string& table) {
    return std::any_of(schema.parts.begin(), schema.parts.end(),
                       [&](const auto& each) { return each.second.kind == kind && each.second.table == table; });
  }

  // Every table has its structure, and what metadata promises is there.
  Result<void> check() {
    for (auto& [stem, schema] : schemas_) {
      for (const auto& [file, part] : schema.parts) {
        const bool of_rows = part.kind == PartKind::rows;
        if ((of_rows || (part.kind == PartKind::triggers && !part.table.empty())) &&
            !holds(schema, PartKind::table, part.table) &&
            !(of_rows && holds(schema, PartKind::sequence, part.table))) {
          return unusable("the structure of " + schema.name + "." + part.table + " is missing",
                          folder_.path / (stem + "." + part.table + "-schema.sql"),
                          "copy all files of the dump, or dump again without --no-schemas");
        }
      }
      const bool all_have_rows = std::all_of(schema.parts.begin(), schema.parts.end(), [&](const auto& each) {
        return each.second.kind != PartKind::table || holds(schema, PartKind::rows, each.second.table) ||
               holds(schema, PartKind::view, each.second.table);
      });
      for (auto& [file, part] : schema.parts) {
        part.may_be_empty = part.kind == PartKind::rows && all_have_rows;
      }
      for (const auto& [of, key] : metadata_.promised) {
        if (of == schema.name && (key == "post_checksum" || key == "events_checksum") &&
            !holds(schema, PartKind::post, "")) {
          return unusable("the routines or events of " + schema.name + " are missing: `metadata` lists them",
                          folder_.path / (stem + "-schema-post.sql"), "copy all files of the dump, or dump again");
        }
        if (key != "triggers_checksum" || !of.starts_with(schema.name + ".")) {
          continue;
        }
        const std::string table = of.substr(schema.name.size() + 1);
        if (holds(schema, PartKind::table, table) && !holds(schema, PartKind::triggers, table) &&
            !holds(schema, PartKind::triggers, "")) {
          return unusable("the triggers of " + of + " are missing: `metadata` lists them",
                          folder_.path / (stem + "." + table + "-schema-triggers.sql"),
                          "copy all files of the dump, or dump again");
        }
      }
    }
    return {};
  }

  Result<std::vector<DumpInput>> inputs() {
    std::vector<DumpInput> made;
    for (auto& [stem, schema] : schemas_) {
      std::stable_sort(schema.parts.begin(), schema.parts.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.kind, a.second.table, a.first.chunk) <
               std::tie(b.second.kind, b.second.table, b.first.chunk);
      });
      DumpInput input;
      input.path = (folder_.path / stem).string();
      input.schema = schema.name;
      input.of = folder_.path.string();
      input.completed_at = metadata_.finished_at;
      input.replication_position = metadata_.replication_position;
      input.rows = schema.rows;
      for (const auto& [file, part] : schema.parts) {
        // A view has a table of its name to stand in for it until all views are there.
        if (part.kind == PartKind::table && holds(schema, PartKind::view, part.table)) {
          continue;
        }
        std::error_code error;
        if (part.may_be_empty && fs::file_size(part.path, error) == 0) {
          continue;
        }
        input.parts.push_back(part);
      }
      made.push_back(std::move(input));
    }
    return made;
  }

  const Folder& folder_;
  MydumperMetadata metadata_;
  std::vector<Named> files_;
  std::map<std::string, Schema> schemas_;  // by the name in the files
};

}  // namespace

bool is_mydumper(const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "metadata" || name == "metadata.partial" || without_packing(name).ends_with("-schema-create.sql");
  });
}

Result<std::vector<DumpInput>> expand_dumps(const std::vector<DumpInput>& inputs) {
  std::vector<DumpInput> expanded;
  for (const DumpInput& input : inputs) {
    REHEARSAL_TRY_SET(const bool folder_given, is_folder(input.path));
    if (!input.parts.empty() || !folder_given) {
      expanded.push_back(input);
      continue;
    }
    std::string path = input.path;
    while (path.size() > 1 && path.ends_with('/')) {
      path.pop_back();
    }
    REHEARSAL_TRY_SET(const Folder folder, list(path));
    if (!is_mydumper(folder.names)) {
      return refuse(folder);
    }
    if (!input.schema.empty()) {
      return fail(ErrorKind::unusable_dump, "a mydumper directory names its schemas itself", path,
                  "leave out the schema given for it");
    }
    REHEARSAL_TRY_SET(std::vector<DumpInput> dumps, Layout(folder).read());
    std::move(dumps.begin(), dumps.end(), std::back_inserter(expanded));
  }
  return expanded;
}

std::string delimiter_of(const DumpInput& input) {
  return input.parts.empty() ? ";" : ";\n";
}

}  // namespace rehearsal
