// The revisions that the catalogue knows of a service's migrations, whatever the release.
#pragma once

#include <set>
#include <string>

#include "scenarios/catalogue.h"

namespace rehearsal {

// Of the chain of one reference's role.
[[nodiscard]] std::set<std::string> known_revisions(const Service& service, const std::string& role);
// Of all its chains.
[[nodiscard]] std::set<std::string> known_revisions(const Service& service);

}  // namespace rehearsal
