// LAB_CHECK: programmer errors stop the machine at once. Called by every room. A failed check
// throws CheckFailed: brokerd lets it end the process, the simulator and the lab catch it at the
// node boundary and show that node as crashed. Never used for input from outside; that is Result's
// task.
#pragma once

#include <stdexcept>
#include <string>

namespace lab {

// What a failed LAB_CHECK throws; what() names file, line and expression.
class CheckFailed : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* expression, const char* file, int line,
                               const std::string& detail = {});

}  // namespace lab

#define LAB_CHECK(expression)                                                \
  do {                                                                       \
    if (!(expression)) ::lab::check_failed(#expression, __FILE__, __LINE__); \
  } while (false)
#define LAB_CHECK_MSG(expression, detail)                                            \
  do {                                                                               \
    if (!(expression)) ::lab::check_failed(#expression, __FILE__, __LINE__, detail); \
  } while (false)
