#include "base/sql/side_by_side.h"

#include <memory>

#include "base/interrupt.h"
#include "base/threads.h"

namespace rehearsal {

Result<void> side_by_side(const SqlLogin& target, unsigned jobs, std::size_t count,
                          const std::function<Result<void>(std::size_t, Sql&)>& work) {
  return in_threads(jobs, count, [&](const NextPlace& next) -> Result<void> {
    REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, Sql::connect(target.socket, target.user, target.password));
    while (const auto i = next()) {
      REHEARSAL_TRY(check_interrupt());
      REHEARSAL_TRY(work(*i, *sql));
    }
    return {};
  });
}

}  // namespace rehearsal
