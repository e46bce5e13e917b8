// Calls the parts of the canvas in drawing order; see canvas.h for them.
#include "app/scene/cluster_scene.h"

#include <algorithm>
#include <limits>

#include "app/scene/canvas.h"
#include "app/scene/census.h"

namespace lab::scene {
namespace {

void rings(Canvas& c) {
  Scene& scene = c.pen.scene();
  if (const auto box = scene.find(c.view.selected)) selection_ring(c.pen, *box);
  for (const Highlight& one : c.view.lesson) {
    auto box = scene.find(one.id);
    const auto id = scene.parse(one.id);
    // The numbers below a tape stand close to the end of its row.
    if (box && id && id->kind == Kind::replica) box->h += c.u(5);
    if (box) lesson_ring(c.pen, *box, one.number, ease_out(c.seen_since(one.since) / 0.25F));
  }
}

}  // namespace

float Canvas::since(Instant at) const { return std::chrono::duration<float>(now - at).count(); }

float Canvas::seen_since(Instant at) const {
  if (view.reduce_motion) return std::numeric_limits<float>::max();
  return since(at) / static_cast<float>(std::max(view.speed, 1e-6));
}

Point scroll_limit(const CanvasView& view) {
  const float more = std::max(view.zoom, 1.0F) - 1;
  return {view.width * more, view.height * more};
}

void cluster_scene(const model::ClusterModel& model, const CanvasView& view, Instant now,
                   const Measurer& measurer, Scene& out) {
  out.clear();
  out.view = {0, 0, view.width, view.height};
  out.ground = view.ground;
  const Plan plan = make_plan(model, view, now, measurer);
  Census census;
  Canvas canvas{model, view, plan, now, Pen(out, measurer, plan.unit, plan.stroke), nullptr};
  if (plan.detail == Detail::packed) {
    census = make_census(plan);
    prepare_packed(canvas, census);
    canvas.census = &census;
  }
  draw_pair_lines(canvas);
  draw_connections(canvas);
  draw_clients(canvas);
  draw_cards(canvas);
  draw_streams(canvas);
  draw_quorum(canvas);
  draw_metadata(canvas);
  draw_packed_legend(canvas);
  draw_empty_states(canvas);
  rings(canvas);
}

}  // namespace lab::scene
