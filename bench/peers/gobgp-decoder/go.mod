module bgpwire.invalid/bench/gobgp-decoder

go 1.26

require github.com/osrg/gobgp/v4 v4.8.0
