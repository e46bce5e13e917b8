#include "tests/engine/client/fake_cluster.h"

#include <algorithm>

#include "engine/protocol/codec.h"

namespace lab::client {

namespace {

constexpr Duration latency = std::chrono::microseconds(100);

template <class M>
M read(const Slice& body, std::int16_t version) {
  auto message = protocol::decode<M>(body, version);
  LAB_CHECK_MSG(message.ok(), message.ok() ? "" : message.error().message);
  return std::move(message).value();
}

template <class M>
Slices reply(const FakeCluster::Seen& seen, const M& message) {
  return protocol::encode_response(seen.header.correlation_id, seen.header.api_version, message);
}

}  // namespace

FakeCluster::FakeCluster(int brokers, bool traced) : machine(traced) {
  now_.monotonic = Instant(seconds(1));
  now_.wall = WallTime(milliseconds(1'700'000'000'000));
  for (int i = 1; i <= brokers; ++i) brokers_[i];
  input(Start{7, 1});
}

std::vector<Address> FakeCluster::bootstrap() const {
  std::vector<Address> all;
  for (const auto& [id, broker] : brokers_) all.push_back(address(id));
  return all;
}

NetworkOptions FakeCluster::network() const {
  NetworkOptions options;
  options.bootstrap = bootstrap();
  return options;
}

void FakeCluster::add_topic(const std::string& name, int partitions, int leader) {
  Partition partition;
  partition.leader = leader;
  topics_[name].assign(static_cast<std::size_t>(partitions), partition);
}

FakeCluster::Partition& FakeCluster::partition(const std::string& topic, int index) {
  return topics_.at(topic).at(static_cast<std::size_t>(index));
}

void FakeCluster::move_leader(const std::string& topic, int index, int to) {
  partition(topic, index).leader = to;
  ++partition(topic, index).epoch;
}

void FakeCluster::kill(int broker) {
  brokers_[broker].alive = false;
  std::vector<ConnId> gone;
  for (const auto& [id, conn] : conns_) {
    if (conn.broker == broker && conn.open) gone.push_back(id);
  }
  for (const ConnId id : gone) cut(id, "connection reset by peer");
}

void FakeCluster::release() {
  script = {};
  for (auto& [id, conn] : conns_) {
    if (!conn.held) continue;
    conn.held = false;
    at(latency, [this, conn_id = id] { work(conn_id); });
  }
}

std::vector<std::string> FakeCluster::values(const std::string& topic, int index) const {
  std::vector<std::string> all;
  for (const auto& stored : topics_.at(topic).at(static_cast<std::size_t>(index)).log) {
    const auto read = protocol::for_each_record(
        stored.batch.view(),
        [&](const protocol::RecordView& record) { all.emplace_back(text_of(*record.value)); });
    LAB_CHECK(read.ok());
  }
  return all;
}

void FakeCluster::append(const std::string& topic, int index,
                         const std::vector<std::string>& values) {
  protocol::BatchBuilder builder;
  for (const auto& value : values) builder.append(5, std::nullopt, bytes_of(value));
  protocol::ProduceResponse::PartitionProduceResponse told;
  append_batch(partition(topic, index).leader, partition(topic, index), builder.build(), told);
}

int FakeCluster::count(protocol::ApiKey api) const {
  int all = 0;
  for (const auto& [id, broker] : brokers_) {
    const auto it = broker.counts.find(api);
    if (it != broker.counts.end()) all += it->second;
  }
  return all;
}

// ---- Time

void FakeCluster::at(Duration delay, std::function<void()> what) {
  agenda_.emplace(now_.monotonic + delay, std::move(what));
}

bool FakeCluster::run_until(const std::function<bool()>& until, Duration limit) {
  const Instant end = now_.monotonic + limit;
  while (!until()) {
    const bool have = !agenda_.empty();
    if (!have && !wake_) return false;
    const bool wake = wake_ && (!have || *wake_ < agenda_.begin()->first);
    const Instant next = wake ? *wake_ : agenda_.begin()->first;
    if (next > end) {
      now_.monotonic = end;
      return false;
    }
    const Duration step = std::max(next, now_.monotonic) - now_.monotonic;
    now_.monotonic += step;
    if (wake) {
      wake_.reset();
      input(Wake{});
    } else {
      const auto what = std::move(agenda_.begin()->second);
      agenda_.erase(agenda_.begin());
      what();
    }
  }
  return true;
}

void FakeCluster::run_for(Duration time) {
  run_until([] { return false; }, time);
}

void FakeCluster::run(const std::function<void()>& call) {
  Effects effects;
  machine.run(now_, effects, call);
  carry_out(effects);
}

void FakeCluster::input(Input input) {
  Effects effects;
  machine.handle(now_, std::move(input), effects);
  carry_out(effects);
}

// ---- Effects

void FakeCluster::carry_out(Effects& effects) {
  for (auto& effect : effects) {
    if (const auto* open = std::get_if<Open>(&effect)) carry_out(*open);
    if (const auto* send = std::get_if<Send>(&effect)) carry_out(*send);
    if (const auto* wake = std::get_if<WakeAt>(&effect)) wake_ = wake->at;
    if (auto* trace = std::get_if<Trace>(&effect)) events_.push_back(std::move(trace->event));
    if (const auto* close = std::get_if<Close>(&effect)) {
      closes.push_back(close->reason);
      conns_[close->conn].open = false;
    }
  }
}

void FakeCluster::carry_out(const Open& open) {
  opens.push_back(open.address);
  int broker = 0;
  for (const auto& [id, one] : brokers_) {
    if (address(id) == open.address) broker = id;
  }
  Conn& conn = conns_[open.conn];
  conn.broker = broker;
  at(latency, [this, id = open.conn, to = open.address] {
    Conn& opened = conns_[id];
    if (!opened.open) return;
    if (opened.broker == 0 || !brokers_[opened.broker].alive) {
      opened.open = false;
      return input(Closed{id, "connection refused"});
    }
    input(Opened{id, "", to, static_cast<std::uint16_t>(40000 + id.v)});
  });
}

void FakeCluster::carry_out(const Send& send) {
  const Slice bytes = Slice::copy(join(send.slices).view());
  at(latency, [this, id = send.conn, bytes] {
    Conn& conn = conns_[id];
    if (!conn.open) return;
    conn.requests.push(bytes);
    for (;;) {
      auto frame = conn.requests.next();
      LAB_CHECK(frame.ok());
      if (!*frame) break;
      conn.queue.push_back(**frame);
    }
    input(Writable{id, bytes.size()});
    work(id);
  });
}

void FakeCluster::cut(ConnId conn, const std::string& reason) {
  conns_[conn].open = false;
  at(latency, [this, conn, reason] { input(Closed{conn, reason}); });
}

// ---- A broker at work

void FakeCluster::work(ConnId id) {
  for (;;) {
    Conn& conn = conns_[id];
    if (!conn.open || conn.held || conn.queue.empty()) return;
    const auto request = protocol::split_request(conn.queue.front());
    LAB_CHECK(request.ok());
    Seen seen{conn.broker, request->header, request->body, 0};
    seen.nth = ++brokers_[conn.broker].counts[seen.header.api_key];
    const Act act = script ? script(seen) : Act{};
    if (act.kind == Act::Kind::hold) {
      --brokers_[conn.broker].counts[seen.header.api_key];
      conn.held = true;
      return;
    }
    conn.queue.pop_front();
    if (act.kind == Act::Kind::cut) return cut(id, "connection reset by peer");
    if (act.kind == Act::Kind::raw) {
      answer(id, act.bytes, latency);
      continue;
    }
    Duration delay = latency;
    auto bytes = serve(seen, act, delay);
    if (act.kind == Act::Kind::serve_then_cut) return cut(id, "connection reset by peer");
    if (bytes) answer(id, std::move(*bytes), delay);
  }
}

void FakeCluster::answer(ConnId id, Slices bytes, Duration delay) {
  at(delay, [this, id, all = join(bytes)] {
    for (std::size_t from = 0; from < all.size(); from += std::min(chunk, all.size() - from)) {
      if (!conns_[id].open) return;
      input(Bytes{id, all.sub(from, std::min(chunk, all.size() - from))});
    }
  });
}

std::optional<Slices> FakeCluster::serve(const Seen& seen, const Act& act, Duration& delay) {
  using protocol::ApiKey;
  switch (seen.header.api_key) {
    case ApiKey::api_versions:
      return api_versions(seen);
    case ApiKey::metadata:
      return metadata(seen);
    case ApiKey::produce:
      return produce(seen, act);
    case ApiKey::fetch:
      return fetch(seen, act, delay);
    case ApiKey::list_offsets:
      return list_offsets(seen, act);
    case ApiKey::init_producer_id: {
      protocol::InitProducerIdResponse told;
      told.error_code = protocol::wire(act.code);
      if (act.code == protocol::ErrorCode::none) told.producer_id = next_producer_++;
      return reply(seen, told);
    }
    case ApiKey::create_topics: {
      const auto asked = read<protocol::CreateTopicsRequest>(seen.body, seen.header.api_version);
      protocol::CreateTopicsResponse told;
      for (const auto& topic : asked.topics) {
        auto& result = told.topics.emplace_back();
        result.name = topic.name;
        result.error_code = protocol::wire(act.code);
        if (act.code == protocol::ErrorCode::none) add_topic(topic.name, topic.num_partitions);
      }
      return reply(seen, told);
    }
    default:
      LAB_CHECK_MSG(false, "the fake broker does not know this request");
  }
  return std::nullopt;
}

Slices FakeCluster::api_versions(const Seen& seen) {
  protocol::ApiVersionsResponse told;
  const auto& most = brokers_[seen.broker].most;
  for (const auto& api : protocol::apis()) {
    auto& one = told.api_keys.emplace_back();
    one.api_key = static_cast<std::int16_t>(api.key);
    one.min_version = api.announced;
    const auto it = most.find(api.key);
    one.max_version = it == most.end() ? api.served.last : it->second;
  }
  const auto it = most.find(protocol::ApiKey::api_versions);
  if (it != most.end() && seen.header.api_version > it->second) {
    told.error_code = protocol::wire(protocol::ErrorCode::unsupported_version);
    return protocol::encode_response(seen.header.correlation_id, 0, told);
  }
  return reply(seen, told);
}

Uuid FakeCluster::id_of(const std::string& topic) const {
  Uuid id;
  id.bytes[0] = 1;
  for (std::size_t i = 0; i < topic.size(); ++i) {
    id.bytes[1 + i % 15] = static_cast<std::uint8_t>(id.bytes[1 + i % 15] * 31 + topic[i]);
  }
  return id;
}

Slices FakeCluster::metadata(const Seen& seen) {
  const auto asked = read<protocol::MetadataRequest>(seen.body, seen.header.api_version);
  protocol::MetadataResponse told;
  told.cluster_id = "fake";
  told.controller_id = 1;
  for (const auto& [id, broker] : brokers_) {
    if (!broker.alive && !lists_dead) continue;
    auto& one = told.brokers.emplace_back();
    one.node_id = id;
    one.host = address(id).host;
    one.port = address(id).port;
  }
  std::vector<std::string> names;
  if (asked.topics) {
    for (const auto& topic : *asked.topics) names.push_back(*topic.name);
  } else {
    for (const auto& [name, partitions] : topics_) names.push_back(name);
  }
  for (const auto& name : names) {
    auto& topic = told.topics.emplace_back();
    topic.name = name;
    const auto it = topics_.find(name);
    if (it == topics_.end()) {
      topic.error_code = protocol::wire(protocol::ErrorCode::unknown_topic_or_partition);
      continue;
    }
    topic.topic_id = id_of(name);
    for (std::size_t i = 0; i < it->second.size(); ++i) {
      auto& one = topic.partitions.emplace_back();
      one.partition_index = static_cast<std::int32_t>(i);
      one.leader_id = it->second[i].leader;
      one.leader_epoch = it->second[i].epoch;
      one.replica_nodes = {1, 2, 3};
      one.isr_nodes = {1, 2, 3};
    }
  }
  return reply(seen, told);
}

std::optional<Slices> FakeCluster::produce(const Seen& seen, const Act& act) {
  const auto asked = read<protocol::ProduceRequest>(seen.body, seen.header.api_version);
  protocol::ProduceResponse answer;
  for (const auto& topic : asked.topic_data) {
    auto& told_topic = answer.responses.emplace_back();
    told_topic.name = topic.name;
    for (const auto& data : topic.partition_data) {
      auto& told = told_topic.partition_responses.emplace_back();
      told.index = data.index;
      told.base_offset = -1;
      if (act.kind == Act::Kind::refuse) {
        told.error_code = protocol::wire(act.code);
        continue;
      }
      append_batch(seen.broker, partition(topic.name, data.index), join(data.records->slices),
                   told);
    }
  }
  if (asked.acks == 0) return std::nullopt;
  return reply(seen, answer);
}

// The leader's checks, and the idempotence rules of KIP-98 (the last five batches are known).
void FakeCluster::append_batch(int broker, Partition& partition, const Slice& batch,
                               protocol::ProduceResponse::PartitionProduceResponse& told) {
  using protocol::ErrorCode;
  if (partition.leader != broker) {
    told.error_code = protocol::wire(ErrorCode::not_leader_or_follower);
    return;
  }
  const auto header = protocol::check_batch(batch.view());
  LAB_CHECK(header.ok());
  if (header->has_producer_id()) {
    ProducerState& state = partition.producers[header->producer_id.v];
    if (header->producer_epoch > state.epoch) {
      if (state.epoch >= 0 && header->base_sequence != 0) {
        told.error_code = protocol::wire(ErrorCode::out_of_order_sequence_number);
        return;
      }
      state = ProducerState{header->producer_epoch, header->base_sequence, {}};
    }
    for (const auto& [sequence, base] : state.last) {
      if (sequence != header->base_sequence) continue;
      told.base_offset = base.v;
      return;
    }
    if (header->base_sequence != state.next) {
      told.error_code = protocol::wire(ErrorCode::out_of_order_sequence_number);
      return;
    }
    state.next = sequence_after(header->base_sequence, header->record_count);
    state.last.emplace_back(header->base_sequence, partition.end);
    if (state.last.size() > 5) state.last.pop_front();
  }
  told.base_offset = partition.end.v;
  const Slice stored = Slice::copy(
      join(protocol::with_offset_and_epoch(batch, partition.end, Epoch(partition.epoch))).view());
  partition.log.push_back({stored, partition.end, header->record_count});
  partition.end = partition.end + header->record_count;
}

Slices FakeCluster::fetch(const Seen& seen, const Act& act, Duration& delay) {
  using protocol::ErrorCode;
  const auto asked = read<protocol::FetchRequest>(seen.body, seen.header.api_version);
  protocol::FetchResponse answer;
  bool something = false;
  for (const auto& topic : asked.topics) {
    std::string name = topic.topic;
    for (const auto& [known, partitions] : topics_) {
      if (id_of(known) == topic.topic_id) name = known;
    }
    auto& told_topic = answer.responses.emplace_back();
    told_topic.topic = name;
    told_topic.topic_id = topic.topic_id;
    for (const auto& wanted : topic.partitions) {
      const Partition& partition = this->partition(name, wanted.partition);
      auto& told = told_topic.partitions.emplace_back();
      told.partition_index = wanted.partition;
      told.high_watermark = partition.end.v;
      told.log_start_offset = partition.start.v;
      told.records = protocol::Records{};
      ErrorCode code = ErrorCode::none;
      if (act.kind == Act::Kind::refuse) {
        code = act.code;
      } else if (partition.leader != seen.broker) {
        code = ErrorCode::not_leader_or_follower;
      } else if (wanted.fetch_offset < partition.start.v || wanted.fetch_offset > partition.end.v) {
        code = ErrorCode::offset_out_of_range;
      }
      told.error_code = protocol::wire(code);
      something = something || code != ErrorCode::none;
      if (code != ErrorCode::none) continue;
      for (const auto& stored : partition.log) {
        if ((stored.base + stored.count).v <= wanted.fetch_offset) continue;
        told.records->slices.push_back(stored.batch);
        something = true;
      }
    }
  }
  if (!something) delay = milliseconds(asked.max_wait_ms);
  return reply(seen, answer);
}

Slices FakeCluster::list_offsets(const Seen& seen, const Act& act) {
  const auto asked = read<protocol::ListOffsetsRequest>(seen.body, seen.header.api_version);
  protocol::ListOffsetsResponse answer;
  for (const auto& topic : asked.topics) {
    auto& told_topic = answer.topics.emplace_back();
    told_topic.name = topic.name;
    for (const auto& wanted : topic.partitions) {
      const Partition& partition = this->partition(topic.name, wanted.partition_index);
      auto& told = told_topic.partitions.emplace_back();
      told.partition_index = wanted.partition_index;
      told.error_code = protocol::wire(act.kind == Act::Kind::refuse ? act.code
                                       : partition.leader != seen.broker
                                           ? protocol::ErrorCode::not_leader_or_follower
                                           : protocol::ErrorCode::none);
      if (wanted.timestamp == -2) told.offset = partition.start.v;
      if (wanted.timestamp == -1) told.offset = partition.end.v;
    }
  }
  return reply(seen, answer);
}

}  // namespace lab::client
