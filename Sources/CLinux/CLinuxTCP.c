#include "CLinuxTCP.h"
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <sys/ioctl.h>

// The kernel's layout never changes, it only grows; these stop the build should ours be miswritten.
#define SAME(ours, theirs)                                                                                  \
  _Static_assert(offsetof(struct clinux_tcp_info, ours) == offsetof(struct tcp_info, theirs), #ours)

SAME(rto, tcpi_rto);
SAME(rtt, tcpi_rtt);
SAME(rttvar, tcpi_rttvar);
SAME(total_retrans, tcpi_total_retrans);
SAME(bytes_acked, tcpi_bytes_acked);
SAME(notsent_bytes, tcpi_notsent_bytes);
SAME(min_rtt, tcpi_min_rtt);
SAME(bytes_sent, tcpi_bytes_sent);
SAME(bytes_retrans, tcpi_bytes_retrans);

int clinux_send_queue(int descriptor) {
  int bytes = 0;
  return ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}
