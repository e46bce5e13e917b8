#!/usr/bin/env python3
"""The judge of the chaos rounds finds each kind of harm, and none where there is none."""
import pathlib
import struct
import tempfile

from judge import Ack, compare, judge

ACKS = [Ack(0, 0, 0, 10), Ack(1, 1, 0, 11), Ack(2, 0, 1, 12), Ack(4, 0, -1, 13)]
GOOD = {0: [(0, 0), (1, 2), (2, 4)], 1: [(0, 1)]}


def kinds(read):
    return {line.split(":")[0] for line in judge(ACKS, read)}


assert not judge(ACKS, GOOD)
assert not judge(ACKS, {0: [*GOOD[0], (3, 6)], 1: GOOD[1]}), "what was never acknowledged may be there"
assert kinds({0: GOOD[0]}) == {"lost"}
assert kinds({0: [*GOOD[0], (3, 4)], 1: GOOD[1]}) == {"doubled"}
assert kinds({0: [(0, 0), (1, 4), (2, 2)], 1: GOOD[1]}) == {"reordered", "elsewhere"}
assert kinds({0: [(0, 0), (3, 2), (4, 4)], 1: GOOD[1]}) == {"elsewhere"}
assert kinds({0: [(1, 0), (0, 2), (2, 4)], 1: GOOD[1]}) == {"went back", "elsewhere"}


def batch(base, count, fill):
    body = bytearray([fill]) * 70
    struct.pack_into(">qi", body, 0, base, len(body) - 12)
    struct.pack_into(">i", body, 23, count - 1)
    return bytes(body)


with tempfile.TemporaryDirectory() as directory:
    def replica(name, *held):
        folder = pathlib.Path(directory) / name
        folder.mkdir()
        (folder / "00000000000000000000.log").write_bytes(b"".join(held))
        return folder

    one = replica("one", batch(0, 2, 1), batch(2, 3, 2), batch(5, 1, 3))
    same = replica("same", batch(0, 2, 1), batch(2, 3, 2), batch(5, 1, 9)[:40])  # differs above 5 only
    other = replica("other", batch(0, 2, 1), batch(2, 3, 8))
    gap = replica("gap", batch(0, 2, 1), batch(3, 2, 2))
    assert not compare([one, same], 5)
    assert compare([one, same], 6)  # cut off in the midst of the last batch
    assert compare([one, other], 5) and not compare([one, other], 2)
    assert compare([one, gap], 5)
print("the judge finds what is lost, doubled, reordered and different")
