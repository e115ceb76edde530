#include "harness/step/code_answers.h"

#include <exception>

#include "harness/step/code_answers_json.h"

namespace rehearsal {

namespace {

// Either could not be done, which is told in `failed`, or all else is there.
struct WrittenAnswer {
  std::string failed;
  int classes = 0;
  double seconds = 0;
  std::vector<CodeAnswer> answers;
};

template <typename V>
void fields(V& v, FieldsOf<V, WrittenAnswer>& written) {
  v("failed", written.failed);
  v("classes", written.classes);
  v("seconds", written.seconds);
  v("answers", written.answers);
}

Result<WrittenAnswer> read_written(std::string_view json) {
  WrittenAnswer written;
  try {
    read_json(nlohmann::ordered_json::parse(json), written, "answer");
  } catch (const std::exception& error) {
    return fail("what the code answered cannot be read", {}, error.what());
  }
  if (!written.failed.empty()) {
    return fail(written.failed);
  }
  return written;
}

}  // namespace

Result<LoadedCode> read_loaded_code(std::string_view json) {
  REHEARSAL_TRY_SET(const WrittenAnswer written, read_written(json));
  return LoadedCode{written.classes, written.seconds};
}

Result<ReadAnswers> read_code_answers(std::string_view json) {
  REHEARSAL_TRY_SET(WrittenAnswer written, read_written(json));
  return ReadAnswers{std::move(written.answers), written.seconds};
}

}  // namespace rehearsal
