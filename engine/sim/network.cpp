#include "engine/sim/network.h"

#include <algorithm>

namespace lab::sim {
namespace {
// How long a Close after flush may wait, as the real host has it.
constexpr Duration flush_timeout = seconds(5);
// What one connection may have unsent, as the real host has it.
constexpr std::size_t max_unsent = std::size_t{256} << 20;
// A full kernel takes no more before it has room for so much: an Ethernet segment.
constexpr std::size_t smallest_push = 1460;
}  // namespace

Network::Network(NetworkHost& host, LinkTiming timing, Rng rng)
    : host_(host), timing_(timing), rng_(rng) {}

std::optional<Network::Found> Network::find(MemberId id, ConnId conn) const {
  const auto it = ends_.find({id, conn});
  if (it == ends_.end()) return std::nullopt;
  return Found{connections_.at(it->second.first), it->second.second};
}

Duration Network::link_delay(MemberId a, MemberId b) {
  Duration delay(rng_.between(timing_.min.count(), std::max(timing_.min, timing_.max).count()));
  if (const auto it = delays_.find({a, b}); it != delays_.end()) delay += it->second;
  return delay;
}

// ---- The wire.

void Network::transmit(const Conn& conn, int from, Segment segment) {
  Side& sender = conn->side[from];
  segment.order = sender.next_order++;
  if (!sender.held.empty() || is_cut(sender.member, conn->side[1 - from].member)) {
    hold(sender, std::move(segment));
  } else {
    put_on_wire(conn, from, std::move(segment));
  }
}

void Network::hold(Side& sender, Segment segment) {
  // What was on its way when the cut came goes before what was sent behind it.
  const auto place =
      std::find_if(sender.held.begin(), sender.held.end(),
                   [&](const Segment& other) { return other.order > segment.order; });
  sender.held.insert(place, std::move(segment));
}

void Network::put_on_wire(const Conn& conn, int from, Segment segment) {
  Side& sender = conn->side[from];
  sender.last =
      std::max(sender.last, host_.now() + link_delay(sender.member, conn->side[1 - from].member));
  ++sender.on_wire;
  host_.at(sender.last, [this, conn, from, segment = std::move(segment)]() mutable {
    --conn->side[from].on_wire;
    arrive(conn, from, std::move(segment));
    forget_if_over(conn);
  });
}

void Network::arrive(const Conn& conn, int from, Segment segment) {
  Side& sender = conn->side[from];
  Side& receiver = conn->side[1 - from];
  // A cut that came while it was on its way: TCP would send it again later.
  if (!sender.held.empty() || is_cut(sender.member, receiver.member)) {
    return hold(sender, std::move(segment));
  }
  if (segment.kind == Segment::Kind::syn) return accept(conn);
  if (!receiver.exists) {
    if (segment.kind == Segment::Kind::bytes || segment.kind == Segment::Kind::accepted) {
      reset_sender(conn, from);
    }
    return;
  }
  if (receiver.paused || receiver.draining || !receiver.waiting.empty()) {
    receiver.waiting.push_back(std::move(segment));
    return;
  }
  hand_over(conn, from, std::move(segment));
}

// Bytes for an end that is gone: its computer answers with a reset, unless that is dead as well.
void Network::reset_sender(const Conn& conn, int from) {
  Side& sender = conn->side[from];
  Side& receiver = conn->side[1 - from];
  if (!sender.exists || !host_.powered(receiver.member)) return;
  transmit(conn, 1 - from, {Segment::Kind::fin, {}, "connection reset by peer", 0});
}

void Network::hand_over(const Conn& conn, int from, Segment segment) {
  Side& receiver = conn->side[1 - from];
  switch (segment.kind) {
    case Segment::Kind::syn:
      break;
    case Segment::Kind::accepted:
      receiver.opened = true;
      host_.deliver(receiver.member, Opened{receiver.conn, "", conn->address, conn->client_port});
      break;
    case Segment::Kind::refused:
    case Segment::Kind::fin:
      end(conn, 1 - from, segment.reason, true);
      break;
    case Segment::Kind::bytes: {
      const std::size_t size = segment.bytes.size();
      const ConnId id = receiver.conn;
      const MemberId member = receiver.member;
      if (host_.deliver(member, Bytes{id, std::move(segment.bytes)})) consumed(member, id, size);
      break;
    }
  }
}

void Network::consumed(MemberId id, ConnId conn, std::size_t bytes) {
  const auto found = find(id, conn);
  if (!found) return;
  const int from = 1 - found->side;
  Side& sender = found->conn->side[from];
  sender.in_kernels -= std::min(bytes, sender.in_kernels);
  push(found->conn, from);
}

// ---- Opening.

void Network::open(MemberId id, const Open& open) {
  auto conn = std::make_shared<Connection>();
  conn->number = next_number_++;
  conn->address = open.address;
  conn->client_port = next_port_ =
      static_cast<std::uint16_t>(next_port_ < 40000 ? 40000 : next_port_ + 1);
  conn->window = static_cast<std::size_t>(
      rng_.between(static_cast<std::int64_t>(timing_.window_min),
                   static_cast<std::int64_t>(std::max(timing_.window_min, timing_.window_max))));
  conn->side[0].member = id;
  conn->side[0].conn = open.conn;
  conn->side[0].exists = true;
  connections_[conn->number] = conn;
  LAB_CHECK_MSG(!ends_.contains({id, open.conn}), "a connection id was used twice");
  ends_[{id, open.conn}] = {conn->number, 0};
  const auto target = host_.listener_at(open.address);
  conn->side[1].member = target ? target->first : id;
  if (target) conn->listener = target->second;
  transmit(conn, 0, {Segment::Kind::syn, {}, {}, 0});
}

void Network::accept(const Conn& conn) {
  Side& server = conn->side[1];
  if (conn->listener.empty() || !host_.accepts(server.member)) {
    // A computer without power answers nothing; who asked gives up by itself.
    if (!host_.powered(server.member)) return;
    return transmit(conn, 1, {Segment::Kind::refused, {}, "connection refused", 0});
  }
  std::uint64_t& next = next_accepted_[server.member];
  next += 2;
  server.conn = ConnId(next);
  server.exists = server.opened = true;
  ends_[{server.member, server.conn}] = {conn->number, 1};
  transmit(conn, 1, {Segment::Kind::accepted, {}, {}, 0});
  host_.deliver(server.member, Opened{server.conn, conn->listener,
                                      Address{"127.0.0.1", conn->client_port}, conn->address.port});
}

// ---- Sending.

void Network::send(MemberId id, const Send& send) {
  const auto found = find(id, send.conn);
  if (!found || found->own().closing) return;
  Side& side = found->own();
  for (const auto& slice : send.slices) {
    if (slice.empty()) continue;
    side.unsent_bytes += slice.size();
    side.unsent.push_back(slice);
  }
  if (side.unsent_bytes > max_unsent) {
    host_.at(host_.now(), [this, conn = found->conn, s = found->side] {
      end(conn, s, "too many unsent bytes", true);
    });
    return;
  }
  push(found->conn, found->side);
}

// Gives the kernel what it has room for, and tells the sender what has left.
void Network::push(const Conn& conn, int from) {
  Side& side = conn->side[from];
  if (!side.exists || side.unsent.empty() || side.in_kernels >= conn->window) return;
  const std::size_t room = conn->window - side.in_kernels;
  // As TCP does (RFC 1122, silly windows): what is cut at random would else be refilled in ever
  // smaller pieces, until a long reply goes byte by byte.
  if (room < std::min({side.unsent_bytes, conn->window / 2, smallest_push})) return;
  Slice all = join(std::exchange(side.unsent, {}));
  const std::size_t taken = std::min(room, all.size());
  if (taken < all.size()) side.unsent.push_back(all.sub(taken));
  side.unsent_bytes = all.size() - taken;
  side.in_kernels += taken;
  for (Slice left = all.sub(0, taken); !left.empty();) {
    std::size_t part = left.size();
    if (timing_.fragment && part > 1 && rng_.one_in(8)) part = 1 + rng_.below(part - 1);
    transmit(conn, from, {Segment::Kind::bytes, left.sub(0, part), {}, 0});
    left = left.sub(part);
  }
  host_.at(host_.now(), [this, conn, from, taken] {
    Side& sender = conn->side[from];
    if (!sender.exists) return;
    host_.deliver(sender.member, Writable{sender.conn, taken});
    if (sender.exists && sender.closing && sender.unsent.empty()) {
      finish_sending(conn, from, sender.reason);
    }
  });
}

// ---- Reading.

void Network::pause(MemberId id, ConnId conn) {
  if (const auto found = find(id, conn)) found->own().paused = true;
}

void Network::resume(MemberId id, ConnId conn) {
  const auto found = find(id, conn);
  if (!found) return;
  Side& side = found->own();
  side.paused = false;
  if (side.waiting.empty() || std::exchange(side.draining, true)) return;
  host_.at(host_.now(), [this, c = found->conn, s = found->side] { drain(c, s); });
}

void Network::drain(const Conn& conn, int side) {
  Side& receiver = conn->side[side];
  receiver.draining = false;
  while (receiver.exists && !receiver.paused && !receiver.waiting.empty()) {
    Segment segment = std::move(receiver.waiting.front());
    receiver.waiting.pop_front();
    receiver.draining = true;  // what arrives meanwhile queues behind
    hand_over(conn, 1 - side, std::move(segment));
    receiver.draining = false;
  }
  forget_if_over(conn);
}

// ---- Ending.

void Network::close(MemberId id, const Close& close) {
  const auto found = find(id, close.conn);
  if (!found) return;
  Side& side = found->own();
  if (side.closing) return;
  if (!close.after_flush || !side.opened || side.unsent.empty()) {
    return finish_sending(found->conn, found->side, close.reason);
  }
  side.closing = true;
  side.reason = close.reason;
  host_.at(host_.now() + flush_timeout, [this, conn = found->conn, s = found->side] {
    if (conn->side[s].exists) finish_sending(conn, s, conn->side[s].reason);
  });
}

// This end is over for its member, which hears of it in an input of its own; the peer hears when
// all that has left before has arrived.
void Network::finish_sending(const Conn& conn, int side, const std::string& reason) {
  Side& own = conn->side[side];
  end(conn, side, reason, false);
  host_.at(host_.now(), [this, member = own.member, id = own.conn, reason] {
    host_.deliver(member, Closed{id, reason});
  });
  if (conn->side[1 - side].exists || side == 0) {
    transmit(conn, side, {Segment::Kind::fin, {}, "closed by the peer", 0});
  }
}

void Network::end(const Conn& conn, int side, const std::string& reason, bool tell) {
  Side& own = conn->side[side];
  if (!own.exists) return;
  own.exists = false;
  own.unsent.clear();
  own.unsent_bytes = 0;
  own.waiting.clear();
  ends_.erase({own.member, own.conn});
  if (tell) host_.deliver(own.member, Closed{own.conn, reason});
  forget_if_over(conn);
}

void Network::gone(MemberId id, bool silent) {
  std::vector<Found> open;
  for (auto it = ends_.lower_bound({id, ConnId(0)}); it != ends_.end() && it->first.first == id;
       ++it) {
    open.push_back({connections_.at(it->second.first), it->second.second});
  }
  for (const auto& found : open) {
    end(found.conn, found.side, "", false);
    if (silent) {
      found.own().held.clear();
    } else {
      transmit(found.conn, found.side, {Segment::Kind::fin, {}, "peer died", 0});
    }
  }
}

void Network::forget_if_over(const Conn& conn) {
  for (const auto& side : conn->side) {
    if (side.exists || side.on_wire > 0 || !side.held.empty()) return;
  }
  connections_.erase(conn->number);
}

// ---- Faults.

void Network::heal(MemberId a, MemberId b) {
  cuts_.erase({a, b});
  const auto all = connections_;
  for (const auto& [number, conn] : all) {
    for (int from = 0; from < 2; ++from) {
      if (conn->side[from].member != a || conn->side[1 - from].member != b) continue;
      for (auto& segment : std::exchange(conn->side[from].held, {})) {
        put_on_wire(conn, from, std::move(segment));
      }
    }
  }
}

Duration Network::extra_delay(MemberId a, MemberId b) const {
  const auto extra = delays_.find({a, b});
  return extra == delays_.end() ? Duration{} : extra->second;
}

void Network::heal_all() {
  delays_.clear();
  for (const auto& [a, b] : std::set(cuts_)) heal(a, b);
}

void Network::reset(MemberId a, MemberId b) {
  const auto all = connections_;
  for (const auto& [number, conn] : all) {
    const MemberId x = conn->side[0].member, y = conn->side[1].member;
    if (!((x == a && y == b) || (x == b && y == a))) continue;
    if (!conn->side[0].opened || !conn->side[1].exists) continue;
    for (int side = 0; side < 2; ++side) {
      conn->side[side].held.clear();
      end(conn, side, "connection reset by peer", true);
    }
  }
}

std::size_t Network::connections(MemberId id) const {
  std::size_t count = 0;
  for (auto it = ends_.lower_bound({id, ConnId(0)}); it != ends_.end() && it->first.first == id;
       ++it) {
    ++count;
  }
  return count;
}

std::uint64_t Network::unsent(MemberId id) const {
  std::uint64_t bytes = 0;
  for (auto it = ends_.lower_bound({id, ConnId(0)}); it != ends_.end() && it->first.first == id;
       ++it) {
    bytes += connections_.at(it->second.first)->side[it->second.second].unsent_bytes;
  }
  return bytes;
}

}  // namespace lab::sim
