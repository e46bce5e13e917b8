#include "app/sources/link_reports.h"

namespace lab::sources {

void LinkReports::said(NodeId host, const trace::FaultChanged& fault, Instant at) {
  const std::pair key(fault.fault, fault.target);
  if (!fault.active) {
    const auto report = reports_.find(key);
    if (report != reports_.end()) ended_on(host, report, at);
    return;
  }
  Report& report = reports_[key];
  report.hosts.insert(host);
  if (report.told == fault) return;
  report.told = fault;
  tell_(fault, at);
}

void LinkReports::gone(NodeId host, Instant at) {
  for (auto report = reports_.begin(); report != reports_.end();) {
    report = ended_on(host, report, at);
  }
}

// Gives the next one.
LinkReports::Reports::iterator LinkReports::ended_on(NodeId host, Reports::iterator report,
                                                     Instant at) {
  Report& known = report->second;
  if (known.hosts.erase(host) == 0 || !known.hosts.empty()) return std::next(report);
  auto fault = std::move(known.told);
  fault.active = false;
  const auto next = reports_.erase(report);
  tell_(fault, at);
  return next;
}

}  // namespace lab::sources
