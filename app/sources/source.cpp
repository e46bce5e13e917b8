#include "app/sources/source.h"

#include <utility>

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

std::string_view name_of(LinkAction action) {
  switch (action) {
    case LinkAction::cut:
      return "cut";
    case LinkAction::heal:
      return "heal";
    case LinkAction::delay:
      return "delay";
    case LinkAction::reset:
      return "reset-link";
  }
  return "";
}

std::string_view name_of(FilesAction action) {
  switch (action) {
    case FilesAction::reset_properties:
      return "reset-file";
    case FilesAction::wipe:
      return "wipe";
    case FilesAction::format:
      return "format";
  }
  return "";
}

std::string_view name_of(ClusterAction action) {
  switch (action) {
    case ClusterAction::add_broker:
      return "add-broker";
    case ClusterAction::reset:
      return "reset";
  }
  return "";
}

const std::string& Source::failure() const {
  static const std::string none;
  return none;
}

void Source::say(std::string text, bool trouble) {
  notices_.push_back({next_notice_++, std::move(text), trouble});
  if (notices_.size() > most_notices) notices_.pop_front();
}

}  // namespace lab::sources
