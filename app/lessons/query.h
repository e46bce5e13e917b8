// The queries of lessons: a closed list of questions to the running cluster, asked in placeholders
// ("{leader orders-0}"). Templates ask them; the loader checks their names and arguments. They look
// at a Sight and change nothing.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "app/lessons/template.h"
#include "app/lessons/watch.h"

namespace lab::lessons {

using Names = std::map<std::string, Answer>;  // of `let`

// What conditions and queries look at.
struct Sight {
  const Outside& outside;
  const Watch& watch;
  const Names& names;
  i18n::Lang lang = i18n::Lang::en;
  const model::ClusterModel& model() const { return outside.model(); }
};

struct QueryForm {
  std::string_view name;
  std::size_t least = 0, most = 0;  // arguments
  std::string_view usage;           // "leader PARTITION"
};
std::span<const QueryForm> query_forms();

// A placeholder's answer: a name of `let`, else the query. Arguments that are names stand for their
// values. Empty where nothing is known yet.
std::optional<Answer> ask(const Query& query, const Sight& sight);

// Notes what is wrong with the queries of a template; `names` are those of `let` that are known
// there.
void check_queries(const Template& text, const std::vector<std::string>& names, const Pen& pen);

// "orders-0"; empty where it is none.
std::optional<model::TopicPartition> partition_named(const std::string& text);
// The value of NAME=VALUE in a properties file's text, without the spaces around it.
std::string property_line(const std::string& text, const std::string& name);
// A broker by its number; empty where it is none.
std::optional<NodeId> node_named(const std::string& text);

}  // namespace lab::lessons
