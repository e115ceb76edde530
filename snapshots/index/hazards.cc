#include "snapshots/index/hazards.h"

#include <algorithm>
#include <optional>

#include <time.h>

#include "base/contains.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/scan/producer_words.h"

namespace rehearsal {

namespace {

constexpr Severity kWarning = Severity::warning;
constexpr Severity kInfo = Severity::info;
constexpr double kHarmlessSkew = 300;  // seconds

std::string full_name(const DumpEvent& event) {
  return (event.schema.empty() ? "" : std::string(event.schema) + ".") + std::string(event.object);
}

std::string full_name(const DumpTable& table) {
  return (table.schema.empty() ? "" : table.schema + ".") + table.name;
}

std::string first_line(std::string_view text) {
  return std::string(trim(text.substr(0, std::min<std::size_t>(text.find('\n'), 200))));
}

bool is_charset_with_backslash_bytes(const Token& token) {
  const std::string name =
      lower(token.kind == TokenKind::string ? unquoted_string(token.text, true) : std::string(token.text));
  return name == "gbk" || name == "big5" || name == "sjis" || name == "cp932" || name == "gb18030";
}

std::optional<std::int64_t> seconds_of(const std::string& completed_at) {
  struct tm parts {};
  if (::strptime(completed_at.c_str(), "%Y-%m-%d %H:%M:%S", &parts) == nullptr) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(::timegm(&parts));
}

}  // namespace

std::string locked_table(const DumpEvent& event, unsigned server_version) {
  if (event.kind != EventKind::session || !event.first) {
    return {};
  }
  TokenReader reader(event.text, server_version, event.quoting());
  if (!reader.next().is("LOCK") || !reader.next().is("TABLES")) {
    return {};
  }
  const Token name = reader.next();
  return name.names() && reader.next().is("WRITE") && reader.next().kind == TokenKind::end ? unquoted_name(name.text)
                                                                                           : std::string();
}

void HazardFinder::add(const char* code, Severity severity, std::string what, std::uint64_t line, std::string object,
                       std::string key) {
  if (seen_.emplace(code, key.empty() ? object : std::move(key)).second) {
    found_.push_back({.code = code,
                      .severity = severity,
                      .what = std::move(what),
                      .file = file_,
                      .line = line,
                      .object = std::move(object)});
  }
}

void HazardFinder::heed(const DumpEvent& event) {
  if (is_system_schema(event.schema) && !event.object.empty() && event.kind != EventKind::use_database) {
    add("system-schema", kInfo,
        "the server's own schema `" + std::string(event.schema) + "` is in the dump and is not restored", event.line,
        std::string(event.schema));
    return;
  }
  switch (event.kind) {
    case EventKind::comment:
      comment(event);
      break;
    case EventKind::client_command:
      if (event.text.starts_with('\\')) {
        add("client-command", kWarning, "a command for the client is left out: " + first_line(event.text), event.line);
      }
      break;
    case EventKind::session:
      session(event);
      break;
    case EventKind::create_view:
      if (event.placeholder) {
        stand_ins_.emplace(full_name(event), event.line);
      } else {
        std::erase_if(stand_ins_, [&](const auto& view) { return view.first == full_name(event); });
      }
      break;
    case EventKind::create_event:
      add("event-present", kInfo, "an event is in the dump; the rehearsal's scheduler stays off", event.line,
          full_name(event));
      break;
    case EventKind::account:
      add("account-statement", kInfo, "accounts or grants are in the dump and are not restored", event.line);
      break;
    case EventKind::replication: {
      const std::string text = lower(event.text.substr(0, 400));
      const bool gtid = contains(text, "gtid") || contains(text, "sql_log_bin");
      add(gtid ? "gtid-statement" : "replication-statement", kInfo,
          "a statement about replication is left out: " + first_line(event.text), event.line);
      break;
    }
    case EventKind::create_table:
      if (event.placeholder) {
        stand_ins_.emplace(full_name(event), event.line);
      }
      break;
    case EventKind::insert:
      if (!stand_ins_.empty() && event.first) {
        std::erase_if(stand_ins_, [&](const auto& view) { return view.first == full_name(event); });
      }
      break;
    case EventKind::create_database:
    case EventKind::create_routine:
    case EventKind::create_trigger:
    case EventKind::use_database:
    case EventKind::create_sequence:
    case EventKind::alter_table:
    case EventKind::drop:
    case EventKind::other:
      break;
  }
}

void HazardFinder::comment(const DumpEvent& event) {
  if (!event.first || event.text.empty()) {
    return;
  }
  constexpr std::string_view kData = "-- Dumping data for table ";
  const std::string_view text = event.text;
  if (text.starts_with("--")) {
    if (text.starts_with(kData)) {
      told_data_sections_ = true;
      data_table_ = (event.schema.empty() ? "" : std::string(event.schema) + ".") +
                    unquoted_name(trim(text.substr(kData.size())));
    } else if (text.starts_with("-- WHERE:")) {
      add("partial-dump", kWarning,
          "the dump holds only the rows that match a condition: " + first_line(trim(text.substr(9))), event.line,
          data_table_);
    } else if (text.starts_with("-- failed on view")) {
      add("view-failed", kWarning, "the producer could not dump a view: " + first_line(text.substr(3)), event.line,
          first_line(text.substr(0, text.find(':'))));
    } else if (text.starts_with("-- insufficient privileges")) {
      add("insufficient-privileges", kWarning,
          "the producer was not allowed to see everything: " + first_line(text.substr(3)), event.line,
          first_line(text));
    } else if (text.starts_with("-- WARNING: old server version")) {
      add("old-server-version", kWarning,
          "the producer says that the dump may be incomplete: its server is too old for it", event.line);
    }
    return;
  }
  if (is_producer_line(text)) {
    const ProducerMessage message = read_producer_line(first_line(text));
    const std::string table =
        message.table.empty() ? "" : (event.schema.empty() ? "" : std::string(event.schema) + ".") + message.table;
    add(message.error ? "dump-error" : "noise-line", message.error ? kWarning : kInfo,
        (message.error ? "the producer reported an error: " : "the dump contains a message of the producer: ") +
            first_line(text),
        event.line, message.error ? table : "", message.error ? first_line(text) : "");
  }
}

void HazardFinder::session(const DumpEvent& event) {
  told_data_sections_ = told_data_sections_ || !locked_table(event, server_version_).empty();
  TokenReader reader(event.text, server_version_);
  if (!reader.next().is("SET") || !reader.next().is("NAMES")) {
    return;
  }
  const Token charset = reader.next();
  if (is_charset_with_backslash_bytes(charset)) {
    add("suspicious-charset", kWarning,
        "the dump is written in " + std::string(charset.text) +
            ", where a character may contain the byte of a backslash: rows may be miscounted",
        event.line);
  }
}

void HazardFinder::heed_definer(const DumpEvent& event, const std::pair<std::string, std::string>& account) {
  const std::string name = "`" + account.first + "`@`" + account.second + "`";
  add("definer", kInfo, "views, routines, triggers or events run as " + name, event.line, name);
}

void HazardFinder::heed_table(const DumpEvent& event, const TableDefinition& definition) {
  if (is_system_schema(event.schema) || event.placeholder) {
    return;
  }
  if (!definition.engine.empty() && lower(definition.engine) != "innodb") {
    add("non-innodb-engine", kWarning, "a table uses the engine " + definition.engine + ", not InnoDB", event.line,
        full_name(event));
  }
  if (definition.zero_date_default) {
    add("zero-date", kInfo, "a column defaults to a zero date, which the services' strict mode refuses", event.line,
        full_name(event));
  }
  if (definition.row_format == "REDUNDANT" || definition.row_format == "COMPACT") {
    add("row-format", kInfo,
        "a table has the row format " + definition.row_format + ", with lower limits on rows and keys", event.line,
        full_name(event));
  }
}

void HazardFinder::heed_duplicate(const DumpEvent& event) {
  add("duplicate-table", kWarning, "a table is in the snapshot twice: the later one is restored", event.line,
      full_name(event));
}

void HazardFinder::finish(const DumpFile& file, const std::vector<const DumpTable*>& tables) {
  if (!file.server_version.empty() && !contains(file.server_version, "MariaDB")) {
    const bool modern = file.server_version.starts_with("8.") || file.server_version.starts_with("9.");
    add(modern ? "mysql8-producer" : "mysql-producer", kWarning,
        "production runs MySQL " + file.server_version + ", the rehearsal MariaDB: its answer may differ", 0);
  }
  for (const auto& [view, line] : stand_ins_) {
    add("view-failed", kWarning, "only the stand-in of a view is in the dump", line, view);
  }
  bool any_rows = false;
  bool any_table = false;
  bool nameless = false;
  for (const DumpTable* table : tables) {
    any_rows = any_rows || table->has_data_section;
    any_table = any_table || table->has_structure;
    nameless = nameless || table->schema.empty();
  }
  if (nameless) {
    add("no-schema", kWarning, "the dump names no schema for its tables: give one in the scenario", 0);
  }
  if (any_table && !any_rows) {
    add("no-data-section", kWarning, "the dump holds structures only, no rows", 0);
  }
  for (const DumpTable* table : tables) {
    if (is_system_schema(table->schema)) {
      continue;
    }
    const bool stands_in = std::any_of(stand_ins_.begin(), stand_ins_.end(),
                                       [&](const auto& view) { return view.first == full_name(*table); });
    if (any_rows && told_data_sections_ && table->has_structure && !table->has_data_section && !stands_in) {
      add("no-data-section", kWarning, "a table's rows were left out of the dump", 0, full_name(*table));
    }
    if (!table->has_structure) {
      add("no-structure", kWarning, "a table's rows are in the dump without its structure", 0, full_name(*table));
    }
  }
}

std::vector<Hazard> hazards_of_snapshot(const std::vector<DumpFile>& files) {
  const DumpFile* first = nullptr;
  const DumpFile* last = nullptr;
  std::int64_t earliest = 0;
  std::int64_t latest = 0;
  for (const DumpFile& file : files) {
    const std::optional<std::int64_t> at = seconds_of(file.completed_at);
    if (!at) {
      continue;
    }
    if (first == nullptr || *at < earliest) {
      first = &file;
      earliest = *at;
    }
    if (last == nullptr || *at > latest) {
      last = &file;
      latest = *at;
    }
  }
  if (first == nullptr || earliest == latest) {
    return {};
  }
  const double skew = static_cast<double>(latest - earliest);
  return {{.code = "skew",
           .severity = skew > kHarmlessSkew ? kWarning : kInfo,
           .what = "the files were dumped " + human_seconds(skew) + " apart: " + first->path + " at " +
                   first->completed_at + ", " + last->path + " at " + last->completed_at,
           .file = last->path}};
}

}  // namespace rehearsal
