// A message centre for tests: npm's `smpp` in front of our client. Orders come as JSON lines, and what happens goes out so.
const smpp = require("smpp");
const readline = require("node:readline");

const tell = (said) => process.stdout.write(`${JSON.stringify(said)}\n`);
const sessions = new Set();
let count = 0;
let fate = "ok";

const server = smpp.createServer((session) => {
  session.on("error", () => undefined);
  session.on("bind_transceiver", (pdu) => {
    if (pdu.password !== "secret") return session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.send(pdu.response());
    tell({ event: "bound", system_id: pdu.system_id });
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response()));
  session.on("deliver_sm_resp", (pdu) => tell({ event: "acknowledged", status: pdu.command_status }));
  session.on("submit_sm", (pdu) => {
    count += 1;
    const id = `m${count}`;
    tell({ event: "submitted", id, to: pdu.destination_addr, from: pdu.source_addr, coding: pdu.data_coding, text: pdu.short_message.message || pdu.message_payload?.message, esm: pdu.esm_class, is_payload: pdu.message_payload !== undefined, tons: [pdu.source_addr_ton, pdu.dest_addr_ton] });
    if (fate === "silent") return;
    if (fate === "throttled") return session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    if (fate.startsWith("ESME_")) return session.send(pdu.response({ command_status: smpp[fate] }));
    session.send(pdu.response({ message_id: id }));
  });
});

// A long text in UCS-2, cut by octets as phones do it. `places`: which parts go, in which order.
function parts({ long, from, way, reference, places }) {
  const octets = Buffer.from(long, "utf16le").swap16();
  const common = { source_addr: from, destination_addr: "10001", data_coding: 8 };
  if (way === "payload") return [{ ...common, short_message: "", message_payload: { message: octets } }];
  const pieces = [];
  for (let at = 0; at < octets.length; at += 133) pieces.push(octets.subarray(at, at + 133));
  const all = pieces.map((message, index) => {
    const [total, place] = [pieces.length, index + 1];
    if (way === "sar") return { ...common, short_message: { message }, sar_msg_ref_num: reference, sar_total_segments: total, sar_segment_seqnum: place };
    const header = way === "udh16" ? [6, 8, 4, reference >> 8, reference & 255, total, place] : [5, 0, 3, reference, total, place];
    return { ...common, esm_class: 0x40, short_message: { udh: Buffer.from(header), message } };
  });
  return (places ?? all.map((_, index) => index + 1)).map((place) => all[place - 1]);
}

server.listen(0, "127.0.0.1", () => tell({ event: "listening", port: server.address().port }));

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line);
  if (order.fate) fate = order.fate;
  // Each bind takes its turn, as a centre spreads what it has over them.
  if (order.spread) return parts(order).forEach((part, index) => [...sessions][index % sessions.size].deliver_sm(part));
  for (const session of sessions) {
    if (order.text) session.deliver_sm({ source_addr: order.from, destination_addr: "10001", short_message: order.text });
    if (order.long) for (const part of parts(order)) session.deliver_sm(part);
    if (order.octets) session.deliver_sm({ source_addr: order.from, destination_addr: "10001", esm_class: order.esm ?? 0, data_coding: order.coding ?? 0, short_message: Buffer.from(order.octets, "hex") });
    if (order.odd) session.deliver_sm({ source_addr: order.from, destination_addr: "10001", ...order.odd });
    if (order.receipt)
      session.deliver_sm({
        source_addr: "989121234567", destination_addr: "10001", esm_class: 4,
        short_message: `id:${order.receipt} sub:001 dlvrd:001 submit date:2611270800 done date:2611270801 stat:${order.stat} err:000 text:`,
      });
    if (order.cut) session.close();
  }
});
