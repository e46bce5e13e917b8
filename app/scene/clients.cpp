// Clients along the upper edge, and their connections: a curve from a client's foot to a port on a
// broker's upper edge.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/scene/canvas.h"

namespace lab::scene {
namespace {

using model::Client;

constexpr std::int64_t most_lag =
    1'000'000'000'000'000;  // sums of what strangers tell stay in range

enum class Tie : std::uint8_t { bootstrap, idle, fresh, broken };

struct Ends {
  const ClientPlace* client;
  const BrokerPlace* broker;
  Tie tie;
};

// Fresh: the connection to a leader that was elected just now.
bool is_fresh(const Canvas& c, const Client& client, const model::Connection& connection) {
  if (c.since(connection.opened_at) > 5) return false;
  return std::chrono::duration<float>(connection.opened_at - client.first_seen).count() > 1;
}

// The best connection to each broker.
std::vector<Ends> ties_of(Canvas& c, const ClientPlace& place) {
  std::map<NodeId, Tie> best;
  for (const model::Connection* one : c.model.links_of(*place.client)) {
    // Told by the broker, or by the client itself of the broker at its other end.
    const NodeId broker = one->key.node != no_node ? one->key.node : one->peer.node;
    if (broker == no_node) continue;
    const Tie tie = one->closed_at                     ? Tie::broken
                    : one->bootstrap_only()            ? Tie::bootstrap
                    : is_fresh(c, *place.client, *one) ? Tie::fresh
                                                       : Tie::idle;
    const auto it = best.find(broker);
    const bool open = tie != Tie::broken;
    if (it == best.end()) {
      best[broker] = tie;
    } else if (it->second == Tie::broken ? open : (open && tie > it->second)) {
      it->second = tie;
    }
  }
  std::vector<Ends> ends;
  for (const auto& [id, tie] : best) {
    const BrokerPlace* broker = c.plan.place(id);
    if (broker != nullptr && !broker->controller_only) ends.push_back({&place, broker, tie});
  }
  return ends;
}

void squares_on(Canvas& c, const Ends& e, const std::array<Point, 4>& curve) {
  const auto& flows = c.model.flows();
  std::size_t drawn = 0;
  for (auto it = flows.rbegin(); it != flows.rend() && drawn < 20; ++it) {
    if (c.since(it->at()) > 3) break;
    if (it->kind != model::FlowKind::records) continue;
    const bool out =
        it->from.client == e.client->client->key && it->to.node == e.broker->broker->id;
    const bool in = it->to.client == e.client->client->key && it->from.node == e.broker->broker->id;
    if (!out && !in) continue;
    const auto t = flight(c, *it);
    if (!t) continue;
    square(c.pen, on_bezier(curve, out ? *t : 1 - *t), c.u(6), Token::leader);
    ++drawn;
  }
}

void draw_tie(Canvas& c, const Ends& e) {
  const Box &from = e.client->box, &to = e.broker->box;
  const Point a{from.centre().x, from.bottom()};
  const Point b{to.x + to.w * e.client->port, to.y};
  const float dy = (b.y - a.y) * 0.55F;
  const Id id{Kind::connection, c.pen.scene().intern(e.client->client->key),
              e.broker->broker->id.v};
  const Box box{std::min(a.x, b.x) - 4, a.y, std::abs(a.x - b.x) + 8, b.y - a.y};
  const std::size_t element = c.pen.open(id, box, true);
  const std::array<Point, 4> curve{a, {a.x, a.y + dy}, {b.x, b.y - dy}, b};
  if (e.tie == Tie::broken) {
    const float up = std::min(c.u(22), (b.y - a.y) * 0.3F);
    const std::array<Point, 4> torn{
        a, {a.x, a.y + dy}, {b.x, b.y - dy - up * 0.4F}, {b.x, b.y - up}};
    c.pen.dashed(torn, Token::trouble, c.pen.w(1.5F), {c.u(5), c.u(4)});
    const float size = std::min(c.u(10), up * 0.8F);
    cross(c.pen, {b.x - size / 2, b.y - up}, size, Token::trouble, c.pen.w(2.6F));
    return c.pen.close(element);
  }
  const Ink ink = e.tie == Tie::fresh ? Token::leader : Token::wire;
  if (e.tie == Tie::bootstrap) {
    c.pen.dashed(curve, ink, c.pen.w(1.25F), {c.u(3), c.u(4)});
  } else {
    c.pen.bezier(curve, ink, c.pen.w(e.tie == Tie::fresh ? 2.4F : 1.25F));
  }
  c.pen.rect({b.x - c.u(4), b.y - c.u(4), c.u(8), c.u(5)}, ink);
  squares_on(c, e, curve);
  c.pen.close(element);
}

// The topics it was started for; of an outside one those that it was seen to move.
std::string topics_of(const Canvas& c, const Client& client) {
  std::vector<std::string> topics = client.topics;
  if (topics.empty()) {
    for (const auto& [key, stats] : c.model.links()) {
      const std::string& topic = key.partition.topic;
      const bool ours = key.from.client == client.key || key.to.client == client.key;
      const bool known = std::find(topics.begin(), topics.end(), topic) != topics.end();
      if (ours && !topic.empty() && !known) topics.push_back(topic);
    }
  }
  std::string text;
  for (const std::string& topic : topics) text += (text.empty() ? "" : ", ") + topic;
  return text;
}

std::string partitions_of(const Client& client) {
  std::string text;
  for (const auto& [partition, next] : client.positions) {
    text += (text.empty() ? "" : ", ") + partition.text();
  }
  return text;
}

std::int64_t lag_of(const Canvas& c, const Client& client) {
  std::int64_t lag = 0;
  for (const auto& [id, next] : client.positions) {
    const model::Partition* partition = c.model.partition(id);
    if (partition == nullptr || !partition->agreed) continue;
    const model::Replica* leader = c.model.replica(id, partition->agreed->leader);
    if (leader != nullptr && leader->marks.known()) {
      const std::int64_t end = std::max<std::int64_t>(leader->marks->high_watermark.v, 0);
      lag += std::clamp<std::int64_t>(end - std::max<std::int64_t>(next.v, 0), 0, most_lag);
    }
  }
  return lag;
}

double rate_of(const Canvas& c, const Client& client) {
  double sum = 0;
  for (const auto& [key, stats] : c.model.links()) {
    const bool ours = (client.reads ? key.to.client : key.from.client) == client.key;
    if (ours && !key.partition.topic.empty()) sum += stats.records.per_second(c.now);
  }
  return sum;
}

// Parts of the second line, the dispensable ones first.
std::vector<std::string> details(const Canvas& c, const Client& client) {
  std::vector<std::string> parts;
  if (client.kind == model::ClientKind::outside) {
    parts.emplace_back(word(Word::outside, c.lang()));
  }
  const std::string topics =
      client.positions.empty() ? topics_of(c, client) : partitions_of(client);
  if (!topics.empty()) parts.push_back(topics);
  if (!client.acks.empty()) parts.push_back("acks=" + client.acks);
  if (!client.positions.empty()) {
    parts.push_back(say(Word::lag, c.lang(), i18n::number(lag_of(c, client))));
  } else if (const double rate = rate_of(c, client); rate > 0) {
    parts.push_back(i18n::rate(rate));
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " · ") + part;
  return text;
}

// It is there for a while, and nobody answers it.
bool reaches_none(const Canvas& c, const Client& client) {
  if (client.gone_at || c.since(client.first_seen) < 1) return false;
  const auto links = c.model.links_of(client);
  return std::none_of(links.begin(), links.end(),
                      [](const model::Connection* link) { return !link->closed_at; });
}

void second_line(Canvas& c, const Client& client, Point at, float room) {
  const float em = c.u(12);
  if (client.retries > 0) {
    c.pen.text_if(at, say(Word::retries, c.lang(), i18n::number(client.retries)), em,
                  Type::semibold, Token::trouble_text, Align::left, room);
    return;
  }
  if (reaches_none(c, client) &&
      c.pen.text_if(at, word(Word::reaches_none, c.lang()), em, Type::semibold, Token::trouble_text,
                    Align::left, room)) {
    return;
  }
  std::vector<std::string> parts = details(c, client);
  // What does not fit is dropped from the middle: the first says what, the last how much.
  while (!parts.empty() && c.pen.width(joined(parts), em, Type::regular) > room) {
    parts.erase(parts.begin() + (parts.size() > 2 ? 1 : 0));
  }
  c.pen.text(at, joined(parts), em, Type::regular, Token::muted);
}

void draw_client(Canvas& c, const ClientPlace& place) {
  const Client& client = *place.client;
  const Box& box = place.box;
  const std::size_t element = c.pen.open({Kind::client, c.pen.scene().intern(client.key)}, box);
  if (client.gone_at) c.pen.fade(0.55F);
  c.pen.rect(box, Token::panel, Token::edge, c.pen.w(1.25F), c.u(5));
  if (client.kind == model::ClientKind::outside) {
    c.pen.rect(box.inset(c.u(3)), no_ink, Token::edge, c.pen.hair(), c.u(3));
  }
  const float middle = box.y + box.h * (place.second_line ? 0.36F : 0.5F);
  if (client.writes || client.role == "producer") {
    arrow(c.pen, {box.x + c.u(16), middle}, true, c.u(13), Token::ink);
  } else if (client.reads || client.role == "consumer") {
    arrow(c.pen, {box.x + c.u(16), middle}, false, c.u(13), Token::ink);
  }
  const float left = box.x + c.u(28), room = box.right() - c.u(8) - left;
  if (!c.pen.text_if({left, middle + c.u(5)}, client.name, c.u(14), Type::semibold, Token::ink,
                     Align::left, room)) {
    c.pen.text_if({left, middle + c.u(5)}, client.name, c.u(12), Type::semibold, Token::ink,
                  Align::left, room);
  }
  if (place.second_line) second_line(c, client, {left, box.y + box.h * 0.78F + c.u(2)}, room);
  c.pen.fade(1);
  c.pen.close(element);
}

void draw_group(Canvas& c, const GroupPlace& group) {
  const std::size_t element =
      c.pen.open({Kind::group, c.pen.scene().intern(group.name)}, group.box);
  c.pen.dashed_box(group.box, c.u(8), Token::edge, c.pen.hair(), {c.u(3), c.u(4)});
  // Where nothing was kept free beside it, the members' names say it.
  const float room =
      c.view.text_percent > 130 ? 0 : c.plan.content.right() - group.box.right() - c.u(10);
  const float x = group.box.right() + c.u(8), y = group.box.y + c.u(19);
  c.pen.text_if({x, y}, say(Word::group, c.lang(), group.name), c.u(12), Type::semibold,
                Token::muted, Align::left, room);
  if (group.group != nullptr && group.group->generation >= 0) {
    c.pen.text_if({x, y + c.u(18)},
                  say(Word::generation, c.lang(), i18n::number(group.group->generation)), c.u(12),
                  Type::regular, Token::muted, Align::left, room);
  }
  c.pen.close(element);
}

}  // namespace

void draw_connections(Canvas& c) {
  // In a grid of cards only those of the client that is looked at.
  const bool all = c.plan.detail != Detail::packed;
  bool labelled = false;
  for (const ClientPlace& place : c.plan.clients) {
    const std::string id = "client/" + place.client->key;
    if (!all && c.view.selected != id && c.view.hovered != id) continue;
    for (const Ends& e : ties_of(c, place)) {
      draw_tie(c, e);
      if (e.tie != Tie::bootstrap || labelled || c.view.text_percent > 130) continue;
      const float x = e.broker->box.x + e.broker->box.w * place.port;
      const float w = c.pen.width(word(Word::bootstrap, c.lang()), c.u(12), Type::regular);
      // On the side that the line does not come from.
      const bool right = place.box.centre().x < x;
      if (w > (right ? e.broker->box.right() - x : x - e.broker->box.x)) continue;
      c.pen.text({x + c.u(right ? 7.0F : -7.0F), e.broker->box.y - c.u(9)},
                 word(Word::bootstrap, c.lang()), c.u(12), Type::regular, Token::muted,
                 right ? Align::left : Align::right);
      labelled = true;
    }
  }
}

void draw_clients(Canvas& c) {
  for (const GroupPlace& group : c.plan.groups) draw_group(c, group);
  for (const ClientPlace& place : c.plan.clients) draw_client(c, place);
  if (c.plan.clients_hidden == 0 || c.plan.clients.empty()) return;
  const std::string more =
      say(Word::more_clients, c.lang(), fmt::format("+{}", c.plan.clients_hidden));
  const Box& area = c.plan.clients_area;
  const float em = c.u(12), w = c.pen.width(more, em, Type::semibold);
  const Box box{c.plan.content.x + c.u(6), area.bottom() + c.u(2), w + c.u(4), c.u(16)};
  const std::size_t element = c.pen.open({Kind::more, c.pen.scene().intern("clients")}, box);
  c.pen.text({box.x + c.u(2), box.bottom() - c.u(3)}, more, em, Type::semibold, Token::muted);
  c.pen.close(element);
}

}  // namespace lab::scene
