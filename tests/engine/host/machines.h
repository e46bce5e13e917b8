// Toy machines for the tests of the runner: one that sends back what it gets, one that calls it.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "engine/host/runner.h"
#include "engine/machine/context.h"

namespace lab::host {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

// Sends back what it gets. At `limit` unsent bytes of a connection it stops reading from it.
class Echo final : public Machine {
 public:
  explicit Echo(std::size_t limit = 1 << 20, bool listen = true) : limit_(limit), listen_(listen) {}

  void handle(const Now& now, Input input, Effects& effects) override {
    order.push_back(input.index());
    std::visit(Overloaded{
                   [&](Start&) {
                     if (listen_) effects.push_back(Listen{});
                   },
                   [&](Opened& opened) { last_opened = opened; },
                   [&](Bytes& bytes) {
                     received += bytes.slice.text();
                     auto& unsent = unsent_[bytes.conn];
                     unsent += bytes.slice.size();
                     most_unsent = std::max(most_unsent, unsent);
                     if (unsent > limit_) effects.push_back(PauseRead{bytes.conn});
                     if (bytes.slice.text().find("bye") != std::string_view::npos) {
                       effects.push_back(Send{bytes.conn, {Slice::copy("last words")}});
                       effects.push_back(Close{bytes.conn, true, "asked to"});
                     } else {
                       effects.push_back(Send{bytes.conn, {bytes.slice}});
                     }
                   },
                   [&](Writable& writable) {
                     auto& unsent = unsent_[writable.conn];
                     REQUIRE(writable.count <= unsent + 10);
                     unsent -= std::min<std::size_t>(unsent, writable.count);
                     if (unsent <= limit_ / 2) effects.push_back(ResumeRead{writable.conn});
                   },
                   [&](Closed& closed) {
                     reasons.push_back(closed.reason);
                     unsent_.erase(closed.conn);
                   },
                   [&](Done&) {},
                   [&](Wake&) { woken.push_back(now.monotonic); },
                   [&](Admin& admin) {
                     if (admin.kind == Admin::Kind::stop) effects.push_back(Halt{true, "stopped"});
                   },
               },
               input);
  }

  std::size_t most_unsent = 0;
  std::string received;
  Opened last_opened;
  std::vector<std::string> reasons;
  std::vector<std::size_t> order;
  std::vector<Instant> woken;

 private:
  std::size_t limit_;
  bool listen_;
  std::map<ConnId, std::size_t> unsent_;
};

inline RunnerOptions listening_on(std::uint16_t port = 0, const std::string& host = "localhost") {
  RunnerOptions options;
  options.listeners = {{"PLAINTEXT", host, port, false}};
  return options;
}

// Opens a connection, sends, and collects the answer; on a Context as real clients are.
class Caller final : public Machine {
 public:
  void handle(const Now& now, Input input, Effects& effects) override {
    context.begin(now, effects);
    if (auto* start = std::get_if<Start>(&input)) context.started(*start);
    if (std::get_if<Opened>(&input)) opened = true;
    if (auto* bytes = std::get_if<Bytes>(&input)) got += bytes->slice.text();
    if (auto* closed = std::get_if<Closed>(&input)) reason = closed->reason;
    context.run_due_timers();
    context.end();
  }
  // A function of its owner as a bracket of its own.
  std::function<void(const Now&, Effects&)> bracket(std::function<void()> call) {
    return [this, call = std::move(call)](const Now& now, Effects& effects) {
      context.begin(now, effects);
      call();
      context.end();
    };
  }
  Context context{no_node, false};
  bool opened = false;
  std::string got, reason;
};

}  // namespace lab::host
