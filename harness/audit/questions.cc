#include "harness/audit/questions.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/interrupt.h"
#include "base/random.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/engines/account_names.h"

namespace rehearsal {

namespace {

constexpr unsigned kAnyVersion = 101100;  // whose executable comments are looked into

std::string line_of(const Row& row) {
  std::vector<std::string> values;
  for (const std::optional<std::string>& value : row) {
    values.push_back(!value ? "\\N" : escaped_value(*value));
  }
  return join(values, "\t");
}

}  // namespace

std::string escaped_value(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      out += "\\\\";
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

Result<Answers> ask(Sql& sql, const std::vector<Question>& questions) {
  Answers answers;
  if (questions.empty()) {
    return answers;
  }
  REHEARSAL_TRY(sql.execute(fmt::format("SET SESSION max_statement_time = {}", kMostAnswerSeconds)));
  for (const Question& question : questions) {
    REHEARSAL_TRY(check_interrupt());
    Answer& answer = answers[question.id];
    std::vector<std::string> lines;
    bool too_many = false;
    REHEARSAL_TRY(sql.execute("START TRANSACTION READ ONLY"));
    const Result<void> asked = sql.for_each_row(question.sql, [&](const Row& row) -> Result<void> {
      if (lines.size() == kMostAnswerRows) {
        too_many = true;
        return fail("more rows than an answer may contain");
      }
      lines.push_back(line_of(row));
      return {};
    });
    if (too_many) {
      answer.refused = fmt::format("it answers with more than {}", plural(kMostAnswerRows, "row"));
    } else if (!asked) {
      if (asked.error().kind == ErrorKind::interrupted || is_lost_connection(sql.last_errno())) {
        return fail(asked.error());
      }
      answer.refused = sql.last_message().empty() ? to_text(asked.error()) : sql.last_message();
    } else {
      std::sort(lines.begin(), lines.end());
      answer.text = join(lines, "\n");
    }
    REHEARSAL_TRY(sql.execute("ROLLBACK"));
  }
  return answers;
}

Result<std::unique_ptr<Sql>> connect_reader(Sql& root, const std::filesystem::path& socket,
                                            const std::vector<std::string>& schemas) {
  const std::string password = random_word();
  const std::string name = account_name("reader", password);
  const std::string account = sql_string(name) + "@'localhost'";
  REHEARSAL_TRY(root.execute(fmt::format("CREATE USER {} IDENTIFIED BY {}", account, sql_string(password))));
  for (const std::string& schema : schemas) {
    REHEARSAL_TRY(root.execute(fmt::format("GRANT SELECT ON {}.* TO {}", grant_pattern(schema), account)));
  }
  return Sql::connect(socket, name, password);
}

std::set<std::string> schemas_named(std::string_view sql, const std::set<std::string>& known) {
  std::set<std::string> named;
  TokenReader reader(sql, kAnyVersion);
  Token before = reader.next();
  while (before.kind != TokenKind::end) {
    const Token token = reader.next();
    if (token.is('.') && before.names()) {
      if (const std::string name = unquoted_name(before.text); known.contains(name)) {
        named.insert(name);
      }
    }
    before = token;
  }
  return named;
}

}  // namespace rehearsal
