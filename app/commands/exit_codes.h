// What a program or a console line ends with (DESIGN: exit codes). Used by this folder's programs.
#pragma once

namespace lab::commands::exit_code {

inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int not_understood = 2;  // a mistake in what was typed

}  // namespace lab::commands::exit_code
