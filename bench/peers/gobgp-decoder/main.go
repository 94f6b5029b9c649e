// The Go side of bench/decode.ts: decodes all UPDATEs of a file with GoBGP's packet library, pass after pass for so many
// seconds, and prints the nanoseconds that one took in each pass and what it counted. GoBGP's objects are complete when its decoder
// returns.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
)

// counts has the same fields as in bench/support/tiers.ts.
type counts struct {
	Prefixes    int    `json:"prefixes"`
	AsSum       uint64 `json:"asSum"`
	Communities int    `json:"communities"`
}

func (c *counts) add(update *bgp.BGPUpdate) {
	c.Prefixes += len(update.WithdrawnRoutes) + len(update.NLRI)
	for _, attribute := range update.PathAttributes {
		switch a := attribute.(type) {
		case *bgp.PathAttributeAsPath:
			for _, segment := range a.Value {
				for _, as := range segment.GetAS() {
					c.AsSum += uint64(as)
				}
			}
		case *bgp.PathAttributeCommunities:
			c.Communities += len(a.Value)
		case *bgp.PathAttributeLargeCommunities:
			c.Communities += len(a.Values)
		case *bgp.PathAttributeMpReachNLRI:
			c.Prefixes += len(a.Value)
		case *bgp.PathAttributeMpUnreachNLRI:
			c.Prefixes += len(a.Value)
		}
	}
}

func main() {
	stream, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	seconds, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var ns []float64
	var c counts
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	for len(ns) == 0 || time.Now().Before(end) {
		c = counts{}
		updates := 0
		start := time.Now()
		for at := 0; at < len(stream); {
			length := int(binary.BigEndian.Uint16(stream[at+16:]))
			update := &bgp.BGPUpdate{}
			if err := update.DecodeFromBytes(stream[at+19 : at+length]); err != nil {
				log.Fatal(err)
			}
			c.add(update)
			updates++
			at += length
		}
		ns = append(ns, float64(time.Since(start).Nanoseconds())/float64(updates))
	}
	line, _ := json.Marshal(struct {
		Ns []float64 `json:"ns"`
		counts
	}{ns, c})
	fmt.Println(string(line))
}
