// Whose code lived at which moment: one row a service, moments from left to right.
#include "base/text.h"
#include "reports/html/html_parts.h"
#include "reports/probes.h"

namespace rehearsal::page {

namespace {

Data code_cell(const ProbeRecord& probe, const PageLimits& limits) {
  Data cell;
  cell.set("mark", mark_of(probe));
  cell.set("words", text(probe_text(probe), limits.line));
  cell.set("why", probe.not_asked.empty() ? Data(false) : text(probe.not_asked, limits.line));
  return cell;
}

}  // namespace

void set_probes(Data& page, const RunRecord& record, const PageLimits& limits) {
  List rows;
  for (const ProbedService& service : probed_services(record)) {
    List moments;
    for (const ProbedMoment& moment : service.moments) {
      List codes;
      for (const ProbeRecord* code : moment.codes) {
        codes.push_back(code_cell(*code, limits));
      }
      Data one;
      one.set("moment", text(moment.name + (moment.after_failure ? " (failed)" : ""), limits.line));
      one.set("codes", codes);
      moments.push_back(one);
    }
    Data row;
    row.set("service", service.service);
    row.set("moments", moments);
    rows.push_back(row);
  }
  page.set("has_probes", !record.probes.empty());
  page.set("probes_sum", record.probes.empty() ? std::string() : probes_sum_text(record));
  page.set("probes", rows);
}

}  // namespace rehearsal::page
