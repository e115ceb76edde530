// One LOAD DATA LOCAL statement, fed from here while it runs: rows go through a pipe, no second file is made.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

class LoadStream {
 public:
  LoadStream(LoadStream&&) noexcept;
  LoadStream& operator=(LoadStream&&) noexcept;
  ~LoadStream();  // ends the statement where finish() was not called

  // `statement` makes the text from the path that it is to read. `sql` is the stream's until finish() returns.
  [[nodiscard]] static Result<LoadStream> start(Sql& sql,
                                                const std::function<std::string(const std::string&)>& statement);

  // Waits while the server reads what came before. An Error where the statement has ended: finish() says why.
  [[nodiscard]] Result<void> write(std::string_view bytes);
  // Rows that the server stored. An Error is the server's.
  [[nodiscard]] Result<std::uint64_t> finish();

 private:
  struct Impl;
  explicit LoadStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rehearsal
