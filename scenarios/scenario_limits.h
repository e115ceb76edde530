// [limits] of a scenario: how much a step may take, and a restore.
#pragma once

#include "scenarios/scenario.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

void read_limits(TomlReader& table, Scenario& scenario);

}  // namespace rehearsal
