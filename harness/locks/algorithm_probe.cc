#include "harness/locks/algorithm_probe.h"

#include <set>

#include "base/text.h"
#include "harness/locks/ddl_text.h"

namespace rehearsal {

namespace {

// The server's two ways of refusing an algorithm or a lock.
constexpr unsigned kNotSupported = 1845;
constexpr unsigned kNotSupportedReason = 1846;

class Probe {
 public:
  Probe(Sql& sql, const std::map<std::string, std::string>& definitions) : sql_(sql), definitions_(definitions) {}

  Result<std::vector<Alteration>> run(const std::vector<LoggedStatement>& statements) {
    REHEARSAL_TRY(sql_.execute("SET SESSION sql_log_bin = 0"));
    REHEARSAL_TRY_SET(const auto mode, sql_.value("SELECT @@SESSION.sql_mode"));
    mode_ = mode.value_or("");
    std::vector<Alteration> alterations;
    Result<void> alive;
    for (const LoggedStatement& statement : statements) {
      alterations.push_back(alive ? replay(statement) : Alteration());
      if (alive && is_lost_connection(sql_.last_errno())) {
        alive = fail("the connection that looks for algorithms is lost", statement.schema, sql_.last_message());
      }
    }
    for (const auto& [schema, database] : databases_) {
      const Result<void> dropped = sql_.execute("DROP DATABASE IF EXISTS " + sql_name(database));
      alive = alive ? dropped : alive;
    }
    REHEARSAL_TRY(alive);
    return alterations;
  }

 private:
  Alteration replay(const LoggedStatement& statement) {
    if (const int checks = foreign_key_checks_set(statement.sql); checks >= 0) {
      unchecked_[statement.thread] = checks == 0;
      return {};
    }
    const DdlText ddl = read_ddl(statement.sql);
    const bool of_table = ddl.kind != DdlKind::none && ddl.kind != DdlKind::other;
    // A qualified name would reach the lane's own tables.
    if (!of_table || statement.cut || !ddl.schema.empty() || !use(statement.schema)) {
      return {};
    }
    if (ddl.kind != DdlKind::create_table) {
      make_table(statement.schema, ddl.table);
    }
    for (const std::string& parent : referenced_tables(statement.sql)) {
      make_table(statement.schema, parent);
    }
    made_.insert(statement.schema + "." + ddl.table);
    set_session(mode_, !unchecked_[statement.thread]);
    return has_algorithm(ddl.kind) ? alter(statement.sql, ddl) : once(statement.sql);
  }

  Alteration once(const std::string& sql) {
    static_cast<void>(sql_.execute(sql));
    return {};
  }

  Alteration alter(const std::string& sql, const DdlText& ddl) {
    for (const char* algorithm : {"INSTANT", "NOCOPY", "INPLACE", "COPY"}) {
      const std::string clause = "ALGORITHM=" + std::string(algorithm);
      const bool instant = clause.ends_with("INSTANT");
      if (!instant && attempt(sql, ddl, {clause, "LOCK=NONE"})) {
        return {algorithm, false};
      }
      if (attempt(sql, ddl, {clause})) {
        return {algorithm, !instant};
      }
      const unsigned number = sql_.last_errno();
      if (number != kNotSupported && number != kNotSupportedReason) {
        return {};
      }
    }
    return {};
  }

  bool attempt(const std::string& sql, const DdlText& ddl, const std::vector<std::string>& clauses) {
    return sql_.execute(with_clauses(sql, ddl, clauses)).has_value();
  }

  // An empty database with the character set of the schema.
  bool use(const std::string& schema) {
    if (schema.empty()) {
      return false;
    }
    auto found = databases_.find(schema);
    if (found == databases_.end()) {
      const std::string database = "rehearsal_probe_" + std::to_string(databases_.size());
      const auto like = sql_.query(
          "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM"
          " information_schema.SCHEMATA WHERE SCHEMA_NAME = " +
          sql_string(schema));
      std::string options;
      if (like && !like->empty()) {
        options = " CHARACTER SET " + like->front().at(0).value_or("utf8mb3") + " COLLATE " +
                  like->front().at(1).value_or("utf8mb3_general_ci");
      }
      if (!sql_.execute("CREATE OR REPLACE DATABASE " + sql_name(database) + options)) {
        return false;
      }
      found = databases_.emplace(schema, database).first;
    }
    return sql_.execute("USE " + sql_name(found->second)).has_value();
  }

  // As it was before the step, with the tables that its foreign keys refer to; once.
  void make_table(const std::string& schema, const std::string& table) {
    const auto definition = definitions_.find(schema + "." + table);
    if (definition == definitions_.end() || !made_.insert(definition->first).second) {
      return;
    }
    set_session("", false);
    static_cast<void>(sql_.execute(definition->second));
    for (const std::string& parent : referenced_tables(definition->second)) {
      make_table(schema, parent);
    }
  }

  void set_session(const std::string& mode, bool foreign_key_checks) {
    static_cast<void>(sql_.execute("SET SESSION sql_mode = " + sql_string(mode) +
                                   ", foreign_key_checks = " + (foreign_key_checks ? "1" : "0")));
  }

  Sql& sql_;
  const std::map<std::string, std::string>& definitions_;
  std::string mode_;
  std::map<std::string, std::string> databases_;  // schema -> the probe's
  std::set<std::string> made_;                    // "schema.table": made here, or by the replayed statements
  std::map<std::uint64_t, bool> unchecked_;       // connection -> it switched foreign_key_checks off
};

}  // namespace

Result<std::vector<Alteration>> find_algorithms(Sql& sql, const std::vector<LoggedStatement>& statements,
                                                const std::map<std::string, std::string>& definitions) {
  return Probe(sql, definitions).run(statements);
}

}  // namespace rehearsal
