// A made-up world for the tests of lessons: a told cluster, files that are texts, and console lines
// that do what a test says. Nothing here runs.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/outside.h"
#include "tests/app/support/teller.h"

namespace lab::lessons {

struct World : Outside {
  test::Teller t;
  double ms = 0;
  double desk = 0;
  std::map<int, std::string> files;              // server.properties
  std::map<int, std::vector<std::string>> logs;  // server.log
  std::vector<std::string> lines;                // that were run
  std::function<void(const std::string&)> on_line;
  std::map<std::string, std::string> refusals;  // line: why
  int begun = 0;                                // fresh clusters
  std::function<void()> on_fresh;

  void fresh(const ClusterKind&, sources::Then then) override {
    ++begun;
    const auto also = t.also;
    t = test::Teller();
    t.also = also;
    then(std::string());
    if (on_fresh) on_fresh();
  }
  void run(const std::string& line, sources::Then then) override {
    lines.push_back(line);
    if (const auto at = refusals.find(line); at != refusals.end()) return then(Error{at->second});
    if (on_line) on_line(line);
    then(std::string());
  }
  const model::ClusterModel& model() const override { return t.model; }
  Instant now() const override { return test::Teller::at(ms); }
  double desk_seconds() const override { return desk; }
  std::vector<Address> bootstrap() const override {
    return {{"localhost", 9092}, {"localhost", 9093}};
  }
  std::string properties(NodeId broker) const override {
    const auto at = files.find(broker.v);
    return at == files.end() ? "" : at->second;
  }
  std::string properties_file(NodeId broker) const override {
    return "/c/server-" + std::to_string(broker.v) + ".properties";
  }
  std::string log_file(NodeId) const override { return ""; }
  std::vector<std::string> log_tail(NodeId broker, std::size_t) const override {
    const auto at = logs.find(broker.v);
    return at == logs.end() ? std::vector<std::string>{} : at->second;
  }

  // Three brokers, 1 is the controller; orders-0 on 1 and 2 with leader 1, orders-1 on 2 and 3.
  void three() {
    for (const int id : {1, 2, 3}) t.broker_up(id, ms);
    t.controller(1, 7, ms + 100);
    t.topic("orders", ms + 200);
    t.partition("orders", 0, {1, 2}, {1, 2}, 1, 4, ms + 200);
    t.partition("orders", 1, {2, 3}, {2, 3}, 2, 6, ms + 200);
    t.marks("orders", 0, 1, {0, 10, 12}, ms + 210);
    t.marks("orders", 1, 2, {0, 5, 5}, ms + 210);
    ms += 1000;
  }
  void elect(int partition, int from, int to, int epoch) {
    t.tell(NodeId(1), ms,
           trace::LeaderElected{"orders", PartitionIndex(partition), NodeId(from), NodeId(to),
                                Epoch(epoch), "fenced"});
    t.partition("orders", partition, {1, 2}, {to}, to, epoch, ms);
  }
  void ack(const std::string& client, int count, std::int64_t base) {
    t.tell(no_node, ms,
           trace::ProducerAcked{client, "orders", PartitionIndex(0), Offset(base), count, 900}, 0);
  }
};

// A world that is watched from now on, and questions to it.
struct Watched : World {
  Watch watch;
  Names names;
  Watched() {
    t.also = [this](const trace::Event& event) { watch.see(t.model, event); };
    three();
    watch.begin(*this);
    ms += 100;
  }
  Sight sight() { return Sight{*this, watch, names, i18n::Lang::en}; }
  // The conditions of TOML text `when = …`; what is wrong goes into `report`.
  Report report;
  bool holds_now(const std::string& when) {
    report.clear();
    const Pen pen{report, "t"};
    const auto root = parse_toml("when = " + when, pen);
    if (!root) return false;
    const auto conditions = read_conditions(root->as<Table>()->front().value, pen);
    check_queries(conditions, {"victim"}, pen);
    for (const auto& problem : report) MESSAGE(problem.text());
    return report.empty() && holds(conditions, sight());
  }
  std::string asked(const std::string& query) {
    const auto answer = ask(Template("{" + query + "}", 1).pieces().at(0).query, sight());
    return answer ? answer->shown : "?";
  }
};

// A folder that is gone after the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lab-lessons-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((path / file).parent_path());
    std::ofstream(path / file, std::ios::binary) << text;
  }
  std::string at(const std::string& file) const { return (path / file).string(); }
};

}  // namespace lab::lessons
