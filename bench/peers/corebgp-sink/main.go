// The other side of two comparisons: a speaker on CoreBGP (github.com/jwhited/corebgp, an independent BGP library in Go)
// that does with UPDATEs exactly what bench/peers/node-sink.ts does. It prints its port, takes one session per peer, counts,
// and answers an End-of-RIB with a Cease, which stops the sender's clock; then it prints what it has counted.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/jwhited/corebgp"
)

// report has the same fields as the one of bench/peers/node-sink.ts.
type report struct {
	Updates     int     `json:"updates"`
	Octets      int     `json:"octets"`
	Prefixes    int     `json:"prefixes"`
	AsSum       uint64  `json:"asSum"`
	Communities int     `json:"communities"`
	CPUMs       float64 `json:"cpuMs"`
	RSSMb       float64 `json:"rssMb"`
}

// update is what is decoded of one message, after the example in CoreBGP's documentation, with all attributes that
// CoreBGP has a decoder for.
type update struct {
	withdrawn        []netip.Prefix
	origin           uint8
	asPath           corebgp.ASPathAttr
	nextHop          netip.Addr
	med              uint32
	atomicAggregate  bool
	aggregator       corebgp.AggregatorPathAttr
	communities      []uint32
	largeCommunities corebgp.LargeCommunitiesPathAttr
	nlri             []netip.Prefix
	ipv6NextHops     []netip.Addr
	ipv6NLRI         []netip.Prefix
	ipv6Withdrawn    []netip.Prefix
}

func decodeAttributes() func(u *update, code uint8, flags corebgp.PathAttrFlags, b []byte) error {
	reach := corebgp.NewMPReachNLRIDecodeFn(func(u *update, afi uint16, safi uint8, nh, nlri []byte) (err error) {
		if afi != corebgp.AFI_IPV6 || safi != corebgp.SAFI_UNICAST {
			return nil
		}
		if u.ipv6NextHops, err = corebgp.DecodeMPReachIPv6NextHops(nh); err != nil {
			return err
		}
		u.ipv6NLRI, err = corebgp.DecodeMPIPv6Prefixes(nlri)
		return err
	})
	unreach := corebgp.NewMPUnreachNLRIDecodeFn(func(u *update, afi uint16, safi uint8, withdrawn []byte) (err error) {
		if afi == corebgp.AFI_IPV6 && safi == corebgp.SAFI_UNICAST {
			u.ipv6Withdrawn, err = corebgp.DecodeMPIPv6Prefixes(withdrawn)
		}
		return err
	})
	return func(u *update, code uint8, flags corebgp.PathAttrFlags, b []byte) error {
		switch code {
		case corebgp.PATH_ATTR_ORIGIN:
			var origin corebgp.OriginPathAttr
			err := origin.Decode(flags, b)
			u.origin = uint8(origin)
			return err
		case corebgp.PATH_ATTR_AS_PATH:
			return u.asPath.Decode(flags, b)
		case corebgp.PATH_ATTR_NEXT_HOP:
			var nextHop corebgp.NextHopPathAttr
			err := nextHop.Decode(flags, b)
			u.nextHop = netip.Addr(nextHop)
			return err
		case corebgp.PATH_ATTR_MED:
			var med corebgp.MEDPathAttr
			err := med.Decode(flags, b)
			u.med = uint32(med)
			return err
		case corebgp.PATH_ATTR_ATOMIC_AGGREGATE:
			// CoreBGP v0.8.5's own decoder wants this attribute to be optional and refuses it with 3/4; it is well-known
			// (RFC 4271 section 5.1.6).
			u.atomicAggregate = true
			return nil
		case corebgp.PATH_ATTR_AGGREGATOR:
			return u.aggregator.Decode(flags, b)
		case corebgp.PATH_ATTR_COMMUNITY:
			var communities corebgp.CommunitiesPathAttr
			err := communities.Decode(flags, b)
			u.communities = communities
			return err
		case corebgp.PATH_ATTR_LARGE_COMMUNITY:
			return u.largeCommunities.Decode(flags, b)
		case corebgp.PATH_ATTR_MP_REACH_NLRI:
			return reach(u, flags, b)
		case corebgp.PATH_ATTR_MP_UNREACH_NLRI:
			return unreach(u, flags, b)
		}
		return nil
	}
}

type sink struct {
	decode bool
	idle   bool
	done   chan report
	// CPU time spent before the session was up.
	cpuBefore float64
}

func (s *sink) GetCapabilities(corebgp.PeerConfig) []corebgp.Capability {
	return []corebgp.Capability{
		corebgp.NewMPExtensionsCapability(corebgp.AFI_IPV4, corebgp.SAFI_UNICAST),
		corebgp.NewMPExtensionsCapability(corebgp.AFI_IPV6, corebgp.SAFI_UNICAST),
	}
}

func (s *sink) OnOpenMessage(corebgp.PeerConfig, netip.Addr, []corebgp.Capability) *corebgp.Notification {
	return nil
}

func (s *sink) OnClose(corebgp.PeerConfig) {}

func (s *sink) OnEstablished(corebgp.PeerConfig, corebgp.UpdateMessageWriter) corebgp.UpdateMessageHandler {
	if s.idle {
		return func(corebgp.PeerConfig, []byte) *corebgp.Notification { return nil }
	}
	s.cpuBefore = cpuMs()
	var r report
	decoder := newDecoder()
	return func(_ corebgp.PeerConfig, body []byte) *corebgp.Notification {
		if len(body) == 4 {
			s.done <- r
			return &corebgp.Notification{Code: corebgp.NOTIF_CODE_CEASE, Subcode: corebgp.NOTIF_SUBCODE_ADMIN_SHUTDOWN}
		}
		r.Updates++
		r.Octets += len(body)
		if !s.decode {
			return nil
		}
		u := &update{}
		if err := decoder.Decode(u, body); err != nil {
			return corebgp.UpdateNotificationFromErr(err)
		}
		r.add(u)
		return nil
	}
}

func newDecoder() *corebgp.UpdateDecoder[*update] {
	return corebgp.NewUpdateDecoder(
		corebgp.NewWithdrawnRoutesDecodeFn(func(u *update, p []netip.Prefix) error { u.withdrawn = p; return nil }),
		decodeAttributes(),
		corebgp.NewNLRIDecodeFn(func(u *update, p []netip.Prefix) error { u.nlri = p; return nil }),
	)
}

func (r *report) add(u *update) {
	r.Prefixes += len(u.withdrawn) + len(u.nlri) + len(u.ipv6NLRI) + len(u.ipv6Withdrawn)
	r.Communities += len(u.communities) + len(u.largeCommunities)
	for _, as := range u.asPath.ASSequence {
		r.AsSum += uint64(as)
	}
	for _, as := range u.asPath.ASSet {
		r.AsSum += uint64(as)
	}
}

// timeDecoding decodes all UPDATEs of a file, pass after pass for so long, and tells the nanoseconds that one took in each.
func timeDecoding(file string, long time.Duration) {
	stream, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	decoder := newDecoder()
	var ns []float64
	var r report
	end := time.Now().Add(long)
	for len(ns) == 0 || time.Now().Before(end) {
		r = report{}
		start := time.Now()
		for at := 0; at < len(stream); {
			length := int(binary.BigEndian.Uint16(stream[at+16:]))
			u := &update{}
			if err := decoder.Decode(u, stream[at+19:at+length]); err != nil {
				log.Fatal(err)
			}
			r.Updates++
			r.add(u)
			at += length
		}
		ns = append(ns, float64(time.Since(start).Nanoseconds())/float64(r.Updates))
	}
	say(map[string]any{"ns": ns, "prefixes": r.Prefixes, "asSum": r.AsSum, "communities": r.Communities})
}

func main() {
	decode := flag.Bool("decode", false, "decode each UPDATE with CoreBGP's UpdateDecoder")
	peers := flag.Int("peers", 1, "number of peers: 127.0.0.1 if 1, else 127.1.0.0 and on, which stay idle")
	file := flag.String("time", "", "only tell how long decoding the UPDATEs in this file takes")
	seconds := flag.Int("seconds", 0, "for how long, with -time; at least one pass")
	flag.Parse()
	if *file != "" {
		timeDecoding(*file, time.Duration(*seconds)*time.Second)
		return
	}

	server, err := corebgp.NewServer(netip.MustParseAddr("192.0.2.2"))
	if err != nil {
		log.Fatal(err)
	}
	before := memory()
	s := &sink{decode: *decode, idle: *peers > 1, done: make(chan report, 1)}
	for i := range *peers {
		address := netip.AddrFrom4([4]byte{127, 0, 0, 1})
		if *peers > 1 {
			address = netip.AddrFrom4([4]byte{127, 1, byte(i >> 8), byte(i)})
		}
		config := corebgp.PeerConfig{RemoteAddress: address, LocalAS: 65002, RemoteAS: 65001}
		if err := server.AddPeer(config, s, corebgp.WithPassive()); err != nil {
			log.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go server.Serve([]net.Listener{listener})
	say(map[string]int{"port": listener.Addr().(*net.TCPAddr).Port})

	if s.idle {
		// Each line on standard input asks for the memory in use now; its end is the end.
		for input := bufio.NewScanner(os.Stdin); input.Scan(); {
			now := memory()
			say(map[string]float64{"heap": now["heap"] - before["heap"], "rss": now["rss"] - before["rss"]})
		}
		return
	}
	r := <-s.done
	r.CPUMs = cpuMs() - s.cpuBefore
	r.RSSMb = resident() / (1 << 20)
	say(r)
	// Stays until the sender has read the Cease and the harness ends this process.
	io.Copy(io.Discard, os.Stdin)
}

func cpuMs() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}

func memory() map[string]float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return map[string]float64{"heap": float64(stats.HeapAlloc + stats.StackInuse), "rss": resident()}
}

func resident() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb * 1024
		}
	}
	return 0
}

func say(v any) {
	line, _ := json.Marshal(v)
	fmt.Println(string(line))
}
