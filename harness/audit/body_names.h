// What the SQL of a view, trigger, event or routine names, told from its words: quoted strings and comments name
// nothing, and an alias stands for its table. Without running or resolving it as the server would, so a bare column
// name counts for every table that the body names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

class BodyNames {
 public:
  // `schema`: where bare table names are looked up; `own_table`: of a trigger, the table that NEW and OLD are rows of.
  BodyNames(std::string_view sql, std::string schema, std::string own_table = {});

  [[nodiscard]] bool names_table(const std::string& schema, const std::string& table) const;
  [[nodiscard]] bool names_column(const std::string& schema, const std::string& table, const std::string& column) const;

 private:
  // One name with what qualifies it ("s.t.c"), in lower case.
  struct Chain {
    std::vector<std::string> parts;
    std::string alias;      // that the words after it give it, where it is a table
    bool is_alias = false;  // it is a name given with AS, or a function that is called
  };
  [[nodiscard]] bool is_table(const Chain& chain, const std::string& schema, const std::string& table) const;

  std::vector<Chain> chains_;
  std::string schema_, own_table_;
};

}  // namespace rehearsal
