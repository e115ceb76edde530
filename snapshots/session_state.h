// What the statements of a dump set for those that follow: the schema in force and how strings are written.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "snapshots/dump_event.h"

namespace rehearsal {

class SessionState {
 public:
  // `schema` is in force until the dump names one by USE; it wins over the one that the dump's header tells.
  explicit SessionState(std::string schema, unsigned server_version)
      : given_(std::move(schema)), server_version_(server_version) {}

  void heed(const DumpEvent& event);

  [[nodiscard]] const std::string& schema() const { return used_ ? use_ : given_.empty() ? header_ : given_; }
  [[nodiscard]] bool backslash_escapes() const { return mode_.backslash_escapes; }
  [[nodiscard]] bool double_quote_escapes() const { return mode_.backslash_escapes && !mode_.ansi_quotes; }

 private:
  struct Mode {
    bool backslash_escapes = true;
    bool ansi_quotes = false;
  };
  void comment(std::string_view text);
  void set(std::string_view text);
  static Mode mode_from(std::string_view value);

  std::string given_;
  unsigned server_version_;
  std::string header_;
  std::string use_;
  bool used_ = false;
  Mode mode_;
  std::map<std::string, Mode> saved_;  // by user variable
};

}  // namespace rehearsal
