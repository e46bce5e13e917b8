// brokersim: the simulator from the command line. Reads what is asked for and hands over to the
// room's program/; nothing is done here. Exit codes: program/arguments.h.
#include <string_view>
#include <variant>

#include "engine/sim/program/arguments.h"
#include "engine/sim/program/child.h"
#include "engine/sim/program/one_run.h"

int main(int count, char** words) {
  namespace program = lab::sim::program;
  // What brokersim starts itself as; not for people.
  if (count == 2 && words[1] == std::string_view(program::child_word)) return program::run_child();
  const auto parsed = program::parse_arguments(count, words);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  const auto& arguments = std::get<program::Arguments>(parsed);
  return arguments.many ? program::run_many(arguments) : program::run_one(arguments);
}
