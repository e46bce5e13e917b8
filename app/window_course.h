// The course in the window: the list with its progress, and the lesson that is walked on the
// window's cluster. Owned by the window program, which feeds it events and turns, and changes the
// cluster when it wishes for another. It is the Outside of its runner.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/commands/console_run.h"
#include "app/lessons/catalog.h"
#include "app/lessons/outside.h"
#include "app/lessons/progress.h"
#include "app/views/course.h"

namespace lab {

class WindowCourse : public views::Course, public lessons::Outside {
 public:
  using Model = std::function<const model::ClusterModel&()>;
  // `folder` of lessons and `progress` file; empty: the default ones.
  WindowCourse(const std::string& folder, const std::string& progress, Model model);
  ~WindowCourse() override;

  // Whether nothing was ever begun.
  bool untouched() const { return progress_.lessons().empty(); }
  // What was wrong with the file of progress; empty: nothing.
  const std::string& note() const { return note_; }
  // The lesson of this id or number; start() begins it. Else why it cannot be walked.
  Result<std::string> find(const std::string& name) const { return find(catalog_, name); }
  // The lessons of this folder; empty: of the default one.
  static lessons::Catalog catalog(const std::string& folder);
  static Result<std::string> find(const lessons::Catalog& catalog, const std::string& name);

  // ---- For the window program
  // Another cluster is wished for: one of this kind, or the window's own (no kind).
  struct Wish {
    std::optional<lessons::ClusterKind> kind;
    sources::Then then;
  };
  std::optional<Wish> wish();
  // This source is the window's from now on; null while there is none.
  void use(sources::Source* source);
  // After the model has applied it.
  void see(const trace::Event& event);
  // After each take().
  void turn();
  // This cluster could not be begun, and why.
  void no_cluster(const std::string& why);

  // ---- views::Course
  std::vector<Entry> entries(i18n::Lang lang) const override;
  const lessons::Glossary& glossary(i18n::Lang lang) const override {
    return catalog_.glossary()[static_cast<std::size_t>(lang)];
  }
  lessons::Runner* runner() override { return runner_.get(); }
  void start(const std::string& id) override { start_ = id, anew_ = false; }
  void restart(const std::string& id) override { start_ = id, anew_ = true; }
  void leave() override { leave_ = true; }
  void hand_in(i18n::Lang lang) override;

  // ---- lessons::Outside
  void fresh(const lessons::ClusterKind& kind, sources::Then then) override;
  void run(const std::string& line, sources::Then then) override;
  const model::ClusterModel& model() const override { return model_(); }
  Instant now() const override { return source_ != nullptr ? source_->now() : Instant{}; }
  double desk_seconds() const override;
  std::vector<Address> bootstrap() const override;
  std::string properties(NodeId broker) const override;
  std::string properties_file(NodeId broker) const override;
  std::string log_file(NodeId broker) const override;
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;

 private:
  void begin(const std::string& id);
  void look_at_files();
  void tell_place();

  lessons::Catalog catalog_;
  std::string note_;
  lessons::Progress progress_;
  Model model_;
  sources::Source* source_ = nullptr;
  std::unique_ptr<commands::Console> console_;
  std::unique_ptr<lessons::Runner> runner_;
  std::optional<Wish> wish_;
  std::optional<std::string> start_;
  bool anew_ = false;  // from its first step
  bool leave_ = false;
  double looked_ = 0;
  std::pair<lessons::Phase, std::size_t> shown_{lessons::Phase::finished, 0};  // when looked at
};

}  // namespace lab
