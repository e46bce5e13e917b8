// The bundled fonts measured, opened once for a test program.
#pragma once

#include "app/scene/measure.h"

namespace lab::test {

inline const scene::Measurer& measurer() {
  static const scene::Measurer one = scene::Measurer::open().value();
  return one;
}

}  // namespace lab::test
