#include "reports/html/html.h"

#include <string_view>

#include <kainjow/mustache.hpp>

#include "reports/html/html_data.h"
#include "reports/markup.h"

namespace rehearsal {

extern const std::string_view kReportTemplate;
extern const std::string_view kFindingTemplate;
extern const std::string_view kReportStyle;

namespace {

Result<std::string> render_page(const RunRecord& record, const PageLimits& limits) {
  try {
    kainjow::mustache::mustache page{std::string(kReportTemplate)};
    if (!page.is_valid()) {
      return fail("the page's template is broken: " + page.error_message(), "report.html");
    }
    page.set_custom_escape([](const std::string& text) { return escape_markup(text); });
    kainjow::mustache::data data = page_data(record, limits);
    data.set("card", std::string(kFindingTemplate));
    data.set("style", std::string(kReportStyle));
    std::string text = page.render(data);
    if (!page.error_message().empty()) {
      return fail("the page cannot be made: " + page.error_message(), "report.html");
    }
    return text;
  } catch (const std::exception& error) {
    return fail(std::string("the page cannot be made: ") + error.what(), "report.html");
  }
}

}  // namespace

Result<std::string> to_html(const RunRecord& record) {
  PageLimits limits;
  for (;;) {
    REHEARSAL_TRY_SET(std::string text, render_page(record, limits));
    if (text.size() < kPageBytes || limits.at_least()) {
      return text;
    }
    limits = limits.tighter();
  }
}

}  // namespace rehearsal
