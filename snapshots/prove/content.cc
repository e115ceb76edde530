#include "snapshots/prove/content.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <optional>

#include <xxhash.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/sql/side_by_side.h"
#include "base/sql/sql.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "base/threads.h"
#include "snapshots/bytes/parted_source.h"
#include "snapshots/bytes/selected_bytes.h"
#include "snapshots/load/load_plan.h"
#include "snapshots/scan/mydumper.h"
#include "snapshots/scan/row_values.h"
#include "snapshots/scan/scanner.h"

namespace rehearsal {

namespace {

// Told of an event and the table whose rows it holds; null where it holds none, or of a table that is gone later.
using TakeEvent = std::function<Result<void>(const DumpEvent&, const DumpTable*)>;

class ContentReader {
 public:
  explicit ContentReader(Contents& into) : into_(into) {}

  Result<void> take(const DumpEvent& event, const DumpTable* table) {
    REHEARSAL_TRY(check_interrupt());
    if (event.kind == EventKind::session) {
      session_.heed(event.text);
    }
    if (table == nullptr || is_system_schema(table->schema)) {
      return {};
    }
    const RowValues values = read_rows(event, UINT64_MAX, kServerOfTexts, LongValues::by_checksum);
    TableContent& content = into_[{table->schema, table->name}];
    if (content.rows == 0) {
      content.columns = values.columns;
      content.character_set = session_.character_set;
      content.time_zone = session_.time_zone;
    }
    content.columns_differ = table->reshaped || content.columns_differ || content.columns != values.columns ||
                             content.character_set != session_.character_set || content.time_zone != session_.time_zone;
    content.long_places.insert(values.long_places.begin(), values.long_places.end());
    for (const Row& row : values.rows) {
      content.add(row);
    }
    return {};
  }

 private:
  Contents& into_;
  RowSession session_;
};

// Whose rows lie where in a file.
class RowPlaces {
 public:
  // In the bytes of the file without `skips`.
  RowPlaces(std::size_t file, const std::vector<const DumpTable*>& tables, const std::vector<ByteSkip>& skips) {
    for (const DumpTable* table : tables) {
      for (const RowRange& range : table->ranges) {
        if (range.file == file) {
          places_[range.begin] = {range.end, table};
        }
      }
    }
    std::map<std::uint64_t, std::pair<std::uint64_t, const DumpTable*>> moved;
    std::uint64_t left_out = 0;
    auto skip = skips.begin();
    for (const auto& [begin, place] : places_) {
      for (; skip != skips.end() && skip->end <= begin; ++skip) {
        left_out += skip->end - skip->begin;
      }
      moved[begin - left_out] = {place.first - left_out, place.second};
    }
    places_ = std::move(moved);
  }

  [[nodiscard]] const DumpTable* at(std::uint64_t byte) const {
    auto place = places_.upper_bound(byte);
    if (place == places_.begin()) {
      return nullptr;
    }
    --place;
    return byte < place->second.first ? place->second.second : nullptr;
  }

 private:
  std::map<std::uint64_t, std::pair<std::uint64_t, const DumpTable*>> places_;  // by where they begin: their end
};

Result<void> read_task(const std::vector<DumpInput>& inputs, const DumpIndex& index, const LoadTask& task,
                       const TakeEvent& take) {
  REHEARSAL_TRY_SET(PartedSource source, PartedSource::open(inputs[task.file], index.files[task.file].parts));
  const std::vector<ByteSkip> skips = rows_but_of(index, task.file, task.tables);
  const RowPlaces places(task.file, task.tables, skips);
  SelectedBytes bytes(source, skips, end_of_rows(task.file, task.tables));
  ScanSettings settings;
  settings.schema = inputs[task.file].schema;
  settings.delimiter = delimiter_of(inputs[task.file]);
  const auto tell = [&](const DumpEvent& event) {
    return take(event, event.kind == EventKind::insert ? places.at(event.begin) : nullptr);
  };
  REHEARSAL_TRY(scan([&](std::span<char> piece) { return bytes.read(piece); }, tell, settings));
  return {};
}

std::string character_set_of(const TableContent& content) {
  return content.character_set.empty() ? "utf8mb4" : content.character_set;
}

struct ToldColumn {
  std::string as_told;    // the connector would tell bits as a number
  std::string as_dumped;  // its bytes in the character set of the dump
};

// As read_rows tells a long value.
std::string long_by_checksum(const ToldColumn& column) {
  const std::string& bytes = column.as_dumped;
  return "IF(LENGTH(" + bytes + ") >= " + std::to_string(kLongValue) + ", CONCAT(LENGTH(" + bytes +
         "), ' bytes, CRC-32 ', CRC32(" + bytes + ")), " + column.as_told + ")";
}

// In the order of those that `like` names, or all that an INSERT without names fills.
Result<std::vector<std::string>> told_columns(Sql& sql, const std::string& schema, const std::string& table,
                                              const TableContent& like) {
  std::map<std::string, ToldColumn> known;
  std::vector<std::string> visible;
  REHEARSAL_TRY(sql.for_each_row(
      "SELECT COLUMN_NAME, DATA_TYPE, EXTRA, CHARACTER_SET_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = " +
          sql_string(schema) + " AND TABLE_NAME = " + sql_string(table) + " ORDER BY ORDINAL_POSITION",
      [&](const Row& row) -> Result<void> {
        const std::string name = row.at(0).value_or("");
        const std::string column = sql_name(name);
        const std::string told = row.at(1) == "bit" ? "CAST(" + column + " AS BINARY)" : column;
        known[name] = {told,
                       row.at(3) ? "CONVERT(" + column + " USING " + sql_string(character_set_of(like)) + ")" : told};
        if (row.at(2).value_or("").find("INVISIBLE") == std::string::npos) {
          visible.push_back(name);
        }
        return {};
      }));
  const std::vector<std::string>& named = like.columns.empty() ? visible : like.columns;
  std::vector<std::string> told;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto at = known.find(named[i]);
    const ToldColumn column = at == known.end() ? ToldColumn{sql_name(named[i]), sql_name(named[i])} : at->second;
    told.push_back(like.long_places.contains(i) ? long_by_checksum(column) : column.as_told);
  }
  return told;
}

// Some types take a binary string for their raw bytes: of the text that a dump in the character set binary holds
// nothing is left, whoever restores it.
Result<bool> loses_binary_text(Sql& sql, const std::string& schema, const std::string& table) {
  REHEARSAL_TRY_SET(
      const auto columns,
      sql.value("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = " + sql_string(schema) +
                " AND TABLE_NAME = " + sql_string(table) + " AND DATA_TYPE IN ('uuid', 'inet4', 'inet6')"));
  return columns.value_or("0") != "0";
}

void merge(Contents& into, Contents&& from) {
  for (auto& [name, content] : from) {
    const auto [at, added] = into.emplace(name, content);
    if (!added) {
      at->second.columns_differ = at->second.columns_differ || at->second.columns != content.columns;
      at->second.rows += content.rows;
      at->second.low += content.low;
      at->second.high += content.high;
      at->second.long_places.insert(content.long_places.begin(), content.long_places.end());
    }
  }
}

// Tasks of ordered files too: their rows are read here, not loaded.
std::vector<LoadTask> tasks_of(const DumpIndex& index, unsigned jobs) {
  LoadPlan plan = plan_load(index, jobs);
  for (const std::size_t file : plan.ordered) {
    LoadTask task;
    task.file = file;
    for (const DumpTable& table : index.tables) {
      const bool here = std::any_of(table.ranges.begin(), table.ranges.end(),
                                    [&](const RowRange& range) { return range.file == file; });
      if (here) {
        task.tables.push_back(&table);
      }
    }
    plan.tasks.push_back(std::move(task));
  }
  return std::move(plan.tasks);
}

}  // namespace

void RowSession::heed(std::string_view statement) {
  TokenReader reader(statement, kServerOfTexts);
  if (!reader.next().is("SET")) {
    return;
  }
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    const bool names = token.is("NAMES");
    if (!names && !token.is("TIME_ZONE")) {
      continue;
    }
    token = reader.next();
    if (token.is('=')) {
      token = reader.next();
    }
    if (token.kind == TokenKind::string || (names && token.kind == TokenKind::word)) {
      (names ? character_set : time_zone) =
          token.kind == TokenKind::string ? unquoted_string(token.text, true) : std::string(token.text);
    }
  }
}

namespace {

// What is hashed of a row: each value behind its length, NULL as a byte of its own. Told in pieces.
template <typename Take>
void for_each_piece(const Row& row, const Take& take) {
  for (const std::optional<std::string>& value : row) {
    if (!value) {
      take(std::string_view("\0", 1));
      continue;
    }
    const std::uint64_t size = value->size();
    std::array<char, 9> head{1};
    for (std::size_t i = 0; i < 8; ++i) {
      head[i + 1] = static_cast<char>(size >> (8 * i));
    }
    take(std::string_view(head.data(), head.size()));
    take(std::string_view(*value));
  }
}

// The same of the pieces as of one text: short rows are hashed faster as that, long ones would be held once more.
XXH128_hash_t hash_of(const Row& row) {
  constexpr std::size_t kLongRow = std::size_t{1} << 20;
  std::size_t size = 0;
  for (const std::optional<std::string>& value : row) {
    size += value ? value->size() : 0;
  }
  if (size < kLongRow) {
    static thread_local std::string text;
    text.clear();
    for_each_piece(row, [&](std::string_view piece) { text += piece; });
    return XXH3_128bits(text.data(), text.size());
  }
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  for_each_piece(row, [&](std::string_view piece) { XXH3_128bits_update(state.get(), piece.data(), piece.size()); });
  return XXH3_128bits_digest(state.get());
}

}  // namespace

void TableContent::add(const Row& row) {
  const XXH128_hash_t hash = hash_of(row);
  ++rows;
  low += hash.low64;
  high += hash.high64;
}

Result<Contents> contents_of_dumps(const std::vector<DumpInput>& inputs, const DumpIndex& index, unsigned jobs) {
  const std::vector<LoadTask> tasks = tasks_of(index, jobs_or_processors(jobs));
  std::vector<Contents> parts(tasks.size());
  const auto read = in_threads(jobs, tasks.size(), [&](const NextPlace& next) -> Result<void> {
    while (const auto task = next()) {
      ContentReader reader(parts[*task]);
      REHEARSAL_TRY(read_task(inputs, index, tasks[*task], [&](const DumpEvent& event, const DumpTable* table) {
        return reader.take(event, table);
      }));
    }
    return {};
  });
  REHEARSAL_TRY(read);
  Contents all;
  for (Contents& part : parts) {
    merge(all, std::move(part));
  }
  return all;
}

Result<void> for_each_insert(const std::vector<DumpInput>& inputs, const DumpIndex& index, const DumpTable& table,
                             const std::function<void(const RowValues&, const RowSession&)>& take) {
  for (std::size_t file = 0; file < inputs.size(); ++file) {
    const bool here = std::any_of(table.ranges.begin(), table.ranges.end(),
                                  [&](const RowRange& range) { return range.file == file; });
    if (!here) {
      continue;
    }
    LoadTask task;
    task.file = file;
    task.tables = {&table};
    RowSession session;
    const auto heed = [&](const DumpEvent& event, const DumpTable* of) -> Result<void> {
      REHEARSAL_TRY(check_interrupt());
      if (event.kind == EventKind::session) {
        session.heed(event.text);
      }
      if (of == &table) {
        take(read_rows(event, UINT64_MAX, kServerOfTexts), session);
      }
      return {};
    };
    REHEARSAL_TRY(read_task(inputs, index, task, heed));
  }
  return {};
}

Result<TableContent> content_of_table(Sql& sql, const std::string& schema, const std::string& table,
                                      const TableContent& like) {
  REHEARSAL_TRY(sql.execute("SET NAMES " + sql_string(character_set_of(like))));
  REHEARSAL_TRY(
      sql.execute("SET time_zone = " + (like.time_zone.empty() ? std::string("DEFAULT") : sql_string(like.time_zone))));
  REHEARSAL_TRY_SET(const std::vector<std::string> columns, told_columns(sql, schema, table, like));
  TableContent content;
  REHEARSAL_TRY(sql.for_each_row("SELECT " + join(columns, ", ") + " FROM " + sql_name(TableName{schema, table}),
                                 [&](const Row& row) -> Result<void> {
                                   content.add(row);
                                   return content.rows % 4096 == 0 ? check_interrupt() : Result<void>();
                                 }));
  return content;
}

Result<Verification> verify_content(const SqlLogin& target, const std::vector<DumpInput>& inputs,
                                    const DumpIndex& index, unsigned jobs, Contents* contents) {
  const Stopwatch watch;
  REHEARSAL_TRY_SET(Verification verification, verify_counts(target, index, jobs));
  if (!verification.proven()) {
    return verification;
  }
  Contents own;
  Contents& dumped = contents == nullptr ? own : *contents;
  REHEARSAL_TRY_SET(dumped, contents_of_dumps(inputs, index, jobs));
  // Largest first, so that the last one to end is a small one.
  std::vector<const Contents::value_type*> tables;
  for (const auto& one : dumped) {
    tables.push_back(&one);
  }
  std::stable_sort(tables.begin(), tables.end(),
                   [](const auto* a, const auto* b) { return a->second.rows > b->second.rows; });
  std::mutex mutex;
  std::vector<Mismatch> found;
  std::uint64_t compared = 0;
  REHEARSAL_TRY(side_by_side(target, jobs, tables.size(), [&](std::size_t i, Sql& sql) -> Result<void> {
    const auto& [name, content] = *tables[i];
    const std::string shown = name.first + "." + name.second;
    if (content.columns_differ) {
      const std::lock_guard<std::mutex> lock(mutex);
      verification.not_compared.push_back(shown);
      return {};
    }
    REHEARSAL_TRY_SET(const TableContent held, content_of_table(sql, name.first, name.second, content));
    const bool same = held.same_rows(content);
    bool lost = false;
    if (!same && lower(content.character_set) == "binary") {
      REHEARSAL_TRY_SET(lost, loses_binary_text(sql, name.first, name.second));
    }
    const std::lock_guard<std::mutex> lock(mutex);
    ++compared;
    if (!same) {
      found.push_back(
          {.kind = Mismatch::Kind::content,
           .table = shown,
           .expected = content.rows,
           .found = held.rows,
           .what = lost ? "values differ from the dump's: UUID, INET4 and INET6 columns take the values of a dump "
                          "in the character set binary for raw bytes, and keep none of them: dump again with "
                          "--default-character-set=utf8mb4"
                        : "values differ from the dump's: the server changed them as it stored them, or the dump "
                          "spells them differently from the server"});
    }
    return {};
  }));
  std::sort(found.begin(), found.end(), [](const Mismatch& a, const Mismatch& b) { return a.table < b.table; });
  std::sort(verification.not_compared.begin(), verification.not_compared.end());
  verification.mismatches = std::move(found);
  verification.contents = compared;
  verification.seconds = watch.seconds();
  return verification;
}

}  // namespace rehearsal
