#include "snapshots/load/restore_account.h"

#include <algorithm>

#include "base/random.h"
#include "base/sql/tokens.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr const char* kHost = "localhost";
constexpr std::size_t kLongestUser = 80;  // letters, on the oldest server
constexpr std::size_t kLongestHost = 60;

// ALL on a schema but EXECUTE.
constexpr const char* kRights =
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, "
    "CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, DELETE HISTORY";
// Who defined a routine may run it, and what its views and triggers call: it is nobody who logs in.
const std::string kDefinersRights = std::string(kRights) + ", EXECUTE";

std::set<std::string> schemas_of(const DumpIndex& index) {
  std::set<std::string> schemas;
  for (const auto& [name, text] : index.schemas) {
    schemas.insert(name);
  }
  for (const DumpTable& table : index.tables) {
    schemas.insert(table.schema);
  }
  return schemas;
}

// Readable ASCII: other letters are another name under each character set.
bool is_plain(const Definer& definer) {
  const auto plain = [](const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  };
  return plain(definer.first) && plain(definer.second) && definer.first.size() <= kLongestUser &&
         definer.second.size() <= kLongestHost;
}

// "… for table `schema`.`table`", "… to database 'schema'", "… for routine 'schema.name'"
std::string schema_denied(const std::string& message) {
  if (const std::size_t at = message.rfind(" for table "); at != std::string::npos) {
    TokenReader reader(std::string_view(message).substr(at + 11), 0);
    return unquoted_name(reader.next().text);
  }
  for (const char* words : {" to database '", " for routine '"}) {
    const std::size_t at = message.rfind(words);
    if (at != std::string::npos) {
      const std::size_t begin = message.find('\'', at) + 1;
      return message.substr(begin, message.find_first_of(words[1] == 't' ? "'" : "'.", begin) - begin);
    }
  }
  return {};
}

}  // namespace

std::string RestoreAccount::own_name() const {
  return account_text({login_.user, kHost});
}

Result<void> RestoreAccount::grant(const std::string& rights, const std::string& schema, const std::string& account) {
  return admin_->execute("GRANT " + rights + " ON " + grant_pattern(schema) + ".* TO " + account);
}

Result<std::unique_ptr<RestoreAccount>> RestoreAccount::make(const SqlLogin& admin, const DumpIndex& index) {
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql, Sql::connect(admin.socket, admin.user, admin.password));
  std::unique_ptr<RestoreAccount> made(new RestoreAccount(std::move(sql)));
  Sql& own = *made->admin_;
  made->login_ = {admin.socket, "restore_" + random_word().substr(0, 20), random_word()};
  REHEARSAL_TRY_SET(const auto automatic, own.value("SELECT @@GLOBAL.automatic_sp_privileges"));
  made->automatic_privileges_ = automatic.value_or("1");
  // Who makes a routine would be given EXECUTE on it.
  REHEARSAL_TRY(own.execute("SET GLOBAL automatic_sp_privileges = 0"));
  REHEARSAL_TRY(own.execute("CREATE USER " + made->own_name() + " IDENTIFIED BY " + sql_string(made->login_.password)));
  REHEARSAL_TRY(own.execute("GRANT SET USER ON *.* TO " + made->own_name()));
  for (const Definer& definer : index.definers) {
    REHEARSAL_TRY(made->make_definer(definer));
  }
  for (const std::string& schema : schemas_of(index)) {
    REHEARSAL_TRY(made->allow(schema));
  }
  return made;
}

Result<void> RestoreAccount::make_definer(const Definer& definer) {
  if (is_current_account(definer)) {
    return {};
  }
  Definer here = definer;
  std::string why;
  if (is_plain(definer)) {
    // An account of an earlier restore into the same server is as good as a new one; all others are the server's.
    REHEARSAL_TRY_SET(
        const auto known,
        admin_->value("SELECT JSON_VALUE(Priv, '$.account_locked') = 1 AND JSON_VALUE(Priv, '$.access') = "
                      "0 AND User <> 'mariadb.sys' FROM mysql.global_priv WHERE User = " +
                      sql_string(definer.first) + " AND Host = " + sql_string(definer.second)));
    if (known.value_or("0") == "1") {
      definers_.push_back(account_text(definer));
      return {};
    }
    REHEARSAL_TRY_SET(const auto there,
                      admin_->value("SELECT COUNT(*) FROM mysql.global_priv WHERE User = " + sql_string(definer.first) +
                                    " AND Host = " + sql_string(definer.second)));
    why = there.value_or("0") == "0" ? "" : "is an account of this server";
  } else {
    why = "is not a name that an account can have here";
  }
  if (why.empty() && !admin_->execute(definer_statements(definer.first, definer.second, {}).front())) {
    if (is_lost_connection(admin_->last_errno())) {
      return fail("the server died or was stopped: " + admin_->last_message());
    }
    why = "is not a name that an account can have here";
  }
  const std::string name = definer.first + (definer.second.empty() ? "" : "@" + definer.second);
  if (!why.empty()) {
    here = {"definer_" + random_word().substr(0, 20), kHost};
    REHEARSAL_TRY(admin_->execute(definer_statements(here.first, here.second, {}).front()));
    others_[definer] = here;
  }
  definers_.push_back(account_text(here));
  adaptations_.push_back(
      {.kind = "definer",
       .what = "the account " + name + ", a DEFINER in the dump, " +
               (why.empty() ? "is created and locked"
                            : why + ": what it defines runs as " + here.first + ", created and locked")});
  return {};
}

Result<void> RestoreAccount::allow(std::string_view schema) {
  if (schema.empty() || is_system_schema(schema)) {
    return {};
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!schemas_.emplace(schema).second) {
    return {};
  }
  REHEARSAL_TRY(grant(kRights, std::string(schema), own_name()));
  for (const std::string& definer : definers_) {
    REHEARSAL_TRY(grant(kDefinersRights, std::string(schema), definer));
  }
  return {};
}

Result<bool> RestoreAccount::allow_denied(const std::string& message) {
  const std::string schema = schema_denied(message);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (schema.empty() || is_system_schema(schema) || schemas_.contains(schema)) {
      return false;
    }
  }
  REHEARSAL_TRY(allow(schema));
  return true;
}

Result<void> RestoreAccount::let_execute(bool allowed) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const std::string& schema : schemas_) {
    REHEARSAL_TRY(allowed ? grant("EXECUTE", schema, own_name())
                          : admin_->execute("REVOKE EXECUTE ON " + grant_pattern(schema) + ".* FROM " + own_name()));
  }
  return {};
}

std::string RestoreAccount::with_own_definer(std::string_view text, unsigned server_version, Quoting quoting) const {
  return with_other_definer(text, server_version, quoting, others_);
}

Result<std::vector<Adaptation>> RestoreAccount::finish() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string mine = sql_string(login_.user + "@" + kHost);
  REHEARSAL_TRY_SET(const auto objects,
                    admin_->value("SELECT (SELECT COUNT(*) FROM information_schema.VIEWS WHERE DEFINER = " + mine +
                                  ") + (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE DEFINER = " + mine +
                                  ") + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE DEFINER = " + mine +
                                  ") + (SELECT COUNT(*) FROM mysql.proc WHERE definer = " + mine + ")"));
  if (objects.value_or("0") == "0") {
    REHEARSAL_TRY(admin_->execute("DROP USER " + own_name()));
  } else {
    REHEARSAL_TRY(admin_->execute("ALTER USER " + own_name() + " ACCOUNT LOCK"));
    REHEARSAL_TRY(admin_->execute("REVOKE SET USER ON *.* FROM " + own_name()));
    definers_.push_back(own_name());
    adaptations_.push_back(
        {.kind = "definer",
         .what = "objects without a DEFINER in the dump run as " + login_.user + ", which is created and locked"});
  }
  for (const std::string& schema : schemas_) {
    for (const std::string& definer : definers_) {
      REHEARSAL_TRY(grant("ALL", schema, definer));
    }
  }
  REHEARSAL_TRY(admin_->execute("SET GLOBAL automatic_sp_privileges = " + automatic_privileges_));
  return std::move(adaptations_);
}

}  // namespace rehearsal
