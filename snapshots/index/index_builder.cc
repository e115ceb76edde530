#include "snapshots/index/index_builder.h"

#include <algorithm>
#include <filesystem>

#include "base/contains.h"
#include "base/names.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/index/file_header.h"
#include "snapshots/index/object_changes.h"
#include "snapshots/index/table_alteration.h"
#include "snapshots/index/table_definition.h"
#include "snapshots/scan/row_values.h"
#include "snapshots/scan/statement.h"

namespace rehearsal {

namespace {

// So many tables of a schema in two dumps are no longer single ones that were dumped again.
constexpr std::size_t kFewTables = 2;

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
    file_.parts.push_back({.path = input.parts.front().path, .kind = input.parts.front().kind});
  }
  judge_ = {};
  hazards_ = HazardFinder(input.path, options_.server_version);
  order_ = LoadOrderJudge(options_.server_version);
  refusals_ = RefusalFinder(options_.server_version);
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
    file_.parts.push_back(
        {.path = input_.parts[part + 1].path, .kind = input_.parts[part + 1].kind, .first_line = next_line});
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
      broken_part_ = input_.schema + "." + name + ", which `metadata` lists but no file holds";
    } else if (at->rows != rows) {
      broken_part_ = plural(at->rows, "row") + " of " + input_.schema + "." + name + ", where `metadata` counts " +
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
  refusals_.heed(event);
  collations_.heed(event, file_);
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
      changes(event);
      break;
    case EventKind::create_view:
      // The stand-in too: where the view itself does not follow, the server has the stand-in of the name.
      ledger_.add_view(std::string(event.schema), std::string(event.object));
      if (!event.placeholder) {
        definer(event);
      }
      break;
    case EventKind::create_trigger:
      trigger(event);
      definer(event);
      break;
    case EventKind::create_routine:
      ledger_.add_routine(std::string(event.schema), std::string(event.object));
      definer(event);
      break;
    case EventKind::create_event:
      ledger_.add_event(std::string(event.schema), std::string(event.object));
      definer(event);
      break;
    case EventKind::replication:
      if (file_.replication_position.empty() && event.text.starts_with("CHANGE MASTER")) {
        file_.replication_position = event.text;
      }
      break;
    case EventKind::alter_table:
      alter_table(event);
      break;
    case EventKind::other:
      changes(event);
      break;
    case EventKind::session:
      if (const std::string name = locked_table(event, options_.server_version); !name.empty()) {
        table(event.schema, name).has_data_section = true;
      }
      break;
    case EventKind::client_command:
    case EventKind::use_database:
    case EventKind::create_sequence:
    case EventKind::account:
      break;
  }
}

// Objects that are dropped, renamed or emptied.
void IndexBuilder::changes(const DumpEvent& event) {
  for (const ObjectChange& change : object_changes(event, options_.server_version)) {
    if (!is_system_schema(change.schema)) {
      ledger_.apply(change);
    }
  }
}

void IndexBuilder::trigger(const DumpEvent& event) {
  const auto [schema, table] = table_of_trigger(event, options_.server_version);
  ledger_.add_trigger(std::string(event.schema), std::string(event.object),
                      schema.empty() ? table : schema + "." + table);
}

void IndexBuilder::alter_table(const DumpEvent& event) {
  if (is_system_schema(event.schema)) {
    return;
  }
  const std::vector<ObjectChange> renamed = object_changes(event, options_.server_version);
  DumpTable& altered = table(event.schema, event.object);
  apply_alteration(altered, event, options_.server_version);
  for (const ObjectChange& change : renamed) {
    ledger_.apply(change);
  }
}

DumpTable& IndexBuilder::table(std::string_view schema, std::string_view name) {
  if (last_table_ < index_.tables.size()) {
    DumpTable& last = index_.tables[last_table_];
    if (last.name == name && last.schema == schema && !file_tables_.empty() && file_tables_.back() == last_table_) {
      return last;
    }
  }
  last_table_ = ledger_.table(schema, name);
  if (!contains(file_tables_, last_table_)) {
    file_tables_.push_back(last_table_);
  }
  return index_.tables[last_table_];
}

void IndexBuilder::comment(std::string_view text, std::string_view schema) {
  constexpr std::string_view kData = "-- Dumping data for table ";
  if (text.starts_with(kData)) {
    table(schema, unquoted_name(trim(text.substr(kData.size())))).has_data_section = true;
  } else if (heed_header(text, file_)) {
    recognised_ = true;
  }
}

void IndexBuilder::create_table(const DumpEvent& event) {
  DumpTable& made = table(event.schema, event.object);
  const std::size_t place = last_table_;
  const std::string_view begin = event.text.substr(0, event.text.find('('));
  if (made.has_structure && any_word(begin, options_.server_version, {"EXISTS"}, event.quoting())) {
    hazards_.heed_duplicate(event);
    return;
  }
  ++structures_[{std::string(event.schema), index_.files.size()}];
  const auto [made_in, first] = made_in_.emplace(place, index_.files.size());
  if (!first) {
    hazards_.heed_duplicate(event);
  }
  if (!first && made_in->second != index_.files.size()) {
    ++twice_[{std::string(event.schema), made_in->second, index_.files.size()}];
  }
  if (made.has_structure || ledger_.is_gone(place)) {
    ledger_.begin_table(place);
  }
  TableDefinition definition = read_table_definition(event.text, options_.server_version, event.quoting());
  hazards_.heed_table(event, definition);
  made.has_structure = true;
  if (!definition.like.empty()) {
    const TableName of = TableName::of(definition.like);
    const DumpTable* like = index_.find(of.schema.empty() ? std::string(event.in_force) : of.schema, of.name);
    if (like != nullptr) {
      made.columns = like->columns;
      made.kinds = like->kinds;
      made.unique_keys = like->unique_keys;
      made.plain_keys = like->plain_keys;
      made.engine = like->engine;
      made.objects = like->objects;
    }
    return;
  }
  made.columns = std::move(definition.columns);
  made.kinds = std::move(definition.kinds);
  made.unique_keys = std::move(definition.unique_keys);
  made.plain_keys = std::move(definition.plain_keys);
  made.engine = definition.engine;
  made.objects = table_objects(event.text, options_.server_version, event.quoting());
  for (TableObject& object : made.objects) {
    object.text.clear();
  }
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
    into.ranges.push_back({.file = index_.files.size(), .begin = event.begin, .end = event.end});
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
  const Statement statement = classify_statement(event.text, options_.server_version, event.quoting());
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
  file_.ordered_because = order_.reach().ordered;
  reaches_.push_back(order_.reach());
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
  for (Refusal refusal : refusals_.found()) {
    DumpFile::Place place = file_.place(refusal.line);
    refusal.file = std::move(place.file);
    refusal.line = place.line;
    index_.refusals.push_back(std::move(refusal));
  }
  index_.files.push_back(std::move(file_));
  ended_.emplace_back(std::move(hazards_), std::move(file_tables_));
}

// What a file lacks may be in another.
void IndexBuilder::finish_hazards() {
  for (std::size_t at = 0; at < ended_.size(); ++at) {
    const DumpFile& file = index_.files[at];
    auto& [finder, places] = ended_[at];
    std::vector<const DumpTable*> tables;
    for (const std::size_t place : places) {
      if (!ledger_.is_gone(place)) {
        tables.push_back(&index_.tables[place]);
      }
    }
    finder.finish(file, tables);
    for (Hazard hazard : finder.found()) {
      if (!file.parts.empty() && hazard.line > 0) {
        DumpFile::Place place = file.place(hazard.line);
        hazard.file = std::move(place.file);
        hazard.line = place.line;
      }
      index_.hazards.push_back(std::move(hazard));
    }
  }
}

void IndexBuilder::order_files() {
  std::vector<std::string> names;
  for (const DumpFile& file : index_.files) {
    names.push_back(file.name());
  }
  FileOrder found = rehearsal::order_files(reaches_, names);
  index_.order = std::move(found.order);
  index_.order_decides = found.decides;
  for (std::size_t file = 0; file < index_.files.size(); ++file) {
    index_.files[file].ordered_because = std::move(found.because[file]);
  }
}

DumpIndex IndexBuilder::finish() {
  finish_hazards();
  ledger_.finish();
  order_files();
  collations_.finish(index_);
  for (const auto& [where, tables] : twice_) {
    const auto& [schema, first, second] = where;
    if (tables < kFewTables && structures_.at({schema, second}) < kFewTables) {
      continue;  // given again on purpose, after the rest
    }
    const std::string names = index_.files[first].name() == index_.files[second].name()
                                  ? index_.files[first].path + " and " + index_.files[second].path
                                  : index_.files[first].name() + " and " + index_.files[second].name();
    const bool same = index_.files[first].content_hash == index_.files[second].content_hash;
    index_.hazards.push_back({.code = "schema-twice",
                              .severity = Severity::warning,
                              .what = same ? "the same dump is given twice: " + names
                                           : "the schema " + schema + " is in two dumps: " + names,
                              .file = index_.files[second].path,
                              .object = schema});
  }
  const std::vector<Hazard> together = hazards_of_snapshot(index_.files);
  index_.hazards.insert(index_.hazards.end(), together.begin(), together.end());
  return std::move(index_);
}

}  // namespace rehearsal
