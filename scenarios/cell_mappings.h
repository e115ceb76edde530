// Mappings of cells held against the databases that the snapshot holds: of cells that are gone or were not dumped, two
// of one database, one that names another schema than the one that is used.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/cells.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Moves cells whose database the snapshot does not hold from the state's missing roles to its lost cells, where another
// cell is there to be rehearsed.
void set_lost_cells_apart(const Service& service, const ScenarioService& wishes, const SnapshotFacts& facts,
                          ServiceState& state);

// Null where the cell is none of them.
[[nodiscard]] const CellWithoutDatabase* lost_cell(const std::vector<CellWithoutDatabase>& lost, const std::string& id);

// What the mappings say that is not so, beside the lost cells, of which their lane tells. Cells elsewhere make the plan
// incomplete.
void tell_cell_mappings(const Service& service, const ScenarioService& wishes, const SnapshotFacts& facts,
                        const ServiceState& state, Plan& plan);

}  // namespace rehearsal
