# How workerd runs the worker of worker.ts, bundled beside this file as worker.js.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    # Where connect() may lead to: unlike Cloudflare's own network, to this machine and private networks too.
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8080", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "ROUTER", fromEnvironment = "ROUTER"),
    (name = "ROUTER_PORT", fromEnvironment = "ROUTER_PORT"),
    (name = "ROUTER_AS", fromEnvironment = "ROUTER_AS"),
    (name = "LOCAL_AS", fromEnvironment = "LOCAL_AS"),
    (name = "TLS", fromEnvironment = "TLS"),
  ],
);
