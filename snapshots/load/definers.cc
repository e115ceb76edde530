#include "snapshots/load/definers.h"

#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::size_t kEnough = 16384;  // bytes before which a DEFINER stands

std::string value_of(const Token& token, Quoting quoting) {
  return token.kind == TokenKind::string ? unquoted_string(token.text, quoting.backslash_escapes)
                                         : unquoted_name(token.text);
}

}  // namespace

bool is_current_account(const Definer& definer) {
  const std::string user = lower(definer.first);
  return definer.second.empty() && (user.empty() || user == "current_user" || user == "current_role");
}

std::string account_text(const Definer& definer) {
  return sql_string(definer.first) + (definer.second.empty() ? "" : "@" + sql_string(definer.second));
}

std::vector<std::string> definer_statements(const std::string& user, const std::string& host,
                                            const std::set<std::string>& schemas) {
  const std::string account = account_text({user, host});
  std::vector<std::string> statements = {host.empty() ? "CREATE ROLE " + account
                                                      : "CREATE USER " + account + " ACCOUNT LOCK"};
  for (const std::string& schema : schemas) {
    statements.push_back("GRANT ALL ON " + grant_pattern(schema) + ".* TO " + account);
  }
  return statements;
}

std::string with_other_definer(std::string_view text, unsigned server_version, Quoting quoting,
                               const std::map<Definer, Definer>& others) {
  TokenReader reader(text.substr(0, kEnough), server_version, quoting);
  Token token = reader.next();
  while (token.kind != TokenKind::end && !token.is("DEFINER") && !token.is('(')) {
    token = reader.next();
  }
  if (!token.is("DEFINER") || others.empty() || !reader.next().is('=')) {
    return std::string(text);
  }
  const auto place = [&](const Token& of) { return static_cast<std::size_t>(of.text.data() - text.data()); };
  token = reader.next();
  const std::size_t begin = place(token);
  Definer definer{value_of(token, quoting), ""};
  std::size_t end = reader.position();
  if (reader.next().is('@')) {
    definer.second = value_of(reader.next(), quoting);
    end = reader.position();
    while (end < text.size() && text[end] == '.') {  // host names may go unquoted
      static_cast<void>(reader.next());
      definer.second += "." + std::string(reader.next().text);
      end = reader.position();
    }
  }
  const auto other = others.find(definer);
  return other == others.end()
             ? std::string(text)
             : std::string(text.substr(0, begin)) + account_text(other->second) + std::string(text.substr(end));
}

}  // namespace rehearsal
