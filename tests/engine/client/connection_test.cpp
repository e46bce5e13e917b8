// One connection: what is agreed on, what breaks it, and what it says then.
#include <doctest/doctest.h>

#include "tests/engine/client/fake_cluster.h"

namespace lab::client {

namespace {

using protocol::ApiKey;
using protocol::MetadataRequest;
using protocol::MetadataResponse;
using Act = FakeCluster::Act;
using Seen = FakeCluster::Seen;

// A bare connection in a context, driven by hand.
struct Bare {
  explicit Bare(ConnectionOptions options = {}) : connection(context, {"b1", 9092}, options) {}

  Effects input(const std::function<void()>& what, Duration later = milliseconds(1)) {
    now.monotonic += later;
    Effects effects;
    context.begin(now, effects);
    what();
    context.run_due_timers();
    context.end();
    return effects;
  }
  Effects call(std::int16_t version = 1) {
    return input([&] {
      connection.call(MetadataRequest{}, version,
                      [this](Result<MetadataResponse> response) { told.push_back(response); });
    });
  }
  Effects open() {
    return input([&] { connection.opened(Opened{*connection.conn(), "", {"b1", 9092}, 1}); });
  }
  Effects bytes(const Slices& slices) {
    return input([&] { connection.bytes(join(slices)); });
  }
  template <class Effect>
  static const Effect* first(const Effects& effects) {
    for (const auto& effect : effects) {
      if (const auto* one = std::get_if<Effect>(&effect)) return one;
    }
    return nullptr;
  }

  Context context{no_node, false};
  Now now{Instant(seconds(1)), {}};
  Connection connection;
  std::vector<Result<MetadataResponse>> told;
};

ConnectionOptions fixed_versions() {
  ConnectionOptions options;
  options.api_versions = false;
  return options;
}

}  // namespace

TEST_CASE("a connection without handshake sends at once what waited, and joins answers in order") {
  Bare bare(fixed_versions());
  const Effects opened = bare.call();
  const auto* open = Bare::first<Open>(opened);
  REQUIRE(open);
  CHECK(open->address == Address{"b1", 9092});
  bare.call();
  const Effects sent = bare.open();
  CHECK(std::count_if(sent.begin(), sent.end(), [](const Effect& effect) {
          return std::holds_alternative<Send>(effect);
        }) == 2);
  MetadataResponse response;
  response.controller_id = 1;
  bare.bytes(protocol::encode_response(0, 1, response));
  response.controller_id = 2;
  bare.bytes(protocol::encode_response(1, 1, response));
  REQUIRE(bare.told.size() == 2);
  CHECK(bare.told[0]->controller_id == 1);
  CHECK(bare.told[1]->controller_id == 2);
}

TEST_CASE("hostile answers close the connection with an error that names the peer") {
  MetadataResponse response;
  response.brokers.emplace_back().host = "x";
  const Slice good = join(protocol::encode_response(0, 1, response));
  const Slice cut = [&] {
    ByteBuffer bytes(good.view().begin(), good.view().end() - 5);
    bytes[3] = static_cast<std::uint8_t>(bytes.size() - 4);
    return Slice::take(bytes);
  }();
  ByteBuffer huge(good.view().begin(), good.view().end());
  huge[8] = 0x7f;  // the number of brokers
  const std::vector<std::pair<Slice, std::string>> answers = {
      {Slice::take({0x7f, 0xff, 0xff, 0xff, 0}), "bad frame"},
      {Slice::take({0xff, 0xff, 0xff, 0xff}), "bad frame"},
      {Slice::take({0, 0, 0, 2, 0, 0}), "bad frame"},
      {join(protocol::encode_response(7, 1, response)), "answered request 7 where 0 was due"},
      {cut, "malformed"},
      {Slice::take(huge), "malformed"},
  };
  for (const auto& [bytes, why] : answers) {
    CAPTURE(why);
    Bare bare(fixed_versions());
    bare.call();
    bare.call();
    bare.open();
    const Effects effects = bare.bytes({bytes});
    REQUIRE(Bare::first<Close>(effects));
    CHECK(Bare::first<Close>(effects)->reason.find(why) != std::string::npos);
    REQUIRE(bare.told.size() == 2);  // the second was in flight as well
    for (const auto& told : bare.told) {
      REQUIRE(!told);
      CHECK(told.error().message.find("b1:9092: ") == 0);
      CHECK_MESSAGE(told.error().message.find(why) != std::string::npos, told.error().message);
    }
    CHECK(bare.connection.state() == Connection::State::idle);
  }
}

TEST_CASE("an answer that nobody asked for closes the connection") {
  Bare bare(fixed_versions());
  bare.call();
  bare.open();
  bare.bytes(protocol::encode_response(0, 1, MetadataResponse{}));
  const Effects effects = bare.bytes(protocol::encode_response(1, 1, MetadataResponse{}));
  REQUIRE(Bare::first<Close>(effects));
  CHECK(Bare::first<Close>(effects)->reason.find("not asked") != std::string::npos);
}

TEST_CASE("no answer within the time: all in flight fails, and the next call waits a moment") {
  ConnectionOptions options = fixed_versions();
  options.request_timeout = milliseconds(200);
  Bare bare(options);
  bare.call();
  bare.open();
  bare.call();
  CHECK(bare.told.empty());
  const Effects effects = bare.input([] {}, milliseconds(200));
  REQUIRE(Bare::first<Close>(effects));
  REQUIRE(bare.told.size() == 2);
  CHECK(bare.told[0].error().message == "b1:9092: no answer within 200 ms");
  CHECK(!Bare::first<Open>(bare.call()));
  CHECK(bare.connection.state() == Connection::State::waiting);
  CHECK(Bare::first<Open>(bare.input([] {}, milliseconds(60))));
}

TEST_CASE(
    "the backoff doubles while connecting fails, up to its limit, and is over once connected") {
  Bare bare(fixed_versions());
  const auto fail = [&] {
    bare.call();
    if (bare.connection.state() == Connection::State::waiting) bare.input([] {}, seconds(2));
    REQUIRE(bare.connection.state() == Connection::State::opening);
    bare.input([&] { bare.connection.closed("connection refused"); });
    return to_ms(*bare.connection.backoff_until() - bare.now.monotonic);
  };
  for (const std::int64_t about : {50, 100, 200, 400, 800, 1000, 1000}) {
    const std::int64_t pause = fail();
    CHECK(pause >= about * 79 / 100);
    CHECK(pause <= about * 12 / 10);
  }
  CHECK(bare.told.back().error().message == "b1:9092: connecting failed: connection refused");
  bare.call();
  bare.input([] {}, seconds(2));
  bare.open();
  CHECK(!bare.connection.backoff_until());
}

TEST_CASE("calls beyond max_calls fail alone, not from within the call") {
  ConnectionOptions options = fixed_versions();
  options.max_calls = 2;
  Bare bare(options);
  bare.call();
  bare.call();
  bare.input([&] {
    bare.connection.call(MetadataRequest{}, 1,
                         [&](Result<MetadataResponse> response) { bare.told.push_back(response); });
    CHECK(bare.told.empty());
  });
  REQUIRE(bare.told.size() == 1);
  CHECK(bare.told[0].error().message == "b1:9092: too many requests wait for it");
  CHECK(bare.connection.calls() == 2);
}

TEST_CASE("close fails what waits and what is in flight; a later call opens anew") {
  Bare bare(fixed_versions());
  bare.call();
  const ConnId conn = *bare.connection.conn();
  bare.open();
  bare.input([&] { bare.connection.close("because"); });
  REQUIRE(bare.told.size() == 1);
  CHECK(bare.told[0].error().message == "b1:9092: because");
  CHECK(!bare.connection.owns(conn));
  bare.call();
  CHECK(Bare::first<Open>(bare.input([] {}, seconds(1))));
}

TEST_CASE("the handshake takes the smaller of both sides' newest versions (KIP-511)") {
  FakeCluster cluster(1);
  cluster.add_topic("t", 1);
  cluster.broker(1).most = {{ApiKey::api_versions, 2}, {ApiKey::metadata, 7}, {ApiKey::produce, 8}};
  std::map<ApiKey, std::int16_t> seen;
  cluster.script = [&](const Seen& request) {
    seen[request.header.api_key] = request.header.api_version;
    CHECK(request.header.client_id == "p");
    return Act{};
  };
  bool ok = false;
  cluster.run([&] {
    ProducerOptions options;
    options.network = cluster.network();
    ProducerRecord record;
    record.topic = "t";
    CHECK(cluster.machine.add_producer("p", options).send(record, [&](const Delivery& delivery) {
      ok = delivery.ok();
    }));
  });
  REQUIRE(cluster.run_until([&] { return ok; }));
  CHECK(seen[ApiKey::api_versions] == 2);
  CHECK(seen[ApiKey::metadata] == 7);
  CHECK(seen[ApiKey::produce] == 8);
}

TEST_CASE("ApiVersions tells software and version from v3 on") {
  FakeCluster cluster(1);
  std::string told;
  cluster.script = [&](const Seen& request) {
    if (request.header.api_key == ApiKey::api_versions) {
      const auto body =
          protocol::decode<protocol::ApiVersionsRequest>(request.body, request.header.api_version);
      told = body->client_software_name + " " + body->client_software_version;
    }
    return Act{};
  };
  cluster.run([&] {
    AdminOptions options;
    options.network = cluster.network();
    cluster.machine.add_admin("a", options).describe_topics(std::nullopt, [](const auto&) {});
  });
  cluster.run_for(seconds(1));
  CHECK(told == "brokerlab 0.1.0");
}

TEST_CASE("frames are traced at both directions, and an answer is the cause of what follows") {
  FakeCluster cluster(1);
  bool done = false;
  cluster.run([&] {
    AdminOptions options;
    options.network = cluster.network();
    cluster.machine.add_admin("a", options).describe_topics(std::nullopt, [&](const auto& answer) {
      done = answer.ok();
    });
  });
  REQUIRE(cluster.run_until([&] { return done; }));
  int out = 0, in = 0;
  for (const auto& frame : cluster.events<trace::Frame>()) {
    CHECK(frame.remote_port == 9092);
    CHECK(frame.local_port > 40000);
    CHECK(frame.request == frame.outgoing);
    ++(frame.outgoing ? out : in);
  }
  CHECK(out >= 2);
  CHECK(in >= 2);
  CHECK(cluster.events<trace::ConnectionOpened>().size() == 1);
}

}  // namespace lab::client
