#include "engine/storage/memory_disk.h"

#include <algorithm>

namespace lab::storage {

namespace {

Error no_such(const std::string& path) { return Error{path + ": No such file or directory"}; }

bool is_below(const std::string& path, const std::string& directory) {
  return directory == "." || (path.size() > directory.size() && path.starts_with(directory) &&
                              path[directory.size()] == '/');
}

void put(ByteBuffer& data, std::uint64_t at, ByteView bytes) {
  if (data.size() < at + bytes.size()) data.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), data.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

std::shared_ptr<MemoryDisk::File>& MemoryDisk::make(const std::string& file) {
  make_parents(file);
  auto& entry = names_[file];
  if (!entry) entry = std::make_shared<File>();
  return entry;
}

void MemoryDisk::make_parents(const std::string& path) {
  for (std::string up = directory_of(path); up != "."; up = directory_of(up)) {
    directories_.insert(up);
  }
}

Result<void> MemoryDisk::failing(const std::string& what) {
  if (fail_count_ == 0) return {};
  --fail_count_;
  return Error{what + (fail_status_ == IoStatus::disk_full ? ": No space left on device"
                                                           : ": Input/output error")};
}

void MemoryDisk::fail_next(IoStatus status, int count) {
  fail_status_ = status;
  fail_count_ = count;
}

Result<std::vector<Disk::Entry>> MemoryDisk::list(const std::string& directory) {
  if (!directories_.contains(directory)) return no_such(directory);
  std::vector<Entry> entries;
  for (const auto& [path, file] : names_) {
    if (directory_of(path) == directory) {
      entries.push_back({path.substr(path.rfind('/') + 1), false, file->data.size()});
    }
  }
  for (const auto& path : directories_) {
    if (path != "." && directory_of(path) == directory) {
      entries.push_back({path.substr(path.rfind('/') + 1), true, 0});
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

bool MemoryDisk::exists(const std::string& path) {
  return names_.contains(path) || directories_.contains(path);
}

Result<std::uint64_t> MemoryDisk::size(const std::string& file) {
  const auto found = names_.find(file);
  if (found == names_.end()) return no_such(file);
  return static_cast<std::uint64_t>(found->second->data.size());
}

Result<Slice> MemoryDisk::read(const std::string& file, std::uint64_t at, std::uint64_t size) {
  const auto found = names_.find(file);
  if (found == names_.end()) return no_such(file);
  const ByteView data = found->second->data;
  const std::uint64_t from = std::min<std::uint64_t>(at, data.size());
  return Slice::copy(data.subspan(from, std::min<std::uint64_t>(size, data.size() - from)));
}

Result<void> MemoryDisk::write(const std::string& file, std::uint64_t at, ByteView bytes) {
  if (auto done = failing(file); !done) return done;
  const auto& entry = make(file);
  put(entry->data, at, bytes);
  journal_.push_back({entry, file, true, at, ByteBuffer(bytes.begin(), bytes.end())});
  return {};
}

Result<void> MemoryDisk::truncate(const std::string& file, std::uint64_t size) {
  if (auto done = failing(file); !done) return done;
  const auto& entry = make(file);
  entry->data.resize(size);
  journal_.push_back({entry, file, false, size, {}});
  return {};
}

Result<void> MemoryDisk::rename(const std::string& from, const std::string& to) {
  if (!exists(from)) return no_such(from);
  if (const auto file = names_.extract(from)) {
    make_parents(to);
    names_[to] = file.mapped();
    return {};
  }
  if (exists(to)) return Error{to + ": File exists"};
  Names moved;
  std::erase_if(names_, [&](const auto& each) {
    if (!is_below(each.first, from)) return false;
    moved[to + each.first.substr(from.size())] = each.second;
    return true;
  });
  names_.merge(moved);
  std::set<std::string> renamed;
  std::erase_if(directories_, [&](const std::string& each) {
    if (each != from && !is_below(each, from)) return false;
    renamed.insert(to + each.substr(from.size()));
    return true;
  });
  directories_.merge(renamed);
  return {};
}

Result<void> MemoryDisk::remove(const std::string& path) {
  names_.erase(path);
  std::erase_if(names_, [&](const auto& each) { return is_below(each.first, path); });
  std::erase_if(directories_, [&](const std::string& each) {
    return each != "." && (each == path || is_below(each, path));
  });
  return {};
}

Result<void> MemoryDisk::sync(const std::string& path) {
  if (auto done = failing(path); !done) return done;
  if (const auto found = names_.find(path); found != names_.end()) {
    const auto file = found->second;
    file->synced = file->data;
    std::erase_if(journal_, [&](const Change& change) { return change.file == file; });
    synced_names_.emplace(path, file);
    return {};
  }
  if (!directories_.contains(path)) return no_such(path);
  std::erase_if(synced_names_, [&](const auto& each) {
    return is_below(each.first, path) &&
           (directory_of(each.first) == path || !directories_.contains(directory_of(each.first)));
  });
  for (const auto& [name, file] : names_) {
    if (directory_of(name) == path) synced_names_[name] = file;
  }
  std::set<const File*> reachable;  // what has no name any more cannot come back
  for (const auto& [name, file] : names_) reachable.insert(file.get());
  for (const auto& [name, file] : synced_names_) reachable.insert(file.get());
  std::erase_if(journal_, [&](const Change& c) { return !reachable.contains(c.file.get()); });
  return {};
}

Result<void> MemoryDisk::make_directory(const std::string& directory) {
  make_parents(directory + "/x");
  return {};
}

std::optional<Done> MemoryDisk::apply(const Effect& effect) {
  const auto done = [&](Ticket ticket, const Result<void>& result) {
    Done out{ticket, IoStatus::ok, {}, {}};
    if (!result) {
      const bool full = result.error().message.find("No space") != std::string::npos;
      out.status = full ? IoStatus::disk_full : IoStatus::failed;
      out.error = result.error().message;
    }
    return out;
  };
  if (const auto* e = std::get_if<Create>(&effect)) {
    make(e->file);
  } else if (const auto* w = std::get_if<Write>(&effect)) {
    return done(w->ticket, write(w->file, w->at, join(w->slices).view()));
  } else if (const auto* t = std::get_if<Truncate>(&effect)) {
    return done(t->ticket, truncate(t->file, t->size));
  } else if (const auto* n = std::get_if<Rename>(&effect)) {
    return done(n->ticket, rename(n->from, n->to));
  } else if (const auto* r = std::get_if<Remove>(&effect)) {
    return done(r->ticket, remove(r->path));
  } else if (const auto* s = std::get_if<Sync>(&effect)) {
    return done(s->ticket, sync(s->path));
  } else if (const auto* rd = std::get_if<Read>(&effect)) {
    const auto bytes = read(rd->file, rd->at, rd->size);
    if (!bytes) return done(rd->ticket, bytes.error());
    return Done{rd->ticket, IoStatus::ok, {}, *bytes};
  }
  return std::nullopt;
}

void MemoryDisk::lose_power(std::size_t kept, std::size_t torn) {
  std::vector<std::size_t> bytes_kept(std::min(kept, journal_.size()), std::string::npos);
  if (kept < journal_.size() && journal_[kept].is_write) bytes_kept.push_back(torn);
  lose_power(bytes_kept);
}

void MemoryDisk::lose_power(const std::vector<std::size_t>& bytes_kept) {
  for (const auto& [path, file] : names_) file->data = file->synced;
  for (const auto& [path, file] : synced_names_) file->data = file->synced;
  names_ = synced_names_;
  for (std::size_t i = 0; i < std::min(journal_.size(), bytes_kept.size()); ++i) {
    if (bytes_kept[i] == 0) continue;
    const Change& change = journal_[i];
    const auto known = std::find_if(names_.begin(), names_.end(),
                                    [&](const auto& each) { return each.second == change.file; });
    if (known == names_.end()) {
      if (names_.contains(change.path)) continue;
      change.file->data = change.file->synced;
      names_[change.path] = change.file;
    }
    if (change.is_write) {
      const std::size_t size = std::min(bytes_kept[i], change.bytes.size());
      put(change.file->data, change.at, ByteView(change.bytes).subspan(0, size));
    } else {
      change.file->data.resize(change.at);
    }
  }
  for (const auto& [path, file] : names_) file->synced = file->data;
  synced_names_ = names_;
  journal_.clear();
  directories_ = {"."};
  for (const auto& [path, file] : names_) make_parents(path);
}

ByteBuffer MemoryDisk::content(const std::string& file) const {
  const auto found = names_.find(file);
  return found == names_.end() ? ByteBuffer() : found->second->data;
}

ByteBuffer MemoryDisk::durable(const std::string& file) const {
  const auto found = synced_names_.find(file);
  return found == synced_names_.end() ? ByteBuffer() : found->second->synced;
}

std::vector<std::string> MemoryDisk::files() const {
  std::vector<std::string> out;
  for (const auto& [path, file] : names_) out.push_back(path);
  return out;
}

MemoryDisk MemoryDisk::clone() const {
  MemoryDisk copy = *this;
  std::map<const File*, std::shared_ptr<File>> copies;
  const auto own = [&](std::shared_ptr<File>& file) {
    auto& fresh = copies[file.get()];
    if (!fresh) fresh = std::make_shared<File>(*file);
    file = fresh;
  };
  for (auto& [path, file] : copy.names_) own(file);
  for (auto& [path, file] : copy.synced_names_) own(file);
  for (auto& change : copy.journal_) own(change.file);
  return copy;
}

}  // namespace lab::storage
