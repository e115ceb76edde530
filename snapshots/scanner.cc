#include "snapshots/scanner.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "snapshots/bytes.h"
#include "snapshots/session_state.h"
#include "snapshots/statement.h"
#include "snapshots/tokens.h"

namespace rehearsal {

namespace {

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// Lines that a shell's "2>&1" puts into a dump.
constexpr std::string_view kNoise[] = {
    "mysqldump: ", "mariadb-dump: ", "mysqldump.exe: ", "Warning: ", "Enter password: "};
constexpr std::size_t kLongestNoise = 16;

class Scanner {
 public:
  Scanner(const ByteReader& read, const EventSink& sink, const ScanSettings& settings)
      : read_(read),
        sink_(sink),
        settings_(settings),
        state_(settings.schema, settings.server_version),
        delimiter_(settings.delimiter),
        capacity_(std::max<std::size_t>(settings.window, 64)),
        buffer_(new char[capacity_]) {}

  Result<ScanEnd> run() {
    for (;;) {
      REHEARSAL_TRY_SET(const Step step, advance());
      if (step == Step::more && eof_) {
        break;
      }
      if (step == Step::more) {
        REHEARSAL_TRY(refill());
      }
    }
    REHEARSAL_TRY(finish());
    end_.bytes = base_ + start_;
    end_.lines = line_ - 1;
    return end_;
  }

 private:
  enum class Place { between, line_comment, block_comment, client, statement, after };
  enum class Step { on, more };
  enum class Ending { statement, comment, client };        // what Place::after is behind
  enum class Inner { code, line_comment, block_comment };  // in a statement
  enum class Phase { plain, head, rows, tail };            // tail: what follows the rows of an INSERT

  // ---- the buffer: [start_, filled_) is not told yet, at_ is the next byte to look at --------------------------

  [[nodiscard]] bool have(std::size_t bytes) const { return at_ + bytes <= filled_ || eof_; }
  [[nodiscard]] std::string_view rest() const { return {buffer_.get() + at_, filled_ - at_}; }
  [[nodiscard]] std::string_view between(std::size_t from, std::size_t to) const {
    return {buffer_.get() + from, to - from};
  }

  Result<void> refill() {
    if (filled_ == capacity_) {
      REHEARSAL_TRY(make_room());
    }
    REHEARSAL_TRY_SET(const std::size_t got, read_(std::span<char>(buffer_.get() + filled_, capacity_ - filled_)));
    eof_ = got == 0;
    if (got > 0) {
      filled_ += got;
      end_.ends_with_newline = buffer_[filled_ - 1] == '\n';
    }
    return {};
  }

  Result<void> make_room() {
    if (start_ == 0) {
      REHEARSAL_TRY(cut());
    }
    std::size_t wanted = capacity_;
    if (start_ == 0) {
      if (capacity_ >= settings_.limit) {
        return fail(ErrorKind::unusable_dump,
                    "a row or statement is longer than " + human_bytes(settings_.limit) + ", which no server accepts",
                    "byte " + std::to_string(base_) + ", inside " + describe());
      }
      wanted = std::min(capacity_ * 2, settings_.limit);
    } else if (filled_ - start_ < settings_.window / 2) {
      wanted = std::max<std::size_t>(settings_.window, 64);
    }
    const std::size_t kept = filled_ - start_;
    if (wanted == capacity_) {
      std::memmove(buffer_.get(), buffer_.get() + start_, kept);
    } else {
      std::unique_ptr<char[]> other(new char[wanted]);
      std::memcpy(other.get(), buffer_.get() + start_, kept);
      buffer_ = std::move(other);
      capacity_ = wanted;
    }
    base_ += start_;
    at_ -= start_;
    text_end_ -= std::min(text_end_, start_);
    head_end_ -= std::min(head_end_, start_);
    row_end_ -= std::min(row_end_, start_);
    boundary_ -= std::min(boundary_, start_);
    boundary_row_end_ -= std::min(boundary_row_end_, start_);
    filled_ = kept;
    start_ = 0;
    return {};
  }

  // Tells what can be told of a comment or of rows that fill the window.
  Result<void> cut() {
    if ((place_ == Place::line_comment || place_ == Place::block_comment) && at_ > start_) {
      return tell_plain(EventKind::comment, at_, at_, false);
    }
    if (place_ == Place::statement && boundary_ > start_) {
      const std::uint64_t later = rows_ - boundary_rows_;
      rows_ = boundary_rows_;
      text_end_ = boundary_row_end_;
      REHEARSAL_TRY(tell_statement(boundary_, false));
      rows_ = later;
    }
    return {};
  }

  // ---- the machine ---------------------------------------------------------------------------------------------

  Result<Step> advance() {
    switch (place_) {
      case Place::between:
        return begin();
      case Place::line_comment:
        if (!line_comment()) {
          return Step::more;
        }
        REHEARSAL_TRY(tell_plain(EventKind::comment, at_, at_, true));
        return Step::on;
      case Place::block_comment:
        if (!block_comment()) {
          return Step::more;
        }
        text_end_ = at_;
        ending_ = sandbox_ ? Ending::client : Ending::comment;
        place_ = Place::after;
        return Step::on;
      case Place::client:
        if (!line_comment()) {
          return Step::more;
        }
        REHEARSAL_TRY(tell_client());
        return Step::on;
      case Place::statement:
        if (!statement()) {
          return Step::more;
        }
        ending_ = Ending::statement;
        place_ = Place::after;
        return Step::on;
      case Place::after:
        return after();
    }
    return Step::on;
  }

  // Between statements: decides what the next byte begins.
  Result<Step> begin() {
    while (at_ < filled_ && is_blank(buffer_[at_])) {
      ++at_;
    }
    if (at_ == filled_ && !eof_) {
      if (at_ - start_ >= capacity_ / 2) {
        REHEARSAL_TRY(tell_plain(EventKind::comment, at_, at_, true));
      }
      return Step::more;
    }
    if (at_ > start_) {
      REHEARSAL_TRY(tell_plain(EventKind::comment, at_, at_, true));
      return Step::on;
    }
    if (at_ == filled_ || !have(kLongestNoise)) {
      return Step::more;
    }
    const std::string_view text = rest();
    if (text.starts_with(delimiter_)) {
      at_ += delimiter_.size();
      text_end_ = start_;
      ending_ = Ending::comment;
      place_ = Place::after;
    } else if (text[0] == '#' || (text.starts_with("--") && is_dash_comment(text)) || is_noise(text)) {
      place_ = Place::line_comment;
    } else if (text[0] == '\\' || is_delimiter_command(text)) {
      place_ = Place::client;
    } else if (text.starts_with("/*")) {
      const CommentOpening opening = comment_opening(text, settings_.server_version);
      if (opening.runs) {
        begin_statement();
      } else {
        sandbox_ = opening.sandbox;
        open_comment(opening);
        place_ = Place::block_comment;
      }
    } else {
      begin_statement();
    }
    return Step::on;
  }

  [[nodiscard]] bool is_noise(std::string_view text) const {
    return line_start_ && std::any_of(std::begin(kNoise), std::end(kNoise),
                                      [&](std::string_view noise) { return text.starts_with(noise); });
  }
  [[nodiscard]] bool is_delimiter_command(std::string_view text) const {
    return line_start_ && text.size() >= 10 && (text[9] == ' ' || text[9] == '\t') &&
           lower(text.substr(0, 9)) == "delimiter";
  }

  void begin_statement() {
    place_ = Place::statement;
    inner_ = Inner::code;
    phase_ = Phase::head;
    quote_ = 0;
    depth_ = 0;
    executable_depth_ = 0;
    head_end_ = row_end_ = boundary_ = boundary_row_end_ = 0;
    boundary_rows_ = 0;
    about_ = {};
    first_word_ = true;
    after_row_ = false;
    plain_rows_ = true;
    cut_ = false;
    rows_ = 0;
  }

  void open_comment(const CommentOpening& opening) {
    nests_ = opening.nests;
    nested_ = false;
    at_ += 2;
  }

  // To the end of the line, the line end included.
  bool line_comment() {
    const void* found = std::memchr(buffer_.get() + at_, '\n', filled_ - at_);
    if (found == nullptr) {
      at_ = filled_;
      return eof_ && at_ > start_;
    }
    at_ = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.get()) + 1;
    return true;
  }

  // To the closing of the comment.
  bool block_comment() {
    for (;;) {
      at_ = find_either(buffer_.get(), at_, filled_, '*', nests_ && !nested_ ? '/' : '*');
      if (at_ + 1 >= filled_) {
        return false;
      }
      const char next = buffer_[at_ + 1];
      if (buffer_[at_] == '*' && next == '/') {
        at_ += 2;
        if (!nested_) {
          return true;
        }
        nested_ = nests_ = false;
      } else if (buffer_[at_] == '/' && next == '*') {
        at_ += 2;
        nested_ = true;
      } else {
        ++at_;
      }
    }
  }

  // To the delimiter; at_ is then behind it and text_end_ before it.
  bool statement() {
    for (;;) {
      if (inner_ == Inner::line_comment || inner_ == Inner::block_comment) {
        if (inner_ == Inner::line_comment ? !line_comment() : !block_comment()) {
          return false;
        }
        inner_ = Inner::code;
      }
      if (quote_ != 0 && !string()) {
        return false;
      }
      if (phase_ == Phase::head && !head()) {
        return false;
      }
      if (after_row_ && !separator()) {
        return false;
      }
      at_ = find_code_byte(buffer_.get(), at_, filled_, delimiter_.front());
      if (at_ == filled_ || !have(std::max(kCommentOpening, delimiter_.size()))) {
        // A quote or parenthesis needs no look-ahead.
        if (at_ == filled_ || !is_single(buffer_[at_])) {
          return false;
        }
      }
      const char c = buffer_[at_];
      if (c == delimiter_.front() && executable_depth_ == 0 && rest().starts_with(delimiter_)) {
        text_end_ = at_;
        at_ += delimiter_.size();
        return true;
      }
      code_byte(c);
    }
  }

  [[nodiscard]] bool is_single(char c) const {
    return c != delimiter_.front() && (c == '\'' || c == '"' || c == '`' || c == '(' || c == ')');
  }

  void code_byte(char c) {
    switch (c) {
      case '\'':
      case '"':
      case '`':
        quote_ = c;
        ++at_;
        return;
      case '(':
        ++depth_;
        ++at_;
        return;
      case ')':
        ++at_;
        depth_ -= depth_ > 0 ? 1U : 0U;
        if (phase_ == Phase::rows && depth_ == 0) {
          ++rows_;
          row_end_ = at_;
          after_row_ = true;
        }
        return;
      case '*':
        if (executable_depth_ > 0 && rest().starts_with("*/")) {
          --executable_depth_;
          ++at_;
        }
        ++at_;
        return;
      case '#':
        inner_ = Inner::line_comment;
        return;
      case '-':
        if (rest().starts_with("--") && is_dash_comment(rest())) {
          inner_ = Inner::line_comment;
          return;
        }
        ++at_;
        return;
      case '/':
        if (rest().starts_with("/*")) {
          const CommentOpening opening = comment_opening(rest(), settings_.server_version);
          if (opening.runs) {
            ++executable_depth_;
            at_ += opening.length;
          } else {
            open_comment(opening);
            inner_ = Inner::block_comment;
          }
          return;
        }
        ++at_;
        return;
      default:
        ++at_;
        return;
    }
  }

  // Inside quotes. A doubled quote is an end and a beginning, which comes to the same.
  bool string() {
    const bool escapes = quote_ == '\'' ? state_.backslash_escapes() : quote_ == '"' && state_.double_quote_escapes();
    for (;;) {
      at_ = find_either(buffer_.get(), at_, filled_, quote_, escapes ? '\\' : quote_);
      if (at_ == filled_) {
        return false;
      }
      if (buffer_[at_] == quote_) {
        ++at_;
        quote_ = 0;
        return true;
      }
      if (at_ + 1 >= filled_) {
        return false;
      }
      at_ += 2;
    }
  }

  // The words of an INSERT up to VALUES. Stops before any byte that code_byte() must see. Any other statement is
  // plain after its first word.
  bool head() {
    while (phase_ == Phase::head) {
      while (at_ < filled_ && !is_word(buffer_[at_]) && !is_code_byte(buffer_[at_], delimiter_.front())) {
        ++at_;
      }
      if (at_ == filled_) {
        return false;
      }
      if (!is_word(buffer_[at_])) {
        return true;
      }
      std::size_t end = at_;
      while (end < filled_ && is_word(buffer_[end])) {
        ++end;
      }
      if (end == filled_ && !eof_) {
        return false;
      }
      if (is_code_byte(buffer_[at_], delimiter_.front()) && rest().starts_with(delimiter_)) {
        return true;
      }
      head_word(between(at_, end));
      at_ = end;
      if (phase_ == Phase::rows) {
        head_end_ = end;
        head_.assign(between(start_, end));
        about_ = classify_statement(head_, settings_.server_version);
        plain_rows_ = executable_depth_ == 0 && head_.find("/*") == std::string::npos;
      }
    }
    return true;
  }

  void head_word(std::string_view word) {
    const Token token{TokenKind::word, word};
    if (first_word_) {
      first_word_ = false;
      if (!token.is("INSERT") && !token.is("REPLACE")) {
        phase_ = Phase::plain;
      }
    } else if (depth_ == 0) {
      if (token.is("VALUES") || token.is("VALUE")) {
        phase_ = Phase::rows;
      } else if (token.is("SET")) {
        phase_ = Phase::tail;
        rows_ = 1;
      } else if (token.is("SELECT")) {
        phase_ = Phase::tail;
      }
    }
  }

  // After a row: a comma leads to the next one, the delimiter and comments are left to others, all else ends the rows.
  bool separator() {
    while (at_ < filled_ && is_blank(buffer_[at_])) {
      ++at_;
    }
    if (at_ == filled_) {
      return false;
    }
    const char c = buffer_[at_];
    if (c == ',') {
      ++at_;
      if (plain_rows_) {
        boundary_ = at_;
        boundary_row_end_ = row_end_;
        boundary_rows_ = rows_;
      }
      after_row_ = false;
    } else if (!is_code_byte(c, delimiter_.front()) || c == '(') {
      after_row_ = false;
      phase_ = Phase::tail;
      plain_rows_ = false;
      boundary_ = 0;
    }
    return true;
  }

  // Behind a delimiter or a comment: blanks and one line end belong to it.
  Result<Step> after() {
    while (at_ < filled_ && (buffer_[at_] == ' ' || buffer_[at_] == '\t' || buffer_[at_] == '\r')) {
      ++at_;
    }
    if (at_ == filled_ && !eof_) {
      return Step::more;
    }
    if (at_ < filled_ && buffer_[at_] == '\n') {
      ++at_;
    }
    if (ending_ == Ending::statement) {
      REHEARSAL_TRY(tell_statement(at_, true));
    } else {
      REHEARSAL_TRY(
          tell_plain(ending_ == Ending::client ? EventKind::client_command : EventKind::comment, text_end_, at_, true));
    }
    return Step::on;
  }

  // The bytes ended: what is left is inside something.
  Result<void> finish() {
    if (start_ == filled_) {
      return {};
    }
    end_.inside = true;
    end_.begin = base_ + start_;
    end_.what = describe();
    if (place_ == Place::statement) {
      text_end_ = filled_;
      plain_rows_ = false;
      return tell_statement(filled_, false);
    }
    return tell_plain(EventKind::comment, filled_, filled_, false);
  }

  [[nodiscard]] std::string describe() const {
    if (place_ != Place::statement) {
      return "a comment";
    }
    const Statement about =
        head_told() ? about_ : classify_statement(between(start_, filled_), settings_.server_version);
    const std::string_view words = statement_words(about.kind);
    if (about.object.empty() || words.empty()) {
      std::string beginning(trim(between(start_, std::min(filled_, start_ + 60))));
      return "a statement that begins with: " + beginning.substr(0, beginning.find_first_of("\r\n"));
    }
    const std::string& schema = about.schema.empty() ? state_.schema() : about.schema;
    return std::string(words) + " " + (schema.empty() ? "" : sql_name(schema) + ".") + sql_name(about.object);
  }

  // ---- telling -------------------------------------------------------------------------------------------------

  // Whether the statement is an INSERT whose VALUES was reached.
  [[nodiscard]] bool head_told() const { return head_end_ > 0 || cut_; }

  Result<void> tell_plain(EventKind kind, std::size_t text_end, std::size_t to, bool last) {
    DumpEvent event;
    event.kind = kind;
    event.text = trim(between(start_, text_end));
    event.schema = state_.schema();
    event.first = !cut_;
    event.last = last;
    REHEARSAL_TRY(tell(event, to));
    cut_ = !last;
    if (last) {
      place_ = Place::between;
    }
    return {};
  }

  Result<void> tell_statement(std::size_t to, bool last) {
    DumpEvent event;
    event.text = trim(between(start_, text_end_));
    event.first = !cut_;
    event.last = last;
    event.rows = rows_;
    if (head_told()) {
      if (cut_ && phase_ == Phase::tail) {
        return fail(ErrorKind::unusable_dump, "an INSERT that is longer than the window ends in more than rows",
                    "byte " + std::to_string(base_ + row_end_) + ", " + describe(),
                    "dump again with a smaller --net-buffer-length");
      }
      event.head = head_;
      if (plain_rows_) {
        event.rows_text = trim(between(cut_ ? start_ : head_end_, text_end_));
      }
    } else {
      about_ = classify_statement(event.text, settings_.server_version);
    }
    event.kind = about_.kind;
    const std::string schema = about_.schema.empty() ? state_.schema() : about_.schema;
    event.schema = schema;
    event.object = about_.object;
    event.placeholder = about_.placeholder;
    REHEARSAL_TRY(tell(event, to));
    cut_ = !last;
    if (last) {
      place_ = Place::between;
    }
    return {};
  }

  // The line of a client's own command. DELIMITER changes what ends the statements that follow.
  Result<void> tell_client() {
    const std::string_view line = trim(between(start_, at_));
    std::string delimiter = delimiter_;
    if (line.front() != '\\') {
      const std::string_view argument = trim(line.substr(9));
      delimiter = argument.substr(0, argument.find_first_of(" \t"));
    }
    REHEARSAL_TRY(tell_plain(EventKind::client_command, at_, at_, true));
    if (!delimiter.empty()) {
      delimiter_ = delimiter;
    }
    return {};
  }

  Result<void> tell(DumpEvent& event, std::size_t to) {
    const std::string_view bytes = between(start_, to);
    event.begin = base_ + start_;
    event.end = base_ + to;
    event.line = line_;
    event.backslash_escapes = state_.backslash_escapes();
    REHEARSAL_TRY(sink_(event));
    state_.heed(event);
    line_ += count_newlines(bytes);
    const auto* found = static_cast<const char*>(::memrchr(bytes.data(), '\n', bytes.size()));
    const std::size_t newline =
        found == nullptr ? std::string_view::npos : static_cast<std::size_t>(found - bytes.data());
    const std::string_view last_line = newline == std::string_view::npos ? bytes : bytes.substr(newline + 1);
    line_start_ = (newline != std::string_view::npos || line_start_) && trim(last_line).empty();
    start_ = to;
    at_ = std::max(at_, to);
    return {};
  }

  const ByteReader& read_;
  const EventSink& sink_;
  const ScanSettings& settings_;
  SessionState state_;
  ScanEnd end_;
  std::string delimiter_;

  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  std::size_t start_ = 0;  // all these are indexes into the buffer
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t base_ = 0;  // offset of the buffer's first byte in the file
  std::uint64_t line_ = 1;  // of start_
  bool line_start_ = true;  // only blanks stand before start_ on its line
  bool eof_ = false;

  Place place_ = Place::between;
  Ending ending_ = Ending::comment;
  std::size_t text_end_ = 0;  // where the text ends: before the delimiter
  bool cut_ = false;          // a piece of what is being read was told already
  bool sandbox_ = false;      // the comment being read is the sandbox line
  bool nests_ = false;        // the comment being read may hold one more
  bool nested_ = false;       // and it does

  Inner inner_ = Inner::code;
  char quote_ = 0;         // the open quote, 0 outside strings
  std::size_t depth_ = 0;  // of parentheses
  std::size_t executable_depth_ = 0;

  Phase phase_ = Phase::plain;
  bool first_word_ = true;
  std::string head_;
  std::size_t head_end_ = 0;  // 0: VALUES was not reached
  Statement about_;           // of an INSERT whose head was read
  bool plain_rows_ = true;    // head and rows are without comments: rows can stand alone
  bool after_row_ = false;
  std::uint64_t rows_ = 0;            // since the last piece
  std::size_t row_end_ = 0;           // behind the last row
  std::size_t boundary_ = 0;          // behind the last comma between rows,
  std::size_t boundary_row_end_ = 0;  // behind the row before it,
  std::uint64_t boundary_rows_ = 0;   // and the rows up to there
};

}  // namespace

Result<ScanEnd> scan(const ByteReader& read, const EventSink& sink, const ScanSettings& settings) {
  return Scanner(read, sink, settings).run();
}

}  // namespace rehearsal
