// What a picture's file carries besides the picture: enough to open the same moment again.
#pragma once

#include <string>

namespace lab::paint {

struct Document {
  std::string title, subject;
};

}  // namespace lab::paint
