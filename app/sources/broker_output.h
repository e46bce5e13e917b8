// What a broker's own log says about why it ended. Used by the live source. Reads files that belong
// to somebody else: at most their first MiB.
#pragma once

#include <string>

namespace lab::sources {

// The text of the first ERROR line (or WARN-less fatal output: the last line where there is no
// ERROR) of what a process printed; empty where it printed nothing.
std::string first_error(const std::string& file);

}  // namespace lab::sources
