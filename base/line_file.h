// A file of lines that is too large to be held at once, written and read a piece at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/result.h"

namespace rehearsal {

class LineWriter {
 public:
  // Makes the file, or empties it.
  [[nodiscard]] static Result<LineWriter> create(const std::filesystem::path& file);
  // `line` has no line break in it.
  [[nodiscard]] Result<void> write(std::string_view line);
  // The file is whole only after this.
  [[nodiscard]] Result<void> close();

 private:
  LineWriter(std::filesystem::path file, Descriptor out) : file_(std::move(file)), out_(std::move(out)) {}
  [[nodiscard]] Result<void> flush();

  std::filesystem::path file_;
  Descriptor out_;
  std::string kept_;
};

class LineReader {
 public:
  [[nodiscard]] static Result<LineReader> open(const std::filesystem::path& file);
  // The next line; none at the end of the file. A last line without a break is a file that was cut off: an Error.
  [[nodiscard]] Result<std::optional<std::string>> next();

 private:
  LineReader(std::filesystem::path file, Descriptor in) : file_(std::move(file)), in_(std::move(in)) {}

  std::filesystem::path file_;
  Descriptor in_;
  std::string kept_;
  std::size_t at_ = 0;
};

}  // namespace rehearsal
