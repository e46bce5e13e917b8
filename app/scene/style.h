// The colours of the picture as tokens, and what each token is in the three themes. Scenes name
// tokens only; painters ask here for the colour. Meaning never hangs on a colour alone (every state
// has a shape and a word too), and a test computes the contrast of every pair that meets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lab::scene {

enum class Theme : std::uint8_t { light, dark, projector };
inline constexpr std::size_t theme_count = 3;

// Hues are those of Okabe and Ito and say role or trouble, never which topic. "_text" is the darker
// (in the dark theme: lighter) sister of a hue, for words; "_ground" is what trouble stands on.
enum class Token : std::uint8_t {
  canvas,  // ground of the diagram
  panel,   // ground of bars and panels
  card,
  ink,    // text, marks, selection
  muted,  // secondary text
  line,   // dividers only
  edge,   // borders that matter
  wire,   // idle links
  leader,
  leader_faint,    // healthy leaders among many cells
  tint,            // follower in sync, notes
  follower_faint,  // healthy followers among many cells
  trouble,
  trouble_text,
  trouble_ground,
  warn,  // behind, waiting, replay: hatches only
  warn_text,
  warn_ground,
  ok,
  ok_text,
  ok_ground,
  quorum,  // controller and quorum, nothing else
  quorum_text,
  dead,
  dead_text,
  highlight,     // the lesson means this, nothing else
  on_leader,     // text on leader
  on_warn,       // text on warn
  on_highlight,  // text on highlight
  subtitle,      // ground of the presenter's subtitle
  on_subtitle,
  on_subtitle_soft,  // its second sentence
};
inline constexpr std::size_t token_count = static_cast<std::size_t>(Token::on_subtitle_soft) + 1;

struct Rgb {
  std::uint8_t r = 0, g = 0, b = 0;
  bool operator==(const Rgb&) const = default;
};

Rgb rgb(Theme theme, Token token);
std::string_view name(Token token);
std::string_view name(Theme theme);
// "light", "dark" or "projector"; nothing for another word.
std::optional<Theme> theme_named(std::string_view word);
// Strokes that are not hairlines are this much wider: a projector eats thin lines.
float stroke_factor(Theme theme);
// WCAG contrast ratio, 1 to 21.
double contrast(Rgb a, Rgb b);

}  // namespace lab::scene
