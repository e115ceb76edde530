// The fields of an answer, for the program that writes it and for what a lane remembers.
#pragma once

#include "base/json_fields.h"
#include "harness/step/code_answers.h"

namespace rehearsal {

template <typename V>
void fields(V& v, FieldsOf<V, CodeAnswer>& answer) {
  v("asked", answer.asked);
  v("kind", answer.kind);
  v("table", answer.table);
  v("failed", answer.failed);
  v("error", answer.error);
  v("message", answer.message);
  v("statement", answer.statement);
  v("left_out", answer.left_out);
  v("row", answer.row);
  v("seconds", answer.seconds);
}

}  // namespace rehearsal
