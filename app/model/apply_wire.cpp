// Connections, who is at their ends, and what moves on them.
#include <algorithm>

#include "app/model/applier.h"

namespace lab::model {
namespace {

constexpr std::int16_t produce_api = 0, fetch_api = 1;
constexpr std::size_t join_reach = 512;  // how far back a receiver looks for the sender's event
constexpr std::size_t max_links = 20'000;

std::pair<std::uint16_t, std::uint16_t> ports_of(const Connection& connection) {
  return std::minmax(connection.local_port, connection.remote_port);
}

bool says_nothing(const std::string& client_id) {
  return client_id.empty() || client_id == "rdkafka" || client_id == "kafka-client";
}

}  // namespace

// ---- Connections

Connection* Applier::connection(std::uint64_t id) {
  const auto at = m_.connections_.find({e_.node, id});
  return at == m_.connections_.end() ? nullptr : &at->second;
}

void Applier::operator()(const trace::ConnectionOpened& opened) {
  if (!from_node()) return;
  const auto known = m_.brokers_.find(e_.node);
  if (known != m_.brokers_.end() && e_.at < known->second.started_at) return;
  const ConnectionKey key{e_.node, opened.connection};
  if (const auto told = m_.retelling_.find(e_.node); told != m_.retelling_.end()) {
    told->second.connections[key] = true;
    if (m_.connections_.count(key) != 0) return;
  }
  forget_connection(key);
  Connection& c = m_.connections_[key];
  c.key = key;
  c.listener = opened.listener;
  c.remote_host = opened.remote_host;
  c.local_port = opened.local_port;
  c.remote_port = opened.remote_port;
  c.opened_at = e_.at;
  join_ends(c);
}

void Applier::join_ends(Connection& c) {
  if (c.local_port == 0 && c.remote_port == 0) {
    c.peer = self();
    return;
  }
  std::vector<ConnectionKey>& ends = m_.by_ports_[ports_of(c)];
  for (const ConnectionKey& key : ends) {
    Connection& other = m_.connections_.at(key);
    const bool fits = other.accepted() != c.accepted() && other.local_port == c.remote_port &&
                      !other.closed_at && !other.other_end;
    if (!fits) continue;
    other.other_end = c.key;
    leave_client(other);
    other.peer = Endpoint{c.key.node, {}};
    c.other_end = key;
    c.peer = Endpoint{key.node, {}};
    break;
  }
  ends.push_back(c.key);
  if (!c.peer.known() && !c.accepted()) name_peer(c);
}

// A connection that a node opened goes to the node with that port.
void Applier::name_peer(Connection& c) {
  for (const auto& [id, node] : m_.brokers_) {
    if (node.client_port == c.remote_port || node.controller_port == c.remote_port) {
      c.peer = Endpoint{id, {}};
      return;
    }
  }
}

void Applier::leave_client(Connection& c) {
  if (!c.peer.is_client()) return;
  const auto at = m_.clients_.find(c.peer.client);
  c.peer = {};
  if (at == m_.clients_.end()) return;
  Client& client = at->second;
  client.connections = std::max(0, client.connections - 1);
  if (client.connections == 0 && client.kind == ClientKind::outside) {
    client.gone_at = e_.at;
    // It was a broker that introduced itself (and perhaps fetched) before its own end was told.
    if (c.other_end) m_.clients_.erase(at);
  }
}

void Applier::forget_connection(const ConnectionKey& key) {
  const auto at = m_.connections_.find(key);
  if (at == m_.connections_.end()) return;
  Connection& c = at->second;
  leave_client(c);
  if (c.other_end) {
    const auto other = m_.connections_.find(*c.other_end);
    if (other != m_.connections_.end()) other->second.other_end.reset();
  }
  const auto ends = m_.by_ports_.find(ports_of(c));
  if (ends != m_.by_ports_.end()) {
    std::erase(ends->second, key);
    if (ends->second.empty()) m_.by_ports_.erase(ends);
  }
  m_.connections_.erase(at);
}

void Applier::operator()(const trace::ConnectionClosed& closed) {
  if (from_node()) forget_connection({e_.node, closed.connection});
}

void Applier::operator()(const trace::ClientNamed& named) {
  Connection* c = from_node() ? connection(named.connection) : nullptr;
  if (c == nullptr) return;
  c->client_id = named.client_id;
  c->software = named.software;
  c->version = named.version;
  const bool from_a_node = c->other_end.has_value() || (c->local_port == 0 && c->remote_port == 0);
  if (from_a_node || !c->accepted()) return;
  const std::string before = c->peer.client;
  leave_client(*c);
  const auto own = m_.clients_.find(named.client_id);
  const bool built_in_one = own != m_.clients_.end() && own->second.kind == ClientKind::built_in;
  const std::string software =
      named.version.empty() ? named.software : named.software + " " + named.version;
  const std::string key =
      built_in_one || software.empty() ? named.client_id : named.client_id + "/" + software;
  if (key.empty()) return;
  // Named again, with its software: it is no second client that was there before.
  const auto old = before == key ? m_.clients_.end() : m_.clients_.find(before);
  if (old != m_.clients_.end() && old->second.kind == ClientKind::outside &&
      old->second.connections == 0 && old->second.software.empty()) {
    m_.clients_.erase(old);
  }
  Client& client = m_.clients_[key];
  if (client.key.empty()) {
    client.key = key;
    client.kind = ClientKind::outside;
    client.first_seen = e_.at;
  }
  if (client.kind == ClientKind::outside) {
    client.name = says_nothing(named.client_id) && !software.empty() ? software : named.client_id;
  }
  client.client_id = named.client_id;
  client.software = named.software;
  client.version = named.version;
  client.last_seen = e_.at;
  client.gone_at.reset();
  ++client.connections;
  c->peer = Endpoint{no_node, key};
}

// ---- Frames and records

void Applier::see_api(Connection& c, std::int16_t api, bool outgoing, bool request) {
  if (api >= 0 && static_cast<std::size_t>(api) < c.apis.size()) {
    c.apis.set(static_cast<std::size_t>(api));
  }
  if (!c.peer.is_client()) return;
  const auto at = m_.clients_.find(c.peer.client);
  if (at == m_.clients_.end()) return;
  at->second.last_seen = e_.at;
  if (outgoing || !request) return;
  at->second.writes = at->second.writes || api == produce_api;
  at->second.reads = at->second.reads || api == fetch_api;
}

void Applier::count_link(const Flow& flow) {
  LinkStats& all = m_.links_[{flow.from, flow.to, {}}];
  all.last = std::max(all.last, flow.at());
  if (flow.kind != FlowKind::records) {
    all.frames.add(flow.at(), static_cast<std::int64_t>(flow.frames));
    all.bytes.add(flow.at(), flow.bytes);
    all.total_bytes += flow.bytes;
    return;
  }
  all.records.add(flow.at(), flow.count);
  all.total_records += flow.count;
  LinkStats& one = m_.links_[{flow.from, flow.to, flow.partition}];
  one.last = all.last;
  one.records.add(flow.at(), flow.count);
  one.bytes.add(flow.at(), flow.bytes);
  one.total_records += flow.count;
  one.total_bytes += flow.bytes;
  if (m_.links_.size() > max_links) {
    std::erase_if(m_.links_,
                  [&](const auto& link) { return e_.at - link.second.last > seconds(60); });
  }
}

// The sender's event makes the flow. The receiver's adds its time to it; it makes the flow itself
// only where the sender does not trace.
void Applier::add_flow(Flow flow, bool outgoing, const Connection* c) {
  if (!flow.from.known() || !flow.to.known()) return;
  if (outgoing) {
    flow.sent = e_.at;
  } else {
    flow.received = e_.at;
    const bool sender_tells = flow.from == flow.to || (c != nullptr && c->other_end.has_value());
    if (sender_tells) {
      const std::size_t reach = std::min(join_reach, m_.flows_.size());
      for (std::size_t i = 0; i < reach; ++i) {
        Flow& sent = m_.flows_[m_.flows_.size() - 1 - i];
        const bool same = !sent.received && sent.kind == flow.kind && sent.api == flow.api &&
                          sent.correlation == flow.correlation && sent.from == flow.from &&
                          sent.to == flow.to && sent.local_port == flow.remote_port &&
                          sent.remote_port == flow.local_port && sent.partition == flow.partition &&
                          sent.base == flow.base;
        if (!same) continue;
        sent.received = e_.at;
        return;
      }
      return;
    }
  }
  flow.event = e_.number;
  count_link(flow);
  m_.flows_.push_back(std::move(flow));
  if (m_.flows_.size() > ClusterModel::max_flows) m_.flows_.pop_front();
}

namespace {

// Sums of what strangers tell stay in range.
std::int64_t bounded(std::int64_t count) {
  return std::clamp<std::int64_t>(count, 0, std::int64_t{1} << 40);
}

template <class Told>
Flow flow_of(const Told& told, const Endpoint& own, const Endpoint& peer, NodeId node) {
  Flow flow;
  flow.from = told.outgoing ? own : peer;
  flow.to = told.outgoing ? peer : own;
  flow.bytes = bounded(told.bytes);
  flow.connection = {node, told.connection};
  flow.local_port = told.local_port;
  flow.remote_port = told.remote_port;
  return flow;
}

}  // namespace

void Applier::operator()(const trace::Frame& frame) {
  if (!from_node()) return;
  Connection* c = connection(frame.connection);
  const bool inner = frame.local_port == 0 && frame.remote_port == 0;
  if (c == nullptr && !inner) return;
  if (c != nullptr) see_api(*c, frame.api, frame.outgoing, frame.request);
  trace::FrameCounts told;
  told.connection = frame.connection;
  told.local_port = frame.local_port;
  told.remote_port = frame.remote_port;
  told.outgoing = frame.outgoing;
  told.bytes = frame.size;
  Flow flow = flow_of(told, self(), inner ? self() : c->peer, e_.node);
  flow.kind = frame.request ? FlowKind::request : FlowKind::response;
  flow.api = frame.api;
  flow.version = frame.version;
  flow.correlation = frame.correlation;
  add_flow(std::move(flow), frame.outgoing, c);
}

void Applier::operator()(const trace::FrameCounts& counts) {
  if (!from_node() || counts.frames <= 0) return;
  Connection* c = connection(counts.connection);
  const bool inner = counts.local_port == 0 && counts.remote_port == 0;
  if (c == nullptr && !inner) return;
  if (c != nullptr) see_api(*c, counts.api, counts.outgoing, counts.request);
  Flow flow = flow_of(counts, self(), inner ? self() : c->peer, e_.node);
  flow.kind = counts.request ? FlowKind::request : FlowKind::response;
  flow.api = counts.api;
  flow.frames = static_cast<std::uint64_t>(counts.frames);
  add_flow(std::move(flow), counts.outgoing, c);
}

void Applier::operator()(const trace::RecordsMoved& moved) {
  if (!from_node() || moved.count <= 0) return;
  Connection* c = connection(moved.connection);
  if (c == nullptr) return;
  Flow flow = flow_of(moved, self(), c->peer, e_.node);
  flow.kind = FlowKind::records;
  flow.partition = {moved.topic, moved.partition};
  flow.base = moved.base;
  flow.count = bounded(moved.count);
  add_flow(std::move(flow), moved.outgoing, c);
}

}  // namespace lab::model
