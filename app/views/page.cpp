#include "app/views/page.h"

#include <algorithm>
#include <utility>

namespace lab::views {
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {
constexpr float text_em = 14, code_em = 13, leading = 1.5F;

// Words and signs that no space divides: they stay on one line.
struct Piece {
  std::string_view text;
  Type type = Type::regular;
  float em = 0, width = 0;
  int highlight = 0;
  const lessons::ShownSpan* span = nullptr;
};
struct Cluster {
  std::vector<Piece> pieces;
  float width = 0, space = 0;  // `space`: before it
};

Type type_of(const lessons::Style& style) {
  if (style.code) return Type::mono;
  if (style.strong) return Type::bold;
  return style.emphasis ? Type::semibold : Type::regular;
}

class Clusters {
 public:
  Clusters(const Pen& pen, float room) : pen_(pen), room_(room) {}

  void add(const lessons::ShownSpan& span) {
    const float em = pen_.u(span.style.code ? code_em : text_em);
    const Type type = type_of(span.style);
    if (span.highlight > 0) {
      const std::string_view digit = std::string_view(span.text);
      return piece({digit, Type::bold, pen_.u(12), em * 1.35F, span.highlight, &span});
    }
    std::string_view rest = span.text;
    while (!rest.empty()) {
      if (rest.front() == ' ' || rest.front() == '\n') {
        space_ = pen_.width(" ", pen_.u(text_em), Type::regular);
        rest.remove_prefix(1);
        continue;
      }
      const auto word = rest.substr(0, std::min(rest.find_first_of(" \n"), rest.size()));
      for (const auto part : broken(pen_, word, em, type, room_)) {
        if (part.data() != word.data()) space_ = 1e-3F;  // may go on below
        piece({part, type, em, pen_.width(part, em, type), 0, &span});
      }
      rest.remove_prefix(word.size());
    }
  }
  const std::vector<Cluster>& all() const { return all_; }

 private:
  void piece(const Piece& piece) {
    if (all_.empty() || space_ > 0 || all_.back().width + piece.width > room_) {
      all_.push_back({{}, 0, std::exchange(space_, 0.0F)});
    }
    all_.back().pieces.push_back(piece);
    all_.back().width += piece.width;
  }

  const Pen& pen_;
  float room_, space_ = 0;
  std::vector<Cluster> all_;
};

void draw(Pen& pen, const Piece& piece, float x, float baseline, Token ink) {
  if (piece.highlight == 0) {
    pen.text({x, baseline}, piece.text, piece.em, piece.type, ink);
    return;
  }
  const float r = piece.width * 0.46F;
  const scene::Point centre{x + piece.width / 2, baseline - pen.u(text_em) * 0.36F};
  pen.circle(centre, r, Token::highlight, Token::ink, pen.w(1.5F));
  pen.text({centre.x, centre.y + piece.em * 0.36F}, std::to_string(piece.highlight), piece.em,
           Type::bold, Token::on_highlight, scene::Align::middle);
}
}  // namespace

std::vector<std::string_view> broken(const Pen& pen, std::string_view text, float em, Type type,
                                     float room) {
  std::vector<std::string_view> lines;
  do {
    std::size_t end = 0, at = 0, space = 0;
    while (at < text.size()) {
      scene::next_code(text, at);
      if (pen.width(text.substr(0, at), em, type) > room) break;
      end = at;
      if (text[end - 1] == ' ') space = end;
    }
    if (end == 0) end = at;  // a single sign wider than the room
    if (end < text.size() && space > 0) end = space;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  } while (!text.empty());
  return lines;
}

void Page::words(std::string_view text, float em, Type type, Token ink) {
  const float size = pen().u(em), pitch = size * 1.4F;
  for (const auto line : broken(pen(), text, size, type, width_)) {
    if (seen(y, y + pitch)) pen().text({x_, y + size * 1.1F}, line, size, type, ink);
    y += pitch;
  }
}

void Page::block(const lessons::ShownBlock& block, Token ink) {
  const bool item = block.kind == lessons::BlockKind::item;
  const float inward = item ? pen().u(18) * static_cast<float>(std::max(1, block.depth)) : 0;
  const float em = pen().u(text_em), pitch = em * leading;
  Clusters clusters(pen(), width_ - inward);
  for (const auto& span : block.spans) clusters.add(span);
  if (item && seen(y, y + pitch)) {
    const std::string sign = block.number > 0 ? std::to_string(block.number) + "." : "·";
    pen().text({x_ + inward - pen().u(6), y + em * 1.1F}, sign, em, Type::semibold, ink,
               scene::Align::right);
  }
  float at = 0;
  const lessons::ShownSpan* linked = nullptr;
  for (const auto& cluster : clusters.all()) {
    if (at > 0 && at + cluster.space + cluster.width > width_ - inward) {
      at = 0;
      y += pitch;
    } else if (at > 0) {
      at += cluster.space;
    }
    for (const auto& piece : cluster.pieces) {
      const float left = x_ + inward + at;
      if (seen(y, y + pitch)) {
        if (!piece.span->style.term.empty()) {
          link(*piece.span, {left, y, piece.width, pitch}, y + em * 1.1F, linked != piece.span);
          linked = piece.span;
        }
        draw(pen(), piece, left, y + em * 1.1F, ink);
      }
      at += piece.width;
    }
  }
  y += pitch;
}

void Page::link(const lessons::ShownSpan& span, const Box& box, float baseline, bool first) {
  links_ += first ? 1 : 0;
  if (!ui_.link(prefix_ + std::to_string(links_), box, baseline, first)) return;
  term_ = span.style.term;
  term_box_ = box;
}

void Page::ground(const Box& box, Token fill, scene::Ink stroke) {
  if (!draws_) return;
  const float from = std::max(box.y, top_), to = std::min(box.bottom(), bottom_);
  if (to - from >= std::min(box.h, pen().u(24)))  // less would be without a word
    pen().rect({box.x, from, box.w, to - from}, fill, stroke, pen().hair(), pen().u(6));
}

}  // namespace lab::views
