// The account that a dump's statements run as, and those in whose name its objects run.
//
// The dump's statements have rights on the dump's own schemas and may name any account as a DEFINER (SET USER); nothing
// else, whatever they say. They make routines and execute none: no account of the dump has EXECUTE before finish().
// Definers are made here, each a locked account with rights on the dump's schemas; one that the server has already, or
// that no account can be named as, becomes another.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/load/definers.h"
#include "snapshots/load/restore_report.h"

namespace rehearsal {

// Safe to use from several threads.
class RestoreAccount {
 public:
  // `admin` may do all. Makes the account, random in name and password, and the definers of the index.
  [[nodiscard]] static Result<std::unique_ptr<RestoreAccount>> make(const SqlLogin& admin, const DumpIndex& index);

  // To log in as the account.
  [[nodiscard]] const SqlLogin& login() const { return login_; }
  // Gives rights on a schema of the dump; the server's own are passed over.
  [[nodiscard]] Result<void> allow(std::string_view schema);
  // What the server said when it denied a statement: rights on the schema that it names, where that is not the server's
  // own. Then the server looks for the object instead, and says what is missing. False where nothing was given.
  [[nodiscard]] Result<bool> allow_denied(const std::string& message);
  // A view that calls a function wants EXECUTE of whoever makes it, and executes nothing.
  [[nodiscard]] Result<void> let_execute(bool allowed);

  // A CREATE statement with the definer that stands for the dump's.
  [[nodiscard]] std::string with_own_definer(std::string_view text, unsigned server_version, Quoting quoting) const;
  // Definers of the dump that have another account here.
  [[nodiscard]] bool renames() const { return !others_.empty(); }

  // After the last statement: definers may execute their routines, and nobody can log in as the account; it goes where
  // nothing runs in its name. One adaptation for each account that stays.
  [[nodiscard]] Result<std::vector<Adaptation>> finish();

 private:
  explicit RestoreAccount(std::unique_ptr<Sql> admin) : admin_(std::move(admin)) {}
  Result<void> make_definer(const Definer& definer);
  Result<void> grant(const std::string& rights, const std::string& schema, const std::string& account);
  [[nodiscard]] std::string own_name() const;

  std::mutex mutex_;
  std::unique_ptr<Sql> admin_;
  SqlLogin login_;
  std::set<std::string> schemas_;
  std::vector<std::string> definers_;  // as SQL names them
  std::map<Definer, Definer> others_;  // of the dump -> here
  std::vector<Adaptation> adaptations_;
  std::string automatic_privileges_;  // of the server, before
};

}  // namespace rehearsal
