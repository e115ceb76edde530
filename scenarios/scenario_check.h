// A scenario held against what there is: the catalogue, the snapshot, the plan. What names nothing would be accepted
// and then ignored, so it is told, with its place in the file and what was probably meant. Each function returns all
// that it finds, as Errors of kind `wrong_scenario`; nothing where all is well.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"

namespace rehearsal {

// Services, releases, the path between them where it begins at a release that is given, and the roles of services
// whose roles the catalogue knows alone.
[[nodiscard]] std::vector<Error> check_names(const Scenario& scenario, const Catalogue& catalogue);

// That each waiver's finding is one of these codes.
[[nodiscard]] std::vector<Error> check_waivers(const Scenario& scenario, const std::vector<std::string>& codes);

// Roles and schemas that the snapshot decides: the names of cells, that a schema is there, that a service which the
// scenario sets up has one that is not skipped, and that a dump needs the one it is given.
[[nodiscard]] std::vector<Error> check_schemas(const Scenario& scenario, const Catalogue& catalogue,
                                               const SnapshotFacts& facts);

// That versions and images are given for releases of the path. One that begins by itself may have passed some.
[[nodiscard]] std::vector<Error> check_releases(const Scenario& scenario, const Path& path);

// An image for each release that a lane's steps are of.
[[nodiscard]] std::vector<Error> check_images(const Scenario& scenario, const std::vector<Lane>& lanes);

// That each pattern of [snapshot] left_out names tables: ones that are missing, or ones that the dump has after all.
// Of a schema that no lane works on it is not known what it lacks.
[[nodiscard]] std::vector<Error> check_left_out(const Scenario& scenario, const SnapshotFacts& facts,
                                                const std::vector<Lane>& lanes);

// An Error that names a key ("[path] via") as its place, with the place in the file.
[[nodiscard]] Error in_file(Error error, const Scenario& scenario);

}  // namespace rehearsal
