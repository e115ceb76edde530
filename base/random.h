// Words that nobody can guess: passwords of accounts that live as long as a run.
#pragma once

#include <string>

namespace rehearsal {

[[nodiscard]] std::string random_word();  // 128 bits from the system, as 32 hexadecimal digits

}  // namespace rehearsal
