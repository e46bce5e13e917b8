// Writes the numbers 0..N-1 to a topic with librdkafka (idempotent, acks=all), paced, in turn to
// each of its partitions, and prints a line for each that was acknowledged: the number, partition,
// offset (-1: not told) and the time (CLOCK_MONOTONIC, us). tests/interop/rdkafka_test.py and
// tests/chaos break brokers meanwhile. COUNT 0 goes on until its standard input ends; a value is
// filled up to BYTES. usage: rdkafka_writer BOOTSTRAP TOPIC COUNT PAUSE_US [PARTITIONS [BYTES]]
#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {
int failures = 0;

void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  const std::string value(static_cast<const char*>(message->payload), message->len);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    std::printf(
        "%s %d %lld %lld\n", value.substr(0, value.find('.')).c_str(), message->partition,
        static_cast<long long>(message->offset < 0 ? -1 : message->offset),
        static_cast<long long>(std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
    std::fflush(stdout);
  } else {
    ++failures;
    std::fprintf(stderr, "%s: %s\n", value.c_str(), rd_kafka_err2str(message->err));
  }
}

void set(rd_kafka_conf_t* conf, const char* name, const char* value) {
  char why[512];
  if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) {
    std::fprintf(stderr, "%s\n", why);
    std::exit(2);
  }
}

// Nothing is read from it: it says no more than its end.
bool input_ended() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) > 0 && (input.revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc < 5 || argc > 7) return 2;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", argv[1]);
  set(conf, "enable.idempotence", "true");
  set(conf, "acks", "all");
  set(conf, "linger.ms", "2");
  set(conf, "delivery.timeout.ms", "300000");
  // A broker that stands still is given up before it is thawed, and its batches are sent again.
  set(conf, "request.timeout.ms", "3000");
  set(conf, "socket.timeout.ms", "3000");
  set(conf, "reconnect.backoff.max.ms", "500");
  set(conf, "log_level", "0");
  rd_kafka_conf_set_dr_msg_cb(conf, delivered);
  char why[512];
  rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (producer == nullptr) {
    std::fprintf(stderr, "%s\n", why);
    return 2;
  }
  const int count = std::atoi(argv[3]);
  const int partitions = argc > 5 ? std::atoi(argv[5]) : 1;
  const std::size_t bytes = argc > 6 ? std::strtoul(argv[6], nullptr, 10) : 0;
  for (int i = 0; count == 0 ? !input_ended() : i < count; ++i) {
    std::string value = std::to_string(i);
    if (value.size() < bytes) value.resize(bytes, '.');
    while (rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(argv[2]),
                             RD_KAFKA_V_PARTITION(i % partitions),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                             RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                             RD_KAFKA_V_END) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_poll(producer, 10);  // its queue is full
    }
    rd_kafka_poll(producer, 0);
    usleep(static_cast<useconds_t>(std::atoi(argv[4])));
  }
  rd_kafka_flush(producer, 300'000);
  const int left = rd_kafka_outq_len(producer);
  rd_kafka_destroy(producer);
  std::fprintf(stderr, "%d failed, %d not told\n", failures, left);
  return failures == 0 && left == 0 ? 0 : 1;
}
