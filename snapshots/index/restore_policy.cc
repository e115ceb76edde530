#include "snapshots/index/restore_policy.h"

#include <algorithm>

#include "base/contains.h"
#include "base/shown.h"
#include "base/sql/sql.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/index/mysql_collations.h"
#include "snapshots/scan/statement_kinds.h"

namespace rehearsal {

namespace {

Decision report(std::string kind, std::string what) {
  return {Treatment::report, std::move(kind), std::move(what)};
}

// Locks are not needed, and an executable comment that this server skips says nothing to it.
bool means_nothing(const DumpEvent& event, unsigned server_version) {
  const Token verb = TokenReader(event.text, server_version).next();
  return event.kind == EventKind::session ? is_any(verb, {"LOCK", "UNLOCK"})
                                          : event.kind == EventKind::other && verb.kind == TokenKind::end;
}

const char* adaptation_of(StatementKind kind) {
  switch (kind) {
    case StatementKind::of_the_dump:
      break;
    case StatementKind::account:
      return "account-statement";
    case StatementKind::replication:
      return "replication-statement";
    case StatementKind::server:
      return "server-statement";
    case StatementKind::global:
      return "global-variable";
    case StatementKind::routine:
      return "routine-call";
    case StatementKind::query:
      return "query";
  }
  return "";
}

Decision decide_kind(const DumpEvent& event, unsigned server_version) {
  if (means_nothing(event, server_version)) {
    return {Treatment::leave_out, {}, {}};
  }
  const StatementKind kind = statement_kind(event.text, server_version, event.quoting());
  return kind == StatementKind::of_the_dump
             ? Decision()
             : report(adaptation_of(kind), "not executed: " + statement_excerpt(event.text, server_version));
}

bool is_drop_database(std::string_view text, unsigned server_version) {
  TokenReader reader(text, server_version);
  return reader.next().is("DROP") && is_any(reader.next(), {"DATABASE", "SCHEMA"});
}

}  // namespace

std::string to_text(const Adaptation& adaptation) {
  std::string place = adaptation.file;
  if (adaptation.line > 0) {
    place += ", line " + std::to_string(adaptation.line);
  }
  return shown(place.empty() ? adaptation.what : adaptation.what + " (" + place + ")");
}

std::string statement_excerpt(std::string_view text, unsigned server_version) {
  constexpr int kWords = 7;
  TokenReader reader(text.substr(0, 4096), server_version);
  std::string shown;
  int words = 0;
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (words == kWords || token.kind == TokenKind::string || token.kind == TokenKind::number || token.is(',')) {
      return shown + " …";
    }
    const bool tight =
        token.kind == TokenKind::symbol || (!shown.empty() && (shown.back() == '@' || shown.back() == '.'));
    shown += (shown.empty() || tight ? "" : " ") + std::string(token.text.substr(0, 64));
    ++words;
  }
  return shown;
}

Decision decide(const DumpEvent& event, unsigned server_version) {
  const bool names_database = event.kind == EventKind::create_database || event.kind == EventKind::use_database ||
                              (event.kind == EventKind::drop && is_drop_database(event.text, server_version));
  const std::string_view schema = names_database ? event.object : event.schema;
  switch (event.kind) {
    case EventKind::comment:
    case EventKind::client_command:
      return {Treatment::leave_out, {}, {}};
    case EventKind::account:
      return report("account-statement", "not executed: " + statement_excerpt(event.text, server_version));
    case EventKind::replication:
      return report("replication-statement", "not executed: " + statement_excerpt(event.text, server_version));
    case EventKind::session:
    case EventKind::create_database:
    case EventKind::use_database:
    case EventKind::create_table:
    case EventKind::create_view:
    case EventKind::create_routine:
    case EventKind::create_trigger:
    case EventKind::create_event:
    case EventKind::create_sequence:
    case EventKind::alter_table:
    case EventKind::drop:
    case EventKind::insert:
    case EventKind::other:
      break;
  }
  if (is_system_schema(schema) && event.kind != EventKind::session) {
    return report("system-schema", "the server's own schema " + std::string(schema) + " is not restored");
  }
  return event.kind == EventKind::insert ? Decision() : decide_kind(event, server_version);
}

bool is_machine_failure(unsigned number, std::string_view message) {
  switch (number) {
    case 3:     // error writing file
    case 1021:  // disk full
    case 1026:  // error on write
    case 1037:  // out of memory
    case 1038:  // out of sort memory
    case 1041:  // out of resources
    case 1114:  // the table is full
    case 1317:  // query interrupted
      return true;
    case 1005:  // cannot create table
    case 1030:  // error from the storage engine
    case 1180:  // error during commit
      return contains(message, "28 ") || contains(message, "No space");
    default:
      return is_lost_connection(number);
  }
}

bool is_unknown_variable(unsigned number) {
  return number == 1193 || number == 1231 || number == 1238;
}

bool is_denied(unsigned number) {
  switch (number) {
    case 1044:  // to a database
    case 1045:  // to a file
    case 1095:  // no owner of the connection
    case 1142:  // to a table
    case 1143:  // to a column
    case 1227:  // of the whole server
    case 1290:  // an option of the server forbids it
    case 1370:  // to a routine
      return true;
    default:
      return false;
  }
}

namespace {

// "Unknown collation: 'utf8mb4_0900_ai_ci'"
std::string quoted_in(std::string_view message) {
  const std::size_t begin = message.find('\'');
  const std::size_t end = begin == std::string_view::npos ? begin : message.find('\'', begin + 1);
  return end == std::string_view::npos ? "" : lower(message.substr(begin + 1, end - begin - 1));
}

// What is to be asked for: all that the scan found, else for this one.
std::string options_of(const DumpIndex& index, const std::string& collation) {
  for (const Hazard& hazard : index.hazards) {
    const std::size_t at = hazard.what.find("--map-collation ");
    if (hazard.code == "unknown-collation" && at != std::string::npos) {
      return hazard.what.substr(at);
    }
  }
  return mapping_options({collation});
}

// The collations of a restore that count blanks at the end of a text in production and not here.
std::vector<std::string> padded(const DumpIndex& index) {
  std::vector<std::string> names;
  for (const auto& [from, times] : index.mapped_collations) {
    if (!stand_in_for_mysql(from).empty() && index.map_collations.at(from).find("nopad") == std::string::npos) {
      names.push_back(from);
    }
  }
  return names;
}

}  // namespace

std::string same_key_hint(const DumpIndex& index) {
  if (const std::vector<std::string> names = padded(index); !names.empty()) {
    return "the collation that replaces " + join(names, " and ") +
           " treats strings that differ only in trailing spaces as equal, which production does not: use " +
           mapping_options(names);
  }
  return index.mapped_collations.empty()
             ? "two rows of the dump have the same unique key: the dump is damaged or was edited"
             : "two rows have the same unique key under the collations that replace those of the dump: choose ones "
               "that "
               "compare text as production does, or rehearse with production's server";
}

std::string refusal_hint(unsigned number, std::string_view message, const DumpIndex& index) {
  switch (number) {
    case 3:
    case 1021:
    case 1026:
    case 1114:
      return "the disk is full: free some space below the state directory";
    case 1005:
    case 1030:
    case 1180:
      return is_machine_failure(number, message) ? "the disk is full: free some space below the state directory"
             : number == 1180 && !index.mapped_collations.empty() ? same_key_hint(index)
                                                                  : "";
    case 1037:
    case 1038:
    case 1041:
      return "the server ran out of memory: give it more with [server] memory";
    case 1062:
      return same_key_hint(index);
    case 1064:
      return "this server does not know the statement: was the dump made by a different or newer server?";
    case 1115:
      return "this MariaDB does not know the character set: the dump was made by a different or newer server";
    case 1118:
      return "the table's rows are wider than this server allows";
    case 1153:
      return "the statement is larger than max_allowed_packet, which ends at 1 GB";
    case 1370:
      return "a restore creates the dump's routines but executes none of them";
    case 1044:
    case 1142:
    case 1143:
    case 1227:
      return "a restore has rights on the dump's own schemas only";
    case 1273:
      if (const std::string to = stand_in_for_mysql(quoted_in(message)); !to.empty()) {
        return "a collation of MySQL 8, which MariaDB knows from 11.4.5 on: have it replaced with " +
               options_of(index, quoted_in(message)) +
               ", or with [snapshot] map_collations in the scenario; MariaDB before 10.10 has "
               "utf8mb4_unicode_520_nopad_ci instead";
      }
      if (contains(message, "uca1400")) {
        return "MariaDB knows this collation from 10.10 on: rehearse with the server version that production runs";
      }
      return "the dump was made by a server with other collations: rehearse with production's server version";
    case 1286:
      return "the storage engine is not part of this server";
    case 1298:
      return "the server has no time zone tables: dump with --tz-utc";
    default:
      return is_lost_connection(number) ? "the server died or was stopped; the end of its log says why" : "";
  }
}

}  // namespace rehearsal
