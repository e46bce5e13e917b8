#include "app/sources/source.h"

namespace lab::sources {

std::string_view name_of(NodeAction action) {
  switch (action) {
    case NodeAction::start:
      return "start";
    case NodeAction::stop:
      return "stop";
    case NodeAction::kill:
      return "kill";
    case NodeAction::freeze:
      return "freeze";
    case NodeAction::thaw:
      return "thaw";
  }
  return "";
}

}  // namespace lab::sources
