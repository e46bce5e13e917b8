#include "engine/base/nearest.h"

#include <doctest/doctest.h>

namespace lab {

TEST_CASE("a slip is a character too many, too few, wrong, or swapped with its neighbour") {
  CHECK(slips_between("kill", "kill", 9) == 0);
  CHECK(slips_between("kil", "kill", 9) == 1);
  CHECK(slips_between("killl", "kill", 9) == 1);
  CHECK(slips_between("kall", "kill", 9) == 1);
  CHECK(slips_between("kill", "klil", 9) == 1);
  CHECK(slips_between("freeze", "thaw", 9) == 6);
  CHECK(slips_between("", "abc", 9) == 3);
}

TEST_CASE("the limit ends the comparison") {
  CHECK(slips_between("freeze", "thaw", 3) == 3);
  CHECK(slips_between("a", "abcdefgh", 2) == 2);
}

TEST_CASE("the nearest word is the one with the fewest slips, and none where none is near") {
  const std::vector<std::string> words{"log.dir", "log.dirs", "node.id"};
  CHECK(nearest("log.dris", words, 3) == "log.dirs");
  CHECK(nearest("nodeid", words, 3) == "node.id");
  CHECK(nearest("zookeeper", words, 3).empty());
  CHECK(nearest(std::string(1000, 'x'), words, 2000).empty());
}

}  // namespace lab
