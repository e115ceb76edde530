#include "base/line_file.h"

#include <cstring>
#include <utility>

#include <fcntl.h>

namespace rehearsal {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

tl::unexpected<Error> line_trouble(const char* what, const std::filesystem::path& file) {
  return fail(std::string(what) + ": " + std::strerror(errno), file.string());
}

}  // namespace

Result<LineWriter> LineWriter::create(const std::filesystem::path& file) {
  Descriptor out = open_file(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (!out.ok()) {
    return line_trouble("cannot write", file);
  }
  return LineWriter(file, std::move(out));
}

Result<void> LineWriter::write(std::string_view line) {
  kept_ += line;
  kept_ += '\n';
  return kept_.size() < kPiece ? Result<void>() : flush();
}

Result<void> LineWriter::flush() {
  if (!write_all(out_.get(), kept_)) {
    return line_trouble("cannot write", file_);
  }
  kept_.clear();
  return {};
}

Result<void> LineWriter::close() {
  REHEARSAL_TRY(flush());
  if (!out_.close()) {
    return line_trouble("cannot write", file_);
  }
  return {};
}

Result<LineReader> LineReader::open(const std::filesystem::path& file) {
  Descriptor in = open_file(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (!in.ok()) {
    return line_trouble("cannot read", file);
  }
  return LineReader(file, std::move(in));
}

Result<std::optional<std::string>> LineReader::next() {
  for (std::size_t from = at_;;) {
    if (const std::size_t end = kept_.find('\n', from); end != std::string::npos) {
      std::string line = kept_.substr(at_, end - at_);
      at_ = end + 1;
      return std::optional<std::string>(std::move(line));
    }
    kept_.erase(0, std::exchange(at_, 0));
    from = kept_.size();
    kept_.resize(from + kPiece);
    const ssize_t got = unbroken([&] { return os::read(in_.get(), kept_.data() + from, kPiece); });
    const int error = errno;
    kept_.resize(from + static_cast<std::size_t>(got > 0 ? got : 0));
    errno = error;
    if (got < 0) {
      return line_trouble("cannot read", file_);
    }
    if (got == 0) {
      return kept_.empty() ? Result<std::optional<std::string>>(std::nullopt)
                           : fail("the file is cut off", file_.string());
    }
  }
}

}  // namespace rehearsal
