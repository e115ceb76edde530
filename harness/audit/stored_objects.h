// Reading the views, triggers, events and routines of a server, in all schemas but its own.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/audit/broken_objects.h"

namespace rehearsal {

// A view whose tables are gone already has no body.
[[nodiscard]] Result<std::vector<StoredObject>> read_views(Sql& sql);
// Triggers, events and routines.
[[nodiscard]] Result<std::vector<StoredObject>> read_bodies(Sql& sql);
// {schema, table}, without views.
[[nodiscard]] Result<std::set<std::pair<std::string, std::string>>> read_tables(
    Sql& sql, const std::vector<std::string>& schemas);
// What the server says when the view is opened, as a backup does; none: it works. Costs no row.
[[nodiscard]] Result<std::optional<std::string>> error_of_view(Sql& sql, const StoredObject& view);

}  // namespace rehearsal
