#ifndef CLINUX_TCP_H
#define CLINUX_TCP_H

#include <stdint.h>

/// What the kernel says of a TCP connection (TCP_INFO): the layout of `struct tcp_info` in <linux/tcp.h>.
///
/// A declaration of its own, as glibc's structure of that name ends after a third of the fields and the two headers
/// exclude each other. CLinux.c holds it against the kernel's. An older kernel leaves the last fields zero.
struct clinux_tcp_info {
  uint8_t state, ca_state, retransmits, probes, backoff, options, window_scales, flags;
  uint32_t rto, ato, snd_mss, rcv_mss;
  uint32_t unacked, sacked, lost, retrans, fackets;
  uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;
  uint32_t pmtu, rcv_ssthresh;
  /// Microseconds.
  uint32_t rtt, rttvar;
  uint32_t snd_ssthresh, snd_cwnd, advmss, reordering;
  uint32_t rcv_rtt, rcv_space;
  /// Segments sent again since the connection began.
  uint32_t total_retrans;
  uint64_t pacing_rate, max_pacing_rate;
  uint64_t bytes_acked, bytes_received;
  uint32_t segs_out, segs_in;
  /// Bytes in the send queue that were never sent.
  uint32_t notsent_bytes;
  /// Microseconds.
  uint32_t min_rtt;
  uint32_t data_segs_in, data_segs_out;
  uint64_t delivery_rate;
  uint64_t busy_time, rwnd_limited, sndbuf_limited;
  uint32_t delivered, delivered_ce;
  /// Bytes sent, those sent again included.
  uint64_t bytes_sent;
  uint64_t bytes_retrans;
};

/// Bytes in a TCP socket's send queue, sent without acknowledgement and not sent (SIOCOUTQ); -1 where there is no answer.
///
/// TCP_INFO has no such figure: its bytes_sent also counts segments that this machine's own queues dropped.
int clinux_send_queue(int descriptor);

#endif
