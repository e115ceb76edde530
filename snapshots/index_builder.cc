#include "snapshots/index_builder.h"

#include <algorithm>
#include <filesystem>

#include "base/names.h"
#include "base/text.h"
#include "snapshots/mysql_collations.h"
#include "snapshots/row_values.h"
#include "snapshots/statement.h"
#include "snapshots/table_definition.h"
#include "snapshots/tokens.h"

namespace rehearsal {

namespace {

// So many tables of a schema in two dumps are no longer single ones that were dumped again.
constexpr std::size_t kFewTables = 2;

}  // namespace

namespace {

std::string full_name(const DumpEvent& event) {
  return (event.schema.empty() ? "" : std::string(event.schema) + ".") + std::string(event.object);
}

}  // namespace

void IndexBuilder::begin_file(const DumpInput& input) {
  file_ = DumpFile{};
  file_.path = input.path;
  file_.schema = input.schema;
  file_.of = input.of;
  file_.completed_at = input.completed_at;
  file_.server_version = input.server_version;
  file_.replication_position = input.replication_position;
  input_ = input;
  part_judge_ = {};
  read_to_ = 0;
  whole_ = true;
  broken_part_.clear();
  if (!input.parts.empty()) {
    file_.producer = "mydumper";
    file_.parts.push_back({input.parts.front().path, input.parts.front().kind, 0, 1});
  }
  judge_ = {};
  hazards_ = HazardFinder(input.path, options_.server_version);
  order_ = LoadOrderJudge(options_.server_version);
  file_tables_.clear();
  recognised_ = false;
}

void IndexBuilder::end_parts(const std::vector<std::uint64_t>& ends, const DumpEvent& event) {
  while (file_.parts.size() <= ends.size() && !file_.parts.empty() && event.begin >= ends[file_.parts.size() - 1]) {
    end_part(ends[file_.parts.size() - 1], event.line);
  }
}

// A statement of two parts is of one that is cut off, whatever follows in the next.
void IndexBuilder::end_part(std::uint64_t end, std::uint64_t next_line) {
  const std::size_t part = file_.parts.size() - 1;
  file_.parts[part].end = end;
  if (read_to_ > end || !whole_) {
    refuse_part(part, "it ends inside a statement");
  }
  if (std::string why = part_judge_.judge(input_.parts[part]); !why.empty()) {
    refuse_part(part, why);
  }
  if (part + 1 < input_.parts.size()) {
    file_.parts.push_back({input_.parts[part + 1].path, input_.parts[part + 1].kind, 0, next_line});
  }
}

void IndexBuilder::refuse_part(std::size_t part, const std::string& why) {
  if (broken_part_.empty()) {
    broken_part_ = std::filesystem::path(input_.parts[part].path).filename().string() + ": " + why;
  }
}

// With what the producer counted.
void IndexBuilder::compare_rows() {
  for (const auto& [name, rows] : input_.rows) {
    const auto at = std::find_if(index_.tables.begin(), index_.tables.end(),
                                 [&](const DumpTable& one) { return one.schema == input_.schema && one.name == name; });
    const bool view =
        std::find(index_.views.begin(), index_.views.end(), input_.schema + "." + name) != index_.views.end();
    if (view || !broken_part_.empty()) {
      continue;
    }
    if (at == index_.tables.end()) {
      broken_part_ = input_.schema + "." + name + ", which `metadata` tells of and no file holds";
    } else if (at->rows != rows) {
      broken_part_ = plural(at->rows, "row") + " of " + input_.schema + "." + name + ", of which `metadata` tells " +
                     std::to_string(rows);
    }
  }
}

void IndexBuilder::heed(const DumpEvent& event) {
  if (!file_.parts.empty()) {
    part_judge_.heed(event);
    read_to_ = event.text.empty() ? read_to_ : event.begin + event.text.size();
    whole_ = event.last;
  }
  judge_.heed(event);
  collations(event);
  hazards_.heed(event);
  order_.heed(event);
  if (event.kind != EventKind::insert) {
    end_range(event.line);
  }
  statement_bytes_ = (event.first ? 0 : statement_bytes_) + event.text.size();
  if (event.kind != EventKind::comment) {
    index_.longest_statement = std::max(index_.longest_statement, statement_bytes_);
  }
  recognised_ = recognised_ || (event.kind != EventKind::comment && event.kind != EventKind::other &&
                                event.kind != EventKind::client_command);
  switch (event.kind) {
    case EventKind::comment:
      if (event.first) {
        comment(event.text, event.schema);
      }
      break;
    case EventKind::create_database:
      index_.schemas[std::string(event.object)] = event.text;
      break;
    case EventKind::create_table:
      create_table(event);
      break;
    case EventKind::insert:
      insert(event);
      break;
    case EventKind::drop:
      forget_rows(event);
      break;
    case EventKind::create_view:
      // The stand-in too: where the view itself does not follow, the server has the stand-in of the name.
      if (std::find(index_.views.begin(), index_.views.end(), full_name(event)) == index_.views.end()) {
        index_.views.push_back(full_name(event));
      }
      if (!event.placeholder) {
        definer(event);
      }
      break;
    case EventKind::create_trigger:
      index_.triggers.push_back(full_name(event));
      definer(event);
      break;
    case EventKind::create_routine:
      index_.routines.push_back(full_name(event));
      definer(event);
      break;
    case EventKind::create_event:
      index_.events.push_back(full_name(event));
      definer(event);
      break;
    case EventKind::replication:
      if (file_.replication_position.empty() && event.text.starts_with("CHANGE MASTER")) {
        file_.replication_position = event.text;
      }
      break;
    case EventKind::client_command:
    case EventKind::session:
    case EventKind::use_database:
    case EventKind::create_sequence:
    case EventKind::alter_table:
    case EventKind::account:
    case EventKind::other:
      break;
  }
}

void IndexBuilder::collations(const DumpEvent& event) {
  if (event.kind == EventKind::insert || event.kind == EventKind::comment || is_system_schema(event.schema)) {
    return;
  }
  for (const auto& [name, times] : named_collations(event.text, options_.server_version, event.backslash_escapes)) {
    if (options_.map_collations.contains(name)) {
      index_.mapped_collations[name] += times;
    } else if (!stand_in_for_mysql(name).empty()) {
      const DumpFile::Place at =
          file_.parts.empty() ? DumpFile::Place{file_.path, event.line} : file_.place(event.line);
      unknown_.emplace(name, UnknownCollation{at.file, at.line, 0}).first->second.times += times;
    }
  }
}

DumpTable& IndexBuilder::table(std::string_view schema, std::string_view name) {
  if (last_table_ < index_.tables.size()) {
    DumpTable& last = index_.tables[last_table_];
    if (last.name == name && last.schema == schema && !file_tables_.empty() && file_tables_.back() == last_table_) {
      return last;
    }
  }
  std::string key(schema);
  key += '\0';
  key += name;
  const auto [at, added] = places_.emplace(std::move(key), index_.tables.size());
  if (added) {
    DumpTable& made = index_.tables.emplace_back();
    made.schema = schema;
    made.name = name;
    if (!schema.empty()) {
      index_.schemas.emplace(schema, "");
    }
  }
  last_table_ = at->second;
  if (std::find(file_tables_.begin(), file_tables_.end(), last_table_) == file_tables_.end()) {
    file_tables_.push_back(last_table_);
  }
  return index_.tables[last_table_];
}

void IndexBuilder::comment(std::string_view text, std::string_view schema) {
  const auto after = [&](std::string_view prefix, std::string& into) {
    if (text.starts_with(prefix) && into.empty()) {
      into = trim(text.substr(prefix.size()));
    }
  };
  constexpr std::string_view kData = "-- Dumping data for table ";
  constexpr std::string_view kCompleted = "-- Dump completed on ";
  if (text.starts_with(kData)) {
    table(schema, unquoted_name(trim(text.substr(kData.size())))).has_data_section = true;
  } else if (text.starts_with(kCompleted)) {
    file_.completed_at = trim(text.substr(kCompleted.size()));
    file_.completed_at = replace_all(file_.completed_at, "  ", " ");
  } else if (text.starts_with("-- CHANGE MASTER") || text.starts_with("-- SET GLOBAL gtid_slave_pos")) {
    after("-- ", file_.replication_position);
  } else if (text.starts_with("-- Server version")) {
    after("-- Server version", file_.server_version);
  } else if (text.starts_with("-- Host: ") && file_.host.empty()) {
    const std::string_view rest = text.substr(9);
    file_.host = trim(rest.substr(0, rest.find("  ")));
  } else if ((text.starts_with("-- MariaDB dump ") || text.starts_with("-- MySQL dump ")) && file_.producer.empty()) {
    // "NAME dump VERSION  Distrib REST", or "NAME dump VERSION-REST" from newer ones
    recognised_ = true;
    const std::string_view line = text.substr(3);
    constexpr std::string_view kDistrib = "  Distrib ";
    std::size_t cut = line.find(kDistrib);
    std::size_t rest = cut == std::string_view::npos ? cut : cut + kDistrib.size();
    if (cut == std::string_view::npos) {
      cut = line.find('-', line.find("dump "));
      rest = cut == std::string_view::npos ? cut : cut + 1;
    }
    file_.producer = trim(line.substr(0, cut));
    file_.distribution = rest == std::string_view::npos ? "" : trim(line.substr(rest));
  }
}

void IndexBuilder::create_table(const DumpEvent& event) {
  DumpTable& made = table(event.schema, event.object);
  if (made.has_structure) {
    hazards_.heed_duplicate(event);
  }
  if (const auto [made_in, first] = made_in_.emplace(last_table_, index_.files.size());
      !first && made_in->second != index_.files.size()) {
    ++twice_[{std::string(event.schema), made_in->second, index_.files.size()}];
  }
  const TableDefinition definition = read_table_definition(event.text, options_.server_version);
  hazards_.heed_table(event, definition);
  made.has_structure = true;
  made.columns = definition.columns;
  made.kinds = definition.kinds;
  made.unique_keys = definition.unique_keys;
  made.plain_keys = definition.plain_keys;
  made.engine = definition.engine;
  made.objects = table_objects(event.text, options_.server_version);
  for (TableObject& object : made.objects) {
    object.text.clear();
  }
}

// A table that is dropped after its rows were told starts anew.
void IndexBuilder::forget_rows(const DumpEvent& event) {
  std::string key(event.schema);
  key += '\0';
  key += event.object;
  const auto at = places_.find(key);
  if (at == places_.end() || !lower(event.text.substr(0, 40)).starts_with("drop table")) {
    return;
  }
  DumpTable& dropped = index_.tables[at->second];
  dropped.rows = dropped.bytes = dropped.longest_statement = 0;
  dropped.captured.clear();
  dropped.ranges.clear();
  dropped.rows_hash.clear();
}

void IndexBuilder::insert(const DumpEvent& event) {
  DumpTable& into = table(event.schema, event.object);
  into.has_data_section = true;
  into.rows += event.rows;
  into.bytes += event.end - event.begin;
  into.longest_statement = std::max(into.longest_statement, statement_bytes_);
  range(event, into);
  if (into.captured.size() < options_.capture_limit && is_captured(into.name)) {
    capture(event, into);
  }
}

void IndexBuilder::range(const DumpEvent& event, DumpTable& into) {
  if (range_table_ != last_table_) {
    end_range(event.line);
    range_table_ = last_table_;
    range_line_ = event.line;
    into.ranges.push_back({index_.files.size(), event.begin, event.end, 0});
  }
  into.ranges.back().end = event.end;
  range_hash_.add(event.text);
}

// `line`: of what comes behind it.
void IndexBuilder::end_range(std::uint64_t line) {
  if (range_table_ == kNoTable) {
    return;
  }
  DumpTable& table = index_.tables[range_table_];
  range_table_ = kNoTable;
  table.ranges.back().lines = line - range_line_;
  const std::string hash = range_hash_.hex();
  range_hash_.reset();
  if (!table.rows_hash.empty()) {
    range_hash_.add(table.rows_hash + hash);
    table.rows_hash = range_hash_.hex();
    range_hash_.reset();
  } else {
    table.rows_hash = hash;
  }
}

void IndexBuilder::capture(const DumpEvent& event, DumpTable& into) const {
  RowValues values = read_rows(event, options_.capture_limit - into.captured.size(), options_.server_version);
  for (Row& row : values.rows) {
    if (values.columns.empty() || into.columns.empty() || values.columns.size() != row.size()) {
      into.captured.push_back(std::move(row));
      continue;
    }
    // The INSERT's own order of columns becomes the table's.
    Row ordered(into.columns.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto at = std::find(into.columns.begin(), into.columns.end(), values.columns[i]);
      if (at != into.columns.end()) {
        ordered[static_cast<std::size_t>(at - into.columns.begin())] = std::move(row[i]);
      }
    }
    into.captured.push_back(std::move(ordered));
  }
}

bool IndexBuilder::is_captured(const std::string& name) const {
  return matches_any(options_.capture, name);
}

void IndexBuilder::definer(const DumpEvent& event) {
  const Statement statement = classify_statement(event.text, options_.server_version);
  if (!statement.definer || (statement.definer->second.empty() && lower(statement.definer->first) == "current_user")) {
    return;
  }
  index_.definers.insert(*statement.definer);
  hazards_.heed_definer(event, *statement.definer);
}

void IndexBuilder::end_file(DumpFile file, const ScanEnd& end) {
  file_.compression = std::move(file.compression);
  file_.bytes_on_disk = file.bytes_on_disk;
  file_.bytes = end.bytes;
  end_range(end.lines + 1);
  file_.ordered_because = order_.reason();
  file_.content_hash = std::move(file.content_hash);
  CompletenessJudge::Verdict verdict = judge_.judge(end);
  file_.completeness = verdict.completeness;
  file_.ends_in = std::move(verdict.ends_in);
  if (!file_.parts.empty()) {
    end_part(end.bytes, end.lines + 1);
    compare_rows();
    if (!broken_part_.empty()) {
      file_.completeness = Completeness::truncated;
      file_.ends_in = broken_part_;
    } else if (file_.completeness != Completeness::truncated) {
      // How many triggers and routines there were is not told.
      const bool objects = std::any_of(input_.parts.begin(), input_.parts.end(), [](const DumpPart& part) {
        return part.kind == PartKind::triggers || part.kind == PartKind::post;
      });
      const bool counted = !objects && std::all_of(file_tables_.begin(), file_tables_.end(), [&](std::size_t place) {
        return input_.rows.contains(index_.tables[place].name);
      });
      file_.completeness = counted && !input_.rows.empty() ? Completeness::complete : Completeness::unprovable;
    }
  }
  std::vector<const DumpTable*> tables;
  for (const std::size_t place : file_tables_) {
    tables.push_back(&index_.tables[place]);
  }
  hazards_.finish(file_, tables);
  for (Hazard hazard : hazards_.found()) {
    if (!file_.parts.empty() && hazard.line > 0) {
      DumpFile::Place place = file_.place(hazard.line);
      hazard.file = std::move(place.file);
      hazard.line = place.line;
    }
    index_.hazards.push_back(std::move(hazard));
  }
  index_.files.push_back(std::move(file_));
}

// One hazard for all of them: what is to be done is done once.
void IndexBuilder::unknown_collations() {
  constexpr unsigned kKnowsThem = 110405;
  if (options_.server_version >= kKnowsThem || unknown_.empty()) {
    return;
  }
  std::vector<std::string> names, told;
  const UnknownCollation* first = &unknown_.begin()->second;
  for (const auto& [name, where] : unknown_) {
    first = where.line < first->line ? &where : first;
    names.push_back(name);
    told.push_back(name + " at " + plural(where.times, "place"));
  }
  index_.hazards.push_back({"unknown-collation", "warning",
                            "the dump names " + plural(names.size(), "collation") +
                                " of MySQL 8 that the server does not know (" + join(told, ", ") +
                                "): a restore is refused without " + mapping_options(names),
                            first->file, first->line, ""});
}

DumpIndex IndexBuilder::finish() {
  // A "Dumping data" comment for a view or a table that never came names no table.
  std::erase_if(index_.tables, [](const DumpTable& told) { return !told.has_structure && told.bytes == 0; });
  index_.map_collations = options_.map_collations;
  unknown_collations();
  for (const auto& [from, times] : index_.mapped_collations) {
    index_.hazards.push_back({"collation-mapped", "warning",
                              index_.mapping_text(from) + ": text sorts and compares by other rules", "", 0, from});
  }
  for (const auto& [where, tables] : twice_) {
    const auto& [schema, first, second] = where;
    if (tables < kFewTables) {
      continue;  // given again on purpose, after the rest
    }
    const std::string names = index_.files[first].name() == index_.files[second].name()
                                  ? index_.files[first].path + " and " + index_.files[second].path
                                  : index_.files[first].name() + " and " + index_.files[second].name();
    const bool same = index_.files[first].content_hash == index_.files[second].content_hash;
    index_.hazards.push_back(
        {"schema-twice", "warning",
         (same ? "the same dump is given twice: " + names : "the schema " + schema + " is in two dumps: " + names),
         index_.files[second].path, 0, schema});
  }
  const std::vector<Hazard> together = hazards_of_snapshot(index_.files);
  index_.hazards.insert(index_.hazards.end(), together.begin(), together.end());
  return std::move(index_);
}

}  // namespace rehearsal
