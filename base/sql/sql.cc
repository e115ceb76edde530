#include "base/sql/sql.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <cppconn/warning.h>

#include "base/contains.h"
#include "base/os/faults.h"
#include "base/sql/long_numbers.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr int kLargestPacket = 1 << 30;
// From so many bytes on a statement is not copied where it is long for its numbers.
constexpr std::size_t kLongStatement = std::size_t{16} << 20;
constexpr std::size_t kLongNumber = std::size_t{1} << 20;

// The client library wants to be told of each thread, and its driver is made once.
sql::Driver* driver() {
  static std::mutex mutex;
  static sql::Driver* instance = nullptr;
  sql::Driver* made = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (instance == nullptr) {
      instance = get_driver_instance();
    }
    made = instance;
  }
  struct ThreadMark {
    explicit ThreadMark(sql::Driver* of) : driver(of) { driver->threadInit(); }
    ~ThreadMark() { driver->threadEnd(); }
    ThreadMark(const ThreadMark&) = delete;
    ThreadMark& operator=(const ThreadMark&) = delete;
    sql::Driver* driver;
  };
  thread_local const ThreadMark mark(made);
  return mark.driver;
}

}  // namespace

struct Sql::Impl {
  std::unique_ptr<sql::Connection> connection;
  std::unique_ptr<sql::Statement> statement;
  std::unique_ptr<sql::PreparedStatement> prepared;  // the last one, whose warnings may be asked for
  unsigned number = 0;
  std::string sqlstate = "00000";
  std::string message;
  std::uint64_t affected = 0;
  std::uint64_t id = 0;
  bool gone = false;

  tl::unexpected<Error> failure(const std::exception& error) {
    number = 2000;
    sqlstate = "HY000";
    message = error.what();
    if (const auto* known = dynamic_cast<const sql::SQLException*>(&error)) {
      number = known->getErrorCode() > 0 ? static_cast<unsigned>(known->getErrorCode()) : number;
      sqlstate = known->getSQLState();
    }
    return fail("the server says: " + message + " (" + std::to_string(number) + ", " + sqlstate + ")");
  }

  void begin() {
    static_cast<void>(driver());
    number = 0;
    sqlstate = "00000";
    message.clear();
    affected = 0;
    prepared.reset();
  }

  // Reads all rows of one result; after an Error of the callback the rest is read and dropped.
  static Result<void> read(sql::ResultSet& result, const std::function<Result<void>(const Row&)>* callback) {
    const unsigned columns = result.getMetaData()->getColumnCount();
    Row row(columns);
    Result<void> outcome;
    while (result.next()) {
      if (callback == nullptr || !outcome) {
        continue;
      }
      for (unsigned i = 0; i < columns; ++i) {
        if (result.isNull(i + 1)) {
          row[i].reset();
        } else {
          row[i] = result.getString(i + 1).asStdString();
        }
      }
      outcome = (*callback)(row);
    }
    return outcome;
  }

  // A fault of the connection: the server is no longer heard, now and later.
  void reach(const char* call, os::Site from) { gone = gone || os::fault_at(call, from).has_value(); }

  tl::unexpected<Error> lost() {
    number = 2013;
    sqlstate = "HY000";
    message = "Lost connection to server during query";
    return fail("the server says: " + message + " (2013, HY000)");
  }

  Result<void> run(std::string_view text, const std::function<Result<void>(const Row&)>* callback) {
    begin();
    if (gone) {
      return lost();
    }
    try {
      bool rows = statement->execute(sql::SQLString(text.data(), text.size()));
      Result<void> outcome;
      for (;;) {
        if (rows) {
          const std::unique_ptr<sql::ResultSet> result(statement->getResultSet());
          if (result != nullptr) {
            Result<void> one = read(*result, outcome ? callback : nullptr);
            outcome = outcome ? std::move(one) : std::move(outcome);
          }
        } else {
          affected = statement->getUpdateCount();
        }
        // CALL returns more than one result.
        if (!statement->getMoreResults()) {
          break;
        }
        rows = true;
      }
      return outcome;
    } catch (const std::exception& error) {
      return failure(error);
    }
  }

  Result<void> run_long(std::string_view text) {
    std::string modes;
    const std::function<Result<void>(const Row&)> take = [&](const Row& row) -> Result<void> {
      modes = row.at(0).value_or("");
      return {};
    };
    REHEARSAL_TRY(run("SELECT @@SESSION.sql_mode", &take));
    const std::vector<std::string> all = split(modes, ',');
    const auto set = [&](const char* mode) { return contains(all, mode); };
    const MarkedStatement marked =
        mark_long_numbers(text, {!set("NO_BACKSLASH_ESCAPES"), set("ANSI_QUOTES")}, kLongNumber);
    if (marked.numbers.empty()) {
      return run(text, nullptr);
    }
    begin();
    if (gone) {
      return lost();
    }
    try {
      prepared.reset(connection->prepareStatement(sql::SQLString(marked.text)));
      std::deque<NumberBytes> numbers;
      std::deque<std::istream> streams;
      for (unsigned i = 0; i < marked.numbers.size(); ++i) {
        prepared->setBlob(i + 1, &streams.emplace_back(&numbers.emplace_back(marked.numbers[i])));
      }
      affected = static_cast<std::uint64_t>(prepared->executeUpdate());
      return {};
    } catch (const std::exception& error) {
      return failure(error);
    }
  }
};

Sql::Sql(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Sql::~Sql() {
  try {
    static_cast<void>(driver());
    impl_->prepared.reset();
    impl_->statement.reset();
    impl_->connection.reset();
  } catch (...) {
    // Nothing is owed to a connection that breaks while it is closed.
  }
}

Result<std::unique_ptr<Sql>> Sql::connect(const std::filesystem::path& socket, const std::string& user,
                                          const std::string& password, const std::string& schema, os::Site from) {
  return open(socket, user, password, schema, false, from);
}

Result<std::unique_ptr<Sql>> Sql::connect_with_files(const std::filesystem::path& socket, const std::string& user,
                                                     const std::string& password, os::Site from) {
  return open(socket, user, password, {}, true, from);
}

Result<std::unique_ptr<Sql>> Sql::open(const std::filesystem::path& socket, const std::string& user,
                                       const std::string& password, const std::string& schema, bool files,
                                       os::Site from) {
  auto impl = std::make_unique<Impl>();
  impl->reach("sql.connect", from);
  if (impl->gone) {
    return fail(impl->lost().value().what, socket.string());
  }
  try {
    impl->begin();
    sql::ConnectOptionsMap options;
    options["hostName"] = sql::SQLString("unix://" + socket.string());
    options["userName"] = sql::SQLString(user);
    options["password"] = sql::SQLString(password);
    if (!schema.empty()) {
      options["schema"] = sql::SQLString(schema);
    }
    options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    options["OPT_MAX_ALLOWED_PACKET"] = kLargestPacket;
    options["CLIENT_MULTI_STATEMENTS"] = false;
    options["OPT_LOCAL_INFILE"] = files ? 1 : 0;
    impl->connection.reset(driver()->connect(options));
    impl->statement.reset(impl->connection->createStatement());
    // Unbuffered: the connector would otherwise hold the whole result.
    impl->statement->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
  } catch (const std::exception& error) {
    Error told = impl->failure(error).value();
    told.where = socket.string();
    return fail(std::move(told));
  }
  std::unique_ptr<Sql> made(new Sql(std::move(impl)));
  REHEARSAL_TRY(made->execute("SET NAMES utf8mb4"));
  REHEARSAL_TRY_SET(const auto id, made->value("SELECT CONNECTION_ID()"));
  made->impl_->id = id ? std::stoull(*id) : 0;
  return made;
}

Result<void> Sql::execute(std::string_view statement, os::Site from) {
  impl_->reach("sql.statement", from);
  return statement.size() < kLongStatement ? impl_->run(statement, nullptr) : impl_->run_long(statement);
}

Result<std::vector<Row>> Sql::query(std::string_view statement, os::Site from) {
  std::vector<Row> rows;
  REHEARSAL_TRY(for_each_row(
      statement,
      [&rows](const Row& row) -> Result<void> {
        rows.push_back(row);
        return {};
      },
      from));
  return rows;
}

Result<std::optional<std::string>> Sql::value(std::string_view statement, os::Site from) {
  std::optional<std::string> found;
  bool seen = false;
  REHEARSAL_TRY(for_each_row(
      statement,
      [&](const Row& row) -> Result<void> {
        if (!seen && !row.empty()) {
          found = row.front();
        }
        seen = true;
        return {};
      },
      from));
  return found;
}

Result<void> Sql::for_each_row(std::string_view statement, const std::function<Result<void>(const Row&)>& row,
                               os::Site from) {
  impl_->reach("sql.statement", from);
  return impl_->run(statement, &row);
}

bool Sql::execute_aside(std::string_view statement, os::Site from) {
  const unsigned number = impl_->number;
  const std::string sqlstate = impl_->sqlstate;
  const std::string message = impl_->message;
  const std::uint64_t affected = impl_->affected;
  const bool done = execute(statement, from).has_value();
  impl_->number = number;
  impl_->sqlstate = sqlstate;
  impl_->message = message;
  impl_->affected = affected;
  return done;
}

unsigned Sql::last_errno() const {
  return impl_->number;
}
const std::string& Sql::last_sqlstate() const {
  return impl_->sqlstate;
}
const std::string& Sql::last_message() const {
  return impl_->message;
}
std::uint64_t Sql::affected_rows() const {
  return impl_->affected;
}
std::vector<SqlWarning> Sql::warnings() {
  std::vector<SqlWarning> told;
  try {
    for (const sql::SQLWarning* one = impl_->statement->getWarnings(); one != nullptr; one = one->getNextWarning()) {
      told.push_back({static_cast<unsigned>(one->getErrorCode()), one->getMessage().asStdString()});
    }
  } catch (const std::exception& error) {
    static_cast<void>(impl_->failure(error));
    told.push_back({impl_->number, impl_->message});
  }
  return told;
}
std::uint64_t Sql::connection_id() const {
  return impl_->id;
}

bool is_lost_connection(unsigned number) {
  switch (number) {
    case 1053:  // shutdown in progress
    case 1152:  // aborted
    case 1927:  // connection was killed
    case 2000:
    case 2002:
    case 2003:
    case 2006:
    case 2013:
    case 2055:
      return true;
    default:
      return false;
  }
}

}  // namespace rehearsal
