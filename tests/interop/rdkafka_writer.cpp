// Writes the numbers 0..N-1 to partition 0 of a topic with librdkafka (idempotent, acks=all), paced, and
// prints each number that was acknowledged. tests/interop/rdkafka_test.py kills brokers meanwhile.
// usage: rdkafka_writer BOOTSTRAP TOPIC COUNT PAUSE_US
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {
int failures = 0;

void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  const std::string value(static_cast<const char*>(message->payload), message->len);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    std::printf("%s\n", value.c_str());
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
}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", argv[1]);
  set(conf, "enable.idempotence", "true");
  set(conf, "acks", "all");
  set(conf, "linger.ms", "2");
  set(conf, "delivery.timeout.ms", "60000");
  set(conf, "log_level", "0");
  rd_kafka_conf_set_dr_msg_cb(conf, delivered);
  char why[512];
  rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (producer == nullptr) {
    std::fprintf(stderr, "%s\n", why);
    return 2;
  }
  const int count = std::atoi(argv[3]);
  for (int i = 0; i < count; ++i) {
    const std::string value = std::to_string(i);
    while (rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(argv[2]), RD_KAFKA_V_PARTITION(0),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                             RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                             RD_KAFKA_V_END) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_poll(producer, 10);  // its queue is full
    }
    rd_kafka_poll(producer, 0);
    usleep(static_cast<useconds_t>(std::atoi(argv[4])));
  }
  rd_kafka_flush(producer, 90'000);
  const int left = rd_kafka_outq_len(producer);
  rd_kafka_destroy(producer);
  std::fprintf(stderr, "%d failed, %d not told\n", failures, left);
  return failures == 0 && left == 0 ? 0 : 1;
}
