#include "snapshots/scan/scanner.h"

#include <algorithm>
#include <cstring>

#include "base/contains.h"
#include "base/sql/tokens.h"
#include "base/text.h"
#include "snapshots/bytes/scan_window.h"
#include "snapshots/scan/client_rules.h"
#include "snapshots/scan/comment_scan.h"
#include "snapshots/scan/producer_words.h"
#include "snapshots/scan/row_blocks.h"
#include "snapshots/scan/session_state.h"
#include "snapshots/scan/statement.h"
#include "snapshots/scan/statement_scan.h"

namespace rehearsal {

namespace {

// What is being read begins at 0 in the window; what was told has left it.
class Scanner {
 public:
  Scanner(const ByteReader& read, const EventSink& sink, const ScanSettings& settings)
      : sink_(sink),
        settings_(settings),
        state_(settings.schema, settings.server_version),
        delimiter_(settings.delimiter),
        window_(read, settings.window, settings.read_ahead),
        statement_(window_, state_, settings.server_version, settings.vectors),
        count_newlines_(newline_counter(settings.vectors)) {}

  Result<ScanEnd> run() {
    REHEARSAL_TRY(window_.open());
    for (;;) {
      REHEARSAL_TRY_SET(const Step step, advance());
      if (step == Step::more && window_.ended()) {
        break;
      }
      if (step == Step::more) {
        REHEARSAL_TRY(refill());
      }
    }
    REHEARSAL_TRY(finish());
    end_.bytes = window_.base();
    end_.lines = line_ - 1;
    return end_;
  }

 private:
  enum class Place { between, line_comment, block_comment, client, statement, after };
  enum class Step { on, more };
  enum class Ending { statement, comment, client };  // what Place::after is behind

  Result<void> refill() {
    if (window_.full()) {
      REHEARSAL_TRY(cut());
    }
    while (window_.full()) {
      if (window_.allowed() >= settings_.limit) {
        return fail(ErrorKind::unusable_dump,
                    "a row or statement is longer than " + human_bytes(settings_.limit) + ", which no server accepts",
                    "byte " + std::to_string(window_.base()) + ", inside " + describe());
      }
      REHEARSAL_TRY(window_.grow(settings_.limit));
    }
    REHEARSAL_TRY(window_.more());
    if (window_.size() > 0) {
      end_.ends_with_newline = window_.data()[window_.size() - 1] == '\n';
    }
    return {};
  }

  // Tells what can be told of blanks, a comment or rows that fill the window.
  Result<void> cut() {
    if (place_ == Place::between && window_.at > 0) {
      return tell_plain(EventKind::comment, window_.at, window_.at, true);
    }
    if ((place_ == Place::line_comment || place_ == Place::block_comment) && window_.at > 0) {
      return tell_plain(EventKind::comment, window_.at, window_.at, false);
    }
    if (place_ == Place::statement && statement_.piece().end > 0) {
      const StatementScan::Piece piece = statement_.piece();
      return tell_statement(piece.end, piece.text_end, piece.rows, false);
    }
    return {};
  }

  Result<Step> advance() {
    switch (place_) {
      case Place::between:
        return begin();
      case Place::line_comment:
        if (!CommentScan::line(window_)) {
          return Step::more;
        }
        REHEARSAL_TRY(tell_plain(EventKind::comment, window_.at, window_.at, true));
        return Step::on;
      case Place::block_comment:
        if (!comment_.block(window_)) {
          return Step::more;
        }
        text_end_ = window_.at;
        ending_ = sandbox_ ? Ending::client : Ending::comment;
        place_ = Place::after;
        return Step::on;
      case Place::client:
        if (!CommentScan::line(window_)) {
          return Step::more;
        }
        REHEARSAL_TRY(tell_client());
        return Step::on;
      case Place::statement:
        if (!statement_.pass(delimiter_)) {
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
    while (window_.at < window_.size() && is_blank_byte(window_.data()[window_.at])) {
      ++window_.at;
    }
    if (window_.at == window_.size() && !window_.ended()) {
      return Step::more;
    }
    if (window_.at > 0) {
      REHEARSAL_TRY(tell_plain(EventKind::comment, window_.at, window_.at, true));
      return Step::on;
    }
    if (window_.size() == 0 || !window_.have(std::min(kProducerLine, settings_.window))) {
      return Step::more;
    }
    const std::string_view text = window_.rest();
    if (text.starts_with(delimiter_)) {
      window_.at += delimiter_.size();
      text_end_ = 0;
      ending_ = Ending::comment;
      place_ = Place::after;
    } else if (text[0] == '#' || text.starts_with("--") || is_producer_line(text)) {
      // Where no statement is under way the client wants no blank behind the dashes.
      place_ = Place::line_comment;
    } else if (text[0] == '\\') {
      place_ = Place::client;
    } else if (line_start_ && may_be_client_word(text)) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos && !window_.ended()) {
        return Step::more;
      }
      client_word_ = client_word(text.substr(0, end), delimiter_);
      if (client_word_ == ClientWord::none) {
        statement_.begin();
      }
      place_ = client_word_ == ClientWord::none ? Place::statement : Place::client;
    } else if (text.starts_with("/*")) {
      const CommentOpening opening = comment_opening(text, settings_.server_version);
      if (opening.runs) {
        statement_.begin();
        place_ = Place::statement;
      } else {
        sandbox_ = opening.sandbox;
        comment_.open(window_, opening);
        place_ = Place::block_comment;
      }
    } else {
      statement_.begin();
      place_ = Place::statement;
    }
    return Step::on;
  }

  // Most statements begin with words that are no command's: their line is not looked at.
  [[nodiscard]] static bool may_be_client_word(std::string_view text) {
    constexpr std::string_view kFirst = "?cCdDeEgGhHnNpPqQrRsStTuUwW";
    return contains(kFirst, text.front()) &&
           client_word(text.substr(0, std::min(text.find_first_of(" \t\r\n"), kProducerLine)), {}) != ClientWord::none;
  }

  // Behind a delimiter or a comment: blanks and one line end belong to it.
  Result<Step> after() {
    const char* const data = window_.data();
    std::size_t& at = window_.at;
    while (at < window_.size() && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r')) {
      ++at;
    }
    if (at == window_.size() && !window_.ended()) {
      return Step::more;
    }
    if (at < window_.size() && data[at] == '\n') {
      ++at;
    }
    if (ending_ == Ending::statement) {
      REHEARSAL_TRY(tell_statement(at, statement_.text_end(), statement_.rows(), true));
    } else {
      REHEARSAL_TRY(
          tell_plain(ending_ == Ending::client ? EventKind::client_command : EventKind::comment, text_end_, at, true));
    }
    return Step::on;
  }

  // The bytes ended: what is left is inside something.
  Result<void> finish() {
    const std::size_t all = window_.size();
    if (all == 0) {
      return {};
    }
    end_.inside = true;
    end_.begin = window_.base();
    end_.what = describe();
    if (place_ == Place::statement) {
      statement_.end_inside();
      return tell_statement(all, all, statement_.rows(), false);
    }
    return tell_plain(EventKind::comment, all, all, false);
  }

  [[nodiscard]] std::string describe() const {
    if (place_ != Place::statement) {
      return "a comment";
    }
    const std::string_view text = window_.between(0, window_.size());
    const Statement about = statement_.has_rows()
                                ? statement_.about()
                                : classify_statement(text, settings_.server_version, state_.quoting());
    const std::string_view words = statement_words(about.kind);
    if (about.object.empty() || words.empty()) {
      std::string beginning(trim(text.substr(0, 60)));
      return "a statement that begins with: " + beginning.substr(0, beginning.find_first_of("\r\n"));
    }
    const std::string& schema = about.schema.empty() ? state_.schema() : about.schema;
    return std::string(words) + " " + (schema.empty() ? "" : sql_name(schema) + ".") + sql_name(about.object);
  }

  Result<void> tell_plain(EventKind kind, std::size_t text_end, std::size_t to, bool last,
                          std::string_view object = {}) {
    DumpEvent event;
    event.kind = kind;
    event.object = object;
    event.text = trim(window_.between(0, text_end));
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

  Result<void> tell_statement(std::size_t to, std::size_t text_end, std::uint64_t rows, bool last) {
    DumpEvent event;
    event.text = trim(window_.between(0, text_end));
    event.first = !cut_;
    event.last = last;
    event.rows = rows;
    Statement other;
    if (statement_.has_rows()) {
      if (cut_ && statement_.behind_rows()) {
        return fail(ErrorKind::unusable_dump,
                    "an INSERT that is longer than the window ends in something other than rows",
                    "byte " + std::to_string(window_.base() + statement_.row_end()) + ", " + describe(),
                    "dump again with a smaller --net-buffer-length");
      }
      event.head = statement_.head();
      // Without rows that end with a line and begin behind its first word, what follows them would not begin one.
      const bool can_go = line_start_ || cut_ || !last;
      if (can_go && statement_.rows_stand_alone()) {
        event.rows_text = trim(window_.between(statement_.head_end(), text_end));
      }
    } else {
      other = classify_statement(event.text, settings_.server_version, state_.quoting());
    }
    const Statement& about = statement_.has_rows() ? statement_.about() : other;
    event.kind = about.kind;
    const std::string schema = about.schema.empty() ? state_.schema() : about.schema;
    event.schema = schema;
    event.object = about.object;
    event.placeholder = about.placeholder;
    REHEARSAL_TRY(tell(event, to));
    cut_ = !last;
    if (last) {
      place_ = Place::between;
    }
    return {};
  }

  // The line of a client's own command. DELIMITER changes what ends the statements that follow.
  Result<void> tell_client() {
    const std::string_view line = trim(window_.between(0, window_.at));
    const ClientWord word = line.front() == '\\' ? ClientWord::none : client_word_;
    if (word == ClientWord::use) {
      const Statement use = classify_statement(line, settings_.server_version, state_.quoting());
      return tell_plain(EventKind::use_database, window_.at, window_.at, true, use.object);
    }
    std::string delimiter;
    if (word == ClientWord::delimiter) {
      const std::string_view argument = trim(line.substr(std::string_view("delimiter").size()));
      const bool quoted =
          !argument.empty() && std::string_view("'\"`").find(argument.front()) != std::string_view::npos;
      delimiter = quoted ? argument.substr(1, argument.find(argument.front(), 1) - 1)
                         : argument.substr(0, argument.find_first_of(" \t"));
    }
    REHEARSAL_TRY(tell_plain(EventKind::client_command, window_.at, window_.at, true));
    delimiter_ = delimiter.empty() ? delimiter_ : delimiter;
    return {};
  }

  Result<void> tell(DumpEvent& event, std::size_t to) {
    const std::string_view bytes = window_.between(0, to);
    event.begin = window_.base();
    event.end = window_.base() + to;
    event.line = line_;
    event.backslash_escapes = state_.quoting().backslash_escapes;
    event.ansi_quotes = state_.quoting().ansi_quotes;
    event.in_force = state_.schema();
    const bool session = event.kind == EventKind::session;
    if (session) {
      state_.heed(event);
      event.unknown_mode = state_.unknown_mode();
    }
    REHEARSAL_TRY(sink_(event));
    if (!session) {
      state_.heed(event);
    }
    line_ += count_newlines_(bytes);
    const auto* found = static_cast<const char*>(::memrchr(bytes.data(), '\n', bytes.size()));
    const std::size_t newline =
        found == nullptr ? std::string_view::npos : static_cast<std::size_t>(found - bytes.data());
    const std::string_view last_line = newline == std::string_view::npos ? bytes : bytes.substr(newline + 1);
    line_start_ = (newline != std::string_view::npos || line_start_) && trim(last_line).empty();
    statement_.told(to);
    window_.at = std::max(window_.at, to);
    window_.pass(to);
    return {};
  }

  const EventSink& sink_;
  const ScanSettings& settings_;
  SessionState state_;
  std::string delimiter_;
  ScanWindow window_;
  StatementScan statement_;
  CommentScan comment_;
  NewlineCounter count_newlines_;
  ScanEnd end_;
  std::uint64_t line_ = 1;  // of what is being read
  bool line_start_ = true;  // only blanks stand before it on its line

  Place place_ = Place::between;
  Ending ending_ = Ending::comment;
  std::size_t text_end_ = 0;                   // of a comment, before what belongs to its line
  bool cut_ = false;                           // a piece of what is being read was told already
  bool sandbox_ = false;                       // the comment being read is the sandbox line
  ClientWord client_word_ = ClientWord::none;  // of the client's line being read
};

}  // namespace

Result<ScanEnd> scan(const ByteReader& read, const EventSink& sink, const ScanSettings& settings) {
  return Scanner(read, sink, settings).run();
}

}  // namespace rehearsal
