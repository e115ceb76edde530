#include "harness/locks/statement_log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "base/contains.h"
#include "base/descriptor.h"

namespace rehearsal {

namespace {

constexpr std::size_t kChunk = 256 << 10;
// So much is read before its blocks are given back.
constexpr std::uint64_t kGiveBack = 16 << 20;

// The word after `label` in a header line: "# Query_time: 0.35 Lock_time: …".
std::string_view field(std::string_view line, std::string_view label) {
  const std::size_t at = line.find(label);
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view rest = line.substr(at + label.size());
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
  // An empty schema is followed by two blanks and the next label.
  return rest.substr(0, rest.find(' '));
}

template <typename Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double decimal(std::string_view text) {
  return std::strtod(std::string(text).c_str(), nullptr);
}

bool is_time_line(std::string_view line) {
  return line.starts_with("# Time: ") && line.size() > 8 && line[8] >= '0' && line[8] <= '9';
}
bool is_user_line(std::string_view line) {
  return line.starts_with("# User@Host: ") && contains(line, '[') && contains(line, "] @ ") && line.ends_with("]");
}
bool is_thread_line(std::string_view line) {
  return line.starts_with("# Thread_id: ") && contains(line, " Schema: ");
}
bool is_numbers_line(std::string_view line) {
  return line.starts_with("# Query_time: ") && contains(line, " Lock_time: ");
}

// "SET timestamp=1795574232;", "SET insert_id=5,timestamp=1795574232;": always there, directly before the statement.
bool is_timestamp_line(std::string_view line) {
  return line.starts_with("SET ") && line.ends_with(";") && contains(line, "timestamp=");
}

tl::unexpected<Error> failure(const std::string& what, const std::filesystem::path& file) {
  return fail(what, file.string(), std::strerror(errno));
}

}  // namespace

// The header as far as it was seen: an optional time, the user, the thread, the numbers.
bool StatementLogParser::continues_header() const {
  if (line_cut_) {
    return false;
  }
  const std::string_view last = candidate_.empty() ? std::string_view() : std::string_view(candidate_.back());
  if (last.empty()) {
    return is_time_line(line_) || is_user_line(line_);
  }
  return (is_time_line(last) && is_user_line(line_)) || (is_user_line(last) && is_thread_line(line_)) ||
         (is_thread_line(last) && is_numbers_line(line_));
}

void StatementLogParser::begin_statement() {
  current_ = {};
  ends_in_semicolon_ = false;
  for (const std::string& line : candidate_) {
    if (is_user_line(line)) {
      const std::size_t begin = std::strlen("# User@Host: ");
      current_.user = line.substr(begin, line.find('[') - begin);
    } else if (is_thread_line(line)) {
      current_.thread = number<std::uint64_t>(field(line, "Thread_id:"));
      const std::size_t begin = line.find(" Schema: ") + std::strlen(" Schema: ");
      const std::size_t end = line.rfind("  QC_hit: ");
      current_.schema = line.substr(begin, end == std::string::npos || end < begin ? end : end - begin);
    } else if (is_numbers_line(line)) {
      current_.seconds = decimal(field(line, "Query_time:"));
      current_.lock_seconds = decimal(field(line, "Lock_time:"));
      current_.rows_examined = number<std::int64_t>(field(line, "Rows_examined:"));
    }
  }
  candidate_.clear();
  state_ = State::header;
}

void StatementLogParser::emit(const EachStatement& each) {
  if (state_ == State::body) {
    std::string& sql = current_.sql;
    if (!current_.cut && sql.ends_with(';')) {
      sql.pop_back();
    }
    // The protocol's other requests are told as comments.
    if (!sql.empty() && !sql.starts_with("# administrator command: ")) {
      each(current_);
    }
  }
  current_ = {};
  state_ = State::between;
}

void StatementLogParser::add_to_body(std::string_view line, bool ends_in_semicolon) {
  std::string& sql = current_.sql;
  if (!sql.empty() && sql.size() < kLongestStatement) {
    sql += '\n';
  }
  const std::size_t room = kLongestStatement - std::min(kLongestStatement, sql.size());
  current_.cut = current_.cut || line.size() > room;
  sql += line.substr(0, room);
  ends_in_semicolon_ = ends_in_semicolon;
}

void StatementLogParser::take_body_line(const EachStatement& each) {
  // A header can only follow a whole statement. Lines that began like one and went on otherwise are the statement's.
  if ((ends_in_semicolon_ || !candidate_.empty()) && continues_header()) {
    candidate_.push_back(line_);
    if (is_numbers_line(line_)) {
      std::vector<std::string> header = std::move(candidate_);
      emit(each);
      candidate_ = std::move(header);
      begin_statement();
    }
    return;
  }
  for (const std::string& line : candidate_) {
    add_to_body(line, line.ends_with(';'));
  }
  candidate_.clear();
  if (ends_in_semicolon_ && continues_header()) {
    candidate_.push_back(line_);
    return;
  }
  add_to_body(line_, last_of_line_ == ';');
  current_.cut = current_.cut || line_cut_;
}

void StatementLogParser::take_line(const EachStatement& each) {
  switch (state_) {
    case State::between:
      if (!continues_header()) {
        candidate_.clear();
      }
      if (continues_header()) {
        candidate_.push_back(line_);
        if (is_numbers_line(line_)) {
          begin_statement();
        }
      }
      break;
    case State::header:
      if (line_.starts_with("# Rows_affected: ")) {
        current_.rows_affected = number<std::int64_t>(field(line_, "Rows_affected:"));
      } else if (is_timestamp_line(line_)) {
        state_ = State::body;
      }
      break;
    case State::body:
      take_body_line(each);
      break;
  }
}

void StatementLogParser::feed(std::string_view text, const EachStatement& each) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    const std::size_t room = kLongestStatement - std::min(kLongestStatement, line_.size());
    line_cut_ = line_cut_ || piece.size() > room;
    line_ += piece.substr(0, room);
    if (!piece.empty()) {
      last_of_line_ = piece.back();
    }
    if (end == std::string_view::npos) {
      return;
    }
    text.remove_prefix(end + 1);
    take_line(each);
    line_.clear();
    line_cut_ = false;
    last_of_line_ = 0;
  }
}

void StatementLogParser::finish(const EachStatement& each) {
  if (!line_.empty()) {
    feed("\n", each);
  }
  if (state_ == State::body) {
    for (const std::string& line : candidate_) {
      add_to_body(line, line.ends_with(';'));
    }
  }
  candidate_.clear();
  emit(each);
}

std::vector<std::string> statement_log_options(const std::filesystem::path& file) {
  return {"--slow-query-log=ON",
          "--slow-query-log-file=" + file.string(),
          "--log-output=FILE",
          "--long-query-time=0",
          "--min-examined-row-limit=0",
          "--log-slow-rate-limit=1",
          "--log-slow-verbosity=",
          "--log-slow-filter=",
          "--log-slow-disabled-statements=",
          "--log-slow-admin-statements=ON"};
}

Result<void> StatementLog::begin_step() {
  offset_ = 0;
  given_back_ = 0;
  parser_ = {};
  // The server appends, so its next statement is at the start.
  const Descriptor file = open_file(file_.c_str(), O_WRONLY | O_CLOEXEC);
  if (file.ok() ? unbroken([&] { return os::ftruncate(file.get(), 0); }) != 0 : errno != ENOENT) {
    return failure("the log of statements cannot be emptied", file_);
  }
  return {};
}

Result<void> StatementLog::read(const EachStatement& each) {
  const Descriptor file = open_file(file_.c_str(), O_RDWR | O_CLOEXEC);
  if (!file.ok()) {
    return failure("the log of statements cannot be read", file_);
  }
  const EachStatement ours = [&](const LoggedStatement& statement) {
    if (user_.empty() || statement.user == user_) {
      each(statement);
    }
  };
  std::vector<char> chunk(kChunk);
  for (;;) {
    const ssize_t got =
        unbroken([&] { return os::pread(file.get(), chunk.data(), chunk.size(), static_cast<off_t>(offset_)); });
    if (got < 0) {
      return failure("the log of statements cannot be read", file_);
    }
    if (got == 0) {
      break;
    }
    parser_.feed(std::string_view(chunk.data(), static_cast<std::size_t>(got)), ours);
    offset_ += static_cast<std::uint64_t>(got);
    if (alone_ && offset_ - given_back_ >= kGiveBack) {
      // Where the file system cannot, the file is only emptied at the next step.
      static_cast<void>(os::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                      static_cast<off_t>(given_back_), static_cast<off_t>(offset_ - given_back_)));
      given_back_ = offset_;
    }
  }
  return {};
}

Result<void> StatementLog::read_at_once(const EachStatement& each) {
  REHEARSAL_TRY(read(each));
  return parser_.at_end_of_statement() ? read_to_end(each) : Result<void>();
}

Result<void> StatementLog::read_to_end(const EachStatement& each) {
  REHEARSAL_TRY(read(each));
  parser_.finish([&](const LoggedStatement& statement) {
    if (user_.empty() || statement.user == user_) {
      each(statement);
    }
  });
  return {};
}

}  // namespace rehearsal
