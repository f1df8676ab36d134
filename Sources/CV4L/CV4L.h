#ifndef CV4L_H
#define CV4L_H

#include <libv4l2.h>
#include <linux/videodev2.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// Request numbers are function-like macros, which Swift cannot import.
static const unsigned long cv4l_querycap = VIDIOC_QUERYCAP;
static const unsigned long cv4l_enum_fmt = VIDIOC_ENUM_FMT;
static const unsigned long cv4l_enum_framesizes = VIDIOC_ENUM_FRAMESIZES;
static const unsigned long cv4l_enum_frameintervals = VIDIOC_ENUM_FRAMEINTERVALS;
static const unsigned long cv4l_g_fmt = VIDIOC_G_FMT;
static const unsigned long cv4l_s_fmt = VIDIOC_S_FMT;
static const unsigned long cv4l_g_parm = VIDIOC_G_PARM;
static const unsigned long cv4l_s_parm = VIDIOC_S_PARM;
static const unsigned long cv4l_reqbufs = VIDIOC_REQBUFS;
static const unsigned long cv4l_querybuf = VIDIOC_QUERYBUF;
static const unsigned long cv4l_qbuf = VIDIOC_QBUF;
static const unsigned long cv4l_dqbuf = VIDIOC_DQBUF;
static const unsigned long cv4l_streamon = VIDIOC_STREAMON;
static const unsigned long cv4l_streamoff = VIDIOC_STREAMOFF;

// Flags with casts or enumerations behind them, as the plain numbers that the structures carry.
static const unsigned int cv4l_buf_type_video_capture = V4L2_BUF_TYPE_VIDEO_CAPTURE;
static const unsigned int cv4l_buf_type_video_capture_mplane = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
static const unsigned int cv4l_memory_mmap = V4L2_MEMORY_MMAP;
static const unsigned int cv4l_field_none = V4L2_FIELD_NONE;
static const unsigned int cv4l_field_interlaced = V4L2_FIELD_INTERLACED;

// ioctl is variadic, in libc and in libv4l2. EINTR is left to the caller.
static inline int cv4l_ioctl(int descriptor, unsigned long request, void *argument) {
  return v4l2_ioctl(descriptor, request, argument);
}

// For Swift, struct timeval belongs to whichever C module was read first; so its members never cross.
static inline int64_t cv4l_nanoseconds(const struct v4l2_buffer *buffer) {
  return (int64_t)buffer->timestamp.tv_sec * 1000000000 + (int64_t)buffer->timestamp.tv_usec * 1000;
}

// libv4l2 writes its errors to stderr unless it has a file; a terminal application has no stderr to spare.
static inline void cv4l_discard_log(void) {
  if (v4l2_log_file == NULL) v4l2_log_file = fopen("/dev/null", "we");
}

#endif
