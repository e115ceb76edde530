// A program that broke off: an upgrade check that printed no table of results, and a traceback that a step printed
// although it ended with success. Pure.
#pragma once

#include <optional>
#include <string>

#include "scenarios/catalogue.h"

namespace rehearsal {

// The last line of the last Python traceback, which names the exception; none where there is no traceback.
[[nodiscard]] std::optional<std::string> exception_in(const std::string& output);

// What patterns are searched in: what a program ends with stands last.
[[nodiscard]] std::string end_of_output(const std::string& output);

// The defect of the catalogue by which this release's check breaks off with such an output; none: it is not known.
[[nodiscard]] const KnownCrash* known_crash(const Service& service, const std::string& release,
                                            const std::string& output);

}  // namespace rehearsal
