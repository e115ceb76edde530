// Errors are values. A function that can fail returns Result<T>; the Error says what happened, where, and what to do.
// Exceptions of libraries are caught at the file that calls the library and become an Error there.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace rehearsal {

// What kind of failure it is; each kind has one exit status (see exit_status()).
enum class ErrorKind {
  usage,           // the command line is wrong
  unusable_dump,   // a dump is empty, truncated or unreadable
  wrong_scenario,  // the scenario asks for something that does not exist or is not allowed
  failed,          // the harness, the server or the machine failed
  interrupted,     // the operator stopped it
};

struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string what;   // what happened, one sentence without a full stop
  std::string where;  // file, line, byte, table or setting; empty where there is none
  std::string hint;   // what to do about it; empty where nothing can be said
};

template <typename T>
using Result = tl::expected<T, Error>;

// An Error in the form that every Result<T> can be made from.
[[nodiscard]] inline tl::unexpected<Error> fail(std::string what, std::string where = {}, std::string hint = {}) {
  return tl::unexpected<Error>(
      Error{.kind = ErrorKind::failed, .what = std::move(what), .where = std::move(where), .hint = std::move(hint)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string what, std::string where = {},
                                                std::string hint = {}) {
  return tl::unexpected<Error>(
      Error{.kind = kind, .what = std::move(what), .where = std::move(where), .hint = std::move(hint)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// The process exit status of a failure: 64 usage, 65 dump, 78 scenario, 130 interrupted, 2 anything else.
[[nodiscard]] int exit_status(ErrorKind kind);

// "what (where)", and the hint on a line of its own.
[[nodiscard]] std::string to_text(const Error& error);

}  // namespace rehearsal

// REHEARSAL_TRY(expr): returns the error of a Result<void> or Result<T> whose value is not needed.
#define REHEARSAL_TRY(expr)                                       \
  do {                                                            \
    if (auto&& rehearsal_try_ = (expr); !rehearsal_try_) {        \
      return ::tl::unexpected(std::move(rehearsal_try_).error()); \
    }                                                             \
  } while (false)

// REHEARSAL_TRY_SET(auto name, expr): declares name with the value, or returns the error.
#define REHEARSAL_CONCAT_INNER(a, b) a##b
#define REHEARSAL_CONCAT(a, b) REHEARSAL_CONCAT_INNER(a, b)
#define REHEARSAL_TRY_SET_INNER(result, target, expr)   \
  auto result = (expr);                                 \
  if (!result)                                          \
    return ::tl::unexpected(std::move(result).error()); \
  target = std::move(*result)
#define REHEARSAL_TRY_SET(target, expr) \
  REHEARSAL_TRY_SET_INNER(REHEARSAL_CONCAT(rehearsal_result_, __LINE__), target, expr)
