#ifndef CFFMPEG_H
#define CFFMPEG_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Macros that Swift cannot import: function-like ones and those with casts.
static const int cffmpeg_averror_eagain = AVERROR(EAGAIN);
static const int cffmpeg_averror_eof = AVERROR_EOF;
static const int cffmpeg_averror_exit = AVERROR_EXIT;
static const int cffmpeg_averror_enomem = AVERROR(ENOMEM);
static const int cffmpeg_averror_enospc = AVERROR(ENOSPC);
static const int cffmpeg_averror_edquot = AVERROR(EDQUOT);
static const int cffmpeg_averror_invaliddata = AVERROR_INVALIDDATA;
static const int64_t cffmpeg_nopts = AV_NOPTS_VALUE;

// What a muxer writes; later versions made the bytes constant, which changes the type but not the call.
typedef int (*cffmpeg_sink)(void *opaque, const uint8_t *bytes, int count);

static inline AVIOContext *cffmpeg_avio_alloc_sink(
    unsigned char *buffer, int buffer_size, void *opaque, cffmpeg_sink sink) {
  return avio_alloc_context(buffer, buffer_size, 1, opaque, NULL, (void *)sink, NULL);
}

// libswscale made its context a public structure in later versions, which changes how Swift imports the pointer
// type. Behind `void *` one source fits all of them.
static inline void *cffmpeg_sws_alloc(void) { return sws_alloc_context(); }

static inline int cffmpeg_sws_set(void *context, const char *name, int64_t value) {
  return av_opt_set_int(context, name, value, 0);
}

static inline int cffmpeg_sws_init(void *context) {
  return sws_init_context((struct SwsContext *)context, NULL, NULL);
}

static inline int cffmpeg_sws_set_matrices(
    void *context, int source_matrix, int source_is_full, int target_matrix, int target_is_full) {
  return sws_setColorspaceDetails(
      (struct SwsContext *)context, sws_getCoefficients(source_matrix), source_is_full,
      sws_getCoefficients(target_matrix), target_is_full, 0, 1 << 16, 1 << 16);
}

static inline int cffmpeg_sws_scale(
    void *context, const AVFrame *source, uint8_t *const target[], const int target_stride[]) {
  return sws_scale(
      (struct SwsContext *)context, (const uint8_t *const *)source->data, source->linesize, 0, source->height, target,
      target_stride);
}

static inline void cffmpeg_sws_free(void *context) { sws_freeContext((struct SwsContext *)context); }

// Where the fields of a picture are said, and where a stream's display matrix is kept, has moved.
static inline int cffmpeg_is_interlaced(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
  return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame->interlaced_frame;
#endif
}

static inline int cffmpeg_is_top_first(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
  return (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  return frame->top_field_first;
#endif
}

// The nine numbers of the display matrix; NULL where there is none.
static inline const int32_t *cffmpeg_stream_matrix(const AVStream *stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 100)
  const AVPacketSideData *data = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
#else
  size_t size = 0;
  const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return data && size >= 9 * sizeof(int32_t) ? (const int32_t *)data : NULL;
#endif
}

static inline const int32_t *cffmpeg_frame_matrix(const AVFrame *frame) {
  const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
  return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
}

#endif
