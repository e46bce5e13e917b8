#include "app/lessons/skeleton.h"

#include <fmt/format.h>

namespace lab::lessons {
namespace {

constexpr std::string_view toml =
    R"TOML(# lessons/README.md says what a lesson is made of. Try: brokerlab lesson check {name}
minutes = 5

[title]
en = "{title}"
ko = "{title}"

[cluster]
brokers = 3
do = ["kafka-topics --create --topic orders --partitions 1 --replication-factor 2"]

[[step]]
id = "look"
let = {{ leader = "leader orders-0" }}
highlight = ["replica/orders-0/{{leader}}"]

[[step]]
id = "kill"
let = {{ heir = "follower orders-0" }}
highlight = ["broker/{{leader}}", "broker/{{heir}}"]
show = ["kill {{leader}}"]

[[step.choice]]
id = "heir"
when = {{ partition = "orders-0", leader = "{{heir}}" }}
[[step.choice]]
id = "nobody"
when = {{ partition = "orders-0", leader = "none" }}

[[step.goal]]
id = "dead"
when = {{ broker = "{{leader}}", state = "dead" }}
[[step.goal]]
id = "elected"
when = {{ partition = "orders-0", leader = "changed" }}
)TOML";

constexpr std::string_view en = R"MD(# {title}
One or two sentences for the list of the course.

## look
Partition orders-0 has a leader: broker {{leader}} (1).
### notes
What the speaker wants to remember.

## kill
Now broker {{leader}} (1) shall die: select it and press `K`, or type `kill {{leader}}` in the
console.
### ask
Who leads orders-0 afterwards?
### choice heir
Broker {{heir}}
### choice nobody
Nobody
### goal dead
Broker {{leader}} is dead
### goal elected
orders-0 has a new leader
### hint
Click the card of broker {{leader}}.
### hint
Press `K`.
### why
The controller missed the heartbeats of broker {{leader}}, and made broker {{heir}} the leader.
)MD";

constexpr std::string_view ko = R"MD(# {title}
과정 목록에 나오는 한두 문장.

## look
파티션 orders-0의 리더는 브로커 {{leader}}입니다 (1).
### notes
발표자가 기억할 것.

## kill
이제 브로커 {{leader}}{{을/를}} (1) 죽입니다. 카드를 선택하고 `K`를 누르거나 콘솔에 `kill {{leader}}`{{을/를}} 입력하세요.
### ask
그다음에는 누가 orders-0의 리더일까요?
### choice heir
브로커 {{heir}}
### choice nobody
아무도 아님
### goal dead
브로커 {{leader}}{{이/가}} 죽음
### goal elected
orders-0에 새 리더가 있음
### hint
브로커 {{leader}}의 카드를 클릭하세요.
### hint
`K`를 누르세요.
### why
컨트롤러가 브로커 {{leader}}의 하트비트를 받지 못해 브로커 {{heir}}{{을/를}} 리더로 정했습니다.
)MD";

// "19-my-lesson" as "My lesson".
std::string title_of(const std::string& name) {
  const auto first = name.find_first_not_of("0123456789-");
  std::string title = first == std::string::npos ? name : name.substr(first);
  for (char& c : title) c = c == '-' ? ' ' : c;
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  }
  return title;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> skeleton(const std::string& name) {
  const auto filled = [&](std::string_view text) {
    return fmt::format(fmt::runtime(text), fmt::arg("name", name),
                       fmt::arg("title", title_of(name)));
  };
  return {{"lesson.toml", filled(toml)}, {"en.md", filled(en)}, {"ko.md", filled(ko)}};
}

}  // namespace lab::lessons
