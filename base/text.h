// Small pure helpers on text: splitting, quoting, and numbers as people read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rehearsal {

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);  // without line ends; no empty last line
[[nodiscard]] std::string_view trim(std::string_view text);
// Without blanks at its ends, and with a full stop where nothing else ends it.
[[nodiscard]] std::string as_sentence(std::string_view text);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
// The first `at_most` of them, and how many more there are: "a, b, and 3 more".
[[nodiscard]] std::string join_some(std::vector<std::string> parts, std::string_view separator, std::size_t at_most);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool is_digits(std::string_view text);  // one at least, and nothing else
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);

// Replaces every ${name} that is in `values`; an unknown name stays as it is.
[[nodiscard]] std::string expand(std::string_view text, const std::map<std::string, std::string>& values);

// Quoting for SQL: `identifier` and 'string' (backslash escapes on).
[[nodiscard]] std::string sql_name(std::string_view name);
[[nodiscard]] std::string sql_string(std::string_view value);

// A command line that a POSIX shell reads back as these words; for showing, never for running.
[[nodiscard]] std::string shell_words(const std::vector<std::string>& argv);

[[nodiscard]] std::string human_bytes(std::uint64_t bytes);  // "12.3 MB" (powers of 1000)
[[nodiscard]] std::string human_count(std::uint64_t count);  // "1,234,567"
[[nodiscard]] std::string human_seconds(double seconds);     // "0.8 s", "42 s", "3 min 05 s", "2 h 10 min"
[[nodiscard]] std::string human_age(double seconds);         // coarse: "40 s", "5 min", "3 h", "12 days"
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view singular);  // "1 row", "1,200 rows"

// Bytes. What human_bytes() writes is read as it is meant: kB, MB, GB and TB are powers of 1000. A bare k, m, g or t,
// and KiB to TiB, are powers of 1024, as servers and container engines read them. An Error of kind `usage` that names
// the value where it is not a size or does not fit.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);
// Seconds; understands "90", "90s", "15m", "1h30m", "14d" and "2w". An Error of kind `usage` that names the value where
// it is not a duration.
[[nodiscard]] Result<double> parse_duration(std::string_view text);

}  // namespace rehearsal
