#include "harness/diagnosis/error_kinds.h"

namespace rehearsal {

std::vector<Demand::Kind> kinds_of(int number) {
  using Kind = Demand::Kind;
  switch (number) {
    case 1062:
    case 1586:
    case 1834:  // a duplicate met while copying a table that others refer to
      return {Kind::unique};
    case 1048:
    case 1138:
    case 1263:
      return {Kind::not_null};
    case 1265:
      return {Kind::not_null, Kind::fits};
    case 1264:
    case 1406:
      return {Kind::fits};
    case 1366:
      return {Kind::fits, Kind::valid_dates};
    case 1292:
    case 1411:
      return {Kind::valid_dates};
    case 1452:
      return {Kind::refers};
    case 1005:
    case 1215:
    case 1822:
    case 1825:
    case 3780:
      return {Kind::compatible};
    case 1060:
      return {Kind::absent_column};
    case 1061:
      return {Kind::absent_key};
    case 1050:
      return {Kind::absent_table};
    case 1091:
      return {Kind::present_key, Kind::present_foreign_key, Kind::present_column};
    case 1553:
      return {Kind::present_key};
    case 1054:
    case 1072:
      return {Kind::present_column};
    case 1051:
    case 1146:
      return {Kind::present_table};
    case 1071:
    case 1709:
      return {Kind::key_size};
    case 1118:
      return {Kind::row_size};
    default:
      return {};
  }
}

}  // namespace rehearsal
