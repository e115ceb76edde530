#include "harness/diagnosis/code_failure.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/table_facts.h"
#include "harness/diagnosis/table_read.h"
#include "harness/diagnosis/value_census.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr std::size_t kColumnsCounted = 24;
constexpr std::size_t kColumnsTold = 12;
// Without a hint in the exception, so few rows of another kind stand out.
constexpr std::int64_t kRareRows = 20;
constexpr std::int64_t kRareShare = 10;  // one in so many

std::string said(const ErrorText& error) {
  return error.exception.empty() ? error.telling : error.exception;
}

// "KeyError: 'x'" is x.
std::string missing_key(const std::string& exception) {
  const std::size_t at = exception.find("KeyError: '");
  const std::size_t begin = at == std::string::npos ? at : at + 11;
  const std::size_t end = begin == std::string::npos ? begin : exception.find('\'', begin);
  if (end == std::string::npos || end == begin) {
    return {};
  }
  const std::string key = exception.substr(begin, end - begin);
  return key.find_first_of("\"\\") == std::string::npos ? key : std::string();
}

// The kinds of values that bring such an exception.
std::set<std::string> suspected(const std::string& exception) {
  std::set<std::string> shapes;
  const auto hint = [&](std::initializer_list<std::string_view> signs, std::initializer_list<const char*> meant) {
    if (std::any_of(signs.begin(), signs.end(), [&](std::string_view sign) { return contains(exception, sign); })) {
      shapes.insert(meant.begin(), meant.end());
    }
  };
  hint({"JSONDecodeError", "Expecting value", "Expecting property", "Expecting ',' delimiter", "Unterminated string",
        "Extra data", "Invalid control character"},
       {"not JSON", "empty"});
  hint({"NoneType"}, {"NULL", "null"});
  hint({"'list' object", "list indices"}, {"list"});
  hint({"'str' object", "string indices"}, {"string"});
  hint({"'int' object", "'float' object"}, {"number"});
  hint({"'bool' object"}, {"boolean"});
  hint({"'dict' object"}, {"object"});
  if (const std::string key = missing_key(exception); !key.empty()) {
    shapes.insert("object without " + key);
  }
  return shapes;
}

struct Suspicion {
  const ColumnCensus* column = nullptr;
  const ShapeCount* shape = nullptr;
};

// Among columns of JSON first, and the fewest rows.
Suspicion suspect(const std::vector<ColumnCensus>& census, const std::set<std::string>& wanted) {
  Suspicion best;
  for (const ColumnCensus& column : census) {
    std::int64_t total = 0;
    for (const ShapeCount& shape : column.shapes) {
      total += shape.rows;
    }
    for (const ShapeCount& shape : column.shapes) {
      const bool rare = column.json && column.shapes.size() > 1 && (&shape != &column.shapes.front()) &&
                        (shape.rows <= kRareRows || shape.rows <= total / kRareShare);
      if (wanted.empty() ? !rare : !wanted.contains(shape.shape)) {
        continue;
      }
      const bool better = best.column == nullptr || (column.json && !best.column->json) ||
                          (column.json == best.column->json && shape.rows < best.shape->rows);
      if (better) {
        best = {&column, &shape};
      }
    }
  }
  return best;
}

struct LastRead {
  TableRead read;
  TableFacts facts;
};

Result<std::optional<LastRead>> find_last_read(Sql& sql, const std::vector<std::string>& schemas,
                                               const StepTrace& trace) {
  for (TableRead& read : table_reads(trace.reads())) {
    const std::vector<std::string> places = read.schema.empty() ? schemas : std::vector<std::string>{read.schema};
    for (const std::string& schema : places) {
      REHEARSAL_TRY_SET(TableFacts facts, read_table_facts(sql, schema, read.table));
      const bool of_revisions = facts.columns.size() == 1 && facts.columns.front().name == "version_num";
      if (facts.exists() && !of_revisions) {
        return LastRead{std::move(read), std::move(facts)};
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string> columns_read(const LastRead& last) {
  std::vector<std::string> columns;
  for (const std::string& name : last.read.named_columns()) {
    if (last.facts.column(name) != nullptr && !contains(columns, name)) {
      columns.push_back(name);
    }
  }
  if (columns.empty()) {
    for (const ColumnFacts& column : last.facts.columns) {
      columns.push_back(column.name);
    }
  }
  return columns;
}

}  // namespace

bool is_code_failure(const ErrorText& error, const Finding& finding) {
  if (error.number != 0 || (finding.code != "step-failed" && finding.code != "online-error")) {
    return false;
  }
  constexpr std::array<std::string_view, 16> kOfEnvironment = {
      "ModuleNotFoundError", "ImportError",       "SyntaxError",       "NameError",   "FileNotFoundError",
      "PermissionError",     "ConnectionError",   "ConnectionRefused", "OSError",     "CommandError",
      "SystemExit",          "KeyboardInterrupt", "MemoryError",       "oslo_config", "NoSuchOptError",
      "RecursionError"};
  const std::string exception = said(error);
  const bool raised = contains(exception, "Error") || contains(exception, "Exception");
  return raised && std::none_of(kOfEnvironment.begin(), kOfEnvironment.end(),
                                [&](std::string_view name) { return contains(exception, name); });
}

Result<std::string> blame_last_read(Sql& sql, const std::vector<std::string>& schemas, const ErrorText& error,
                                    const StepTrace& trace, Finding& finding) {
  REHEARSAL_TRY_SET(const std::optional<LastRead> last, find_last_read(sql, schemas, trace));
  if (!last) {
    return std::string();
  }
  const std::string exception = said(error);
  std::vector<std::string> columns = columns_read(*last);
  CensusRequest request{.facts = last->facts, .columns = columns, .json_key = missing_key(exception)};
  if (request.columns.size() > kColumnsCounted) {
    // Text is what code looks into.
    std::stable_partition(request.columns.begin(), request.columns.end(),
                          [&](const std::string& name) { return last->facts.column(name)->is_text(); });
    request.columns.resize(kColumnsCounted);
  }
  REHEARSAL_TRY_SET(const std::vector<ColumnCensus> census, take_census(sql, request));
  const Suspicion suspicion = suspect(census, suspected(exception));
  if (suspicion.column != nullptr) {
    const auto at = std::find(columns.begin(), columns.end(), suspicion.column->column);
    std::rotate(columns.begin(), at, at + 1);
  }
  finding.table = last->facts.schema + "." + last->facts.name;
  if (columns.size() > kColumnsTold) {
    columns.resize(kColumnsTold);
  }
  finding.columns = columns;
  finding.title += fmt::format("; the last that its code read is {}", finding.table);
  finding.detail += fmt::format("{}What these columns hold: {}.", finding.detail.empty() ? "" : " ", to_text(census));
  if (suspicion.column == nullptr) {
    return std::string();
  }
  const std::string condition = has_shape(request, *suspicion.column, suspicion.shape->shape);
  REHEARSAL_TRY_SET(const Offenders rows, count_rows_where(sql, condition, last->facts));
  finding.row_count = rows.count;
  finding.rows = rows.keys;
  finding.soft_deleted = rows.soft_deleted;
  finding.title += fmt::format(", where {} {} {} in {}", plural(static_cast<std::uint64_t>(rows.count), "row"),
                               rows.count == 1 ? "has" : "have", suspicion.shape->shape, suspicion.column->column);
  Fix fix;
  fix.decision = fmt::format("What should the values of {} in these rows be? The step's code cannot read {}.",
                             suspicion.column->column, suspicion.shape->shape);
  finding.fix = std::move(fix);
  return fmt::format("SELECT * FROM {} o WHERE {};", last->facts.quoted(), condition);
}

std::string unknown_revision(const ErrorText& error) {
  for (const std::string& text : {error.exception, error.telling}) {
    for (const std::string_view sign :
         {"Can't locate revision identified by ", "No such revision or branch ", "No such revision "}) {
      const std::size_t at = text.find(sign);
      if (at == std::string::npos) {
        continue;
      }
      std::string rest = text.substr(at + sign.size());
      const char quote = rest.empty() ? ' ' : rest.front();
      if (quote == '\'' || quote == '"') {
        rest = rest.substr(1, rest.find(quote, 1) - 1);
      } else {
        rest = rest.substr(0, rest.find_first_of(" ,;"));
      }
      if (!rest.empty()) {
        return rest;
      }
    }
  }
  return {};
}

Result<void> blame_unknown_revision(Sql& sql, const std::vector<std::string>& schemas, const std::string& revision,
                                    Finding& finding) {
  finding.revision = revision;
  finding.title = fmt::format("the step's code does not know the revision {}", revision);
  for (const std::string& schema : schemas) {
    REHEARSAL_TRY_SET(
        const std::vector<Row> tables,
        sql.query("SELECT TABLE_NAME FROM information_schema.COLUMNS WHERE COLUMN_NAME = 'version_num' AND "
                  "TABLE_SCHEMA = " +
                  sql_string(schema)));
    for (const Row& row : tables) {
      const std::string table = row.at(0).value_or("");
      REHEARSAL_TRY_SET(const auto found,
                        sql.value(fmt::format("SELECT 1 FROM {}.{} WHERE version_num = {} LIMIT 1", sql_name(schema),
                                              sql_name(table), sql_string(revision))));
      if (found) {
        finding.table = schema + "." + table;
        finding.columns = {"version_num"};
        finding.title += fmt::format(" that {} holds", finding.table);
      }
    }
  }
  finding.detail =
      "Either the schema is ahead of this release, or the revision is a fork's or a plug-in's that the environment "
      "does not have.";
  Fix fix;
  fix.decision = fmt::format(
      "Which release or package does the revision {} come from? Rehearse with that, or say which of this release's "
      "revisions the schema is really at.",
      revision);
  finding.fix = std::move(fix);
  return {};
}

}  // namespace rehearsal
