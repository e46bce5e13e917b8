// Admin::list_offsets under way: each question goes to the leader of its partition, and again after
// the leader has moved. Used by admin.cpp alone.
#pragma once

#include <string>
#include <vector>

#include "engine/client/admin.h"

namespace lab::client {

class Admin::OffsetJob final : public Admin::Job {
 public:
  OffsetJob(Admin& admin, std::vector<OffsetQuestion> questions,
            Then<std::vector<OffsetAnswer>> then);
  void attempt() override;
  // What is not answered by then is answered with `why`.
  void give_up(const std::string& why) override;
  void metadata_changed() override;

 private:
  using Response = protocol::ListOffsetsResponse;
  void answered(const std::vector<std::size_t>& asked, const Result<Response>& response);
  void take(std::size_t question, const Response& response);
  void go_on();

  std::vector<OffsetQuestion> questions_;
  std::vector<OffsetAnswer> answers_;
  std::vector<bool> open_;  // of each question: no answer that counts yet
  std::size_t in_flight_ = 0;
  bool waiting_for_metadata_ = false;
  Then<std::vector<OffsetAnswer>> then_;
};

}  // namespace lab::client
