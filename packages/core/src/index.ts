// The public face of @bgpwire/core.
export {};
