// A BGP speaker on CoreBGP, driven by one JSON object per line on standard input, telling what happens in the same way
// on standard output. CoreBGP decodes what it receives; what it sends is encoded here, by hand, so that neither
// direction leans on the code under test.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jwhited/corebgp"
)

// route has the fields of `Route` in routers/router.ts.
type route struct {
	Prefix           string   `json:"prefix"`
	NextHop          string   `json:"nextHop"`
	Origin           string   `json:"origin"`
	ASPath           string   `json:"asPath"`
	MED              *uint32  `json:"med"`
	LocalPref        *uint32  `json:"localPref"`
	AtomicAggregate  bool     `json:"atomicAggregate"`
	Aggregator       *string  `json:"aggregator"`
	Communities      []string `json:"communities"`
	LargeCommunities []string `json:"largeCommunities"`
	// Of extended communities CoreBGP knows nothing; they are read and written here.
	ExtendedCommunities []string `json:"extendedCommunities"`
	OriginatorID        *string  `json:"originatorId"`
	ClusterList         []string `json:"clusterList"`
}

type event struct {
	Event  string `json:"event"`
	Peer   string `json:"peer,omitempty"`
	Text   string `json:"text,omitempty"`
	Prefix string `json:"prefix,omitempty"`
	Family string `json:"family,omitempty"`
	Route  *route `json:"route,omitempty"`
}

var (
	origins = []string{"igp", "egp", "incomplete"}
	printer = json.NewEncoder(os.Stdout)
	printMu sync.Mutex
)

func tell(e event) {
	printMu.Lock()
	defer printMu.Unlock()
	_ = printer.Encode(e)
}

// speaker keeps what is announced and to whom.
type speaker struct {
	mu      sync.Mutex
	writers map[string]corebgp.UpdateMessageWriter
	routes  map[string]route
	asn     uint32
	peers   map[string]corebgp.PeerConfig
	options map[string][]corebgp.PeerOption
}

func (s *speaker) GetCapabilities(corebgp.PeerConfig) []corebgp.Capability {
	return []corebgp.Capability{
		corebgp.NewMPExtensionsCapability(corebgp.AFI_IPV4, corebgp.SAFI_UNICAST),
		corebgp.NewMPExtensionsCapability(corebgp.AFI_IPV6, corebgp.SAFI_UNICAST),
	}
}

func (s *speaker) OnOpenMessage(peer corebgp.PeerConfig, id netip.Addr, caps []corebgp.Capability) *corebgp.Notification {
	return nil
}

func (s *speaker) OnEstablished(peer corebgp.PeerConfig, writer corebgp.UpdateMessageWriter) corebgp.UpdateMessageHandler {
	s.mu.Lock()
	s.writers[peer.RemoteAddress.String()] = writer
	bodies := make([][]byte, 0, len(s.routes)+2)
	for _, r := range s.routes {
		bodies = append(bodies, announcement(r, s.asn, peer.RemoteAS))
	}
	s.mu.Unlock()
	// End-of-RIB of both families (RFC 4724 section 2).
	bodies = append(bodies, []byte{0, 0, 0, 0}, []byte{0, 0, 0, 6, 0x80, 15, 3, 0, 2, 1})
	tell(event{Event: "state", Peer: peer.RemoteAddress.String(), Text: "Established"})
	go func() {
		for _, body := range bodies {
			_ = writer.WriteUpdate(body)
		}
	}()
	return s.onUpdate
}

func (s *speaker) OnClose(peer corebgp.PeerConfig) {
	s.mu.Lock()
	delete(s.writers, peer.RemoteAddress.String())
	s.mu.Unlock()
	tell(event{Event: "state", Peer: peer.RemoteAddress.String(), Text: "Idle"})
}

// received collects one UPDATE.
type received struct {
	attributes    route
	nlri          []netip.Prefix
	withdrawn     []netip.Prefix
	ipv6NextHops  []netip.Addr
	ipv6NLRI      []netip.Prefix
	ipv6Withdrawn []netip.Prefix
	unreach       bool
	any           bool
}

func (s *speaker) onUpdate(peer corebgp.PeerConfig, body []byte) *corebgp.Notification {
	m := &received{}
	if err := decoder.Decode(m, body); err != nil {
		return corebgp.UpdateNotificationFromErr(err)
	}
	from := peer.RemoteAddress.String()
	for _, p := range append(m.withdrawn, m.ipv6Withdrawn...) {
		tell(event{Event: "withdraw", Peer: from, Prefix: p.String()})
	}
	for _, p := range m.nlri {
		r := m.attributes
		r.Prefix = p.String()
		tell(event{Event: "route", Peer: from, Route: &r})
	}
	for _, p := range m.ipv6NLRI {
		r := m.attributes
		r.Prefix = p.String()
		r.NextHop = m.ipv6NextHops[0].String()
		tell(event{Event: "route", Peer: from, Route: &r})
	}
	if len(body) == 4 {
		tell(event{Event: "endOfRib", Peer: from, Family: "ipv4-unicast"})
	} else if m.unreach && !m.any && len(m.ipv6Withdrawn) == 0 {
		tell(event{Event: "endOfRib", Peer: from, Family: "ipv6-unicast"})
	}
	return nil
}

var decoder = corebgp.NewUpdateDecoder[*received](
	corebgp.NewWithdrawnRoutesDecodeFn[*received](func(m *received, p []netip.Prefix) error {
		m.withdrawn = p
		return nil
	}),
	decodeAttribute,
	corebgp.NewNLRIDecodeFn[*received](func(m *received, p []netip.Prefix) error {
		m.nlri = p
		return nil
	}),
)

var decodeReach = corebgp.NewMPReachNLRIDecodeFn[*received](
	func(m *received, afi uint16, safi uint8, nh, nlri []byte) (err error) {
		if afi != corebgp.AFI_IPV6 || safi != corebgp.SAFI_UNICAST {
			return nil
		}
		if m.ipv6NextHops, err = corebgp.DecodeMPReachIPv6NextHops(nh); err != nil {
			return err
		}
		m.ipv6NLRI, err = corebgp.DecodeMPIPv6Prefixes(nlri)
		return err
	})

var decodeUnreach = corebgp.NewMPUnreachNLRIDecodeFn[*received](
	func(m *received, afi uint16, safi uint8, withdrawn []byte) (err error) {
		m.unreach = true
		if afi == corebgp.AFI_IPV6 && safi == corebgp.SAFI_UNICAST {
			m.ipv6Withdrawn, err = corebgp.DecodeMPIPv6Prefixes(withdrawn)
		}
		return err
	})

func decodeAttribute(m *received, code uint8, flags corebgp.PathAttrFlags, b []byte) error {
	if code != corebgp.PATH_ATTR_MP_UNREACH_NLRI {
		m.any = true
	}
	r := &m.attributes
	switch code {
	case corebgp.PATH_ATTR_ORIGIN:
		var a corebgp.OriginPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		r.Origin = origins[a]
	case corebgp.PATH_ATTR_AS_PATH:
		var a corebgp.ASPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		r.ASPath = join(a.ASSequence, " ")
		if len(a.ASSet) > 0 {
			r.ASPath = strings.TrimSpace(r.ASPath + " {" + join(a.ASSet, " ") + "}")
		}
	case corebgp.PATH_ATTR_NEXT_HOP:
		var a corebgp.NextHopPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		r.NextHop = netip.Addr(a).String()
	case corebgp.PATH_ATTR_MED:
		var a corebgp.MEDPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		med := uint32(a)
		r.MED = &med
	case corebgp.PATH_ATTR_LOCAL_PREF:
		var a corebgp.LocalPrefPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		pref := uint32(a)
		r.LocalPref = &pref
	case corebgp.PATH_ATTR_ATOMIC_AGGREGATE:
		// CoreBGP's own type takes the attribute for an optional one and refuses it; it is well-known (RFC 4271 5.1.6).
		r.AtomicAggregate = len(b) == 0
	case corebgp.PATH_ATTR_AGGREGATOR:
		var a corebgp.AggregatorPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		text := fmt.Sprintf("%d %s", a.AS, a.IP)
		r.Aggregator = &text
	case corebgp.PATH_ATTR_COMMUNITY:
		var a corebgp.CommunitiesPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		for _, c := range a {
			r.Communities = append(r.Communities, fmt.Sprintf("%d:%d", c>>16, c&0xffff))
		}
	case corebgp.PATH_ATTR_LARGE_COMMUNITY:
		var a corebgp.LargeCommunitiesPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		for _, c := range a {
			r.LargeCommunities = append(r.LargeCommunities, fmt.Sprintf("%d:%d:%d", c.GlobalAdmin, c.LocalData1, c.LocalData2))
		}
	case corebgp.PATH_ATTR_EXTENDED_COMMUNITIES:
		for ; len(b) >= 8; b = b[8:] {
			r.ExtendedCommunities = append(r.ExtendedCommunities, extendedCommunity(b[:8]))
		}
	case corebgp.PATH_ATTR_ORIGINATOR_ID:
		var a corebgp.OriginatorIDPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		text := netip.Addr(a).String()
		r.OriginatorID = &text
	case corebgp.PATH_ATTR_CLUSTER_LIST:
		var a corebgp.ClusterListPathAttr
		if err := a.Decode(flags, b); err != nil {
			return err
		}
		for _, id := range a {
			r.ClusterList = append(r.ClusterList, id.String())
		}
	case corebgp.PATH_ATTR_MP_REACH_NLRI:
		return decodeReach(m, flags, b)
	case corebgp.PATH_ATTR_MP_UNREACH_NLRI:
		return decodeUnreach(m, flags, b)
	}
	return nil
}

// kinds are the sub-types of RFC 4360 section 4 and 5.
var kinds = map[byte]string{2: "rt", 3: "soo"}

// extendedCommunity is the text of one: a two-octet AS number, an address, or a four-octet AS number (RFC 5668).
func extendedCommunity(b []byte) string {
	switch b[0] {
	case 0:
		return fmt.Sprintf("%s:%d:%d", kinds[b[1]], binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:]))
	case 1:
		return fmt.Sprintf("%s:%s:%d", kinds[b[1]], netip.AddrFrom4([4]byte(b[2:6])), binary.BigEndian.Uint16(b[6:]))
	case 2:
		return fmt.Sprintf("%s:%d:%d", kinds[b[1]], binary.BigEndian.Uint32(b[2:]), binary.BigEndian.Uint16(b[6:]))
	}
	return fmt.Sprintf("%x", b)
}

func encodeExtendedCommunity(text string) []byte {
	words := strings.Split(text, ":")
	kind := byte(2)
	if words[0] == "soo" {
		kind = 3
	}
	if address, err := netip.ParseAddr(words[1]); err == nil {
		b := append([]byte{1, kind}, address.AsSlice()...)
		return binary.BigEndian.AppendUint16(b, uint16(number(words[2])))
	}
	if as := number(words[1]); as > 65535 {
		b := binary.BigEndian.AppendUint32([]byte{2, kind}, as)
		return binary.BigEndian.AppendUint16(b, uint16(number(words[2])))
	}
	b := binary.BigEndian.AppendUint16([]byte{0, kind}, uint16(number(words[1])))
	return binary.BigEndian.AppendUint32(b, number(words[2]))
}

func join(numbers []uint32, separator string) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatUint(uint64(n), 10)
	}
	return strings.Join(words, separator)
}

func number(word string) uint32 {
	n, err := strconv.ParseUint(word, 10, 32)
	if err != nil {
		panic(err)
	}
	return uint32(n)
}

func attribute(flags, code byte, value []byte) []byte {
	return append([]byte{flags | 0x10, code, byte(len(value) >> 8), byte(len(value))}, value...)
}

func encodePrefix(p netip.Prefix) []byte {
	return append([]byte{byte(p.Bits())}, p.Addr().AsSlice()[:(p.Bits()+7)/8]...)
}

// announcement is the body of an UPDATE (RFC 4271 section 4.3, RFC 4760 section 3).
func announcement(r route, localAS, remoteAS uint32) []byte {
	prefix := netip.MustParsePrefix(r.Prefix)
	nextHop := netip.MustParseAddr(r.NextHop)
	var origin byte
	for i, name := range origins {
		if name == r.Origin {
			origin = byte(i)
		}
	}
	attrs := attribute(0x40, corebgp.PATH_ATTR_ORIGIN, []byte{origin})
	var path []uint32
	if localAS != remoteAS {
		path = append(path, localAS)
	}
	for _, word := range strings.Fields(r.ASPath) {
		path = append(path, number(word))
	}
	var segment []byte
	if len(path) > 0 {
		segment = []byte{2, byte(len(path))}
		for _, as := range path {
			segment = binary.BigEndian.AppendUint32(segment, as)
		}
	}
	attrs = append(attrs, attribute(0x40, corebgp.PATH_ATTR_AS_PATH, segment)...)
	if prefix.Addr().Is4() {
		attrs = append(attrs, attribute(0x40, corebgp.PATH_ATTR_NEXT_HOP, nextHop.AsSlice())...)
	}
	if r.MED != nil {
		attrs = append(attrs, attribute(0x80, corebgp.PATH_ATTR_MED, binary.BigEndian.AppendUint32(nil, *r.MED))...)
	}
	if r.LocalPref != nil && localAS == remoteAS {
		attrs = append(attrs, attribute(0x40, corebgp.PATH_ATTR_LOCAL_PREF, binary.BigEndian.AppendUint32(nil, *r.LocalPref))...)
	}
	if r.AtomicAggregate {
		attrs = append(attrs, attribute(0x40, corebgp.PATH_ATTR_ATOMIC_AGGREGATE, nil)...)
	}
	if r.Aggregator != nil {
		as, address, _ := strings.Cut(*r.Aggregator, " ")
		value := binary.BigEndian.AppendUint32(nil, number(as))
		attrs = append(attrs, attribute(0xc0, corebgp.PATH_ATTR_AGGREGATOR, append(value, netip.MustParseAddr(address).AsSlice()...))...)
	}
	if len(r.Communities) > 0 {
		var value []byte
		for _, c := range r.Communities {
			for _, part := range strings.Split(c, ":") {
				value = binary.BigEndian.AppendUint16(value, uint16(number(part)))
			}
		}
		attrs = append(attrs, attribute(0xc0, corebgp.PATH_ATTR_COMMUNITY, value)...)
	}
	if len(r.ExtendedCommunities) > 0 {
		var value []byte
		for _, c := range r.ExtendedCommunities {
			value = append(value, encodeExtendedCommunity(c)...)
		}
		attrs = append(attrs, attribute(0xc0, corebgp.PATH_ATTR_EXTENDED_COMMUNITIES, value)...)
	}
	if len(r.LargeCommunities) > 0 {
		var value []byte
		for _, c := range r.LargeCommunities {
			for _, part := range strings.Split(c, ":") {
				value = binary.BigEndian.AppendUint32(value, number(part))
			}
		}
		attrs = append(attrs, attribute(0xc0, corebgp.PATH_ATTR_LARGE_COMMUNITY, value)...)
	}
	var nlri []byte
	if prefix.Addr().Is4() {
		nlri = encodePrefix(prefix)
	} else {
		value := append([]byte{0, 2, 1, 16}, nextHop.AsSlice()...)
		value = append(append(value, 0), encodePrefix(prefix)...)
		attrs = append(attrs, attribute(0x80, corebgp.PATH_ATTR_MP_REACH_NLRI, value)...)
	}
	body := binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(len(attrs)))
	return append(append(body, attrs...), nlri...)
}

func withdrawal(text string) []byte {
	prefix := netip.MustParsePrefix(text)
	bytes := encodePrefix(prefix)
	if prefix.Addr().Is4() {
		body := binary.BigEndian.AppendUint16(nil, uint16(len(bytes)))
		return append(append(body, bytes...), 0, 0)
	}
	attr := attribute(0x80, corebgp.PATH_ATTR_MP_UNREACH_NLRI, append([]byte{0, 2, 1}, bytes...))
	body := binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(len(attr)))
	return append(body, attr...)
}

func (s *speaker) send(body func(remoteAS uint32) []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for peer, writer := range s.writers {
		_ = writer.WriteUpdate(body(s.peers[peer].RemoteAS))
	}
}

type command struct {
	Command string `json:"command"`
	Peer    string `json:"peer"`
	Prefix  string `json:"prefix"`
	Route   route  `json:"route"`
}

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var listen, peers list
	asn := flag.Uint("as", 0, "our AS number")
	id := flag.String("id", "", "our BGP identifier")
	hold := flag.Uint("hold", 90, "hold time in seconds")
	flag.Var(&listen, "listen", "address:port, repeated")
	flag.Var(&peers, "peer", "address,port,as,local address,passive|active, repeated")
	flag.Parse()

	corebgp.SetLogger(func(words ...interface{}) { tell(event{Event: "log", Text: fmt.Sprint(words...)}) })
	server, err := corebgp.NewServer(netip.MustParseAddr(*id))
	must(err)
	s := &speaker{
		writers: map[string]corebgp.UpdateMessageWriter{},
		routes:  map[string]route{},
		asn:     uint32(*asn),
		peers:   map[string]corebgp.PeerConfig{},
		options: map[string][]corebgp.PeerOption{},
	}
	for _, text := range peers {
		words := strings.Split(text, ",")
		config := corebgp.PeerConfig{
			RemoteAddress: netip.MustParseAddr(words[0]),
			LocalAS:       uint32(*asn),
			RemoteAS:      number(words[2]),
		}
		options := []corebgp.PeerOption{
			corebgp.WithPort(int(number(words[1]))),
			corebgp.WithLocalAddress(netip.MustParseAddr(words[3])),
			corebgp.WithHoldTime(uint16(*hold)),
			corebgp.WithIdleHoldTime(time.Second),
			corebgp.WithConnectRetryTime(time.Second),
		}
		if words[4] == "passive" {
			options = append(options, corebgp.WithPassive())
		}
		s.peers[words[0]], s.options[words[0]] = config, options
		must(server.AddPeer(config, s, options...))
	}
	var listeners []net.Listener
	for _, address := range listen {
		l, err := net.Listen("tcp", address)
		must(err)
		listeners = append(listeners, l)
	}
	go func() { must(server.Serve(listeners)) }()
	tell(event{Event: "ready"})

	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<20)
	for input.Scan() {
		var c command
		must(json.Unmarshal(input.Bytes(), &c))
		switch c.Command {
		case "announce":
			s.mu.Lock()
			s.routes[c.Route.Prefix] = c.Route
			s.mu.Unlock()
			s.send(func(remoteAS uint32) []byte { return announcement(c.Route, s.asn, remoteAS) })
		case "withdraw":
			s.mu.Lock()
			delete(s.routes, c.Prefix)
			s.mu.Unlock()
			s.send(func(uint32) []byte { return withdrawal(c.Prefix) })
		case "disable":
			must(server.DeletePeer(netip.MustParseAddr(c.Peer)))
		case "enable":
			must(server.AddPeer(s.peers[c.Peer], s, s.options[c.Peer]...))
		}
	}
}
