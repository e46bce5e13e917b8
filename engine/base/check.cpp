#include "engine/base/check.h"

namespace lab {

void check_failed(const char* expression, const char* file, int line, const std::string& detail) {
  std::string text =
      std::string(file) + ":" + std::to_string(line) + ": check failed: " + expression;
  if (!detail.empty()) text += " (" + detail + ")";
  throw CheckFailed(text);
}

}  // namespace lab
