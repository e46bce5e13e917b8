# Dear ImGui as Debian packages it (libimgui-dev: a static library without a CMake config). Targets:
#   ImGui::ImGui       the library and the headers of its backends
#   ImGui::GlfwOpenGL3 the same with GLFW, where that is installed
find_path(ImGui_INCLUDE_DIR imgui.h PATH_SUFFIXES imgui)
find_library(ImGui_LIBRARY imgui)
find_library(ImGui_STB_LIBRARY stb)
if(ImGui_INCLUDE_DIR)
  file(STRINGS "${ImGui_INCLUDE_DIR}/imgui.h" _line REGEX "#define IMGUI_VERSION +\"")
  string(REGEX REPLACE ".*\"([0-9.]+).*\".*" "\\1" ImGui_VERSION "${_line}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ImGui
  REQUIRED_VARS ImGui_LIBRARY ImGui_STB_LIBRARY ImGui_INCLUDE_DIR VERSION_VAR ImGui_VERSION)
if(ImGui_FOUND AND NOT TARGET ImGui::ImGui)
  find_package(Freetype QUIET)
  add_library(ImGui::ImGui STATIC IMPORTED)
  set_target_properties(ImGui::ImGui PROPERTIES
    IMPORTED_LOCATION "${ImGui_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${ImGui_INCLUDE_DIR};${ImGui_INCLUDE_DIR}/backends"
    INTERFACE_LINK_LIBRARIES "${ImGui_STB_LIBRARY};Freetype::Freetype;${CMAKE_DL_LIBS};m")
  find_package(glfw3 3.3 QUIET)
  if(TARGET glfw)
    add_library(ImGui::GlfwOpenGL3 INTERFACE IMPORTED)
    target_link_libraries(ImGui::GlfwOpenGL3 INTERFACE ImGui::ImGui glfw)
  endif()
endif()
