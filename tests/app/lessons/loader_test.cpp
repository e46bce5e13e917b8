// Lessons as authors write them: a right one loads, and each kind of mistake is told with its file,
// its line and what was expected, while the others still load.
#include "app/lessons/catalog.h"
#include "app/lessons/skeleton.h"
#include "tests/app/lessons/world.h"

namespace lab::lessons {
namespace {

// A course with one lesson: the skeleton, with a text in one of its files replaced.
struct Course : Folder {
  Course() {
    for (const auto& [file, text] : skeleton("07-kill")) {
      texts[file] = text;
      write("07-kill/" + file, text);
    }
  }
  void replace(const std::string& file, const std::string& what, const std::string& by) {
    std::string text = texts[file];
    const auto at = text.find(what);
    REQUIRE_MESSAGE(at != std::string::npos, what);
    write("07-kill/" + file, text.replace(at, what.size(), by));
  }
  // All problems, a line each, without the folder.
  std::string problems() const {
    std::string all;
    const Catalog course(path.string());
    for (const auto& one : course.lessons()) {
      for (const auto& problem : one.problems) all += problem.text() + "\n";
    }
    for (const auto& problem : course.problems()) all += problem.text() + "\n";
    const std::string folder = path.string() + "/";
    for (auto at = all.find(folder); at != std::string::npos; at = all.find(folder)) {
      all.erase(at, folder.size());
    }
    return all;
  }
  std::map<std::string, std::string> texts;
};

bool contains(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) MESSAGE("in:\n" << text << "there is no: " << part);
  return found;
}

}  // namespace

TEST_CASE("the skeleton is a lesson without a mistake, and is found by number and by name") {
  const Course course;
  CHECK(course.problems() == "");
  const Catalog catalog(course.path.string());
  REQUIRE(catalog.lessons().size() == 1);
  const Lesson& lesson = *catalog.lessons()[0].lesson;
  CHECK(lesson.id == "07-kill");
  CHECK(lesson.title[0] == "Kill");
  CHECK(lesson.cluster.brokers == 3);
  REQUIRE(lesson.steps.size() == 2);
  CHECK(lesson.steps[1].goals.size() == 2);
  CHECK(lesson.steps[1].choices[1].id == "nobody");
  CHECK(lesson.words_of(1, i18n::Lang::ko).hints.size() == 2);
  for (const char* name : {"7", "07", "kill", "ki", "07-kill"})
    CHECK(catalog.find(name) != nullptr);
  CHECK(catalog.find("8") == nullptr);
  CHECK(catalog.find("") == nullptr);
}

TEST_CASE("each kind of mistake in lesson.toml is told with its line and what was expected") {
  struct Mistake {
    const char *what, *by, *told;
  };
  const Mistake mistakes[] = {
      {"minutes = 5", "minutes = \"5\"", "lesson.toml:2: minutes is a number from 1 to 120"},
      {"minutes = 5", "", "lesson.toml:1: a lesson lacks minutes = 8"},
      {"minutes = 5", "minute = 5",
       "lesson.toml:2: a lesson has no key \"minute\" (did you mean minutes?)"},
      {"minutes = 5", "minutes = = 5", "lesson.toml:2: not TOML: "},
      {"minutes = 5", "minutes = 2026-11-23", "lesson.toml:2: dates and times are not used here"},
      {"ko = \"Kill\"", "", "lesson.toml:4: title lacks ko"},
      {"brokers = 3", "brokers = 30", "lesson.toml:9: brokers is a number from 1 to 9"},
      {"brokers = 3", "properties = { \"log.dirs\" = \"/etc\" }",
       "lesson.toml:9: log.dirs is the lab's own"},
      {"brokers = 3", "properties = { \"num.partitions\" = 3 }",
       "lesson.toml:9: the value of num.partitions is a string, not a number"},
      {"do = [\"kafka-topics", "do = [3, \"kafka-topics",
       "lesson.toml:10: do is an array of console lines and { wait = … }, not a number"},
      {"id = \"look\"", "id = \"Look at it\"",
       "lesson.toml:12: the id of a step is small letters, digits and \"-\""},
      {"id = \"kill\"", "id = \"look\"",
       "the step \"look\" is there a second time (line 12 has it)"},
      {"leader = \"leader orders-0\"", "leader = \"leadre orders-0\"",
       "lesson.toml:14: {leadre orders-0} is neither a name of let nor a query (did you mean "
       "leader?)"},
      {"leader = \"leader orders-0\"", "leader = \"leader\"",
       "lesson.toml:14: {leader}: the query is {leader PARTITION}"},
      {"\"broker/{leader}\"", "\"borker/{leader}\"",
       "lesson.toml:20: \"borker/{leader}\" is no id of the picture"},
      {"show = [\"kill {leader}\"]", "show = [\"kill {victim}\"]",
       "lesson.toml:21: {victim} is neither a name of let nor a query"},
      {"show = [\"kill {leader}\"]", "", "a step with a goal has show = [ … ]: what reaches it"},
      {"show = [\"kill {leader}\"]", "show = [{ until = 3 }]",
       "lesson.toml:21: an action lacks wait = { … }, a condition"},
      {"show = [\"kill {leader}\"]", "show = [\"kill {leader\"]",
       "lesson.toml:21: \"{\" without \"}\""},
      {"state = \"dead\"", "state = \"ded\"",
       "state = \"ded\" (did you mean dead?); there are: running, dead"},
      {"state = \"dead\"", "stat = \"dead\"",
       "the condition broker has no key \"stat\" (did you mean state?)"},
      {", state = \"dead\"", "",
       "the condition broker says what is wished with one of: broker, state"},
      {"{ broker = \"{leader}\"", "{ brokker = \"{leader}\"",
       "no such condition (did you mean broker?); there are: not, client"},
      {"when = { broker = \"{leader}\", state = \"dead\" }", "when = 3",
       "a condition is a table like { broker = 1, state = \"dead\" }, not a number"},
      {"when = { broker = \"{leader}\", state = \"dead\" }", "",
       "a goal lacks when = { … }, a condition"},
      {"when = { broker = \"{leader}\", state = \"dead\" }",
       "when = { acknowledged = 5, since = \"ded\" }",
       "since names a goal of this step; \"ded\" is none of dead, elected"},
      {"when = { broker = \"{leader}\", state = \"dead\" }",
       "when = { under_replicated = \"few\" }",
       "under_replicated is a number: 3, \">=2\", \"<=1\" or \"{query}\""},
      {"leader = \"none\"", "leader = \"nobody\"", "leader = \"nobody\"; there are: any, none, "},
  };
  for (const Mistake& mistake : mistakes) {
    Course course;
    course.replace("lesson.toml", mistake.what, mistake.by);
    CHECK(contains(course.problems(), mistake.told));
  }
}

TEST_CASE("each kind of mistake in the words is told, in the language that has it") {
  struct Mistake {
    const char *file, *what, *by, *told;
  };
  const Mistake mistakes[] = {
      {"ko.md", "## kill\n", "## kil\n",
       "ko.md:9: lesson.toml has no step \"kil\" (did you mean kill?)"},
      {"ko.md", "## kill\n", "## kil\n", "ko.md: lacks \"## kill\" (a step of "},
      {"en.md", "### goal dead", "### goal ded",
       "lesson.toml has no goal \"ded\" (did you mean dead?)"},
      {"en.md", "### goal dead", "### gaol dead",
       "no such section \"gaol dead\" (did you mean goal?)"},
      {"en.md", "### ask\n", "### notes\n", "the step \"## kill\" lacks \"### ask\""},
      {"en.md", "### hint\nPress `K`.\n", "",
       "\"## kill\" has a goal: at least 2 \"### hint\" help to reach it, here are 1"},
      {"ko.md", "### hint\n`K`", "### hint\nA\n### hint\n`K`",
       "\"## kill\" has 3 hints here and 2 in "},
      {"ko.md", "### why\n", "### hint\n", "the step \"## kill\" lacks \"### why\", which "},
      {"en.md", "Press `K`.", "Press `K` on {victim}.",
       "{victim} is neither a name of let nor a query"},
      {"en.md", "Press `K`.", "Press [K](#keys).", "the glossary has no \"keys\""},
      {"en.md", "Press `K`.", "Press [K](https://a.example).", "a link is into the glossary"},
      {"en.md", "Press `K`.", "> Press", "only paragraphs, lists and fenced code are used here"},
      {"en.md", "Press `K`.", "```\nkill 1", "a code fence (```) is not closed"},
      {"en.md", "Press `K`.", "", "\"hint\" has no words"},
      {"en.md", "# Kill\n", "Kill\n", "en.md:1: the file begins with \"# Title\""},
  };
  for (const Mistake& mistake : mistakes) {
    Course course;
    course.replace(mistake.file, mistake.what, mistake.by);
    CHECK(contains(course.problems(), mistake.told));
  }
}

TEST_CASE("a missing, huge or binary file is told; the others still load") {
  Course course;
  for (const auto& [file, text] : skeleton("08-other")) course.write("08-other/" + file, text);
  std::filesystem::remove(course.path / "07-kill/ko.md");
  CHECK(contains(course.problems(), "07-kill/ko.md: this file is missing"));
  course.write("07-kill/ko.md", std::string(largest_file + 1, 'x'));
  CHECK(contains(course.problems(), "07-kill/ko.md: larger than 256 KiB"));
  course.write("07-kill/ko.md", std::string("# a\0b", 5));
  CHECK(contains(course.problems(), "07-kill/ko.md: this is no text"));
  std::filesystem::remove(course.path / "07-kill/ko.md");
  std::filesystem::create_directory(course.path / "07-kill/ko.md");
  CHECK(contains(course.problems(), "07-kill/ko.md: this is no file"));
  const Catalog catalog(course.path.string());
  CHECK(catalog.find("07-kill")->lesson == nullptr);
  CHECK(catalog.find("08-other")->lesson != nullptr);
  CHECK(contains(Catalog(course.at("nowhere")).problems()[0].text(),
                 "there is no such folder of lessons"));
}

TEST_CASE("deep nesting and very many steps are refused, not followed") {
  Course course;
  std::string deep(200, '[');
  course.replace("lesson.toml", "minutes = 5", "minutes = " + deep + std::string(200, ']'));
  CHECK(course.problems() != "");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "[[step]]\nid = \"s" + std::to_string(i) + "\"\n";
  course.write("07-kill/lesson.toml", course.texts["lesson.toml"] + many);
  CHECK(contains(course.problems(), "at most 64 steps"));
}

TEST_CASE("the glossary: both languages have the same terms") {
  Course course;
  course.write("glossary.en.md", "# Glossary\n\n## isr In-sync replicas\nThose that keep up.\n");
  course.write("glossary.ko.md", "# 용어\n\n## isr 동기화된 복제본\n따라오는 복제본.\n");
  course.replace("en.md", "Press `K`.", "Press `K`: the [ISR](#isr) shrinks.");
  CHECK(course.problems() == "");
  course.write("glossary.ko.md", "# 용어\n\n## leader 리더\n리더.\n");
  CHECK(contains(course.problems(), "glossary.ko.md: lacks the term \"## isr\""));
  course.write("glossary.ko.md", "# 용어\n\n## leader\n리더.\n");
  CHECK(contains(course.problems(), "glossary.ko.md:3: a term is \"## id The term in words\""));
}

TEST_CASE("a changed file is seen, and loaded again") {
  Course course;
  Catalog catalog(course.path.string());
  CHECK_FALSE(catalog.changed());
  course.replace("en.md", "# Kill", "# Kill it");
  std::filesystem::last_write_time(
      course.path / "07-kill/en.md",
      std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  CHECK(catalog.changed());
  CHECK(catalog.lessons()[0].lesson->words[0].title == "Kill it");
  CHECK_FALSE(catalog.changed());
}

TEST_CASE("words: styles, lists, code, highlights, particles and what is not known yet") {
  Watched w;
  w.names["heir"] = {"2", "2"};
  Report report;
  const Pen pen{report, "ko.md"};
  const auto words = read_words(
      "# 제목\n한 문장.\n\n## a\n브로커 {heir}{이/가} (1) **리더**, [ISR](#isr): `kill {heir}` "
      "{ms noticed}{을/를}\n\n1. 하나\n2. 둘\n   - 안쪽\n\n```\nkill {heir}\n```\n",
      pen);
  REQUIRE(report.empty());
  const auto shown = show(words.steps.at("a").text, w.sight(), 1);
  REQUIRE(shown.size() == 5);
  std::string first;
  for (const auto& span : shown[0].spans) first += span.text + "|";
  CHECK(first == "브로커 |2|가| |1| |리더|, |ISR|: |kill |2| |…|를|");
  CHECK(shown[0].spans[1].filled);
  CHECK(shown[0].spans[4].highlight == 1);
  CHECK(shown[0].spans[6].style.strong);
  CHECK(shown[0].spans[8].style.term == "isr");
  CHECK(shown[0].spans[11].style.code);
  CHECK(shown[0].spans[13].unanswered);
  CHECK(shown[2].kind == BlockKind::item);
  CHECK(shown[2].number == 2);
  CHECK(shown[3].depth == 2);
  CHECK(shown[4].kind == BlockKind::code);
  CHECK(plain(shown) ==
        "브로커 2가 (1) 리더, ISR: kill 2 …를\n1. 하나\n2. 둘\n  - 안쪽\n\n    kill 2\n");
}

TEST_CASE("a script is the same without words") {
  Folder folder;
  folder.write("a.toml",
               "[cluster]\nbrokers = 3\nlive = true\n[[step]]\ndo = [\"kill 1\"]\nwait = { broker "
               "= 1, state = "
               "\"dead\" }\nwithin = \"500ms\"\nsnapshot = \"a.png\"\n");
  const auto script = load_script(folder.at("a.toml"));
  REQUIRE(script.lesson != nullptr);
  CHECK(script.lesson->live);
  CHECK(script.lesson->cluster.live);
  CHECK(script.lesson->steps[0].id == "1");
  CHECK(script.lesson->steps[0].within == milliseconds(500));
  CHECK(script.lesson->steps[0].snapshot->written() == "a.png");
  folder.write("b.toml", "[[step]]\nwithin = \"soon\"\nhighlight = [\"broker/1\"]\n");
  const auto wrong = load_script(folder.at("b.toml"));
  REQUIRE(wrong.problems.size() == 2);
  CHECK(contains(wrong.problems[0].text(), "within is a time"));
  CHECK(contains(wrong.problems[1].text(), "a step has no key \"highlight\""));
}

TEST_CASE("what a script writes stays in its output folder") {
  CHECK(why_no_output("a.png") == "");
  CHECK(why_no_output("pictures/a.b..png") == "");
  for (const char* file : {"../a.png", "a/../../b.png", "/tmp/a.png", "a/", "", "."}) {
    INFO(file);
    CHECK(why_no_output(file) != "");
  }
}

}  // namespace lab::lessons
