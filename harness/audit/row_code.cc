#include "harness/audit/row_code.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// A text's code without comments, and its strings; what stands side by side is one string.
struct PythonText {
  std::string code;  // each string is ""
  std::vector<std::string> strings;
};

class PythonReader {
 public:
  explicit PythonReader(std::string_view text) : text_(text) {}

  PythonText read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '\'' || c == '"') {
        take_string(c);
      } else {
        if (std::string_view(" \t\r\n\\").find(c) == std::string_view::npos) {
          joined_ = false;
        }
        depth_ += std::string_view("([{").find(c) != std::string_view::npos ? 1 : 0;
        depth_ -= std::string_view(")]}").find(c) != std::string_view::npos ? 1 : 0;
        result_.code += c;
        ++at_;
      }
    }
    return std::move(result_);
  }

 private:
  void take_string(char quote) {
    const std::string three(3, quote);
    const bool is_long = text_.substr(at_).starts_with(three);
    at_ += is_long ? 3 : 1;
    std::string value;
    while (at_ < text_.size()) {
      if (is_long ? text_.substr(at_).starts_with(three) : text_[at_] == quote) {
        at_ += is_long ? 3 : 1;
        break;
      }
      if (!is_long && text_[at_] == '\n') {
        break;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      }
      value += text_[at_++];
    }
    // The letters before it (f"", r"", b"") are no code of their own.
    while (!result_.code.empty() && std::string_view("fFrRbBuU").find(result_.code.back()) != std::string_view::npos &&
           (result_.code.size() == 1 || !is_name(result_.code[result_.code.size() - 2]))) {
      result_.code.pop_back();
    }
    if (!joined_ && is_remark()) {
      return;
    }
    if (joined_ && !result_.strings.empty()) {
      result_.strings.back() += value;
    } else {
      result_.strings.push_back(std::move(value));
      result_.code += "\"\"";
    }
    joined_ = true;
  }

  // A string that is a line of its own says something to people.
  [[nodiscard]] bool is_remark() const {
    const std::size_t line = result_.code.rfind('\n') + 1;  // npos + 1 is 0
    return depth_ == 0 && trim(std::string_view(result_.code).substr(line)).empty();
  }

  static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;        // of brackets
  bool joined_ = false;  // nothing but blanks since the last string
  PythonText result_;
};

// Without the function that takes the migration back.
std::string without_downgrade(std::string_view python) {
  std::string kept;
  bool downgrade = false;
  for (const std::string& line : lines_of(python)) {
    const bool top_level = !line.empty() && std::string_view(" \t)#").find(line.front()) == std::string_view::npos;
    if (top_level) {
      downgrade = line.starts_with("def downgrade");
    }
    if (!downgrade) {
      kept += line + "\n";
    }
  }
  return kept;
}

bool is_row_statement(const std::string& string) {
  const std::string sql = lower(trim(string));
  for (const std::string_view start : {"insert into ", "insert ignore ", "replace into ", "update ", "delete from "}) {
    if (sql.starts_with(start)) {
      return true;
    }
  }
  return sql.starts_with("select ") && contains(sql, " from ") && !contains(sql, "information_schema");
}

}  // namespace

bool works_on_rows(std::string_view python) {
  const PythonText text = PythonReader(without_downgrade(python)).read();
  constexpr std::array<std::string_view, 18> kSigns = {
      "bulk_insert(", ".insert()",   "sa.insert(",         "sql.insert(", "sqlalchemy.insert(", ".update()",
      "sa.update(",   ".delete()",   "sql.update(",        "sa.delete(",  "sql.delete(",        ".select()",
      "sa.select(",   "sql.select(", "sqlalchemy.select(", ".query(",     "session.add(",       "session.merge("};
  const bool in_code =
      std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) { return contains(text.code, sign); });
  return in_code || std::any_of(text.strings.begin(), text.strings.end(), is_row_statement);
}

}  // namespace rehearsal
