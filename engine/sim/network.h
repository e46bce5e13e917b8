// The network of a simulated world: connections between members as TCP gives them. Within one
// connection nothing is lost, doubled or reordered; a cut link holds what is on its way until it is
// healed, a process that dies says goodbye, a machine that loses power does not. Owned by World,
// which gives it the effects on connections; it gives back inputs through World.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/base/rng.h"
#include "engine/machine/machine.h"

namespace lab::sim {

// A machine's place in the world.
using MemberId = std::size_t;

// What the network needs of the world. Implemented by World.
class NetworkHost {
 public:
  virtual ~NetworkHost() = default;
  virtual void at(Instant when, std::function<void()> what) = 0;
  virtual Instant now() const = 0;
  // An input for a member that lives; false where it was only queued (the member is frozen): then
  // Network::consumed follows when it is taken.
  virtual bool deliver(MemberId id, Input input) = 0;
  // Who listens at this address, by member and listener name; nullopt where nobody ever does.
  virtual std::optional<std::pair<MemberId, std::string>> listener_at(const Address& address) = 0;
  // Its process runs and accepts connections.
  virtual bool accepts(MemberId id) const = 0;
  // Its computer runs: bytes for a process that is gone are answered with a reset.
  virtual bool powered(MemberId id) const = 0;
};

struct LinkTiming {
  Duration min = microseconds(20), max = microseconds(200);  // one way, a delivery
  bool fragment = true;                                      // deliveries are cut at random bytes
  // What the kernels of both sides hold of one direction, bytes; more stays with the sender.
  std::size_t window_min = 16 * 1024, window_max = 1024 * 1024;
};

class Network {
 public:
  Network(NetworkHost& host, LinkTiming timing, Rng rng);

  // ---- Effects of a member.
  void open(MemberId id, const Open& open);
  void send(MemberId id, const Send& send);
  void close(MemberId id, const Close& close);
  void pause(MemberId id, ConnId conn);
  void resume(MemberId id, ConnId conn);
  // A queued Bytes input was taken at last.
  void consumed(MemberId id, ConnId conn, std::size_t bytes);
  // The process is gone. `silent`: its computer, too, so that nobody is told.
  void gone(MemberId id, bool silent);

  // ---- Faults. Directed: bytes from `a` to `b`, whoever opened the connection.
  void cut(MemberId a, MemberId b) { cuts_.insert({a, b}); }
  void heal(MemberId a, MemberId b);
  void heal_all();
  bool is_cut(MemberId a, MemberId b) const { return cuts_.contains({a, b}); }
  void delay(MemberId a, MemberId b, Duration extra) { delays_[{a, b}] = extra; }
  // What delay() has added.
  Duration extra_delay(MemberId a, MemberId b) const;
  // All connections between the two break.
  void reset(MemberId a, MemberId b);

  // Open ends of a member, and the bytes that it sent on them and that no kernel has taken yet.
  std::size_t connections(MemberId id) const;
  std::uint64_t unsent(MemberId id) const;

 private:
  struct Segment {
    enum class Kind : std::uint8_t { syn, refused, accepted, bytes, fin };
    Kind kind = Kind::bytes;
    Slice bytes;
    std::string reason;
    std::uint64_t order = 0;
  };
  // One end of a connection and the way of what it sends.
  struct Side {
    MemberId member = 0;
    ConnId conn;
    bool exists = false;                    // the member knows it and was not told of its end
    bool opened = false;                    // the member was told that it stands
    bool paused = false, draining = false;  // reading
    bool closing = false;                   // after flush: ends when all has left
    std::string reason;
    // Sending
    Slices unsent;
    std::size_t unsent_bytes = 0, in_kernels = 0;
    Instant last{};  // nothing overtakes
    std::uint64_t next_order = 0;
    std::deque<Segment> held;  // behind a cut
    std::size_t on_wire = 0;   // segments that will arrive
    // Receiving: arrived, not taken
    std::deque<Segment> waiting;
  };
  struct Connection {
    std::uint64_t number = 0;
    Side side[2];  // 0 opened it
    Address address;
    std::string listener;
    std::uint16_t client_port = 0;
    std::size_t window = 0;
  };
  using Conn = std::shared_ptr<Connection>;
  using End = std::pair<MemberId, ConnId>;
  struct Found {
    Conn conn;
    int side = 0;
    Side& own() const { return conn->side[side]; }
  };

  std::optional<Found> find(MemberId id, ConnId conn) const;
  Duration link_delay(MemberId a, MemberId b);
  void transmit(const Conn& conn, int from, Segment segment);
  static void hold(Side& sender, Segment segment);
  void put_on_wire(const Conn& conn, int from, Segment segment);
  void arrive(const Conn& conn, int from, Segment segment);
  void hand_over(const Conn& conn, int from, Segment segment);
  void accept(const Conn& conn);
  void reset_sender(const Conn& conn, int from);
  void push(const Conn& conn, int from);
  void drain(const Conn& conn, int side);
  void end(const Conn& conn, int side, const std::string& reason, bool tell);
  void finish_sending(const Conn& conn, int side, const std::string& reason);
  void forget_if_over(const Conn& conn);

  NetworkHost& host_;
  LinkTiming timing_;
  Rng rng_;
  std::uint16_t next_port_ = 40000;
  std::uint64_t next_number_ = 0;
  std::map<MemberId, std::uint64_t> next_accepted_;
  std::map<std::uint64_t, Conn> connections_;
  std::map<End, std::pair<std::uint64_t, int>> ends_;
  std::set<std::pair<MemberId, MemberId>> cuts_;
  std::map<std::pair<MemberId, MemberId>, Duration> delays_;
};

}  // namespace lab::sim
