#include "harness/diagnosis/step_trace.h"

#include <algorithm>

#include "base/contains.h"
#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::size_t kSchemaStatements = 5000;
constexpr std::size_t kLatestBytes = 8 << 20;
constexpr std::size_t kConnections = 200;
constexpr std::size_t kLastBytes = 2000;
constexpr std::size_t kReads = 50;
constexpr std::size_t kLongestRead = 64 << 10;

std::string first_word(const std::string& sql) {
  const Token first = TokenReader(sql, kServerOfTexts).next();
  return first.kind == TokenKind::word ? lower(first.text) : std::string();
}

// Two statements that differ in their strings and numbers only are of one kind.
std::string without_values(const std::string& sql) {
  std::string kind;
  TokenReader reader(sql, kServerOfTexts);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    const bool value = token.kind == TokenKind::string || token.kind == TokenKind::number;
    kind += value ? "?" : token.text;
    kind += ' ';
  }
  return kind;
}

}  // namespace

void StepTrace::take(const LoggedStatement& statement) {
  const std::string word = first_word(statement.sql);
  follow_transaction(statement, word);
  for (const char* const idle : {"commit", "rollback", "set", "begin", "start", "show", "use", ""}) {
    if (word == idle) {
      return;
    }
  }
  for (const char* const schema : {"alter", "create", "drop", "rename", "truncate"}) {
    if (word == schema && schema_statements_.size() < kSchemaStatements) {
      schema_statements_.push_back(statement.sql);
    }
  }
  if (word == "select") {
    keep_read(statement.sql);
  }
  latest_.push_back(statement.sql);
  latest_bytes_ += statement.sql.size();
  while (latest_bytes_ > kLatestBytes) {
    latest_bytes_ -= latest_.front().size();
    latest_.pop_front();
  }
}

void StepTrace::keep_read(const std::string& sql) {
  if (sql.size() > kLongestRead) {
    return;
  }
  reads_[without_values(sql)] = {sql, ++turn_};
  if (reads_.size() > kReads) {
    reads_.erase(std::min_element(reads_.begin(), reads_.end(),
                                  [](const auto& a, const auto& b) { return a.second.turn < b.second.turn; }));
  }
}

std::vector<std::string> StepTrace::reads() const {
  std::vector<const Read*> order;
  for (const auto& [kind, read] : reads_) {
    order.push_back(&read);
  }
  std::sort(order.begin(), order.end(), [](const Read* a, const Read* b) { return a->turn > b->turn; });
  std::vector<std::string> texts;
  for (const Read* read : order) {
    texts.push_back(read->sql);
  }
  return texts;
}

void StepTrace::follow_transaction(const LoggedStatement& statement, const std::string& word) {
  if (connections_.size() >= kConnections && !connections_.contains(statement.thread)) {
    return;
  }
  Connection& connection = connections_[statement.thread];
  if (word == "commit" || word == "rollback") {
    connection.open = false;
  } else if (word == "begin" || word == "start") {
    connection.open = true;
    connection.last.clear();
  } else if (word == "set") {
    std::string text = lower(statement.sql);
    text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == ' '; }), text.end());
    if (contains(text, "autocommit=")) {
      connection.manual = contains(text, "autocommit=0");
    }
  } else if (word != "show" && word != "use" && !word.empty()) {
    connection.open = connection.open || connection.manual;
    if (connection.open) {
      connection.last.assign(statement.sql, 0, kLastBytes);
    }
  }
}

std::vector<std::string> StepTrace::unfinished(const std::string& except) const {
  std::vector<std::string> statements;
  for (const auto& [thread, connection] : connections_) {
    if (connection.open && !connection.last.empty() && connection.last != except.substr(0, kLastBytes)) {
      statements.push_back(connection.last);
    }
  }
  return statements;
}

}  // namespace rehearsal
