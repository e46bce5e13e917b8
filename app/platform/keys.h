// The keys that views know, numbered as the windowing library numbers them (GLFW_KEY_…);
// window.cpp holds them against the library's own numbers when it is compiled.
#pragma once

namespace lab::platform::keys {
inline constexpr int space = 32, plus = 61, minus = 45, zero = 48, one = 49, nine = 57, slash = 47,
                     comma = 44, full_stop = 46;
inline constexpr int bracket_left = 91, bracket_right = 93, j = 74;
inline constexpr int a = 65, b = 66, c = 67, d = 68, e = 69, f = 70, g = 71, h = 72, i = 73, k = 75,
                     l = 76, m = 77, n = 78, o = 79, p = 80, q = 81, r = 82, s = 83, t = 84, u = 85,
                     v = 86, w = 87, x = 88, y = 89, backquote = 96;
inline constexpr int escape = 256, enter = 257, tab = 258, backspace = 259, del = 261, right = 262,
                     left = 263, down = 264, up = 265, page_up = 266, page_down = 267, home = 268,
                     end = 269, f5 = 294, keypad_enter = 335;
}  // namespace lab::platform::keys
