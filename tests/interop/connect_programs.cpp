// Prints the program of "how to connect" in one language, as the window shows it, for
// connect_test.py to run:  connect_programs LANGUAGE SERVERS TOPIC
#include <fmt/format.h>

#include <algorithm>

#include "app/views/snippets.h"

int main(int argc, char** argv) {
  using lab::views::snippet_names;
  if (argc != 4) return 2;
  const auto found = std::find(snippet_names.begin(), snippet_names.end(), argv[1]);
  if (found == snippet_names.end()) return 2;
  const auto which = static_cast<std::size_t>(found - snippet_names.begin());
  fmt::print("{}", lab::views::snippet(which, argv[2], argv[3]));
}
