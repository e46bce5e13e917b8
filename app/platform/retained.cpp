#include "app/platform/retained.h"

#define GL_GLEXT_PROTOTYPES
#define GLFW_INCLUDE_GLEXT
#include <GLFW/glfw3.h>

namespace lab::platform {

Retained::~Retained() { end(); }

void Retained::end() {
  if (buffer_ == 0) return;
  glDeleteFramebuffers(1, &buffer_);
  glDeleteTextures(1, &texture_);
  buffer_ = texture_ = 0;
}

bool Retained::begin(int width, int height) {
  const bool fresh = buffer_ == 0 || width != width_ || height != height_;
  if (fresh) {
    end();
    width_ = width, height_ = height;
    glGenTextures(1, &texture_);
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glBindTexture(GL_TEXTURE_2D, 0);
    glGenFramebuffers(1, &buffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  }
  glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
  return fresh;
}

void Retained::show() {
  glBindFramebuffer(GL_READ_FRAMEBUFFER, buffer_);
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
  glBlitFramebuffer(0, 0, width_, height_, 0, 0, width_, height_, GL_COLOR_BUFFER_BIT, GL_NEAREST);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

}  // namespace lab::platform
