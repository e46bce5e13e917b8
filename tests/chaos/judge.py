"""What the writer was told against what a reader finds, and the logs of replicas against each other. Used by
tests/chaos/run; judge_test.py shows that it finds each kind of harm."""
import collections
import pathlib
import struct

Ack = collections.namedtuple("Ack", "value partition offset at_us")  # offset -1: the client was not told
MOST_TOLD = 20


def judge(acks, read):
    """What is wrong, a line each: `acks` in the order of their coming, `read` {partition: [(offset, value)]} of all that
    a reader found from the beginning. A value is written once, in rising order on each partition."""
    wrong = []
    places = {}
    for partition, records in sorted(read.items()):
        before = None
        for offset, value in records:
            if value in places:
                wrong.append(f"doubled: value {value} at {places[value]} and at {partition}:{offset}")
            elif before is not None and value < before[1]:
                wrong.append(f"reordered: value {value} at {partition}:{offset} after value {before[1]} at "
                             f"{partition}:{before[0]}")
            if before is not None and offset <= before[0]:
                wrong.append(f"went back: offset {partition}:{offset} was read after {partition}:{before[0]}")
            places.setdefault(value, f"{partition}:{offset}")
            before = (offset, value)
    for ack in acks:
        when = f"value {ack.value}, acknowledged at {ack.partition}:{ack.offset}, {ack.at_us / 1e6:.6f} s"
        if ack.value not in places:
            wrong.append(f"lost: {when}")
        elif ack.offset >= 0 and places[ack.value] != f"{ack.partition}:{ack.offset}":
            wrong.append(f"elsewhere: {when}, found at {places[ack.value]}")
    return wrong


def batches(log_directory):
    """(base offset, last offset, bytes) of each whole batch of a partition's directory."""
    for segment in sorted(pathlib.Path(log_directory).glob("*.log")):
        held = segment.read_bytes()
        at = 0
        while at + 61 <= len(held):
            base, length = struct.unpack_from(">qi", held, at)
            last_delta = struct.unpack_from(">i", held, at + 23)[0]
            if length < 49 or at + 12 + length > len(held):
                break  # zeros, or the write of a moment ago; what is committed must not be among it
            yield base, base + last_delta, held[at:at + 12 + length]
            at += 12 + length


def committed(log_directory, high_watermark):
    return [one for one in batches(log_directory) if one[1] < high_watermark]


def compare(directories, high_watermark):
    """The same batches, byte by byte and without a gap, below the high watermark: what differs, a line each."""
    wrong = []
    held = {name: committed(name, high_watermark) for name in directories}
    for name, found in held.items():
        end = found[-1][1] + 1 if found else 0
        if end != high_watermark:
            wrong.append(f"{name}: ends at {end}, below the high watermark {high_watermark}")
        for one, next_one in zip(found, found[1:]):
            if next_one[0] != one[1] + 1:
                wrong.append(f"{name}: offset {next_one[0]} follows {one[1]}")
    first_name, first = next(iter(held.items()))
    for name, found in held.items():
        for one, other in zip(first, found):
            if one != other:
                wrong.append(f"offsets {one[0]} to {one[1]} of {first_name} are not those of {name}")
                break
    return wrong
