// Small text files of a cluster's directory, and the ends of its logs. Used by
// ClusterDirectory and LiveSession.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace lab::sources {

// "what: the system's reason".
Error system_error(const std::string& what, int error);
// Written beside and renamed, so that no broker ever reads half a file.
Result<> write_text_file(const std::string& path, const std::string& text);
// With all above it; one that is there is fine.
Result<> make_directories(const std::string& path);
// The last lines of the first of these files that can be opened, oldest first; of a long file
// within its last 32 KiB.
std::vector<std::string> last_lines(const std::vector<std::string>& paths, std::size_t lines);

}  // namespace lab::sources
