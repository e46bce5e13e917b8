#include "app/sources/link_faults.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab::sources {
namespace {

std::string end_name(NodeId end) {
  return end == clients_end ? std::string("clients") : fmt::format("{}", end);
}

}  // namespace

std::string LinkFaults::name_of(const Ends& ends) {
  return end_name(ends.first) + "\u2192" + end_name(ends.second);
}

LinkFaults::Changes LinkFaults::changes(const Ends& ends, const Link& before, const Link& after) {
  Changes all;
  if (after.cut != before.cut) all.push_back({"cut", name_of(ends), "", after.cut});
  if (after.delay != before.delay) {
    const bool slow = after.delay > Duration{};
    const auto ms = slow ? fmt::format("{} ms", to_ms(after.delay)) : std::string();
    all.push_back({"delay", name_of(ends), ms, slow});
  }
  return all;
}

LinkFaults::Link LinkFaults::link(NodeId from, NodeId to) const {
  const auto at = links_.find({from, to});
  return at == links_.end() ? Link{} : at->second;
}

Answer LinkFaults::act(const LinkCommand& command, const std::vector<NodeId>& brokers) {
  if (command.from == no_node && command.to == no_node && command.action == LinkAction::heal) {
    const auto broken = links_;
    for (const auto& [ends, link] : broken) act_on(LinkAction::heal, ends, {});
    return std::string("all links are healed");
  }
  for (const NodeId end : {command.from, command.to}) {
    if (end == clients_end || std::count(brokers.begin(), brokers.end(), end) != 0) continue;
    return Error{fmt::format("there is no broker {}: this cluster has 1 to {}, and the clients",
                             end, brokers.size())};
  }
  if (command.from == command.to) return Error{"a link has two different ends"};
  act_on(command.action, {command.from, command.to}, command.delay);
  const bool back = command.both_ways && command.action != LinkAction::reset;
  if (back) act_on(command.action, {command.to, command.from}, command.delay);
  return fmt::format("link {}{}{}: {}", end_name(command.from), back ? "\u2194" : "\u2192",
                     end_name(command.to), sources::name_of(command.action));
}

void LinkFaults::act_on(LinkAction action, const Ends& ends, Duration delay) {
  Link wanted = link(ends.first, ends.second);
  switch (action) {
    case LinkAction::cut:
      wanted.cut = true;
      return change(ends, wanted);
    case LinkAction::delay:
      wanted.delay = delay;
      return change(ends, wanted);
    case LinkAction::heal:
      return change(ends, {});
    case LinkAction::reset:
      return hands_.reset(ends);
  }
}

void LinkFaults::change(const Ends& ends, Link wanted) {
  const auto all = changes(ends, link(ends.first, ends.second), wanted);
  links_[ends] = wanted;
  if (!wanted.broken()) links_.erase(ends);
  if (!all.empty()) hands_.set(ends, wanted, all);
}

}  // namespace lab::sources
