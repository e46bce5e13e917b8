// Programs that write one record to this very cluster, for "how to connect": each is whole, runs as
// it stands once its library is installed, and prints where the record went.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace lab::views {

inline constexpr std::array<std::string_view, 5> snippet_names{"kcat", "Java", "Python",
                                                               "JavaScript", "Go"};

// `bootstrap`: "localhost:9092,localhost:9093"; `which`: an index of snippet_names.
std::string snippet(std::size_t which, std::string_view bootstrap, std::string_view topic);

}  // namespace lab::views
