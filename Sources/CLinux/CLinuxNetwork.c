#define _GNU_SOURCE
#include "CLinuxNetwork.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #ours)

SAME(CLINUX_DONE, NLMSG_DONE);
SAME(CLINUX_NEW_LINK, RTM_NEWLINK);
SAME(CLINUX_DELETED_LINK, RTM_DELLINK);
SAME(CLINUX_NEW_ADDRESS, RTM_NEWADDR);
SAME(CLINUX_NEW_ROUTE, RTM_NEWROUTE);
SAME(CLINUX_LINK_UP, IFF_UP);
SAME(CLINUX_LINK_LOOPBACK, IFF_LOOPBACK);
SAME(CLINUX_LINK_RUNNING, IFF_RUNNING);
SAME(CLINUX_ADDRESS_TENTATIVE, IFA_F_TENTATIVE);
SAME(CLINUX_SCOPE_LINK, RT_SCOPE_LINK);
SAME(CLINUX_ROUTE_UNICAST, RTN_UNICAST);
SAME(CLINUX_ROUTE_CLONED, RTM_F_CLONED);
#ifdef SO_BINDTOIFINDEX
SAME(CLINUX_BIND_TO_INTERFACE, SO_BINDTOIFINDEX);
#endif

int clinux_network_socket(int *descriptor) {
  int made = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (made < 0) return errno;
  struct sockaddr_nl address = {
      .nl_family = AF_NETLINK,
      .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
  };
  if (bind(made, (struct sockaddr *)&address, sizeof address) != 0) {
    int error = errno;
    close(made);
    return error;
  }
  *descriptor = made;
  return 0;
}

ssize_t clinux_network_receive(int descriptor, void *bytes, size_t capacity) {
  struct sockaddr_nl sender = {0};
  socklen_t length = sizeof sender;
  ssize_t count = recvfrom(descriptor, bytes, capacity, MSG_DONTWAIT, (struct sockaddr *)&sender, &length);
  // Other programs may write to any such socket; the kernel is number 0.
  return count > 0 && sender.nl_pid != 0 ? 0 : count;
}
