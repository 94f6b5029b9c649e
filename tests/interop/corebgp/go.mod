module bgpwire.invalid/interop/corebgp

go 1.22

require github.com/jwhited/corebgp v0.8.5

require golang.org/x/sys v0.15.0 // indirect
