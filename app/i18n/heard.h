// What sources and clients answer, in the language of the window. They speak English, one short
// line each (terminals, logs and scripts read them); the window knows those that people meet.
#pragma once

#include <string>
#include <string_view>

#include "app/i18n/strings.h"

namespace lab::i18n {

// The same line in this language; as it is where it is none of the known ones (Kafka's own words
// stay Kafka's).
std::string heard(std::string_view text, Lang lang);

}  // namespace lab::i18n
