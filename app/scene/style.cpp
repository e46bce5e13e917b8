// The table of colours (LOOKS §2) and the WCAG arithmetic that its test uses.
#include "app/scene/style.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lab::scene {
namespace {

struct Row {
  Token token;
  std::string_view name;
  std::array<std::uint32_t, theme_count> hex;  // light, dark, projector
};

constexpr std::array<Row, token_count> rows{{
    {Token::canvas, "canvas", {0xF4F6F8, 0x12161B, 0xFFFFFF}},
    {Token::panel, "panel", {0xFFFFFF, 0x181E25, 0xFFFFFF}},
    {Token::card, "card", {0xFFFFFF, 0x1C232B, 0xFFFFFF}},
    {Token::ink, "ink", {0x161B21, 0xEEF2F6, 0x000000}},
    {Token::muted, "muted", {0x55606C, 0x9FABB8, 0x3A3A3A}},
    {Token::line, "line", {0xC9D0D8, 0x333E49, 0x8C8C8C}},
    {Token::edge, "edge", {0x7A8793, 0x66747F, 0x000000}},
    {Token::wire, "wire", {0x6B8599, 0x6E889B, 0x4A4A4A}},
    {Token::leader, "leader", {0x0072B2, 0x56B4E9, 0x00518A}},
    {Token::leader_faint, "leader-faint", {0x9EC9E2, 0x34617C, 0x8FB4CE}},
    {Token::tint, "tint", {0xE3F0F8, 0x1E3A4C, 0xDCEBF5}},
    {Token::follower_faint, "follower-faint", {0x94C4DF, 0x36607A, 0x8FB4CE}},
    {Token::trouble, "trouble", {0xD55E00, 0xF0793A, 0xB23A00}},
    {Token::trouble_text, "trouble-text", {0xB34700, 0xF58B52, 0xB23A00}},
    {Token::trouble_ground, "trouble-ground", {0xFDEEE3, 0x3A231A, 0xFBE3D6}},
    {Token::warn, "warn", {0xE69F00, 0xE69F00, 0xC77F00}},
    {Token::warn_text, "warn-text", {0x8A5A00, 0xF0B13A, 0x7A4B00}},
    {Token::warn_ground, "warn-ground", {0xFDF3DC, 0x36290F, 0xFBEBCB}},
    {Token::ok, "ok", {0x009E73, 0x2CC79A, 0x005F43}},
    {Token::ok_text, "ok-text", {0x00704F, 0x45D3A9, 0x005F43}},
    {Token::ok_ground, "ok-ground", {0xE2F4EE, 0x14332B, 0xDDF1EA}},
    {Token::quorum, "quorum", {0xB5568C, 0xE59CC6, 0x7E2A5B}},
    {Token::quorum_text, "quorum-text", {0x9A3F73, 0xE59CC6, 0x7E2A5B}},
    {Token::dead, "dead", {0xDDE1E6, 0x262C33, 0xD9D9D9}},
    {Token::dead_text, "dead-text", {0x5B6570, 0x98A3AE, 0x3A3A3A}},
    {Token::highlight, "highlight", {0xF0E442, 0xF0E442, 0xF0E442}},
    {Token::on_leader, "on-leader", {0xFFFFFF, 0x0B1116, 0xFFFFFF}},
    {Token::on_warn, "on-warn", {0x1A1200, 0x1A1200, 0x1A1200}},
    {Token::on_highlight, "on-highlight", {0x161B21, 0x161B21, 0x000000}},
    {Token::subtitle, "subtitle", {0x161B21, 0x000000, 0x000000}},
    {Token::on_subtitle, "on-subtitle", {0xFFFFFF, 0xFFFFFF, 0xFFFFFF}},
    {Token::on_subtitle_soft, "on-subtitle-soft", {0xFFD27A, 0xFFD27A, 0xFFD27A}},
}};

const Row& row(Token token) { return rows[static_cast<std::size_t>(token)]; }

double channel(std::uint8_t value) {
  const double c = value / 255.0;
  return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Rgb c) {
  return 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
}

}  // namespace

Rgb rgb(Theme theme, Token token) {
  const std::uint32_t hex = row(token).hex[static_cast<std::size_t>(theme)];
  return {static_cast<std::uint8_t>(hex >> 16U), static_cast<std::uint8_t>(hex >> 8U & 0xFFU),
          static_cast<std::uint8_t>(hex & 0xFFU)};
}

std::string_view name(Token token) { return row(token).name; }

std::string_view name(Theme theme) {
  constexpr std::array<std::string_view, theme_count> names{"light", "dark", "projector"};
  return names[static_cast<std::size_t>(theme)];
}

std::optional<Theme> theme_named(std::string_view word) {
  for (const Theme theme : {Theme::light, Theme::dark, Theme::projector}) {
    if (name(theme) == word) return theme;
  }
  return std::nullopt;
}

float stroke_factor(Theme theme) { return theme == Theme::projector ? 2.0F : 1.0F; }

double contrast(Rgb a, Rgb b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

}  // namespace lab::scene
