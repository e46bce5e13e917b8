// What can be asked of a cluster itself, beside what its clients do: one closed list for window,
// console, lessons and scripts. Sources carry it out; this file only names it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace lab::sources {

// kill: SIGKILL; stop: SIGTERM, a controlled shutdown; freeze and thaw: SIGSTOP and SIGCONT.
enum class NodeAction : std::uint8_t { start, stop, kill, freeze, thaw };
std::string_view name_of(NodeAction action);  // "start"

struct NodeCommand {
  NodeAction action = NodeAction::start;
  NodeId node = no_node;
  bool operator==(const NodeCommand&) const = default;
};

// The lab's clients as one end of a link.
inline constexpr NodeId clients_end{0};

// cut: nothing arrives any more, what is sent waits; heal: it goes on, a delay ends too;
// delay: each delivery takes so much longer; reset: the connections between the two break.
enum class LinkAction : std::uint8_t { cut, heal, delay, reset };
std::string_view name_of(LinkAction action);  // "cut"

// A link a→b is all bytes from a to b, whoever opened the connection.
struct LinkCommand {
  LinkAction action = LinkAction::cut;
  NodeId from = no_node, to = no_node;  // a broker or clients_end; heal with no_node in both: all
  bool both_ways = true;
  Duration delay{};  // of LinkAction::delay
  bool operator==(const LinkCommand&) const = default;
};

// One line of a broker's server.properties; it counts when that broker is started next.
struct PropertyCommand {
  NodeId node = no_node;
  std::string name;
  std::optional<std::string> value;  // none: the line goes
  bool operator==(const PropertyCommand&) const = default;
};

// reset_properties: the file as the lab generates it; wipe: an empty log directory, the broker must
// be down (formatting is left to `format`); format: kafka-storage format with the cluster's id.
enum class FilesAction : std::uint8_t { reset_properties, wipe, format };
std::string_view name_of(FilesAction action);  // "wipe"

struct FilesCommand {
  FilesAction action = FilesAction::wipe;
  NodeId node = no_node;
  bool operator==(const FilesCommand&) const = default;
};

// add_broker: one more, with the next id, started; reset: all ends, and a fresh cluster of as many
// brokers as this one began with begins (see Source::generation).
enum class ClusterAction : std::uint8_t { add_broker, reset };
std::string_view name_of(ClusterAction action);  // "add-broker"

struct ClusterCommand {
  ClusterAction action = ClusterAction::reset;
  bool operator==(const ClusterCommand&) const = default;
};

using Command =
    std::variant<NodeCommand, LinkCommand, PropertyCommand, FilesCommand, ClusterCommand>;

}  // namespace lab::sources
