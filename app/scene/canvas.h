// What the parts of the canvas share while one picture is drawn. Internal to app/scene: each part
// is a free function over Canvas, in the file of its name; cluster_scene calls them in drawing
// order.
#pragma once

#include <optional>
#include <string>

#include "app/i18n/format.h"
#include "app/scene/marks.h"
#include "app/scene/pen.h"
#include "app/scene/plan.h"
#include "app/scene/tape.h"

namespace lab::scene {

struct Census;

struct Canvas {
  const model::ClusterModel& model;
  const CanvasView& view;
  const Plan& plan;
  Instant now;
  Pen pen;
  const Census* census = nullptr;  // of packed cards

  float u(float units) const { return pen.u(units); }
  Lang lang() const { return view.lang; }
  // Seconds of model time since `at`; a large number where motion is to be left out.
  float since(Instant at) const;
  // Seconds as the viewer sees them (slow motion stretches what moves).
  float seen_since(Instant at) const;
};

// The identity of a replica as an element.
Id replica_id(Scene& scene, const model::Partition& partition, NodeId node);

// cards.cpp: border, header, state; then rows (rows.cpp) or cells (cells.cpp).
void draw_cards(Canvas& canvas);
void draw_aligned_rows(Canvas& canvas, const BrokerPlace& place);
// How many bars fit; before any card is drawn.
void prepare_packed(Canvas& canvas, Census& census);
void draw_packed_rows(Canvas& canvas, const BrokerPlace& place);
void draw_packed_legend(Canvas& canvas);
// wires.cpp: replication between cards. Pair lines lie below the cards, the rest above.
void draw_pair_lines(Canvas& canvas);
void draw_streams(Canvas& canvas);
// clients.cpp
void draw_connections(Canvas& canvas);
void draw_clients(Canvas& canvas);
// quorum.cpp
void draw_quorum(Canvas& canvas);
// metadata_card.cpp
void draw_metadata(Canvas& canvas);
// empty_states.cpp
void draw_empty_states(Canvas& canvas);

// The ink of the ground a replica's row has on this card.
Token ground_of(const BrokerPlace& place);
bool is_dead(const model::Broker& broker);
// Bytes per record moving on a curve at time t (0..1) of its flight, or nothing outside it.
std::optional<float> flight(const Canvas& canvas, const model::Flow& flow);

}  // namespace lab::scene
