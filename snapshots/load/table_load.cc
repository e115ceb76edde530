#include "snapshots/load/table_load.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/text.h"
#include "snapshots/index/restore_policy.h"

namespace rehearsal {

namespace {

// Modes under which LOAD DATA LOCAL and INSERT store the same. The strict ones are not among them: LOAD DATA LOCAL
// warns where INSERT refuses.
constexpr std::array<std::string_view, 6> kModes = {"NO_AUTO_VALUE_ON_ZERO",   "NO_ENGINE_SUBSTITUTION",
                                                    "NO_AUTO_CREATE_USER",     "ERROR_FOR_DIVISION_BY_ZERO",
                                                    "NO_UNSIGNED_SUBTRACTION", "NO_DIR_IN_CREATE"};

bool is_utf8(const std::string& character_set) {
  return character_set == "utf8mb4" || character_set == "utf8mb3";
}

}  // namespace

Result<bool> TableLoad::session_allows() {
  REHEARSAL_TRY_SET(const std::vector<Row> rows,
                    sql_.query("SELECT @@SESSION.character_set_client, @@SESSION.character_set_connection,"
                               " @@SESSION.sql_mode"));
  if (rows.empty() || rows[0].size() < 3) {
    return false;
  }
  character_set_ = rows[0][0].value_or("");
  if (!is_utf8(character_set_) || rows[0][1] != character_set_) {
    return false;
  }
  const std::vector<std::string> modes = split(rows[0][2].value_or(""), ',');
  return std::all_of(modes.begin(), modes.end(),
                     [](const std::string& mode) { return mode.empty() || contains(kModes, mode); });
}

// Text that is UTF-8 here and in the table needs no conversion, and the server reads bytes faster than letters.
Result<std::string> TableLoad::character_set_of_file() {
  REHEARSAL_TRY_SET(const auto others,
                    sql_.value("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = " +
                               sql_string(table_->schema) + " AND TABLE_NAME = " + sql_string(table_->name) +
                               " AND CHARACTER_SET_NAME NOT IN ('utf8mb3', 'utf8mb4')"));
  return others == "0" ? "binary" : character_set_;
}

Result<bool> TableLoad::open(const DumpEvent& event) {
  form_.reset();
  if (table_ == nullptr || table_->bytes < least_bytes_) {
    return false;
  }
  const std::optional<InsertHead> head = read_insert_head(event.head, server_version_, event.quoting());
  form_ = head ? LoadForm::of(*table_, *head) : std::nullopt;
  if (!form_) {
    return false;
  }
  REHEARSAL_TRY_SET(const bool allowed, session_allows());
  if (!allowed || !takes(trim(event.rows_text))) {
    return false;
  }
  head_ = event.head;
  rows_ = 0;
  REHEARSAL_TRY_SET(const std::string character_set, character_set_of_file());
  REHEARSAL_TRY_SET(LoadStream stream, LoadStream::start(sql_, [&](const std::string& path) {
                      return form_->statement(path, character_set);
                    }));
  stream_.emplace(std::move(stream));
  return true;
}

bool TableLoad::takes(std::string_view tuples) {
  const std::optional<LoadForm::Taken> taken = form_->takes(tuples, character_set_ == "utf8mb3");
  if (taken && taken->odd && (odd_.empty() || odd_.back() != table_)) {
    odd_.push_back(table_);
  }
  return taken.has_value();
}

Result<bool> TableLoad::take(const DumpEvent& event) {
  if (table_ == nullptr || table_->name != event.object || table_->schema != event.schema) {
    REHEARSAL_TRY(close());
    table_ = index_.find(std::string(event.schema), std::string(event.object));
    by_insert_ = false;
  }
  if (by_insert_ || event.rows_text.empty()) {
    REHEARSAL_TRY(close());
    return false;
  }
  const std::string_view tuples = trim(event.rows_text);
  if (!stream_) {
    REHEARSAL_TRY_SET(const bool opened, open(event));
    by_insert_ = !opened;
  } else if (event.head != head_ || !takes(tuples)) {
    REHEARSAL_TRY(close());
    by_insert_ = true;
  }
  if (by_insert_) {
    return false;
  }
  auto written = stream_->write(tuples);
  if (written) {
    written = stream_->write(",\n");
  }
  if (!written) {
    REHEARSAL_TRY(close());
    by_insert_ = true;
    return true;  // these rows are told again with the whole table
  }
  rows_ += event.rows;
  return true;
}

Result<void> TableLoad::close() {
  if (!stream_) {
    return {};
  }
  const Result<std::uint64_t> stored = stream_->finish();
  stream_.reset();
  if (!stored && is_machine_failure(sql_.last_errno(), sql_.last_message())) {
    return fail(ErrorKind::failed,
                "the restore failed: " + sql_.last_message() + " (" + std::to_string(sql_.last_errno()) + ")",
                table_->schema + "." + table_->name, refusal_hint(sql_.last_errno(), sql_.last_message(), index_));
  }
  if (stored && *stored == rows_ && sql_.warnings().empty()) {
    return {};
  }
  if (!contains(redo_, table_)) {
    redo_.push_back(table_);
  }
  return {};
}

}  // namespace rehearsal
