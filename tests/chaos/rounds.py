"""The rounds of tests/chaos: what is done to whom is drawn from the seed before anything runs; the broker that it hits
is known when it is done (who leads, who is the controller). Each round breaks, waits for what must come of it, mends,
and waits until all is well again. Used by tests/chaos/run; waits for events only, but where a fault has a length."""
import random
import time

import lab as labs

HARMS = ("kill", "stop", "freeze", "cut")
WHO = ("leader", "follower", "controller")
WHOLE = ("kill everyone in turn", "stop everyone in turn", "kill all", "stop all", "freeze all", "kill two", "delay all",
         "cut leader follower", "cut one way")
KINDS = [f"{harm} {who}" for harm in HARMS for who in WHO] + list(WHOLE)
BROKERS = (1, 2, 3)
LIMIT_S = 120  # only a cluster that is stuck takes as long


def draw(seed, count):
    """Each kind once in a drawn order before any comes again; (kind, partition, pick) each."""
    rng = random.Random(seed)
    drawn, kinds = [], []
    while len(drawn) < count:
        if not kinds:
            kinds = rng.sample(KINDS, len(KINDS))
        drawn.append((kinds.pop(), rng.randrange(3), rng.randrange(1 << 16)))
    return drawn


class Rounds:
    def __init__(self, lab, writer, topic):
        self.lab, self.writer, self.topic = lab, writer, topic

    # ---- What is seen
    def partitions(self, seen):
        return {one["partition"]: one for one in seen["partitions"] if one["topic"] == self.topic}

    def until(self, wanted):
        return labs.until(self.lab, wanted, LIMIT_S)

    def is_well(self, seen):
        return (all(one["state"] == "running" for one in seen["brokers"]) and not seen["faults"]
                and seen["controller"]["id"] is not None
                and all(one["leader"] in BROKERS and set(one["isr"] or ()) == set(BROKERS)
                        for one in self.partitions(seen).values()))

    def led_without(self, *gone):
        """Somebody else leads everything and is the controller."""
        return self.until(lambda seen: seen["controller"]["id"] not in (None, *gone)
                          and all(one["leader"] in set(BROKERS) - set(gone)
                                  for one in self.partitions(seen).values()))

    def written_on(self, partitions=3):
        """So many partitions take records, well after what they had taken before this was asked."""
        self.writer.wait_for_news(LIMIT_S, partitions)

    # ---- One round
    def play(self, kind, partition, pick):
        """Does it, mends it, waits until all is well; says to whom."""
        seen = self.until(self.is_well)
        leader = self.partitions(seen)[partition]["leader"]
        controller = seen["controller"]["id"]
        follower = sorted(set(BROKERS) - {leader})[pick % 2]
        harm, who = kind.split(" ", 1)
        if who in ("leader follower", "one way"):
            told = self.cut_link(partition, leader, follower, "" if who == "leader follower" else " --one-way")
        elif who in WHO:
            victim = {"leader": leader, "follower": follower, "controller": controller}[who]
            told = self.hit(harm, victim)
        else:
            do = {"everyone in turn": self.in_turn, "all": self.all_at_once, "two": self.two}[who]
            told = do(harm, leader, follower, pick)
        self.until(self.is_well)
        self.written_on()
        return told

    def hit(self, harm, victim):
        if harm == "cut":
            for other in sorted(set(BROKERS) - {victim}):
                self.tell(f"cut {victim} {other}", "^link .*cut")
        else:
            self.down(harm, victim)
        self.led_without(victim)
        # One that is cut off still tells clients that it leads. librdkafka before 2.1 believes whom it asked last, not
        # the higher leader epoch (KIP-320): it may write to that one until the link is healed.
        self.written_on(1 if harm == "cut" else 3)
        if harm == "cut":
            self.tell("heal all", "^all links are healed")
        else:
            self.up(harm, [victim])
        return f"broker {victim}"

    def in_turn(self, harm, _leader, _follower, pick):
        order = random.Random(pick).sample(BROKERS, 3)
        for victim in order:
            self.hit(harm, victim)
            self.until(self.is_well)
        return "brokers " + ", ".join(map(str, order))

    def all_at_once(self, harm, _leader, _follower, pick):
        if harm == "delay":
            for a, b in ((1, 2), (1, 3), (2, 3)):
                self.tell(f"delay {a} {b} {5 + pick % 40}", "^link .*delay")
            self.written_on()
            self.tell("heal all", "^all links are healed")
            return f"all links, {5 + pick % 40} ms"
        order = random.Random(pick).sample(BROKERS, 3)
        if harm == "stop":
            for victim in order:
                self.lab.say(f"stop {victim}")
            for _ in order:
                self.lab.expect(r"^broker \d .*(stopped|failed)")
        else:
            for victim in order:
                self.down(harm, victim)
        if harm == "freeze":
            time.sleep(pick % 2500 / 1000)  # its length is the fault: below and above every timeout
        self.up(harm, order[::-1])
        return "brokers " + ", ".join(map(str, order))

    def two(self, harm, leader, follower, _pick):
        """Writes wait (min.insync.replicas=2), and so does the quorum."""
        for victim in (leader, follower):
            self.down(harm, victim)
        self.up(harm, [follower, leader])
        return f"brokers {leader} and {follower}"

    def cut_link(self, partition, leader, follower, how):
        """The ISR goes on without the follower, or another leads. One way: what the follower asks arrives, no answer."""
        self.tell(f"cut {leader} {follower}{how}", "^link .*cut")
        self.until(lambda seen: self.partitions(seen)[partition]["leader"] != leader
                   or set(self.partitions(seen)[partition]["isr"] or ()) < set(BROKERS))
        self.written_on(1)  # as in hit()
        self.tell("heal all", "^all links are healed")
        return f"link {leader}{'→' if how else '↔'}{follower}"

    # ---- Its parts
    def tell(self, command, answer):
        self.lab.say(command)
        self.lab.expect(answer)

    def down(self, harm, victim):
        if harm == "kill":
            self.lab.kill9(victim)  # from outside
        elif harm == "stop":
            self.tell(f"stop {victim}", rf"^broker {victim} .*(stopped|failed)")
        else:
            self.tell(f"freeze {victim}", rf"^broker {victim} frozen")

    def up(self, harm, victims):
        for victim in victims:
            self.lab.say(f"{'thaw' if harm == 'freeze' else 'start'} {victim}")
        if harm == "freeze":
            for _ in victims:
                self.lab.expect(r"^broker \d thawed")
        else:
            self.lab.expect("^ready", LIMIT_S)
