// See plan_clients.h. Where not all fit, boxes get narrower, then the newest are counted only.
#include "app/scene/plan_clients.h"

#include <algorithm>

namespace lab::scene {
namespace {

constexpr auto place_kept = std::chrono::seconds(3);

struct Party {
  std::vector<const model::Client*> left;  // first come, first placed
  std::vector<std::pair<std::string_view, std::vector<const model::Client*>>> groups;
  std::size_t size() const {
    std::size_t n = left.size();
    for (const auto& [name, members] : groups) n += members.size();
    return n;
  }
};

bool came_before(const model::Client* a, const model::Client* b) {
  return a->first_seen != b->first_seen ? a->first_seen < b->first_seen : a->key < b->key;
}

Party gather(const model::ClusterModel& model, Instant now) {
  std::vector<const model::Client*> all;
  for (const auto& [key, client] : model.clients()) {
    if (is_shown(client, now)) all.push_back(&client);
  }
  std::sort(all.begin(), all.end(), came_before);
  Party party;
  for (const model::Client* client : all) {
    if (client->group.empty()) {
      party.left.push_back(client);
      continue;
    }
    const std::string_view name = client->group;
    auto it = std::find_if(party.groups.begin(), party.groups.end(),
                           [&](const auto& group) { return group.first == name; });
    if (it == party.groups.end()) it = party.groups.insert(it, {name, {}});
    it->second.push_back(client);
  }
  return party;
}

// Width of a box so that all fit, not below `least`.
float box_width(const Party& party, float room, float k, float gap, float label) {
  const auto n = static_cast<float>(party.size());
  const float groups = static_cast<float>(party.groups.size()) * (20 * k + label);
  const float fitting = (room - groups - gap * (n - 1)) / std::max(n, 1.0F);
  return std::clamp(fitting, 110 * k, 190 * k);
}

void set_ports(Plan& plan) {
  std::sort(plan.clients.begin(), plan.clients.end(),
            [](const ClientPlace& a, const ClientPlace& b) { return a.box.x < b.box.x; });
  const auto n = static_cast<float>(std::max<std::size_t>(plan.clients.size(), 4));
  for (std::size_t i = 0; i < plan.clients.size(); ++i) {
    plan.clients[i].port = 0.08F + 0.84F * (static_cast<float>(i) + 0.5F) / n;
  }
}

}  // namespace

bool is_shown(const model::Client& client, Instant now) {
  if (client.role == "admin" && client.kind == model::ClientKind::built_in) return false;
  return !client.gone_at || now - *client.gone_at < place_kept;
}

bool has_clients(const model::ClusterModel& model, Instant now) {
  return std::any_of(model.clients().begin(), model.clients().end(),
                     [&](const auto& one) { return is_shown(one.second, now); });
}

void place_clients(Plan& plan, const model::ClusterModel& model, const CanvasView& view,
                   Instant now, const Measurer& measurer) {
  const Party party = gather(model, now);
  if (party.size() == 0 || plan.clients_area.h <= 0) return;
  const float k = plan.unit, gap = 22 * k;
  const Box area = plan.clients_area;
  float label = 0;  // beside a group: its name and generation
  for (const auto& [name, members] : party.groups) {
    label = std::max(
        label, measurer.width(say(Word::group, view.lang, name), 12 * k, Type::semibold) + 10 * k);
  }
  if (view.text_percent > 130) label = 0;  // dropped: the members' names say it
  const float inset = std::min(52 * k, area.w * 0.03F);
  const float w = box_width(party, area.w - 2 * inset, k, gap, label);
  float left = area.x + inset, right = area.right() - inset / 2;
  const bool second = area.h >= 42 * k;
  for (const auto& [name, members] : party.groups) {
    right -= label;
    const float end = right;
    right -= 10 * k;
    for (auto it = members.rbegin(); it != members.rend(); ++it) {
      if (right - w < left) {
        ++plan.clients_hidden;
        continue;
      }
      right -= w;
      plan.clients.push_back({*it, {right, area.y, w, area.h}, 0, second});
      right -= gap / 2;
    }
    right -= 10 * k - gap / 2;
    const auto it = model.groups().find(std::string(name));
    if (end > right + 20 * k) {
      plan.groups.push_back({name,
                             it == model.groups().end() ? nullptr : &it->second,
                             {right, area.y - 7 * k, end - right, area.h + 14 * k}});
    }
    right -= gap;
  }
  for (const model::Client* client : party.left) {
    if (left + w > right + gap - 1) {
      ++plan.clients_hidden;
      continue;
    }
    plan.clients.push_back({client, {left, area.y, w, area.h}, 0, second});
    left += w + gap;
  }
  set_ports(plan);
}

}  // namespace lab::scene
