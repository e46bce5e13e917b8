# The bundled fonts, from Debian's packages fonts-inter, fonts-nanum and fonts-nanum-coding. Sets
# LabFonts_FILES (all six) and LabFonts_FOUND.
set(_dirs /usr/share/fonts /usr/local/share/fonts)
set(LabFonts_FILES)
set(_vars)
foreach(_file Inter-Regular.otf Inter-SemiBold.otf Inter-Bold.otf NanumGothic.ttf NanumGothicBold.ttf
        NanumGothicCoding.ttf)
  string(MAKE_C_IDENTIFIER "LabFonts_${_file}" _var)
  find_file(${_var} NAMES ${_file} PATHS ${_dirs} NO_DEFAULT_PATH
            PATH_SUFFIXES opentype/inter truetype/inter truetype/nanum opentype/nanum)
  mark_as_advanced(${_var})
  list(APPEND LabFonts_FILES ${${_var}})
  list(APPEND _vars ${_var})
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LabFonts REQUIRED_VARS ${_vars})
