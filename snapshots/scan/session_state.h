// What the statements of a dump set for those that follow: the schema in force and how strings are written.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/sql/quoting.h"
#include "base/sql/tokens.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

class SessionState {
 public:
  // `schema` is in force until the dump names one by USE; it wins over the one that the dump's header tells.
  explicit SessionState(std::string schema, unsigned server_version)
      : given_(std::move(schema)), server_version_(server_version) {}

  void heed(const DumpEvent& event);

  [[nodiscard]] const std::string& schema() const { return used_ ? use_ : given_.empty() ? header_ : given_; }
  [[nodiscard]] Quoting quoting() const { return mode_.quoting; }
  // What SQL_MODE was set to last is the outcome of an expression.
  [[nodiscard]] bool unknown_mode() const { return mode_.unknown; }
  [[nodiscard]] bool backslash_escapes() const { return mode_.quoting.backslash_escapes; }
  [[nodiscard]] bool double_quote_escapes() const {
    return mode_.quoting.backslash_escapes && !mode_.quoting.ansi_quotes;
  }

 private:
  struct Mode {
    Quoting quoting;
    bool unknown = false;
  };
  void comment(std::string_view text);
  void set(std::string_view text);
  void assign(TokenReader& reader, Token& token);
  [[nodiscard]] Mode value(TokenReader& reader, Token& token) const;
  [[nodiscard]] static Mode mode_from(const Token& value);

  std::string given_;
  unsigned server_version_;
  std::string header_;
  std::string use_;
  bool used_ = false;
  Mode mode_;
  std::map<std::string, Mode> saved_;  // by user variable: what SQL_MODE would be with its value
};

}  // namespace rehearsal
