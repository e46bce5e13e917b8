// The lab's ports: a client port and, 1000 above, a controller port for each broker. Tells which
// are free, who holds one that is not, and proposes others. Called before brokers start; it opens
// sockets only to see whether they can be had, and closes them at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace lab::sources {

// Whether a broker could listen on this port of localhost now (127.0.0.1 and, where it is, ::1).
bool port_free(std::uint16_t port);

// A base port such that base ... base + brokers - 1 and the ports 1000 above are all free, from
// 20000 to 31000: below the range from which outgoing connections take theirs. `from` says where to
// begin to look. nullopt: there is none.
std::optional<std::uint16_t> free_base_port(int brokers, std::uint16_t from = 20000);
// The same, begun at a random place: two programs that choose at once rarely meet.
std::optional<std::uint16_t> random_base_port(int brokers);

// Fine where all of `ports` are free; else names each that is not, its holder and a free
// --base-port for `brokers`.
Result<> check_ports(const std::vector<std::uint16_t>& ports, int brokers);
// The base port that an error of check_ports offers; nullopt: it is another error, or offers none.
std::optional<std::uint16_t> offered_base_port(std::string_view error);

}  // namespace lab::sources
