#include "engine/host/fault_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "engine/base/utf8.h"

namespace lab::host {
namespace {

constexpr std::int64_t longest_delay_ms = 600'000;
constexpr std::size_t most_addresses = 8, most_peers = 1000;

// As a refusal shows it.
std::string as_shown(std::string_view text) { return fmt::format("'{}'", utf8_start(text, 60)); }

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty() && words.size() <= most_addresses + 2) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// The other end of a link of `own`, and whether its bytes go there.
struct Way {
  NodeId peer;
  bool out = false;
};

Result<Way> way_of(std::string_view target, NodeId own) {
  constexpr std::string_view arrow = "\u2192";
  const auto at = target.find(arrow);
  if (at != std::string_view::npos) {
    const auto from = whole_number<std::int32_t>(target.substr(0, at));
    const auto to = whole_number<std::int32_t>(target.substr(at + arrow.size()));
    if (from && to && *from >= 0 && *to >= 0 && *from != *to) {
      if (NodeId(*from) == own) return Way{NodeId(*to), true};
      if (NodeId(*to) == own) return Way{NodeId(*from), false};
      return Error{fmt::format("{} is no link of broker {}", as_shown(target), own)};
    }
  }
  return Error{
      fmt::format("{} is no link: it is written {}\u2192{}", as_shown(target), own, own.v + 1)};
}

Result<std::vector<Address>> link_addresses(const std::vector<std::string_view>& words) {
  if (words.empty() || words.size() > most_addresses) {
    return Error{fmt::format("a link has 1 to {} addresses", most_addresses)};
  }
  std::vector<Address> all;
  for (const auto word : words) {
    const auto colon = word.rfind(':');
    const bool parted = colon != std::string_view::npos && colon > 0;
    const auto port = parted ? whole_number<std::uint16_t>(word.substr(colon + 1)) : std::nullopt;
    if (!port || *port == 0) return Error{as_shown(word) + " is no host:port"};
    all.push_back({std::string(word.substr(0, colon)), *port});
  }
  return all;
}

// Takes "50 ms" off the words.
Result<Duration> take_delay(std::vector<std::string_view>& words) {
  const bool measured = words.size() >= 2 && words[1] == "ms";
  const auto ms = measured ? whole_number<std::int64_t>(words[0]) : std::nullopt;
  if (!ms || *ms < 1 || *ms > longest_delay_ms) {
    return Error{fmt::format("a delay begins with 1 to {} ms, not with {}", longest_delay_ms,
                             words.empty() ? "nothing" : as_shown(words[0]))};
  }
  words.erase(words.begin(), words.begin() + 2);
  return Duration(milliseconds(*ms));
}

}  // namespace

Result<trace::FaultChanged> FaultCommands::carry_out(Runner& runner,
                                                     const trace::FaultChanged& fault) {
  const bool cut = fault.fault == "cut", slow = fault.fault == "delay";
  if (!cut && !slow && fault.fault != "break") {
    return Error{"unknown fault " + as_shown(fault.fault) + "; there are cut, delay and break"};
  }
  const auto way = way_of(fault.target, own_);
  if (!way) return way.error();
  auto words = words_of(fault.detail);
  Duration delay{};
  if (slow && fault.active) {
    const auto taken = take_delay(words);
    if (!taken) return taken.error();
    delay = *taken;
  }
  auto addresses = link_addresses(words);
  if (!addresses) return addresses.error();
  trace::FaultChanged told{fault.fault, fault.target, "", fault.active};
  if (!cut && !slow) {
    for (const auto& address : *addresses) runner.break_links(address, "connection reset by peer");
    told.active = false;  // it does not last
    return told;
  }
  if (peers_.size() >= most_peers && !peers_.contains(way->peer)) {
    return Error{fmt::format("{} links have faults already", most_peers)};
  }
  Peer& peer = peers_[way->peer];
  if (cut) (way->out ? peer.hold.writes : peer.hold.reads) = fault.active;
  if (slow) (way->out ? peer.hold.write_delay : peer.hold.read_delay) = delay;
  if (delay > Duration{}) told.detail = fmt::format("{} ms", to_ms(delay));
  // Its addresses may be others than before: it was started anew.
  for (const auto& before : std::exchange(peer.addresses, *addresses)) {
    if (std::count(addresses->begin(), addresses->end(), before) == 0) runner.hold(before, {});
  }
  for (const auto& address : *addresses) runner.hold(address, peer.hold);
  if (!peer.hold.any()) peers_.erase(way->peer);
  return told;
}

}  // namespace lab::host
