#include "app/model/model_json.h"

#include "engine/trace/json.h"

namespace lab::model {

std::string_view name_of(LossCause cause) {
  switch (cause) {
    case LossCause::killed:
      return "killed";
    case LossCause::failed:
      return "failed";
    case LossCause::frozen:
      return "frozen";
    case LossCause::silent:
      return "silent";
    case LossCause::stopped:
      return "stopped";
  }
  return "?";
}

namespace {

using trace::JsonWriter;

std::int64_t ns(Instant at) { return at.time_since_epoch().count(); }

// The value of a key: a fact's number, or null.
template <class T, class Get>
void fact(JsonWriter& out, const char* key, const Fact<T>& known, Get get) {
  out.key(key);
  if (known.known()) {
    out.number(static_cast<std::int64_t>(get(*known)));
  } else {
    out.null();
  }
}

void when(JsonWriter& out, const char* key, const std::optional<Instant>& at) {
  out.key(key);
  if (at) {
    out.number(ns(*at));
  } else {
    out.null();
  }
}

void nodes(JsonWriter& out, const char* key, const std::vector<NodeId>& ids) {
  out.key(key).open('[');
  for (const NodeId id : ids) out.number(std::int64_t{id.v});
  out.close(']');
}

void texts(JsonWriter& out, const char* key, const std::map<std::string, std::string>& all) {
  out.key(key).open('{');
  for (const auto& [name, value] : all) out.key(name).text(value);
  out.close('}');
}

void put_exit(JsonWriter& out, const Broker& broker) {
  out.key("exit");
  if (broker.alive.value_or(true) || !broker.exit.known()) {
    out.null();
    return;
  }
  out.open('{').key("signal").number(std::int64_t{broker.exit->signal});
  out.key("code").number(std::int64_t{broker.exit->code});
  out.key("asked").boolean(broker.exit->asked);
  out.key("reason").text(broker.exit->reason).close('}');
}

void put_broker(JsonWriter& out, const Broker& broker) {
  const auto same = [](std::int64_t x) { return x; };
  out.open('{').key("id").number(std::int64_t{broker.id.v});
  out.key("state").text(name_of(broker.state)).key("since_ns").number(ns(broker.since));
  fact(out, "pid", broker.pid, same);
  out.key("client_port").number(std::int64_t{broker.client_port});
  out.key("controller_port").number(std::int64_t{broker.controller_port});
  out.key("roles").text(broker.roles).key("version").text(broker.version);
  fact(out, "memory_bytes", broker.memory_bytes, same);
  out.key("incarnation").number(broker.incarnation);
  fact(out, "broker_epoch", broker.epoch, [](BrokerEpoch epoch) { return epoch.v; });
  out.key("fenced");
  if (broker.fenced.known()) {
    out.boolean(*broker.fenced);
  } else {
    out.null();
  }
  fact(out, "metadata_offset", broker.applied, [](const auto& m) { return m.offset.v; });
  fact(out, "believes_controller", broker.applied, [](const auto& m) { return m.controller.v; });
  out.key("quorum_role");
  if (broker.role.known()) {
    out.text(trace::text(broker.role->role));
  } else {
    out.null();
  }
  put_exit(out, broker);
  out.close('}');
}

void put_replica(JsonWriter& out, NodeId node, const Replica& replica) {
  out.open('{')
      .key("broker")
      .number(std::int64_t{node.v})
      .key("state")
      .text(name_of(replica.state));
  fact(out, "log_start", replica.marks, [](const Marks& m) { return m.log_start.v; });
  fact(out, "high_watermark", replica.marks, [](const Marks& m) { return m.high_watermark.v; });
  fact(out, "log_end", replica.marks, [](const Marks& m) { return m.log_end.v; });
  fact(out, "bytes", replica.marks, [](const Marks& m) { return m.bytes; });
  fact(out, "as_of_ns", replica.marks, [&](const Marks&) { return ns(replica.marks.as_of); });
  fact(out, "told_by", replica.marks, [&](const Marks&) { return replica.marks.by.v; });
  out.key("truncated");
  if (replica.truncated) {
    out.open('{').key("from").number(replica.truncated->from.v);
    out.key("to").number(replica.truncated->to.v);
    out.key("at_ns").number(ns(replica.truncated->at)).close('}');
  } else {
    out.null();
  }
  out.close('}');
}

void put_partition(JsonWriter& out, const ClusterModel& model, const Partition& partition) {
  out.open('{').key("topic").text(partition.id.topic);
  out.key("partition").number(std::int64_t{partition.id.partition.v});
  if (partition.agreed != nullptr) {
    const PartitionView& view = *partition.agreed;
    out.key("leader").number(std::int64_t{view.leader.v});
    out.key("leader_epoch").number(std::int64_t{view.leader_epoch.v});
    out.key("partition_epoch").number(std::int64_t{view.partition_epoch});
    nodes(out, "replicas", view.replicas);
    nodes(out, "isr", view.isr);
    nodes(out, "elr", view.elr);
    out.key("as_of_ns").number(ns(partition.agreed_since));
  } else {
    for (const char* key :
         {"leader", "leader_epoch", "partition_epoch", "replicas", "isr", "elr", "as_of_ns"}) {
      out.key(key).null();
    }
  }
  nodes(out, "behind", model.behind(partition));
  out.key("logs").open('[');
  for (const auto& [node, replica] : partition.replicas) put_replica(out, node, replica);
  out.close(']').close('}');
}

void put_client(JsonWriter& out, const ClusterModel& model, const Client& client) {
  out.open('{').key("name").text(client.name).key("key").text(client.key);
  out.key("kind").text(client.kind == ClientKind::built_in ? "built_in" : "outside");
  out.key("role").text(client.role).key("software").text(client.software);
  out.key("version").text(client.version).key("writes").boolean(client.writes);
  out.key("reads").boolean(client.reads);
  out.key("connections").number(std::int64_t{client.connections});
  when(out, "gone_at_ns", client.gone_at);
  const Ledger& ledger = client.ledger;
  out.key("ledger").open('{').key("sent").number(ledger.sent).key("acked").number(ledger.acked);
  out.key("in_flight").number(ledger.in_flight()).key("retried").number(ledger.retried);
  out.key("failed").number(ledger.failed).key("at_risk");
  const AtRisk risk = model.at_risk(client);
  if (risk.unknown) {
    out.null();
  } else {
    out.number(risk.records);
  }
  const auto same = [](std::int64_t x) { return x; };
  fact(out, "lost", ledger.lost, same);
  fact(out, "duplicated", ledger.duplicated, same);
  out.close('}').close('}');
}

void put_step(JsonWriter& out, const Failover& failover, const char* name,
              const FailoverStep& step) {
  out.open('{').key("step").text(name).key("ms");
  if (const auto ms = failover.ms(step)) {
    out.real(*ms, 3);
  } else {
    out.null();
  }
  out.key("property").text(step.property).key("value").text(step.value).key("node");
  if (step.node != no_node) {
    out.number(std::int64_t{step.node.v});
  } else {
    out.null();
  }
  out.close('}');
}

void put_failover(JsonWriter& out, const Failover& failover) {
  const bool of_controller = failover.partition.topic.empty();
  out.open('{').key("topic");
  if (of_controller) {
    out.null().key("partition").null();
  } else {
    out.text(failover.partition.topic);
    out.key("partition").number(std::int64_t{failover.partition.partition.v});
  }
  out.key("lost_leader").number(std::int64_t{failover.lost_leader.v});
  out.key("cause").text(name_of(failover.cause)).key("lost_ns").number(ns(failover.lost));
  out.key("steps").open('[');
  if (failover.was_controller) put_step(out, failover, "controller", failover.controller);
  if (!of_controller) {
    put_step(out, failover, "noticed", failover.noticed);
    put_step(out, failover, "elected", failover.elected);
    put_step(out, failover, "acked", failover.acked);
    put_step(out, failover, "caught_up", failover.caught_up);
  }
  out.close(']').close('}');
}

void put_cluster(JsonWriter& out, const ClusterModel& model) {
  out.key("at_ns").number(ns(model.newest())).key("wall_us");
  if (const auto wall = model.wall_us(model.newest())) {
    out.number(*wall);
  } else {
    out.null();
  }
  out.key("cluster_id").text(model.cluster_id()).key("lost_events").number(model.lost_events());
  const auto [live, all] = model.voters();
  out.key("controller").open('{').key("id");
  if (const auto id = model.active_controller()) {
    out.number(std::int64_t{id->v});
  } else {
    out.null();
  }
  out.key("epoch").number(std::int64_t{model.quorum().epoch.v});
  out.key("live_voters").number(std::int64_t{live}).key("voters").number(std::int64_t{all});
  out.close('}');
  when(out, "all_dead_since_ns", model.all_dead_since());
}

void put_rest(JsonWriter& out, const ClusterModel& model) {
  out.key("groups").open('[');
  for (const auto& [name, group] : model.groups()) {
    out.open('{').key("name").text(name).key("state").text(group.state.value_or(""));
    out.key("generation").number(std::int64_t{group.generation}).key("members").open('[');
    for (const std::string& member : group.members) out.text(member);
    out.close(']').close('}');
  }
  out.close(']').key("faults").open('[');
  for (const auto& [key, fault] : model.faults()) {
    out.open('{').key("fault").text(fault.kind).key("target").text(fault.target);
    out.key("detail").text(fault.detail).key("since_ns").number(ns(fault.since)).close('}');
  }
  out.close(']').key("failovers").open('[');
  for (const Failover& failover : model.failovers()) put_failover(out, failover);
  out.close(']');
}

}  // namespace

std::string to_json(const ClusterModel& model) {
  JsonWriter out;
  out.open('{');
  put_cluster(out, model);
  out.key("brokers").open('[');
  for (const auto& [id, broker] : model.brokers()) put_broker(out, broker);
  out.close(']').key("topics").open('[');
  for (const auto& [name, topic] : model.topics()) {
    out.open('{').key("name").text(name).key("id").text(topic.id.text());
    texts(out, "configs", topic.configs);
    out.close('}');
  }
  out.close(']').key("partitions").open('[');
  for (const auto& [id, partition] : model.partitions()) put_partition(out, model, partition);
  out.close(']').key("clients").open('[');
  for (const auto& [key, client] : model.clients()) put_client(out, model, client);
  out.close(']');
  put_rest(out, model);
  return out.close('}').take();
}

}  // namespace lab::model
