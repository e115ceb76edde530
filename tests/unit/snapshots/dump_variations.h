// The same dump, written otherwise: what the client makes of it is the same.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scan_helpers.h"

#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

class DumpVariation {
 public:
  DumpVariation(const std::string& dump, std::mt19937& random) : dump_(dump), random_(random) {}

  // One file, or two: all but the rows and triggers, then those.
  std::vector<std::string> run() {
    split_ = chance(4);
    const auto scanned = testing_scan::scan_text(dump_);
    told_ = scanned.told;
    for (at_ = 0; at_ < told_.size(); ++at_) {
      one(told_[at_]);
    }
    for (const std::string& later : later_) {
      put_line(later, kRest);
    }
    std::vector<std::string> files = {out_[0]};
    if (split_) {
      files.push_back(out_[1]);
    }
    return files;
  }

 private:
  using Told = testing_scan::Told;
  enum Where { kRest = 1, kRows = 2, kBoth = 3 };

  bool chance(unsigned one_of) { return random_() % one_of == 0; }
  static bool has(const std::string& text, std::string_view some) { return text.find(some) != std::string::npos; }

  void put(const std::string& text, Where where) {
    if (!split_) {
      out_[0] += text;
      return;
    }
    for (const int file : {0, 1}) {
      out_[file] += (where & (1 << file)) != 0 ? text : "";
    }
  }
  void put_line(const std::string& text, Where where) {
    for (std::string& file : out_) {
      file += file.empty() || file.back() == '\n' ? "" : "\n";
    }
    put(text + "\n", where);
  }

  [[nodiscard]] Where where_of(const Told& told) const {
    switch (told.kind) {
      case EventKind::insert:
      case EventKind::create_trigger:
        return kRows;
      case EventKind::alter_table:
        return has(told.text, " KEYS") ? kRows : kRest;
      case EventKind::drop:
        return has(told.text, "TRIGGER") ? kRows : kRest;
      case EventKind::comment:
      case EventKind::client_command:
      case EventKind::session:
      case EventKind::create_database:
      case EventKind::use_database:
        return kBoth;
      case EventKind::create_table:
      case EventKind::create_view:
      case EventKind::create_routine:
      case EventKind::create_event:
      case EventKind::create_sequence:
      case EventKind::account:
      case EventKind::replication:
      case EventKind::other:
        return kRest;
    }
    return kRest;
  }

  void noise(Where where) {
    static const char* const kNoise[] = {
        "-- a comment; with ' a quote", "# \" and `", "", "--", "--\t`", "-- DELIMITER //", "-- USE mysql;",
        "/*!99999 skipped ' ; ' */;",   ";"};
    put_line(kNoise[random_() % std::size(kNoise)], where);
  }

  void one(const Told& told) {
    const Where where = where_of(told);
    const std::string raw = dump_.substr(told.begin, told.end - told.begin);
    if (told.kind == EventKind::comment) {
      const bool says_end = has(told.text, " dump ") || has(told.text, "Dump completed") || has(told.text, "M!99");
      if (says_end || !chance(4)) {
        put_line(std::string(trim(raw)), where);
      }
      return;
    }
    if (told.kind == EventKind::client_command) {
      if (!told.text.starts_with("/*")) {
        delimiter_ = trim(std::string_view(told.text).substr(9));
      }
      // What is open behind the sandbox's line would take a DELIMITER for its own.
      put_line(told.text + (told.text.starts_with("/*") ? ";" : ""), where);
      return;
    }
    if (delimiter_ == ";" && chance(6)) {
      noise(where);
    }
    if (told.kind == EventKind::use_database && !has(told.text, "/*") && chance(2)) {
      const std::string name = sql_name(told.object);
      const std::string ways[] = {"use " + name, "USE " + name + "  ;", "  Use\t" + name + " -- here",
                                  "/*!40000 USE " + name + " */;"};
      put_line(ways[random_() % std::size(ways)], where);
      return;
    }
    if (told.kind == EventKind::insert && !told.rows_text.empty() && insert(told)) {
      return;
    }
    if (told.kind == EventKind::create_table && table(told)) {
      return;
    }
    statement(told, told.text, where);
  }

  void statement(const Told& told, std::string text, Where where) {
    const bool simple = delimiter_ == ";" && !has(text, "$$");
    const std::size_t word = text.find(' ');
    if (chance(5) && word != std::string::npos && text[0] != '/') {
      const std::string verb = lower(text.substr(0, word));
      text.replace(0, word, verb);
    }
    if (simple && chance(6)) {
      text = "/* before; it's \" */ " + text;
    }
    if (simple && chance(8)) {
      put_line("DELIMITER $$\n" + text + (chance(2) ? "" : "\n") + "$$\ndelimiter ;", where);
    } else if (simple && chance(8) && !has(text, "/*") && !has(text, "*/") && told.kind != EventKind::create_table &&
               told.kind != EventKind::use_database) {
      put_line("/*!40000 " + text + " */;", where);
    } else if (simple && chance(5)) {
      put(text + " ; ", where);  // and the next one on its line
    } else {
      put_line(text + (chance(6) ? "\n" : "") + delimiter_, where);
    }
  }

  // Split into several, or made one with the next.
  bool insert(const Told& told) {
    if (chance(3)) {
      ScanSettings small;
      small.window = 64;
      for (const Told& piece : testing_scan::scan_text(told.text + ";\n", small).told) {
        put_line(piece.head + " " + piece.rows_text + ";", kRows);
      }
      return true;
    }
    if (at_ + 1 < told_.size() && told_[at_ + 1].kind == EventKind::insert && told_[at_ + 1].head == told.head &&
        !told_[at_ + 1].rows_text.empty() && chance(2)) {
      put_line(told.head + "\n" + told.rows_text + ",\n  " + told_[at_ + 1].rows_text + ";", kRows);
      ++at_;
      return true;
    }
    return false;
  }

  bool table(const Told& told) {
    if (has(told.text, "/*!") || has(told.text, "/*M!")) {
      return false;
    }
    if (chance(3)) {
      return in_ansi(told);
    }
    return chance(2) && keys_later(told);
  }

  bool in_ansi(const Told& told) {
    std::string text;
    std::size_t from = 0;
    TokenReader reader(told.text, 101118);
    for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
      if (token.text.front() == '"') {
        return false;
      }
      if (token.kind == TokenKind::name) {
        const std::size_t begin = static_cast<std::size_t>(token.text.data() - told.text.data());
        text +=
            told.text.substr(from, begin - from) + "\"" + replace_all(unquoted_name(token.text), "\"", "\"\"") + "\"";
        from = begin + token.text.size();
      }
    }
    if (text.empty()) {
      return false;
    }
    static const char* const kModes[] = {"ANSI_QUOTES", "ANSI", "4"};
    const std::string mode = kModes[random_() % std::size(kModes)];
    put_line("SET @varied = @@SQL_MODE, SQL_MODE = " + (mode == "4" ? mode : "'" + mode + "'") + ";", kRest);
    put_line(text + told.text.substr(from) + ";", kRest);
    put_line("SET sql_mode := @varied;", kRest);
    return true;
  }

  // Plain keys come behind the rows.
  bool keys_later(const Told& told) {
    std::string text, keys;
    for (const std::string& line : lines_of(told.text)) {
      if (line.starts_with("  KEY `")) {
        std::string key = line;
        key.erase(key.find_last_not_of(", ") + 1);
        keys += (keys.empty() ? " ADD " : ", ADD ") + std::string(trim(key));
      } else {
        text += line + "\n";
      }
    }
    if (keys.empty() || has(told.text, "AUTO_INCREMENT") || has(told.text, "FOREIGN KEY")) {
      return false;
    }
    text = replace_all(text, ",\n)", "\n)");
    put_line(text + ";", kRest);
    later_.push_back("ALTER TABLE " + (told.schema.empty() ? "" : sql_name(told.schema) + ".") + sql_name(told.object) +
                     keys + ";");
    return true;
  }

  const std::string& dump_;
  std::mt19937& random_;
  std::vector<Told> told_;
  std::size_t at_ = 0;
  std::string delimiter_ = ";";
  std::string out_[2];
  std::vector<std::string> later_;
  bool split_ = false;
};

[[nodiscard]] inline std::vector<std::string> vary(const std::string& dump, std::mt19937& random) {
  return DumpVariation(dump, random).run();
}

}  // namespace rehearsal
