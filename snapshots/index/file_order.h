// In which order several files reach the server, and which of them must run one after the other. Pure.
//
// Files that have nothing in common may be restored in any order, and give the same content in any. Where they do have
// something in common the content is what the client makes of one after the other. A file with rows of tables that only
// a later file makes comes behind that one, as structures and rows that were dumped apart belong together whichever is
// named first.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rehearsal {

// What the statements of one file have to do with objects. A name is of a schema and an object in it.
struct FileReach {
  using Name = std::pair<std::string, std::string>;

  std::set<Name> made;     // tables that it makes
  std::set<Name> filled;   // tables that it gives rows
  std::set<Name> watched;  // tables that it gives a trigger
  std::set<Name> changed;  // anything that it makes, alters or drops; no rows
  // By schema: the statement that makes it, empty where the file makes or changes objects in it only.
  std::map<std::string, std::string> schemas;
  std::set<std::string> dropped_schemas;
  std::string anywhere;  // the statement whose reach no name tells, as "what (line N)"; empty where there is none
  std::string ordered;   // why its statements must run in their order, likewise
};

struct FileOrder {
  std::vector<std::size_t> order;  // places of the files
  std::vector<std::string>
      because;           // by place: why it must run in its order, after those before it; empty: it need not
  bool decides = false;  // another order of the same files may give other content
};

// `names` are the files', for people.
[[nodiscard]] FileOrder order_files(const std::vector<FileReach>& files, const std::vector<std::string>& names);

}  // namespace rehearsal
