// A BGP session of a web page, which shows states and UPDATEs; leaving the page ends it. Bundle it, serve the folder, start the proxy:
//
//   npx rolldown examples/session-in-the-browser/main.ts --format iife --file examples/session-in-the-browser/bundle.js
//   python3 -m http.server 8000 --bind 127.0.0.1 --directory examples/session-in-the-browser
//   node examples/websocket-proxy.ts --allow 127.0.0.1:1790 --origin http://127.0.0.1:8000
//
// and open http://127.0.0.1:8000/#proxy=ws://127.0.0.1:1791&router=127.0.0.1&port=1790&router-as=65001&as=65002
import { contextOf, decodeUpdate } from "@bgpwire/decoder";
import { diallingSpeaker } from "../transports/dialling.ts";
import { throughProxy } from "../transports/websocket.ts";

/** Most characters that are shown; older lines go. */
const MAX_SHOWN = 100_000;

const output = document.querySelector<HTMLElement>("#output")!;
const options = new URLSearchParams(location.hash.slice(1));
const option = (name: string, usual: string): string => options.get(name) ?? usual;

function show(line: string): void {
  output.textContent = `${output.textContent}${line}\n`.slice(-MAX_SHOWN);
}

const speaker = diallingSpeaker(
  { routerId: option("router-id", "192.0.2.98") },
  throughProxy(option("proxy", "ws://127.0.0.1:1791")),
);
const peer = {
  remoteAddress: option("router", "127.0.0.1"),
  remotePort: Number(option("port", "179")),
  localAs: Number(option("as", "65002")),
  remoteAs: Number(option("router-as", "65001")),
};
speaker.addPeer(peer, {
  onStateChange: (_peer, { from, to }) => show(`${from} → ${to}`),
  onEstablished: ({ negotiated }) => {
    const context = contextOf(negotiated);
    return (body) => {
      const { update, notification } = decodeUpdate(body, context);
      show(JSON.stringify(update));
      return notification;
    };
  },
  onClose: (_session, { text }) => show(text),
});
addEventListener("pagehide", () => void speaker.stop("the page was left"));
void speaker.start();
