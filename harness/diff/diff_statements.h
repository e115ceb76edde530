// What a comparison asks the two servers, and in which order the rows of their answers come. Pure: plan in, SQL out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/sql/sql.h"
#include "harness/diff/diff_plan.h"

namespace rehearsal {

// Rows fall into this many buckets by their key (without one: by their contents), the same on both sides.
inline constexpr int kBuckets = 1024;

// One row a bucket that has rows, in the order of their numbers: number, count and two sums of hashes of the rows in
// it. Buckets with the same numbers on both sides hold the same rows: most of a large table need not leave its server.
[[nodiscard]] std::string summary_statement(const DiffPlan& plan, Side side);

// The rows of these buckets (none named: of all), ordered by the key: its columns, then a hash of the others, then
// whether the row is live. Without a key: the hash is first, and orders them.
[[nodiscard]] std::string scan_statement(const DiffPlan& plan, Side side, const std::vector<std::string>& buckets = {});

// What a lookup asks of each row: the columns' values, or no more than `more`.
enum class Asked { values, no_values };

// The rows with these keys (without a key: with these hashes): key, hash, the columns' values where they are asked for,
// and the expressions of `more`, in which the table goes by `t`. A column that is `large` comes as 'S' and the value,
// or as 'L', the MD5 of the value and its first kLargeHead bytes. May return further rows whose keys are only alike.
[[nodiscard]] std::string lookup_statement(const DiffPlan& plan, Side side, const std::vector<Row>& keys,
                                           Asked asked = Asked::values, const std::vector<std::string>& more = {});

inline constexpr std::uint64_t kLargeWhole = 65536;
inline constexpr std::uint64_t kLargeHead = 4096;

// -1, 0, 1 as `left` comes before `right` in a scan.
[[nodiscard]] int compare_keys(const DiffPlan& plan, const Row& left, const Row& right);

}  // namespace rehearsal
