#include "engine/sim/workload.h"

#include <fmt/format.h>

namespace lab::sim {

Workload::Workload(Cluster& cluster, const Plan& plan, History& history, Rng rng)
    : cluster_(cluster), plan_(plan), history_(history), rng_(rng) {
  for (int t = 0; t < plan.topics; ++t) topics_.push_back(fmt::format("topic{}", t));
}

std::optional<std::string> Workload::create_topics() {
  for (const auto& topic : topics_) {
    const auto error = cluster_.create_topic(topic, plan_.partitions, plan_.replication_factor);
    if (!error.empty()) return "a healthy cluster did not make a topic: " + error;
  }
  return std::nullopt;
}

void Workload::begin() {
  const int all = plan_.producers + plan_.hasty_producers;
  for (int p = 0; p < all; ++p) {
    const bool hasty = p >= plan_.producers;
    idempotent_.push_back(!hasty);
    cluster_.with_clients([&](client::ClientMachine& host) {
      client::ProducerOptions options;
      options.network.client_id = fmt::format("producer-{}", p);
      options.network.bootstrap = cluster_.bootstrap();
      options.network.request_timeout = seconds(5);
      options.acks = hasty ? client::Acks::leader : client::Acks::all;
      options.idempotence = !hasty;
      options.delivery_timeout = seconds(60);
      const std::string& name = options.network.client_id;
      host.context().trace(
          trace::ClientStarted{name, "producer", hasty ? "1" : "all", "", topics_});
      host.add_producer(name, options);
    });
    write_soon(p);
  }
  add_reader();
}

void Workload::write_soon(int producer) {
  World& world = cluster_.world();
  const Duration wait(rng_.between(0, 2 * plan_.between_writes.count()));
  world.at(world.now() + wait, [this, producer, turn = turn_] {
    if (turn != turn_) return;
    const auto& topic = topics_[rng_.below(topics_.size())];
    const auto partition =
        static_cast<int>(rng_.below(static_cast<std::uint64_t>(plan_.partitions)));
    const auto burst = rng_.one_in(8) ? rng_.between(2, 20) : 1;
    for (int i = 0; i < burst; ++i) write(producer, {topic, partition});
    write_soon(producer);
  });
}

void Workload::write(int producer, const History::Partition& to) {
  cluster_.with_clients([&](client::ClientMachine& host) {
    const std::string value = History::value(producer, written_++);
    client::ProducerRecord record;
    record.topic = to.first;
    record.partition = PartitionIndex(to.second);
    record.key = Slice::copy(value);
    record.value = Slice::take(ByteBuffer(plan_.record_bytes, 'x'));
    const bool safe = idempotent_[static_cast<std::size_t>(producer)];
    history_.sent(producer, value, to);
    const auto sent = host.producer(fmt::format("producer-{}", producer))
                          ->send(std::move(record), [this, value, safe](const client::Delivery& d) {
                            if (d.ok()) {
                              if (safe && on_acked && d.offset != no_offset) {
                                on_acked(d.topic, d.partition.v, d.offset);
                              }
                              history_.acked(value, {d.topic, d.partition.v}, d.offset, safe);
                            } else {
                              history_.failed(value);
                              if (once_more_) last_failure_ = value + ": " + d.error;
                            }
                          });
    if (!sent.ok()) history_.failed(value);
  });
}

void Workload::write_once_more() {
  once_more_ = true;
  for (std::size_t p = 0; p < idempotent_.size(); ++p) {
    for (const auto& topic : topics_) {
      for (int i = 0; i < plan_.partitions; ++i) write(static_cast<int>(p), {topic, i});
    }
  }
}

void Workload::add_reader() {
  const std::string name = fmt::format("reader-{}", ++readers_);
  cluster_.with_clients([&](client::ClientMachine& host) {
    client::ConsumerOptions options;
    options.network.client_id = name;
    options.network.bootstrap = cluster_.bootstrap();
    options.network.request_timeout = seconds(5);
    options.reset = client::ConsumerOptions::Reset::earliest;
    host.context().trace(trace::ClientStarted{name, "consumer", "", "", topics_});
    auto& consumer = host.add_consumer(
        name, options,
        [this, reader = readers_](const client::ConsumerRecord& record) {
          if (on_read) on_read(record.topic, record.partition.v, record.offset);
          history_.read(reader, {record.topic, record.partition.v}, record.offset,
                        record.key ? std::string(record.key->text()) : "(null)");
        },
        [](const client::ConsumerTrouble&) {});
    for (const auto& topic : topics_) {
      for (int p = 0; p < plan_.partitions; ++p) {
        consumer.assign(topic, PartitionIndex(p), client::StartAt::beginning());
      }
    }
  });
}

bool Workload::read_to_end() {
  bool all = true;
  cluster_.with_clients([&](client::ClientMachine& host) {
    auto* consumer = host.consumer(fmt::format("reader-{}", readers_));
    for (const auto& topic : topics_) {
      for (int p = 0; p < plan_.partitions; ++p) {
        const auto* leader = cluster_.replica(cluster_.leader(topic, p), topic, p);
        const auto at = consumer->position(topic, PartitionIndex(p));
        if (leader == nullptr || !at || *at < leader->high_watermark() ||
            leader->high_watermark() < leader->log().log_end()) {
          all = false;
        }
      }
    }
  });
  return all;
}

void Workload::note_ends() {
  for (const auto& topic : topics_) {
    for (int p = 0; p < plan_.partitions; ++p) {
      const auto* leader = cluster_.replica(cluster_.leader(topic, p), topic, p);
      if (leader != nullptr) history_.ends({topic, p}, leader->log().log_end());
    }
  }
}

bool Workload::isr_is_full() {
  for (const auto& topic : topics_) {
    for (int p = 0; p < plan_.partitions; ++p) {
      if (cluster_.isr(topic, p).size() != static_cast<std::size_t>(plan_.replication_factor)) {
        return false;
      }
    }
  }
  return true;
}

std::string Workload::describe() {
  std::string out =
      fmt::format("controller {}, {} of {} writes ended", cluster_.active_controller(),
                  history_.acked_count() + history_.failed_count(), history_.sent_count());
  for (const auto& topic : topics_) {
    for (int p = 0; p < plan_.partitions; ++p) {
      out += fmt::format("; {}-{} led by {}, ISR [", topic, p, cluster_.leader(topic, p));
      for (const int id : cluster_.isr(topic, p)) out += fmt::format(" {}", id);
      out += " ]";
      for (int n = 1; n <= cluster_.brokers(); ++n) {
        const auto* replica = cluster_.replica(n, topic, p);
        if (replica == nullptr) continue;
        out += fmt::format(" {}:{}/{}{}", n, replica->high_watermark(), replica->log().log_end(),
                           replica->leads() ? "*" : "");
      }
    }
  }
  return out;
}

}  // namespace lab::sim
