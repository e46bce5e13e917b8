#include "app/lessons/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/commands/console.h"
#include "app/lessons/toml_file.h"

namespace lab::lessons {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view id_letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::size_t longest_line = 1000, most_brokers = 9;
constexpr std::string_view pictures[] = {".png", ".svg", ".pdf", ".txt", ".json"};

// Properties that say where files are, and who listens where: the lab's own business.
bool is_the_labs(const std::string& property) {
  static constexpr std::string_view own[] = {"log.dirs",
                                             "log.dir",
                                             "metadata.log.dir",
                                             "listeners",
                                             "node.id",
                                             "broker.id",
                                             "advertised.listeners",
                                             "process.roles",
                                             "lab.socket",
                                             "lab.logs.dir",
                                             "lab.bind.any",
                                             "controller.quorum.voters",
                                             "controller.listener.names",
                                             "inter.broker.listener.name"};
  return std::find(std::begin(own), std::end(own), property) != std::end(own);
}

// Reads the tables that lessons and scripts share.
class Reader {
 public:
  Reader(Lesson& lesson, const Pen& pen, bool script)
      : lesson_(lesson), pen_(pen), script_(script) {}

  void read(const Value& root) {
    Fields fields(root, pen_, script_ ? "a script" : "a lesson");
    if (!script_) {
      read_title(fields);
      fields.need("minutes", "8");
      lesson_.minutes = static_cast<int>(fields.number("minutes", 1, 120).value_or(0));
    }
    if (!script_) lesson_.live = fields.flag("live");
    if (const Value* cluster = fields.find("cluster")) read_cluster(*cluster);
    lesson_.cluster.live = lesson_.live;
    const List& steps = fields.list("step", "tables: [[step]]");
    if (steps.empty()) pen_.note(root.line, "there is no [[step]]");
    if (steps.size() > most_steps)
      pen_.note(root.line, fmt::format("at most {} steps", most_steps));
    for (const Value& step : steps) read_step(step);
    fields.finish();
  }

 private:
  void read_title(Fields& fields) {
    const Value* title = fields.need("title", "{ en = \"…\", ko = \"…\" }");
    if (title == nullptr) return;
    Fields names(*title, pen_, "title");
    lesson_.title[0] = names.need_text("en", "\"…\"");
    lesson_.title[1] = names.need_text("ko", "\"…\"");
    names.finish();
  }

  void read_cluster(const Value& value) {
    Fields fields(value, pen_, "cluster");
    if (script_) lesson_.live = fields.flag("live");
    lesson_.cluster.brokers =
        static_cast<int>(fields.number("brokers", 1, most_brokers).value_or(3));
    if (const Value* properties = fields.find("properties")) read_properties(*properties);
    read_actions(fields, "do", lesson_.setup);
    check_actions(lesson_.setup);
    fields.finish();
  }

  void read_properties(const Value& value) {
    const auto* table = value.as<Table>();
    if (table == nullptr) {
      pen_.note(value.line, "properties is a table: { \"min.insync.replicas\" = \"2\" }");
      return;
    }
    for (const Member& member : *table) {
      const auto* text = member.value.as<std::string>();
      if (is_the_labs(member.key)) {
        pen_.note(member.line, fmt::format("{} is the lab's own: a lesson's cluster stays in its "
                                           "directory and on its ports",
                                           member.key));
      } else if (text == nullptr) {
        pen_.note(member.line, fmt::format("the value of {} is a string, not {}", member.key,
                                           kind_of(member.value)));
      } else if (member.key.find_first_of("\r\n=") != std::string::npos ||
                 text->find_first_of("\r\n") != std::string::npos) {
        pen_.note(member.line, "a property is one line");
      } else if (const auto known = commands::check_settings({{member.key, *text}}); !known) {
        pen_.note(member.line, known.error().message);
      } else {
        lesson_.cluster.properties.emplace_back(member.key, *text);
      }
    }
  }

  // ---- Actions
  void read_actions(Fields& fields, const std::string& key, std::vector<Action>& out) {
    const List& list = fields.list(key, "console lines");
    if (list.size() > most_actions) {
      pen_.note(fields.line(), fmt::format("{} has at most {} lines", key, most_actions));
    }
    for (const Value& value : list) read_action(value, key, out);
  }

  void read_action(const Value& value, const std::string& key, std::vector<Action>& out) {
    Action action;
    action.written_at = value.line;
    if (const auto* line = value.as<std::string>()) {
      if (line->size() > longest_line || line->find_first_of("\r\n") != std::string::npos) {
        pen_.note(value.line, "a console line is one line of at most 1000 characters");
      }
      action.line = Template(*line, value.line, &pen_);
    } else if (value.as<Table>() != nullptr) {
      Fields fields(value, pen_, "an action");
      if (const Value* wait = fields.need("wait", "{ … }, a condition")) {
        action.wait = read_conditions(*wait, pen_);
      }
      fields.finish();
    } else {
      pen_.note(value.line,
                fmt::format("{} is an array of console lines and {{ wait = … }}, not {}", key,
                            kind_of(value)));
    }
    out.push_back(std::move(action));
  }

  void check_actions(const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      check_queries(action.line, names_, pen_);
      check_queries(action.wait, names_, pen_);
      if (action.wait.empty()) check_line(action);
    }
  }

  // As far as it stands there: a word that the console does not know. What placeholders become, and
  // what Kafka refuses, the run will show.
  void check_line(const Action& action) {
    const auto& pieces = action.line.pieces();
    const bool has_word = !pieces.empty() && pieces[0].kind == Template::Piece::Kind::literal &&
                          pieces[0].text.find(' ') != std::string::npos;
    if (!has_word && action.line.has_queries()) return;
    std::string text;
    for (const auto& piece : pieces) {
      text += piece.kind == Template::Piece::Kind::literal ? piece.text : "1";
    }
    const auto parsed = commands::parse_console(text);
    if (parsed) return;
    const std::string& why = parsed.error().message;
    const bool unknown =
        why.starts_with("unknown command") || why.find(" has no option ") != std::string::npos;
    if (unknown || !action.line.has_queries()) pen_.note(action.written_at, why);
  }

  // ---- Steps
  void read_step(const Value& value) {
    Step step;
    step.line = value.line;
    Fields fields(value, pen_, "a step");
    step.id = read_id(fields, "a step", script_ ? fmt::format("{}", lesson_.steps.size() + 1) : "");
    for (const Step& other : lesson_.steps) {
      if (!step.id.empty() && other.id == step.id) {
        pen_.note(step.line, fmt::format("the step \"{}\" is there a second time (line {} has it)",
                                         step.id, other.line));
      }
    }
    if (const Value* let = fields.find("let")) read_let(*let, step);
    read_actions(fields, "do", step.begin);
    check_actions(step.begin);
    if (script_) {
      read_script_keys(fields, step);
    } else {
      read_lesson_keys(fields, step);
    }
    fields.finish();
    lesson_.steps.push_back(std::move(step));
  }

  std::string read_id(Fields& fields, const std::string& of, const std::string& otherwise) {
    if (!otherwise.empty() && fields.find("id") == nullptr) return otherwise;
    std::string id = fields.need_text("id", "\"a-name\"");
    if (id.find_first_not_of(id_letters) != std::string::npos || id.size() > 40) {
      pen_.note(fields.line(),
                fmt::format("the id of {} is small letters, digits and \"-\": not \"{}\"", of,
                            id.substr(0, 40)));
    }
    return id;
  }

  void read_let(const Value& value, Step& step) {
    const auto* table = value.as<Table>();
    if (table == nullptr) {
      pen_.note(value.line, "let is a table: { victim = \"leader orders-0\" }");
      return;
    }
    // They may name each other, in any order.
    for (const Member& member : *table) {
      if (std::count(names_.begin(), names_.end(), member.key) == 0) names_.push_back(member.key);
    }
    for (const Member& member : *table) {
      const auto* text = member.value.as<std::string>();
      if (text == nullptr) {
        pen_.note(member.line, fmt::format("{} is a query, like \"leader orders-0\"", member.key));
        continue;
      }
      std::string bare = *text;
      std::erase_if(bare, [](char c) { return c == '{' || c == '}'; });
      const Template query("{" + bare + "}", member.line, &pen_);
      // A name is no answer to itself.
      std::vector<std::string> others = names_;
      std::erase(others, member.key);
      check_queries(query, others, pen_);
      if (query.pieces().empty()) continue;
      step.let.push_back({member.key, query.pieces()[0].query, member.line});
    }
  }

  void read_script_keys(Fields& fields, Step& step) {
    step.snapshot = read_output(fields, "snapshot", true);
    step.record = read_output(fields, "record", false);
    if (const Value* wait = fields.find("wait")) step.wait = read_conditions(*wait, pen_);
    if (const Value* expect = fields.find("expect")) step.expect = read_conditions(*expect, pen_);
    for (const Conditions* conditions : {&step.wait, &step.expect}) {
      check_queries(*conditions, names_, pen_);
      check_since(*conditions, {}, pen_);
    }
    step.within = read_duration(fields, "within").value_or(step.within);
    step.pause = read_duration(fields, "pause").value_or(step.pause);
  }

  // A file that a script writes. With placeholders its place is known only when it is written.
  std::optional<Template> read_output(Fields& fields, const std::string& key, bool picture) {
    const auto text = fields.text(key);
    if (!text) return std::nullopt;
    const int line = fields.find(key)->line;
    Template file(*text, line, &pen_);
    check_queries(file, names_, pen_);
    const std::string why = file.has_queries() ? "" : why_no_output(*text);
    const auto ends = [&](std::string_view ending) { return text->ends_with(ending); };
    if (!why.empty()) {
      pen_.note(line, fmt::format("{} = \"{}\": {}", key, text->substr(0, 100), why));
    } else if (picture && std::none_of(std::begin(pictures), std::end(pictures), ends)) {
      pen_.note(line, fmt::format("{} = \"{}\": a picture's name ends with {}", key,
                                  text->substr(0, 100), fmt::join(pictures, ", ")));
    }
    return file;
  }

  std::optional<Duration> read_duration(Fields& fields, const std::string& key) {
    const auto text = fields.text(key);
    if (!text) return std::nullopt;
    const auto span = duration_of(*text);
    if (!span) {
      pen_.note(fields.find(key)->line, fmt::format("{} is a time: \"10s\" or \"500ms\"", key));
    }
    return span;
  }

  static std::optional<Duration> duration_of(const std::string& text) {
    double value = 0;
    const char* last = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), last, value);
    const std::string unit(stop, last);
    if (error != std::errc{} || value <= 0 || value > 3600'000) return std::nullopt;
    if (unit == "ms") return milliseconds(static_cast<std::int64_t>(value));
    if (unit == "s" && value <= 3600) return milliseconds(static_cast<std::int64_t>(value * 1000));
    return std::nullopt;
  }

  void read_lesson_keys(Fields& fields, Step& step) {
    for (const Value& value : fields.list("highlight", "scene ids")) {
      if (const auto* id = value.as<std::string>()) {
        step.highlights.emplace_back(*id, value.line, &pen_);
        check_queries(step.highlights.back(), names_, pen_);
        check_highlight(*id, value.line);
      } else {
        pen_.note(value.line, "a highlight is the id of something in the picture: \"broker/2\"");
      }
    }
    read_actions(fields, "show", step.show);
    check_actions(step.show);
    read_marked(fields, "choice", step.choices);
    read_marked(fields, "goal", step.goals);
    if (step.goals.empty() && !step.choices.empty()) {
      pen_.note(step.line, "a step with choices has a goal: what the prediction is about");
    }
    if (step.goals.empty() && !step.show.empty()) {
      pen_.note(step.line, "a step without a goal is only read: it has no show");
    }
    if (!step.goals.empty() && step.show.empty()) {
      pen_.note(step.line, "a step with a goal has show = [ … ]: what reaches it");
    }
    std::vector<std::string> goals;
    for (const Goal& goal : step.goals) goals.push_back(goal.id);
    for (const Goal& goal : step.goals) check_since(goal.when, goals, pen_);
    for (const Choice& choice : step.choices) check_since(choice.when, goals, pen_);
    if (step.choices.size() == 1) pen_.note(step.line, "a prediction has at least two choices");
  }

  template <class Marked>
  void read_marked(Fields& fields, const std::string& key, std::vector<Marked>& out) {
    for (const Value& value : fields.list(key, fmt::format("tables: [[step.{}]]", key))) {
      Marked one;
      one.line = value.line;
      Fields inner(value, pen_, "a " + key);
      one.id = read_id(inner, "a " + key, "");
      if (const Value* when = inner.need("when", "{ … }, a condition")) {
        one.when = read_conditions(*when, pen_);
        check_queries(one.when, names_, pen_);
      }
      inner.finish();
      const bool twice =
          std::any_of(out.begin(), out.end(), [&](const Marked& o) { return o.id == one.id; });
      if (twice) {
        pen_.note(one.line, fmt::format("the {} \"{}\" is there a second time", key, one.id));
      }
      out.push_back(std::move(one));
    }
  }

  void check_highlight(const std::string& id, int line) {
    static const std::vector<std::string> kinds = {
        "broker", "replica",  "client", "link", "stream", "connection", "group",    "controller",
        "quorum", "metadata", "belief", "lane", "sign",   "station",    "narration"};
    const std::string kind = id.substr(0, id.find('/'));
    if (std::count(kinds.begin(), kinds.end(), kind) != 0) return;
    pen_.note(line, fmt::format("\"{}\" is no id of the picture; they begin with: {}",
                                id.substr(0, 60), fmt::join(kinds, ", ")));
  }

  Lesson& lesson_;
  const Pen& pen_;
  bool script_;
  std::vector<std::string> names_;  // of let, so far
};

void read_toml(Lesson& lesson, bool script, Report& report) {
  const auto text = read_small_file(lesson.file, report);
  if (!text) return;
  const Pen pen{report, lesson.file};
  const auto root = parse_toml(*text, pen);
  if (root) Reader(lesson, pen, script).read(*root);
}

Loaded finished(std::shared_ptr<Lesson> lesson, Report problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return a.file == b.file ? a.line < b.line : false;
  });
  Loaded loaded{lesson->id, nullptr, std::move(problems)};
  if (loaded.problems.empty()) loaded.lesson = std::move(lesson);
  return loaded;
}

}  // namespace

std::string why_no_output(const std::string& file) {
  const fs::path path(file);
  if (path.is_absolute()) return "a file of a script lies in its output folder: no absolute path";
  if (std::find(path.begin(), path.end(), "..") != path.end()) {
    return "a file of a script lies in its output folder: no \"..\"";
  }
  if (!path.has_filename() || path.filename() == ".") return "this names no file";
  return {};
}

std::optional<std::string> read_small_file(const std::string& path, Report& report) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error || !fs::is_regular_file(status)) {
    report.push_back({path, 0, fs::exists(status) ? "this is no file" : "this file is missing"});
    return std::nullopt;
  }
  const auto size = fs::file_size(path, error);
  if (error || size > largest_file) {
    report.push_back({path, 0, fmt::format("larger than {} KiB", largest_file / 1024)});
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (in.gcount() != static_cast<std::streamsize>(size)) {
    report.push_back({path, 0, "this file cannot be read"});
    return std::nullopt;
  }
  if (text.find('\0') != std::string::npos) {
    report.push_back({path, 0, "this is no text"});
    return std::nullopt;
  }
  return text;
}

std::array<Glossary, 2> load_glossary(const std::string& folder, Report& report) {
  std::array<Glossary, 2> glossary;
  std::error_code error;
  const bool none = !fs::exists(folder + "/glossary.en.md", error) &&
                    !fs::exists(folder + "/glossary.ko.md", error);
  if (none) return glossary;  // a lesson that links no term needs none
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string file = folder + (i == 0 ? "/glossary.en.md" : "/glossary.ko.md");
    const auto text = read_small_file(file, report);
    if (text) glossary[i] = read_glossary(*text, Pen{report, file});
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string other = folder + (i == 0 ? "/glossary.ko.md" : "/glossary.en.md");
    for (const auto& [id, term] : glossary[i]) {
      if (glossary[1 - i].count(id) != 0) continue;
      report.push_back({other, 0, fmt::format("lacks the term \"## {}\"", id)});
    }
  }
  return glossary;
}

Loaded load_lesson(const std::string& folder, const std::array<Glossary, 2>& glossary) {
  auto lesson = std::make_shared<Lesson>();
  fs::path path(folder);
  if (!path.has_filename()) path = path.parent_path();
  lesson->id = path.filename().string();
  lesson->directory = path.string();
  lesson->file = (path / "lesson.toml").string();
  Report report;
  read_toml(*lesson, false, report);
  bool readable = report.empty() || !lesson->steps.empty();
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string file = (path / (i == 0 ? "en.md" : "ko.md")).string();
    lesson->words[i].file = file;
    const auto text = read_small_file(file, report);
    readable = readable && text;
    if (text) lesson->words[i] = read_words(*text, Pen{report, file});
  }
  if (readable) check_words(*lesson, glossary, report);
  return finished(std::move(lesson), std::move(report));
}

Loaded load_script(const std::string& file) {
  auto lesson = std::make_shared<Lesson>();
  lesson->id = fs::path(file).stem().string();
  lesson->file = file;
  Report report;
  read_toml(*lesson, true, report);
  return finished(std::move(lesson), std::move(report));
}

}  // namespace lab::lessons
