#include "snapshots/index/completeness.h"

#include "base/sql/tokens.h"
#include "base/text.h"
#include "snapshots/scan/statement.h"

namespace rehearsal {

namespace {

bool is_name_byte(char c) {
  return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string byte_text(std::uint64_t byte) {
  return "byte " + std::to_string(byte);
}

}  // namespace

void CompletenessJudge::heed(const DumpEvent& event) {
  if (event.kind == EventKind::comment) {
    comment(event);
  } else if (event.kind == EventKind::session) {
    settings(event);
  } else if (!event.object.empty() && event.first) {
    last_object_ = (event.schema.empty() ? "" : sql_name(event.schema) + ".") + sql_name(event.object);
  }
}

void CompletenessJudge::comment(const DumpEvent& event) {
  if (!event.first) {
    return;
  }
  if (event.text.starts_with("-- MariaDB dump ") || event.text.starts_with("-- MySQL dump ")) {
    if (promised_) {
      broken_at(event, "before its footer");
    }
    promised_ = true;
  } else if (event.text.starts_with("-- Dump completed")) {
    promised_ = false;
    footer_ = true;
  }
}

// Producers save the session's settings as @OLD_… or @PREV_… first and restore them last.
void CompletenessJudge::settings(const DumpEvent& event) {
  const Token verb = TokenReader(event.text, kServerOfTexts, event.quoting()).next();
  if (verb.is("LOCK")) {
    locked_ = true;
  } else if (verb.is("UNLOCK")) {
    locked_ = false;
  }
  saved(event, "@OLD_");
  saved(event, "@PREV_");
}

void CompletenessJudge::saved(const DumpEvent& event, std::string_view prefix) {
  for (std::size_t at = event.text.find(prefix); at != std::string_view::npos; at = event.text.find(prefix, at + 1)) {
    std::size_t end = at + prefix.size();
    while (end < event.text.size() && is_name_byte(event.text[end])) {
      ++end;
    }
    const std::string name(event.text.substr(at, end - at));
    if (trim(event.text.substr(end)).starts_with('=')) {
      if (!saved_.insert(name).second) {
        broken_at(event, "before its settings are restored");
      }
    } else if (saved_.erase(name) > 0) {
      restored_ = true;
    }
  }
}

void CompletenessJudge::broken_at(const DumpEvent& event, const std::string& why) {
  if (broken_.empty()) {
    broken_ = byte_text(event.begin) + ", where another dump begins, after " +
              (last_object_.empty() ? "the header" : last_object_) + " and " + why;
  }
}

CompletenessJudge::Verdict CompletenessJudge::judge(const ScanEnd& end) const {
  const std::string after = byte_text(end.bytes) + ", after " + (last_object_.empty() ? "the header" : last_object_);
  if (end.inside) {
    return {Completeness::truncated, byte_text(end.bytes) + ", inside " + end.what};
  }
  if (!broken_.empty()) {
    return {Completeness::truncated, broken_};
  }
  if (promised_) {
    return {Completeness::truncated, after + " and before the footer that the header promises"};
  }
  if (!saved_.empty()) {
    return {Completeness::truncated, after + " and before the settings are restored"};
  }
  if (locked_) {
    return {Completeness::truncated, after + " and before its UNLOCK TABLES"};
  }
  // Without its last line end the footer itself may be cut.
  const bool proven = (footer_ || restored_) && end.ends_with_newline;
  return {proven ? Completeness::complete : Completeness::unprovable, {}};
}

}  // namespace rehearsal
