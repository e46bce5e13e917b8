// How commands get their pictures: main gives them functions of the rooms that draw, so that this
// room knows no painter.
#pragma once

#include <functional>
#include <string>

#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"
#include "engine/base/result.h"

namespace lab::commands {

struct Pictures {
  i18n::Lang lang = i18n::Lang::en;
  // Writes the cluster as it was at `now` (model time) to a file, by its extension. An empty title:
  // what just happened.
  std::function<Result<>(const model::ClusterModel&, Instant now, const std::string& path,
                         const std::string& title)>
      write;
  // The same as text for a terminal of so many columns.
  std::function<std::string(const model::ClusterModel&, Instant now, std::size_t columns)> text;
};

}  // namespace lab::commands
