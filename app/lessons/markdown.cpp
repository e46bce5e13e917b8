#include "app/lessons/markdown.h"

#include <fmt/format.h>
#include <md4c.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace lab::lessons {
namespace {

class Builder {
 public:
  // `line`: of the first one.
  Builder(std::string_view source, int line, const Pen& pen)
      : source_(source), first_line_(line), line_(line), counted_(source.data()), pen_(pen) {}

  int enter_block(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
      case MD_BLOCK_UL:
        item_ = false;
        lists_.push_back(0);
        break;
      case MD_BLOCK_OL:
        item_ = false;
        lists_.push_back(static_cast<int>(static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start));
        break;
      case MD_BLOCK_LI:
        open(BlockKind::item);
        item_ = true;
        break;
      case MD_BLOCK_P:
        // The first paragraph of an item is the item.
        if (!std::exchange(item_, false)) open(BlockKind::paragraph);
        break;
      case MD_BLOCK_CODE:
        item_ = false;
        open(BlockKind::code);
        break;
      case MD_BLOCK_DOC:
        break;
      default:
        refuse("only paragraphs, lists and fenced code are used here");
    }
    return 0;
  }
  int leave_block(MD_BLOCKTYPE type) {
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) lists_.pop_back();
    if (type == MD_BLOCK_LI) item_ = false;
    if (type == MD_BLOCK_P || type == MD_BLOCK_CODE || type == MD_BLOCK_LI) flush();
    return 0;
  }
  int enter_span(MD_SPANTYPE type, void* detail) {
    flush();
    if (type == MD_SPAN_STRONG) {
      style_.strong = true;
    } else if (type == MD_SPAN_EM) {
      style_.emphasis = true;
    } else if (type == MD_SPAN_CODE) {
      style_.code = true;
    } else if (type == MD_SPAN_A) {
      const auto& href = static_cast<MD_SPAN_A_DETAIL*>(detail)->href;
      stand_at(href.text);
      const std::string to(href.text, href.size);
      if (to.size() < 2 || to[0] != '#') {
        refuse(fmt::format("a link is into the glossary: [words](#term), not \"{}\"", to));
      } else {
        style_.term = to.substr(1);
      }
    } else {
      refuse("only **bold**, *emphasis*, `code` and [links](#term) are used here");
    }
    return 0;
  }
  int leave_span(MD_SPANTYPE type) {
    flush();
    if (type == MD_SPAN_STRONG) style_.strong = false;
    if (type == MD_SPAN_EM) style_.emphasis = false;
    if (type == MD_SPAN_CODE) style_.code = false;
    if (type == MD_SPAN_A) style_.term.clear();
    return 0;
  }
  int text(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size) {
    stand_at(text);
    if (type == MD_TEXT_BR) {
      pending_ += '\n';
    } else if (type == MD_TEXT_SOFTBR) {
      pending_ += ' ';
    } else if (type == MD_TEXT_ENTITY) {
      pending_ += entity(std::string(text, size));
    } else if (type != MD_TEXT_NULLCHAR) {
      pending_.append(text, size);
    }
    return 0;
  }
  std::vector<Block> take() {
    flush();
    std::erase_if(blocks_, [](const Block& block) { return block.spans.empty(); });
    for (Block& block : blocks_) trim(block);
    return std::move(blocks_);
  }

 private:
  void open(BlockKind kind) {
    flush();
    Block block;
    block.kind = kind;
    block.depth = static_cast<int>(lists_.size());
    if (kind == BlockKind::item && !lists_.empty() && lists_.back() > 0) {
      block.number = lists_.back()++;
    }
    blocks_.push_back(std::move(block));
  }
  void flush() {
    if (pending_.empty()) return;
    if (blocks_.empty()) open(BlockKind::paragraph);
    blocks_.back().spans.push_back({Template(pending_, line_, &pen_), style_});
    pending_.clear();
  }
  // The newline before the closing fence.
  void trim(Block& block) const {
    if (block.kind != BlockKind::code) return;
    std::string text = block.spans.back().text.written();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    block.spans.back().text = Template(text, line_);
  }
  // MD4C hands out pieces of the source: where they are says in which line they stand.
  void stand_at(const char* text) {
    const char *begin = source_.data(), *end = begin + source_.size();
    if (std::less<>{}(text, begin) || !std::less<>{}(text, end)) return;
    if (std::less<>{}(text, counted_)) counted_ = begin, line_ = first_line_;
    line_ += static_cast<int>(std::count(counted_, text, '\n'));
    counted_ = text;
  }
  static std::string entity(const std::string& name) {
    if (name == "&amp;") return "&";
    if (name == "&lt;") return "<";
    if (name == "&gt;") return ">";
    if (name == "&nbsp;") return "\u00a0";
    return name;
  }
  void refuse(const std::string& why) { pen_.note(line_, why); }

  std::string_view source_;
  int first_line_, line_;  // of its begin; where the piece stands that is being read
  const char* counted_;    // up to here for that
  const Pen& pen_;
  std::vector<Block> blocks_;
  std::vector<int> lists_;  // open ones: next number, 0 with bullets
  bool item_ = false;       // just opened: its first paragraph goes into it
  Style style_;
  std::string pending_;
};

}  // namespace

std::vector<Block> read_markdown(const std::string& markdown, int line, const Pen& pen) {
  Builder builder(markdown, line + 1, pen);  // its heading has `line`
  MD_PARSER parser{};
  parser.flags = MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    return static_cast<Builder*>(self)->enter_block(type, detail);
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* self) {
    return static_cast<Builder*>(self)->leave_block(type);
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
    return static_cast<Builder*>(self)->enter_span(type, detail);
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* self) {
    return static_cast<Builder*>(self)->leave_span(type);
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
    return static_cast<Builder*>(self)->text(type, text, size);
  };
  if (md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &builder) != 0) {
    pen.note(line, "this cannot be read as Markdown");
    return {};
  }
  return builder.take();
}

}  // namespace lab::lessons
